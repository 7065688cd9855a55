"""A small company in any fiscal calendar, brought in through the import actions."""

from __future__ import annotations

from typing import Any

from ledger.actions import import_structure
from ledger.actions.structure import StructureFile
from tests.ledger.imports import AT, bring, csv
from tests.metrics.engine import SYSTEM

UNITS = """
    code | name  | parent | currency
    ALL  | Group |        | EUR
    HOME | Home  | ALL    |
    UK   | Isles | ALL    |
"""
ACCOUNTS = """
    code  | name    | kind        | role          | time_rollup
    REV   | Revenue | income      | revenue       |
    COST  | Costs   | expense     | cost_of_sales |
    HEADS | Heads   | statistical | headcount     | last
"""


def company(calendar: dict[str, Any], units: str = UNITS) -> None:
    report = import_structure(
        actor=SYSTEM,
        at=AT,
        units=StructureFile("units.csv", csv(units)),
        accounts=StructureFile("accounts.csv", csv(ACCOUNTS)),
        calendar=calendar,
    )
    assert not report.is_refused, report.errors


def deliver(unit: str, amounts: dict[str, int], *, account: str = "REV", version: str = "actual") -> None:
    rows = "\n".join(f"{unit} | {account} | {period} | {amount}" for period, amount in amounts.items())
    report = bring(
        SYSTEM, f"unit | account | period | amount\n{rows}", source=f"{unit}-{account}-{version}", version=version
    )
    assert not report.is_refused, report.errors


def months(first: str, amounts: list[int | None]) -> dict[str, int]:
    year, month = map(int, first.split("-"))
    at = [year * 12 + month - 1 + place for place in range(len(amounts))]
    return {f"{o // 12}-{o % 12 + 1:02}": amount for o, amount in zip(at, amounts, strict=True) if amount is not None}
