"""When a reader is told of alerts, who stands in for her, what is silenced, and whether anything is new."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import parse_etags
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts.actions import DeputyRefused, SilenceRefused, end_deputy, lift_silence, name_deputy, silence
from alerts.models import Alert, Deputy, Silence
from ledger.company import group_currency
from metrics.querysets import sheets
from people.actions import PersonRefused, choose_morning, end_quiet, keep_quiet
from people.models import Person, QuietWindow
from people.zones import zones_like
from reports.boards.frame import frame
from reports.boards.telling import silences_board
from reports.telling import DeputyForm, HoursForm, QuietForm, SilenceForm
from units.models import Unit
from units.scope import Scope

TOP = 8
"""Units whose figures are asked after; whoever was given more, here and there, is told when one of these changes."""


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """How many alerts wait and which figures stand, for pages that keep themselves up to date; 304 where nothing the
    reader sees has changed.

    Two queries besides those of every request; the tag is made of the scope and of what is within it.
    """
    scope = Scope.of_request(request)
    scope.require("alerts.read")
    today = timezone.localdate()
    waits = Q(pk__in=Alert.objects.within(scope).to_handle(today).values("pk"))
    seen = Alert.objects.within(scope).aggregate(
        waiting=Count("pk", filter=waits), all=Count("pk"), steps=Sum("transitions"), changed=Max("changed")
    )
    figures = _figures(scope)
    tag = f'"{_hash(f"{scope.key} {today} {sorted(seen.items())} {figures}")}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers={"ETag": tag})
    return JsonResponse({"waiting": seen["waiting"], "figures": figures}, headers={"ETag": tag})


def _figures(scope: Scope) -> str:
    """A word that changes with the figures of the units at the top of what the reader sees, which sum up the rest."""
    top = Unit.objects.within(scope).filter(left__gt=0).order_by("depth", "left").values("pk")[:TOP]
    newest = sheets(scope).filter(unit__in=top).aggregate(mark=Max("from_mark"))["mark"]
    return _hash(f"{scope.key} {newest}") if newest else ""


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


@require_POST
def hours(request: HttpRequest) -> HttpResponse:
    """The hour at which news of the night comes."""
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    asked, person = form.cleaned_data, _person(request)
    at = timezone.now()
    choose_morning(actor=_actor(request), person=person, hour=asked["hour"], time_zone=asked["time_zone"], at=at)
    return _told(request, f"News of the night comes at {asked['hour']:02}:00.")


@require_safe
def zones(request: HttpRequest) -> HttpResponse:
    """A few time zones for what was typed of one, as suggestions below the field."""
    found = zones_like(request.GET.get("time_zone", "")[:40])
    return render(request, "components/zones.html", {"zones": found})


@require_POST
def quiet(request: HttpRequest) -> HttpResponse:
    """One more stretch of every week without mails."""
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    try:
        keep_quiet(actor=_actor(request), person=_person(request), at=timezone.now(), **form.cleaned_data)
    except PersonRefused as refused:
        messages.error(request, str(refused))
        return redirect("account")
    return _told(request, "Nothing but emergencies comes in these hours.")


@require_POST
def quiet_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one of one's own quiet windows away; others' are not found."""
    window = QuietWindow.objects.filter(person=_person(request), public_id=public_id).first()
    if window is None:
        raise Http404
    end_quiet(actor=_actor(request), window=window, at=timezone.now())
    return _told(request, "The quiet window is taken away.")


@require_POST
def deputy(request: HttpRequest) -> HttpResponse:
    """Somebody to stand in for the reader."""
    scope, at = Scope.of_request(request), timezone.now()
    scope.require("alerts.read")
    form = DeputyForm(request.POST, scope=scope, at=at)
    if not form.is_valid():
        return _refused(request, form)
    try:
        made = name_deputy(actor=scope, person=_person(request), at=at, **form.cleaned_data)
    except DeputyRefused as refused:
        messages.error(request, str(refused))
        return redirect("account")
    return _told(request, f"{made.deputy.name} stands in for you.")


@require_POST
def deputy_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """End one of one's own deputies; others' are not found."""
    found = Deputy.objects.filter(person=_person(request), public_id=public_id).first()
    if found is None:
        raise Http404
    try:
        end_deputy(actor=Scope.of_request(request), deputy=found, at=timezone.now())
    except DeputyRefused as refused:
        messages.error(request, str(refused))
        return redirect("account")
    return _told(request, "Nobody stands in for you on those days any more.")


@require_http_methods(["GET", "HEAD", "POST"])
def silences(request: HttpRequest) -> HttpResponse:
    """What nothing is told of, and one silence more for who may."""
    scope, at = Scope.of_request(request), timezone.now()
    scope.require("alerts.read")
    form = None
    if request.method == "POST":
        scope.require("alerts.silence")
        form = SilenceForm(request.POST, scope=scope)
        if form.is_valid():
            try:
                silence(actor=scope, at=at, **form.cleaned_data)
            except SilenceRefused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "It is silenced. Judging goes on, and emergencies are told.")
                return redirect("silences")
    board = silences_board(scope, at=at, currency=group_currency(), asked=form)
    return render(request, "alerts/silences.html", {"frame": frame(request, current="alerts"), "board": board})


@require_POST
def silence_lift(request: HttpRequest, public_id: str) -> HttpResponse:
    """Tell again; what a silence held back is looked at anew."""
    scope = Scope.of_request(request)
    seen = Unit.objects.within(scope, ability="alerts.read")
    found = Silence.objects.filter(public_id=public_id, unit__in=seen).select_related("unit").first()
    if found is None:
        raise Http404
    try:
        lift_silence(actor=scope, silence=found, reason=request.POST.get("reason", ""), at=timezone.now())
    except SilenceRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The silence is lifted.")
    return redirect("silences")


def _told(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("account")


def _refused(request: HttpRequest, form: Any) -> HttpResponse:
    for field, errors in form.errors.items():
        messages.error(request, f"{form.fields[field].label}: {' '.join(map(str, errors))}")
    return redirect("account")


def _actor(request: HttpRequest) -> str:
    return Scope.of_request(request).actor


def _person(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    return person
