"""A company with more than two years of months, so that there is something to look ahead from."""

from __future__ import annotations

import math

from ledger.models import ONE, Closing, Entry
from metrics.forecasting import Made, make_forecasts
from metrics.models import Forecast
from metrics.outlook import forecasts
from metrics.querysets import computed_mark
from tests.company import Company, build_company
from tests.metrics.engine import AT, SYSTEM, compute
from units.marks import take_mark
from units.models import Unit

MONTHS = [f"{2024 + month // 12}-{month % 12 + 1:02}" for month in range(6, 34)]
"""July 2024 to October 2026; all but the last are closed, so forecasts begin with October 2026."""


def lived_in() -> Company:
    """Shops and Depot with a season and a trend, their trade with each other, computed and forecast."""
    company = build_company(figures=figures())
    compute()
    forecast()
    return company


def figures() -> str:
    """The text table of its figures."""
    lines = [
        "unit | account | counterparty | version | " + " | ".join(MONTHS),
        _line("SHOPS | REVENUE | | actual", 1000, 20),
        _line("SHOPS | COSTS | | actual", 400, 5),
        _line("SHOPS | COSTS | DEPOT | actual", 200, 0, season=0),
        _line("SHOPS | PEOPLE | | actual", 250, 1, season=0),
        _line("RETAIL | PEOPLE | | actual", 100, 0, season=0),
        _line("DEPOT | REVENUE | | actual", 3000, -10),
        _line("DEPOT | REVENUE | SHOPS | actual", 200, 0, season=0),
        _line("DEPOT | COSTS | | actual", 1200, 3),
        _line("DEPOT | PEOPLE | | actual", 400, 2, season=0),
        _line("SHOPS | HEADS | | actual", 10, 0, season=0),
        _line("SHOPS | REVENUE | | budget-2026", 1500, 0, season=0),
    ]
    return "\n".join(lines)


def _line(head: str, base: float, slope: float, season: float = 0.15) -> str:
    cells = [
        round((base + slope * month) * (1 + season * math.sin(2 * math.pi * month / 12)))
        for month in range(len(MONTHS))
    ]
    return f"{head} | " + " | ".join(map(str, cells))


def forecast() -> Made | None:
    """Forecast at the moment of the tests."""
    return make_forecasts(actor=SYSTEM, at=AT)


def close(company: Company, month: str, unit: Unit | None = None) -> None:
    """Close a month for a unit and all below it, or for everybody."""
    Closing.unscoped.create(
        period=company.months[month], unit=unit, actor="process:test", at=AT, from_mark=take_mark(AT).pk
    )


def expected(unit: str, metric: str) -> dict[str, Forecast]:
    """What a reader finds of a unit and metric, by period."""
    found = forecasts(SYSTEM, computed_mark()).filter(unit__code=unit, metric=metric)
    return {row.period.code: row for row in found}


def book(unit: Unit, month: str, amount: int) -> None:
    """More revenue of a month, closed or not, as a restatement leaves it."""
    first = Entry.unscoped.filter(
        unit=unit, account__code="REVENUE", period__code=month, version__code="actual"
    ).first()
    Entry.unscoped.create(
        unit=unit, account=first.account, period=first.period, version=first.version, amount=amount * ONE,
        source="erp", origin=first.origin, row=999, from_mark=take_mark(AT).pk,
    )  # fmt: skip
