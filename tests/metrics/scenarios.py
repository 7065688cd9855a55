"""Bases to lay drivers on, small enough to work out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger.periods import Months
from metrics.readings import Level
from metrics.scenarios.base import Base, Facts
from metrics.scenarios.case import Case, lay_on
from metrics.scenarios.drivers import Setting, read_value

CALENDAR = Months(1)
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (CALENDAR.parse(f"2026-{month:02}").ordinal for month in (9, 10, 11, 12))
ONE = 10_000
NO_ACCOUNT = Level(None, "not_applicable: no account carries contractors")

LINES = {
    "revenue": 1_000,
    "cost_of_sales": 400,
    "personnel_cost": 250,
    "marketing_cost": 50,
    "other_operating_cost": 30,
    "cloud_cost": 100,
    "role:cloud_below": 20,
}
"""Every month the same, in whole units of currency; contractors are carried by no account."""

FACTS = Facts(
    customers=Level(200 * ONE),
    acquisition=Level(5 * ONE),
    head=Level(25 * ONE),
    earned=Level(80 * ONE),
    contractors=Level(0),
    contractor=Level(None, "not_applicable: no contractors"),
)


def base(unit: str = "SHOPS", **changes: Any) -> Base:
    """Three months ahead of September, and four closed behind it."""
    closed, months = tuple(range(SEPTEMBER - 3, SEPTEMBER + 1)), (OCTOBER, NOVEMBER, DECEMBER)
    found = Base(
        unit=unit,
        months=months,
        closed=closed,
        lines={
            "contractor_cost": dict.fromkeys((*closed, *months), NO_ACCOUNT),
            **{code: dict.fromkeys((*closed, *months), Level(each * ONE)) for code, each in LINES.items()},
        },
        cash={
            SEPTEMBER: Level(2_000 * ONE),
            **{month: Level((2_100 + n * 100) * ONE) for n, month in enumerate(months)},
        },
        interval=dict.fromkeys(months, (1900 * ONE, 2500 * ONE)),
        lags={"collection": Level(1.5), "payment": Level(1.0)},
        facts=FACTS,
    )
    return replace(found, **changes)


def without(found: Base, code: str, month: int, reason: str) -> Base:
    """The base with a line missing in a month."""
    return replace(found, lines={**found.lines, code: {**found.lines[code], month: Level(None, reason)}})


def setting(kind: str, value: str, *, unit: str = "SHOPS", first: int | None = None) -> Setting:
    return Setting(unit, kind, read_value(kind, value), first)


def case(*settings: Setting, of: Base | None = None, members: dict[str, Base] | None = None) -> Case:
    return lay_on(of or base(), members or {}, settings)


def whole(level: Level) -> float | None:
    """A level in whole units of currency."""
    return None if level.number is None else level.number / ONE
