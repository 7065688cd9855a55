"""Moving a hiring budget between two units: the months it is read from, and the answer as other programs read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ledger.amounts import AmountRefused, as_text, parse
from ledger.periods import Calendar, PeriodUnknown, last
from metrics.hiring import Month, Move, PerHead, move, per_head
from metrics.querysets import reading, sheets
from metrics.readings import Level
from units.models import Unit
from units.scope import Scope

CODES = ("revenue", "personnel_cost", "headcount")
MOST_MONTHS = 60


class NoCase(ValueError):
    """There is nothing to read the move from; the sentence says why."""


@dataclass(frozen=True)
class Case:
    """What becomes of a yearly budget of one unit in another: giver and taker, in this order."""

    budget: int
    period: str
    units: tuple[Unit, Unit]
    heads: tuple[PerHead, PerHead]
    move: Move


def case(
    scope: Scope, units: tuple[Unit, Unit], budget: int, *, calendar: Calendar, mark: int, period: str = "",
    months: int = 12,
) -> Case:  # fmt: skip
    """Read from the months up to a period; left out it is the newest both have actuals of. Raises NoCase."""
    if not 1 <= months <= MOST_MONTHS:
        raise NoCase(f"From 1 to {MOST_MONTHS} months are read.")
    ordinal = _ordinal(scope, units, mark, calendar, period)
    window = last(months, ordinal)
    giver, taker = (
        per_head(_months(scope, unit, mark, window), periods_in_year=calendar.periods_in_year) for unit in units
    )
    found = move(budget, giver=giver, taker=taker)
    return Case(budget, calendar.at(ordinal).code, units, (giver, taker), found)


def yearly_budget(text: str) -> int:
    """A year's money as people write it. Raises AmountRefused."""
    found = parse(text)
    if found is None or found <= 0:
        raise AmountRefused("it is more than 0.")
    return found


def _ordinal(scope: Scope, units: Sequence[Unit], mark: int, calendar: Calendar, code: str) -> int:
    if code:
        try:
            return calendar.parse(code).ordinal
        except PeriodUnknown as error:
            raise NoCase(str(error)) from error
    newest = []
    for unit in units:
        known = sheets(scope).standing_at(mark).of_version("actual").of_basis("month").of_units([unit.pk])
        ordinal = known.order_by("-period__ordinal").values_list("period__ordinal", flat=True).first()
        if ordinal is None:
            raise NoCase(f"{unit.code} has no figures yet.")
        newest.append(int(ordinal))
    return min(newest)


def _months(scope: Scope, unit: Unit, mark: int, window: range) -> list[Month]:
    """The months of a unit that stand on sheets, oldest first."""
    found = sheets(scope).selected(mark=mark, ordinals=window, units=[unit.pk]).in_order()
    rows = [[reading(sheet, code).number for code in CODES] for sheet in found]
    return [Month(*(number if isinstance(number, int) else None for number in row)) for row in rows]


def document(found: Case) -> dict[str, Any]:
    """Money and heads as decimal text, missing as null with its reason."""
    rows = zip(found.units, found.heads, (found.move.heads_given, found.move.heads_taken), strict=True)
    return {
        "budget": as_text(found.budget),
        "period": found.period,
        "units": [
            {
                "unit": unit.code,
                "heads": _told(moved),
                "average": _told(each.average),
                "marginal": _told(each.marginal),
                "cost": _told(each.cost),
                "months": each.months,
                "headcounts": each.headcounts,
                "fit": each.fit,
                "warnings": list(each.warnings),
            }
            for unit, each, moved in rows
        ],
        "by_average": _told(found.move.by_average),
        "by_marginal": _told(found.move.by_marginal),
    }


def _told(level: Level) -> dict[str, Any]:
    return {"value": None if level.number is None else as_text(int(level.number)), "reason": level.reason or None}
