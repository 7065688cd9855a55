"""Thresholds: the list of them, and one that is tuned: tried on the past before it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts.actions import ThresholdRefused, submit, submit_retirement
from alerts.approving.need import waits_for
from alerts.backtest.trying import MONTHS
from alerts.backtest.vintages import Ground, NothingJudged, ground
from alerts.judging.inheritance import Edition
from alerts.models import Threshold, ThresholdProposal, ThresholdVersion
from alerts.rulebook import edition_of
from ledger.company import group_currency, with_group_currency
from metrics.declaration import Metric
from reports.boards.frame import frame
from reports.boards.thresholds.form import TRIED, TermsForm, terms_form
from reports.boards.thresholds.listing import Asked, thresholds_board
from reports.boards.thresholds.page import Read, threshold_page, versions_of
from reports.boards.thresholds.saving import saving_of
from reports.boards.thresholds.tried import tried_board
from reports.boards.thresholds.trying import WINDOWS, tried
from reports.figures import TriedBoard
from reports.wording import Phrase
from units.models import Unit
from units.scope import Scope

READ, SET = "thresholds.read", "thresholds.set"
SAVE = "_save"
"""The button that saves; every other one tries."""
HERE = "thresholds"


@require_safe
def thresholds(request: HttpRequest) -> HttpResponse:
    """All thresholds in reach by metric, or what holds on one unit and where it comes from."""
    scope = Scope.of_request(request)
    scope.require(READ)
    reach = Unit.objects.within(scope, ability=READ).exclude(kind=Unit.Kind.ELIMINATION).order_by("left")
    units: list[Any] = list(with_group_currency(reach))
    code = request.GET.get("unit", "")
    unit = next((each for each in units if each.code == code), None)
    if code and unit is None:
        raise Http404
    asked = Asked(request.GET.get("metric", ""), unit, request.GET.get("retired") == "1")
    board = thresholds_board(scope, asked, units, at=timezone.now())
    return render(request, "thresholds/list.html", {"frame": frame(request, current=HERE), "board": board})


@require_http_methods(["GET", "HEAD", "POST"])
def threshold(request: HttpRequest, code: str) -> HttpResponse:
    """One threshold with what it would have done; posting tries a draft, or saves it."""
    scope, at = Scope.of_request(request), timezone.now()
    versions = versions_of(scope, code)
    if not versions:
        scope.require(READ)
        raise Http404
    if request.method == "POST":
        scope.require(SET, versions[-1].threshold.unit)
    return _page(request, versions, at=at)


@require_http_methods(["GET", "HEAD", "POST"])
def threshold_new(request: HttpRequest) -> HttpResponse:
    """The form of a threshold that is not there yet; posting tries it, or saves it."""
    Scope.of_request(request).require(SET)
    return _page(request, [], at=timezone.now())


@require_POST
def threshold_try(request: HttpRequest, code: str = "") -> HttpResponse:
    """What a draft would have done: the part of the page that follows the hand. Nothing is written."""
    scope, at = Scope.of_request(request), timezone.now()
    found = _found(scope, code) if code else None
    scope.require(SET, found.unit if found else None)
    form = terms_form(scope, found, data=request.POST)
    if not form.is_valid():
        refused = tuple(error for errors in form.errors.values() for error in errors)
        return render(request, "thresholds/refused.html", {"refused": refused}, status=422)
    if "saving" in request.GET:
        saving = saving_of(scope, form, at=at, currency=group_currency())
        return render(request, "thresholds/saving.html", {"saving": saving})
    board = _tried(request, form, _edition(form.standing), ground(scope, book=form.book), at=at)
    return render(request, "thresholds/tried.html", {"board": board})


@require_POST
def threshold_retire(request: HttpRequest, code: str) -> HttpResponse:
    """End a threshold, or propose to."""
    scope, at = Scope.of_request(request), timezone.now()
    found = _found(scope, code)
    scope.require(SET, found.unit)
    try:
        done = submit_retirement(actor=scope, threshold=found, at=at, reason=request.POST.get("reason", "").strip())
    except ThresholdRefused as refused:
        messages.error(request, str(refused))
    else:
        _say(request, done, f"{code} judges nothing any more.")
    return redirect("threshold", code)


def _page(request: HttpRequest, versions: Sequence[ThresholdVersion], *, at: datetime) -> HttpResponse:
    """The page of a threshold by all its versions; of a new one without any."""
    scope = Scope.of_request(request)
    form = _form(request, versions) if not versions or scope.may(SET, versions[-1].threshold.unit) else None
    is_saving = request.method == "POST" and SAVE in request.POST
    if form is not None and is_saving and form.is_valid():
        answer = _save(request, form, at=at)
        if answer is not None:
            return answer
    on = ground(scope, book=form.book if form is not None else None)
    read = Read(versions, on.book, on.currency, _months(request))
    board = _pictured(request, read, form, on, at=at)
    page = threshold_page(read, scope, form=form, at=at)
    status = 400 if form is not None and form.is_bound and form.errors else 200
    around = frame(request, current=HERE)
    return render(request, "thresholds/one.html", {"frame": around, "page": page, "board": board}, status=status)


def _form(request: HttpRequest, versions: Sequence[ThresholdVersion]) -> TermsForm:
    """The form as it was posted, as an address asks for it (`?warning=8 %`), or with the terms in force."""
    scope = Scope.of_request(request)
    known = versions[-1] if versions else None
    found = known.threshold if known else None
    like = _like(scope, request.GET.get("like", "")) if found is None else None
    if request.method == "POST":
        return terms_form(scope, found, data=request.POST, known=known)
    form = terms_form(scope, found, like=like, known=known)
    asked = {name: request.GET[name] for name in TRIED if name in request.GET}
    if not asked or found is None:
        return form
    return terms_form(scope, found, data=form.as_typed() | asked, known=known, said=form.said)


def _save(request: HttpRequest, form: TermsForm, *, at: datetime) -> HttpResponse | None:
    """Set it or propose it; None where it is refused, which then stands at the fields."""
    scope, draft = Scope.of_request(request), form.proposal()
    try:
        done = submit(actor=scope, draft=draft, at=at, reason=form.cleaned_data["reason"])
    except ThresholdRefused as refused:
        for refusal in refused.refusals:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return None
    _say(request, done, f"{form.cleaned_data['label'] or draft.code} is saved. It judges from now on.")
    if isinstance(done, ThresholdProposal):
        return redirect("proposals:detail", done.public_id)
    return redirect("threshold", draft.code)


def _say(request: HttpRequest, done: ThresholdVersion | ThresholdProposal, words: str) -> None:
    """What came of it: it is set, or it waits for a second person."""
    said = words if isinstance(done, ThresholdVersion) else waits_for(done, at=timezone.now())
    messages.success(request, said)


def _pictured(
    request: HttpRequest, read: Read, form: TermsForm | None, on: Ground, *, at: datetime
) -> TriedBoard | None:
    """The back-test a page opens with: of the draft that was typed or asked for, else of the terms in force."""
    active = _edition(read.standing)
    if form is not None and form.is_bound and form.is_valid():
        saving = saving_of(Scope.of_request(request), form, at=at, currency=read.currency)
        return replace(_tried(request, form, active, on, at=at), saving=saving)
    if active is None:
        return None
    return _board(request, active, active, read.metric, at=at, on=on, may_edit=form is not None)


def _tried(request: HttpRequest, form: TermsForm, active: Edition | None, on: Ground, *, at: datetime) -> TriedBoard:
    draft = form.edition()
    metric = form.book.metrics.get(draft.terms.metric)
    return _board(request, active, draft, metric, at=at, on=on, may_edit=True)


def _board(
    request: HttpRequest, active: Edition | None, draft: Edition, metric: Metric | None, **more: Any
) -> TriedBoard:
    scope, picked = Scope.of_request(request), (request.POST or request.GET).get("at", "")
    try:
        found = tried(scope, active, draft, months=_months(request), metric=metric, picked=picked, **more)
    except NothingJudged as nothing:
        return TriedBoard((Phrase(str(nothing)),), "The past is there once figures were imported and judged.")
    return tried_board(found)


def _edition(version: ThresholdVersion | None) -> Edition | None:
    """The terms in force; None of what is retired or not there yet."""
    return None if version is None or version.retired else edition_of(version)


def _found(scope: Scope, code: str) -> Threshold:
    """The threshold of an address; one that is not in scope is not found."""
    found: Threshold | None = Threshold.objects.within(scope).filter(code=code).select_related("unit").first()
    if found is None:
        scope.require(READ)
        raise Http404
    return found


def _like(scope: Scope, code: str) -> ThresholdVersion | None:
    """The terms a new threshold starts from."""
    found = ThresholdVersion.objects.within(scope).filter(threshold__code=code, until_mark__isnull=True)
    version: ThresholdVersion | None = found.first() if code else None
    return version


def _months(request: HttpRequest) -> int:
    asked = (request.POST if request.method == "POST" else request.GET).get("months", "")
    return int(asked) if asked in map(str, WINDOWS) else MONTHS
