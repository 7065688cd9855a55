"""The home that people arrange: its page, and the buttons that pin, move, save and drop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from alerts.governing import governing_any
from alerts.judging.inheritance import in_force, silent
from alerts.models import Alert
from ledger.company import root_currency, with_group_currency
from metrics.catalogue import METRICS
from metrics.declaration import Metric
from metrics.definitions import newest_terms, read_terms
from reports.actions import home as verbs
from reports.asked import at_once
from reports.boards.against import by_month, compared, months_of
from reports.boards.frame import Statuses, frame
from reports.boards.home import OF_UNITS, AtHome, home_board, saving_of
from reports.boards.picture import Part, Picture
from reports.figures import PinButton, ViewForm
from reports.levels import ACTUAL, BUDGET, PRIOR, levels_of, series_of
from reports.models import Pin, SavedView
from reports.selection import NothingYet, NotKnownThen, Selection, home_unit, select
from reports.views.empty import not_known_then, nothing_yet
from units.models import Unit
from units.scope import Scope

HERE = "own-home"
STEPS = {"up": -1, "down": 1}


@require_safe
def own_home(request: HttpRequest) -> HttpResponse:
    """Pins, saved views, alerts to do and what is new; with `save`, the form that names a view."""
    return _page(request, saving_of(request.GET["save"]) if request.GET.get("save") else None)


@require_POST
def pin(request: HttpRequest) -> HttpResponse:
    """Pin a unit, or a metric of it."""
    return _pinned(request, is_on=True)


@require_POST
def unpin(request: HttpRequest) -> HttpResponse:
    """Take a pin off."""
    return _pinned(request, is_on=False)


@require_POST
def pin_move(request: HttpRequest) -> HttpResponse:
    """Move a pin one place up or down among those in sight."""
    scope, unit = Scope.of_request(request), _unit(request)
    by, metric = _by(request.POST.get("to", "")), request.POST.get("metric", "")
    verbs.move_pin(actor=scope, unit=unit, metric=metric, by=by, at=timezone.now())
    return redirect(_back(request))


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep an address under a name; what is refused comes back with what was typed."""
    scope = Scope.of_request(request)
    scope.require("figures.read")
    address, name = request.POST.get("address", ""), request.POST.get("name", "")
    try:
        saved = verbs.save_view(actor=scope, name=name, address=address, at=timezone.now())
    except verbs.HomeRefused as refused:
        form = saving_of(address, name=name, refused=str(refused)) or ViewForm("", "", name, str(refused))
        return _page(request, form, status=422)
    messages.success(request, f"Saved as “{saved.name}”. It stands on your home, and the search finds it.")
    return redirect(saved.address)


@require_POST
def view_step(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """Rename, move or drop one of one's own views; others' are not found."""
    scope, at = Scope.of_request(request), timezone.now()
    view = SavedView.objects.of(scope).filter(public_id=public_id).first()
    if view is None:
        raise Http404
    match name:
        case "rename":
            try:
                verbs.rename_view(actor=scope, view=view, name=request.POST.get("name", ""), at=at)
            except verbs.HomeRefused as refused:
                messages.error(request, str(refused))
        case "drop":
            verbs.drop_view(actor=scope, view=view, at=at)
            messages.success(request, f"“{view.name}” is dropped.")
        case _:
            verbs.move_view(actor=scope, view=view, by=_by(name), at=at)
    return redirect(_back(request))


def _pinned(request: HttpRequest, *, is_on: bool) -> HttpResponse:
    scope, unit, metric = Scope.of_request(request), _unit(request), request.POST.get("metric", "")
    refused = ""
    try:
        (verbs.pin if is_on else verbs.unpin)(actor=scope, unit=unit, metric=metric, at=timezone.now())
    except verbs.HomeRefused as error:
        is_on, refused = False, str(error)
    if request.headers.get("HX-Request"):
        label, back = request.POST.get("label", ""), request.POST.get("next", "")
        is_small = "small" in request.POST
        button = PinButton(unit.code, metric, label[:200], back, is_on, is_small, refused)
        return render(request, "components/pin.html", {"pin": button})
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, "It stands on your home." if is_on else "It is taken off your home.")
    return redirect(_back(request))


def _page(request: HttpRequest, saving: ViewForm | None, *, status: int = 200) -> HttpResponse:
    scope, at = Scope.of_request(request), timezone.now()
    scope.require("figures.read")
    today = localdate(at)
    unresolved = list(Alert.objects.within(scope).unresolved().select_related("unit", "owner", "version"))
    standing = Statuses(((each.unit_id, each.severity, each.snoozed_until) for each in unresolved), today=today)
    around = frame(request, current=HERE, standing=standing)
    pins, views = list(_pins(scope)), list(SavedView.objects.of(scope))
    unit = _top(scope, pins)
    if unit is None:
        return nothing_yet(request, around)
    try:
        selection = select(request.GET, scope=scope, unit=unit, basis="month", today=today)
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    metrics = _metrics(pins, selection.mark if selection.as_of else None)
    told = [each for each in pins if not each.metric or each.metric in metrics]
    seen = _picture(scope, selection, told, standing)
    waiting = [each for each in unresolved if not each.is_snoozed(today)]
    kept = AtHome(seen, pins, views, metrics, _judging(scope, selection, told), waiting, _labels(pins))
    board = home_board(kept, at=at, is_arranging="arrange" in request.GET, saving=saving)
    return render(request, "reports/home.html", {"frame": around, "board": board}, status=status)


def _pins(scope: Scope) -> QuerySet[Pin]:
    """The reader's pins in sight, with their units, the currency of the group and the terms of added metrics."""
    mine: QuerySet[Pin] = Pin.objects.of(scope)
    return mine.annotate(
        group_currency=Coalesce(Subquery(root_currency()[:1]), Value("")), terms=Subquery(newest_terms("metric"))
    )


def _top(scope: Scope, pins: Sequence[Any]) -> Any:
    """The unit whose periods the page stands on: the topmost of those pinned, else the one pages start from."""
    if not pins:
        return home_unit(with_group_currency(Unit.objects.within(scope)))
    first = min(pins, key=lambda each: (each.unit.depth, each.unit.left))
    first.unit.group_currency = first.group_currency
    return first.unit


def _metrics(pins: Sequence[Any], mark: int | None) -> Mapping[str, Metric]:
    """The shipped metrics and the added ones that pins are of, as they read today; without those retired by the mark
    (None: by now)."""
    known = [each.terms for each in pins if each.terms]
    standing = [read_terms(each) for each in known if not each["retired"] or (mark and each["from_mark"] > mark)]
    return {**METRICS, **{each.code: each for each in standing}}


def _labels(pins: Sequence[Any]) -> Mapping[str, str]:
    """What the added metrics that pins are of were called last, by code."""
    return {each.metric: each.terms["label"] for each in pins if each.terms}


def _picture(scope: Scope, selection: Selection, pins: Sequence[Pin], standing: Statuses) -> Picture:
    """The figures of all that is pinned: one query however many pins there are, one more against a forecast."""
    units = {each.unit_id: each.unit for each in pins}
    codes = list(dict.fromkeys([*OF_UNITS, *(each.metric for each in pins if each.metric)]))
    over: dict[str, Any] = {"units": list(units), "codes": codes}
    found, months = at_once(
        levels_of(scope, selection, versions=(ACTUAL, BUDGET, PRIOR), **over),
        series_of(scope, selection, versions=(ACTUAL, BUDGET), months=months_of(selection), **over),
    )
    below = [Part(each.pk, each.code, each.name, each.kind) for each in units.values()]
    unit: Any = selection.unit
    return by_month(compared(Picture(scope, selection, unit.group_currency, below, found, months, standing)), units)


def _judging(scope: Scope, selection: Selection, pins: Sequence[Pin]) -> list[Any]:
    """What judges any of the units pinned in the period."""
    ordinal = selection.period.ordinal
    units = {each.unit_id: each.unit for each in pins if each.metric}
    found = governing_any(scope, units.values(), mark=selection.mark if selection.as_of else None)
    return [each for each in in_force(found, at=ordinal).values() if not silent(each, at=ordinal)]


def _unit(request: HttpRequest) -> Unit:
    """The unit named in a form, in sight of the reader."""
    found = Unit.objects.within(Scope.of_request(request)).filter(code=request.POST.get("unit", "")).first()
    if found is None:
        raise Http404
    return found


def _by(word: str) -> int:
    if word not in STEPS:
        raise Http404
    return STEPS[word]


def _back(request: HttpRequest) -> str:
    """The page a form stood on, where it is one of ours; else home."""
    back = request.POST.get("next", "")
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else reverse(HERE)
