"""The page of one unit, and the list of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from alerts.models import Alert
from reports.actions.files import hand_out
from reports.baselines import BUDGET as BUDGETED
from reports.boards.commentary import with_words
from reports.boards.contributors import of_figure
from reports.boards.family import children_of, nearest_of
from reports.boards.frame import Statuses, frame, statuses
from reports.boards.naming import place, unit_name
from reports.boards.standing import Standing, standing_rows
from reports.boards.unit import CONTRIBUTORS, choices, unit_board
from reports.boards.unit_asked import UnitAsked, read_unit
from reports.boards.unit_file import unit_file
from reports.carried import carried, link
from reports.consolidation import BOOKS, books_below
from reports.explanation import beside as explained_beside
from reports.figures import Contributors, Crumb, PinButton, Status, UnitBoard
from reports.footing import footing
from reports.models import Pin
from reports.rows import Rows
from reports.selection import NothingYet, NotKnownThen, select
from reports.views.downloads import as_csv
from reports.views.empty import not_known_then, nothing_yet
from reports.wording import count
from units.models import Unit
from units.scope import Scope


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """How the unit is doing: statement, causes, metrics against limits, its alerts, its parts."""
    scope = Scope.of_request(request)
    at = timezone.now()
    beside = _beside(scope, against=request.GET.get("against") or BUDGETED) | standing_rows(at)
    on = footing(_with_pin(scope).filter(code=code), request.GET, **beside)
    if on is None:
        raise Http404
    found: Any = on.unit
    today = localdate(at)
    unresolved = list(Alert.objects.within(scope).unresolved().select_related("unit", "owner", "version", "began"))
    standing = Statuses(((each.unit_id, each.severity, each.snoozed_until) for each in unresolved), today=today)
    waiting = [each for each in unresolved if not each.is_snoozed(today)]
    around = frame(request, current="units", unit=found.code, standing=standing)
    try:
        selection = select(request.GET, scope=scope, unit=found, basis="month", today=today, on=on)
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    told = Standing.of(on.beside, [each for each in unresolved if each.unit_id == found.pk])
    board = _board(UnitAsked(scope, on, selection, standing, waiting, told), at=at)
    pin = PinButton(found.code, "", place(found), request.get_full_path(), found.is_pinned)
    export = reverse("unit-export", args=[found.code]) + selection.query()
    return render(request, "reports/unit.html", {"frame": around, "board": board, "pin": pin, "export": export})


@require_POST
def unit_export(request: HttpRequest, code: str) -> HttpResponse:
    """The statement as a file, read as the page reads it; posted, because a download is recorded."""
    scope = Scope.of_request(request)
    beside = _beside(scope, against=request.GET.get("against") or BUDGETED)
    on = footing(Unit.objects.within(scope).filter(code=code), request.GET, **beside)
    if on is None:
        raise Http404
    at = timezone.now()
    today = localdate(at)
    try:
        selection = select(request.GET, scope=scope, unit=on.unit, basis="month", today=today, on=on)
    except (NothingYet, NotKnownThen) as missing:
        raise Http404 from missing
    asked = UnitAsked(scope, on, selection, Statuses((), today=today), (), Standing())
    content = unit_file(selection, read_unit(asked).stretches, asked.lines)
    content = hand_out(actor=scope, what="statement", unit=on.unit, content=content, asked=selection.parts(), at=at)
    return as_csv(content, name="statement")


def _beside(scope: Scope, *, against: str) -> dict[str, Rows]:
    """What is handed over with the unit; what explains its gap too, where that is not to budget."""
    books = Rows(books_below(scope, left=OuterRef("left"), right=OuterRef("right")), *BOOKS)
    found = {"children": children_of(scope), "books": books, **nearest_of(scope)}
    return found if against == BUDGETED else {**found, **explained_beside(scope)}


def _with_pin(scope: Scope) -> QuerySet[Unit]:
    """The units in sight, each with whether the reader keeps it at home."""
    return Unit.objects.within(scope).annotate(is_pinned=Pin.objects.all().holds(scope))


def _board(asked: UnitAsked, *, at: datetime) -> UnitBoard:
    """Everything the page prints, read and put together."""
    selection, read = asked.selection, read_unit(asked)
    gap = _gap(asked) if selection.baseline != BUDGETED else None
    crumbs = (Crumb("Units", reverse("units") + selection.query()),)
    beside = replace(read.beside, gap=gap)
    return with_words(unit_board(read.seen, read.stretches, asked.lines, beside, crumbs=crumbs, at=at), read.told)


def _gap(asked: UnitAsked) -> Contributors | None:
    """What accounts for the gap of operating income to what was picked to compare with."""
    selection = asked.selection
    found = of_figure(
        asked.explanation,
        asked.gap,
        currency=asked.on.currency,
        here=reverse("unit", args=[selection.unit.code]) + selection.query(),
        baselines=choices(selection, CONTRIBUTORS),
    )
    return found and replace(found, views=())


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """All units the reader may see, as the tree they form, and the nodes of other trees below them."""
    scope = Scope.of_request(request)
    scope.require("figures.read")
    standing = statuses(scope, today=localdate())
    around = frame(request, current="units", standing=standing)
    found: list[Any] = list(Unit.objects.within(scope).filter(left__gt=0).order_by("left"))
    top = min((each.depth for each in found if not each.tree), default=0)
    kept = link("", carried(request.GET))
    rows = [(unit_name(each, kept), each.depth - top, each, standing.of(each.pk)) for each in found]
    title = _told([status for _, _, each, status in rows if not each.tree])
    return render(request, "reports/units.html", {"frame": around, "rows": rows, "title": title})


def _told(found: Sequence[Status]) -> str:
    """`15 units: four off plan, one to watch`."""
    parts = [(found.count("h"), "off plan"), (found.count("m"), "to watch")]
    named = [f"{count(number)} {words}" for number, words in parts if number]
    units = f"{len(found)} unit{'' if len(found) == 1 else 's'}"
    return f"{units}: {', '.join(named)}" if named else f"{units}, none of them with an open alert"
