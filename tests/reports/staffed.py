"""A company with people by function, a budget of the whole year, and units that spend it at different rates.

GROUP   actual from October 2025 to September 2026, budget for 2026
├── RETAIL   spends more than it was given; earns most with a head
├── WHOLESALE   spends less; its budget still has two hires
├── SHOPS    nobody gave it a budget, and nobody reports its people
└── DEPOT   corporate: sells nothing
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.test import Client

from ledger.models import ONE, Account, Delivery, Entry, Import, Period, Version
from metrics.recompute import recompute
from tests.company import Company, build_company
from tests.reports import shown
from tests.reports.conftest import COMPUTED
from tests.tables import Row, table
from units.models import Unit

YEAR = [f"2025-{month:02}" for month in (10, 11, 12)] + [f"2026-{month:02}" for month in range(1, 13)]
ACTUAL_MONTHS, AHEAD = YEAR[:12], YEAR[12:]

UNITS = """
    code  | parent | kind      | name
    GROUP |        | group     | Example Group
    RETAIL | GROUP  | unit      | Retail
    WHOLESALE | GROUP  | unit      | Wholesale
    SHOPS  | GROUP  | unit      | Shops
    DEPOT | GROUP  | corporate | Head office
    ELIM  | GROUP  | elimination | Eliminations
"""
ACCOUNTS = """
    code    | kind        | time_rollup | role            | better | measure
    REVENUE | income      | sum         | revenue         | higher | money
    COSTS   | expense     | sum         | cost_of_sales   | lower  | money
    PEOPLE  | expense     | sum         | personnel       | lower  | money
    EXTERN  | expense     | sum         | contractors     | lower  | money
    HEADS   | statistical | last        | headcount       | none   | count
    SELLERS | statistical | last        |                 | none   | count
    MAKERS  | statistical | last        |                 | none   | count
    OPEN    | statistical | last        | open_positions  | none   | count
    OTHERS  | statistical | last        | contractors_fte | none   | count
"""
# What a month is like; `newest` is what the last three are like where that differs.
MONTHLY = """
    unit  | account | version     | usual | newest
    RETAIL | REVENUE | actual      |   900 | 1000
    RETAIL | COSTS   | actual      |   200 |
    RETAIL | PEOPLE  | actual      |   100 |  120
    RETAIL | EXTERN  | actual      |    40 |
    RETAIL | SELLERS | actual      |     2 |    3
    RETAIL | MAKERS  | actual      |     3 |
    RETAIL | OTHERS  | actual      |     1 |
    RETAIL | OPEN    | actual      |     0 |
    WHOLESALE | REVENUE | actual      |   500 |  510
    WHOLESALE | COSTS   | actual      |   150 |
    WHOLESALE | PEOPLE  | actual      |   200 |  220
    WHOLESALE | EXTERN  | actual      |    10 |
    WHOLESALE | MAKERS  | actual      |    10 |   11
    WHOLESALE | OTHERS  | actual      |     0 |
    WHOLESALE | OPEN    | actual      |     0 |    2
    SHOPS  | REVENUE | actual      |    80 |
    SHOPS  | COSTS   | actual      |    90 |
    DEPOT | PEOPLE  | actual      |    30 |
    DEPOT | SELLERS | actual      |     1 |
    RETAIL | REVENUE | budget-2026 |   900 |
    RETAIL | COSTS   | budget-2026 |   200 |
    RETAIL | PEOPLE  | budget-2026 |    90 |
    RETAIL | EXTERN  | budget-2026 |    30 |
    RETAIL | SELLERS | budget-2026 |     3 |
    RETAIL | MAKERS  | budget-2026 |     3 |
    WHOLESALE | REVENUE | budget-2026 |   500 |
    WHOLESALE | COSTS   | budget-2026 |   200 |
    WHOLESALE | PEOPLE  | budget-2026 |   250 |
    WHOLESALE | EXTERN  | budget-2026 |    10 |
    WHOLESALE | MAKERS  | budget-2026 |    13 |
    DEPOT | PEOPLE  | budget-2026 |    30 |
    DEPOT | SELLERS | budget-2026 |     1 |
"""


def build_staffed(more: Iterable[tuple[str, str]] = (), monthly: str = MONTHLY) -> Company:
    """The company, with more units of a code and a name below the group, each like Shops."""
    names = list(more)
    units = UNITS + "".join(f"    {code} | GROUP | unit | Unit {code}\n" for code, _ in names)
    rows = [*table(monthly), *table(_like_shops([code for code, _ in names]))]
    figures = "\n".join(
        [
            f"unit | account | counterparty | version | {' | '.join(ACTUAL_MONTHS)}",
            *(f"{row.unit} | {row.account} | | {row.version} | {' | '.join(_months(row))}" for row in rows),
        ]
    )
    company = build_company(units, figures, ACCOUNTS)
    for code, name in names:
        Unit.unscoped.filter(code=code).update(name=name)
    heads = Account.objects.get(code="HEADS")
    Account.objects.filter(code__in=["SELLERS", "MAKERS"]).update(parent=heads, depth=1)
    _budget_ahead([row for row in rows if row.version != "actual"])
    recompute(actor="process:test", clock=lambda: COMPUTED)
    return company


def _like_shops(codes: list[str]) -> str:
    lines = [
        f"{code} | {account} | actual | {size} |"
        for code in codes
        for account, size in (("REVENUE", 80), ("COSTS", 90))
    ]
    return "\n".join(["unit | account | version | usual | newest", *lines])


def _months(row: Row) -> list[str]:
    newest = row.usual if row.newest == "" else row.newest
    return [str(row.usual)] * (len(ACTUAL_MONTHS) - 3) + [str(newest)] * 3


def _budget_ahead(rows: list[Row]) -> None:
    """The budget's last months, of which there are no actuals yet."""
    origin, version = Import.objects.get(), Version.objects.get(kind="budget")
    last = Period.objects.order_by("-ordinal").first()
    assert last is not None and origin.mark is not None
    for step, code in enumerate(AHEAD, start=1):
        year, month = (int(part) for part in code.split("-"))
        starts = last.ends.replace(year=year, month=month, day=1)
        period = Period.objects.create(
            code=code, ordinal=last.ordinal + step, year=year, quarter=4, number=month,
            starts=starts, ends=starts.replace(day=30 if month == 11 else 31),
        )  # fmt: skip
        for line, row in enumerate(rows, start=500):
            Entry.unscoped.create(
                unit=Unit.unscoped.get(code=row.unit), account=Account.objects.get(code=row.account), period=period,
                version=version, amount=row.usual * ONE, source="erp", origin=origin, row=line, column=code,
                from_mark=origin.mark,
            )  # fmt: skip
        for unit in {row.unit for row in rows}:
            Delivery.unscoped.create(
                source="erp", unit=Unit.unscoped.get(code=unit), version=version, period=period, origin=origin,
                from_mark=origin.mark,
            )  # fmt: skip


def board(client: Client, **asked: str) -> Any:
    """The page of resources."""
    return shown.board(client, "/resources/", **asked)


def whole(figure: Any) -> Any:
    """A figure in units; None where it is missing."""
    return None if figure.number is None else figure.number / ONE
