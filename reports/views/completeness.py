"""Which units delivered which periods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from alerts.deadlines import deadlines
from ledger.actions.closing import ABILITY, Shut
from ledger.models import Period
from reports.boards.actors import actors
from reports.boards.completeness import TOLD, Asked, Deliveries, completeness_board
from reports.boards.frame import frame
from reports.closing import ClosingForm
from reports.completeness import Cell, Source, cell, closing_of, delivered
from reports.querysets import IMPORTS
from reports.views.empty import nothing_yet
from units.marks import mark_at
from units.models import Unit
from units.moments import moment
from units.scope import Scope

MONTHS = 12


@require_safe
def completeness(request: HttpRequest) -> HttpResponse:
    """Units by periods: what was delivered, what is late or partial, what was restated, what is closed."""
    scope = Scope.of_request(request)
    scope.require("figures.read")
    asked = _asked(request.GET)
    today = localdate(asked.as_of or timezone.now())
    around = frame(request, current="completeness")
    periods = list(Period.objects.order_by("ordinal"))
    shown = _shown(periods, asked, today=today)
    found = _deliveries(scope, asked, periods, shown, today=today) if shown else None
    if found is None or not found.units:
        return nothing_yet(request, around)
    used = [each for row in found.cells.values() for each in row.values()]
    may_close = scope.may(ABILITY) and asked.as_of is None and found.picked.ends < today
    form = ClosingForm(initial={"period": found.picked.code}, scope=scope) if may_close else None
    board = completeness_board(found, asked, href=_doors(scope, asked), who=actors(_named(used)), form=form)
    return render(request, "reports/completeness.html", {"frame": around, "board": board})


def _asked(given: Any) -> Asked:
    """What the address asks for; what names nothing is a 404."""
    as_of = moment(given["as_of"]) if given.get("as_of") else None
    state, page = given.get("state", ""), given.get("page", "1")
    if (given.get("as_of") and as_of is None) or state not in ("", *TOLD):
        raise Http404
    return Asked(
        period=given.get("period", ""),
        as_of=as_of,
        state=state,
        region=given.get("region", ""),
        vertical=given.get("vertical", ""),
        page=max(int(page), 1) if page.isdigit() and len(page) < 6 else 1,
    )


def _shown(periods: Sequence[Period], asked: Asked, *, today: date) -> list[Period]:
    """The fiscal year of the period asked for, else the last twelve that have begun."""
    if not asked.period:
        return [period for period in periods if period.starts <= today][-MONTHS:]
    picked = next((period for period in periods if period.code == asked.period), None)
    if picked is None:
        raise Http404
    return [period for period in periods if period.year == picked.year]


def _deliveries(
    scope: Scope, asked: Asked, periods: Sequence[Period], shown: Sequence[Period], *, today: date
) -> Deliveries:
    """The cells of every unit in scope that has something to deliver. Five queries, however many units."""
    mark = mark_at(asked.as_of) if asked.as_of else None
    everybody = Unit.objects.within(scope).filter(tree="", left__gt=0)
    units = list(everybody.exclude(kind=Unit.Kind.ELIMINATION).order_by("left"))
    brought = delivered(scope, first=shown[0].ordinal, last=shown[-1].ordinal, mark=mark)
    due = deadlines(units, shown, mark=mark)
    shut = Shut.among((period.ordinal for period in shown), mark=mark)
    over = [period.ordinal for period in periods if period.ends < today]
    telling = [unit for unit in units if unit.pk in brought or (_is_single(unit) and due[unit.pk])]
    cells = {
        unit.pk: {
            period.ordinal: cell(
                brought.get(unit.pk, NOTHING),
                period.ordinal,
                due=due[unit.pk].get(period.ordinal),
                newest=max(over, default=0),
                today=today,
                shut=closing_of(shut, period.ordinal, unit.left),
            )
            for period in shown
        }
        for unit in telling
    }
    picked = _picked(shown, asked, today=today)
    begun = [period for period in periods if period.starts <= today or period == picked]
    return Deliveries(begun, shown, picked, telling, cells)


NOTHING: dict[str, Source] = {}


def _is_single(unit: Unit) -> bool:
    """Whether it stands for itself: a group, and a unit that others hang below, need not deliver anything."""
    return unit.kind == Unit.Kind.UNIT and unit.right - unit.left == 1


def _picked(shown: Sequence[Period], asked: Asked, *, today: date) -> Period:
    """The period the page tells of: the one asked for, else the newest that is over."""
    if asked.period:
        return next(period for period in shown if period.code == asked.period)
    return next((period for period in reversed(shown) if period.ends < today), shown[-1])


def _named(cells: Iterable[Cell]) -> set[str]:
    """Everybody a cell names."""
    found = set()
    for each in cells:
        found |= {came.actor for came in (each.first, each.changed) if came}
        found |= {each.shut.actor} if each.shut else set()
    return found


def _doors(scope: Scope, asked: Asked) -> Callable[[Any, Period, Cell], str]:
    """Where a cell leads: to the newest import behind it for those who may read that, else to the unit's statement."""
    may_read = scope.may("figures.import") or scope.may(IMPORTS)
    reads_all = scope.may(IMPORTS) and scope.may_everywhere(IMPORTS)
    as_of = {"as_of": asked.as_of.isoformat()} if asked.as_of else {}

    def href(unit: Any, period: Period, found: Cell) -> str:
        newest = found.changed or found.first
        if newest is None:
            return ""
        if may_read and (reads_all or newest.actor == scope.actor):
            return reverse("import", args=[newest.origin])
        return reverse("unit", args=[unit.code]) + "?" + urlencode({"period": period.code, "basis": "month", **as_of})

    return href
