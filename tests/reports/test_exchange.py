"""Exchange rates as a driver of their own: what units did and what rates did add up to the gap exactly.

GROUP (USD)
├── PARIS    EUR: 1,000 in July 2026 at 1.20, the budget of 900 at 1.00; 800 in July 2025 at 1.05
├── BOSTON   USD: 1,500, budget 1,600; 1,400 a year before
└── ELIM     100 euro that Paris sold to Boston
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.actions import import_figures, import_structure
from ledger.actions.structure import StructureFile
from ledger.models import ONE
from ledger.periods import Months
from metrics.models import Sheet
from metrics.querysets import computed_mark
from metrics.recompute import recompute
from reports.attribution import BUDGET, PRIOR_YEAR, Question, gap
from reports.explanation import Explanation
from tests.ledger.imports import csv
from tests.prepared import prepared
from units.models import Unit
from units.scope import Scope

pytestmark = pytest.mark.django_db
AT = datetime(2026, 8, 10, 9, 0, tzinfo=UTC)
SYSTEM = Scope.system("test")

UNITS = """
    code   | name   | parent | kind        | currency
    GROUP  | Group  |        | group       | USD
    PARIS  | Paris  | GROUP  | unit        | EUR
    BOSTON | Boston | GROUP  | unit        |
    ELIM   | Takes  | GROUP  | elimination |
"""
ACCOUNTS = """
    code | name      | kind        | role          | time_rollup | unit_of_measure
    REV  | Revenue   | income      | revenue       | sum         | money
    COST | Costs     | expense     | cost_of_sales | sum         | money
    CUST | Customers | statistical | customers     | last        | count
"""
RATES = """
    currency | period  | kind    | rate
    EUR      | 2025-06 | average | 1.05
    EUR      | 2025-07 | average | 1.05
    EUR      | 2026-06 | average | 1.10
    EUR      | 2026-07 | average | 1.20
    EUR      | 2026-06 | budget  | 1.00
    EUR      | 2026-07 | budget  | 1.00
"""
FIGURES = """
    unit   | account | counterparty | 2025-06 | 2025-07 | 2026-06 | 2026-07
    PARIS  | REV     |              |     800 |     800 |     950 |     900
    PARIS  | REV     | BOSTON       |       0 |       0 |       0 |     100
    PARIS  | CUST    |              |      80 |      80 |      90 |      95
    BOSTON | REV     |              |    1400 |    1400 |    1450 |    1500
    BOSTON | COST    | PARIS        |       0 |       0 |       0 |     120
    BOSTON | CUST    |              |     140 |     140 |     150 |     150
"""
PLAN = """
    unit   | account | 2026-06 | 2026-07
    PARIS  | REV     |     900 |     900
    PARIS  | CUST    |      90 |      90
    BOSTON | REV     |    1600 |    1600
    BOSTON | CUST    |     160 |     160
"""


@prepared
def company() -> None:
    files = {
        name: StructureFile(f"{name}.csv", csv(text))
        for name, text in (("units", UNITS), ("accounts", ACCOUNTS), ("rates", RATES))
    }
    assert not import_structure(actor=SYSTEM, at=AT, **files).is_refused
    for source, text, version in (("erp", FIGURES, None), ("plan", PLAN, "budget-2026")):
        report = import_figures(
            actor=SYSTEM, content=csv(text), filename=f"{source}.csv", source=source, at=AT, version=version
        )
        assert not report.is_refused, report.errors
    recompute(actor="process:test", clock=lambda: AT)


def moved(unit: str, baseline: str, basis: str = "month") -> tuple[dict[str, Any], int]:
    """What each driver moved of revenue in July 2026, and the gap."""
    question = Question(
        "revenue",
        Unit.unscoped.get(code=unit).pk,
        Months(1).parse("2026-07").ordinal,
        basis,
        baseline=baseline,
        by="driver",
    )
    found = gap(Explanation(SYSTEM, computed_mark()), question)
    return {code: line.moved.number for code, line in found.lines.items()}, int(found.total.difference.number or 0)


def stored(unit: str, version: str, basis: str = "month", period: str = "2026-07") -> int:
    numbers = Sheet.unscoped.get(
        unit__code=unit, version=version, basis=basis, period__code=period, until_mark__isnull=True
    ).numbers
    return int(numbers["revenue"])


def test_the_actual_at_its_own_rate_less_the_same_at_the_budgets_is_the_rates_part(company: None) -> None:
    parts, total = moved("PARIS", BUDGET)

    assert parts["exchange"] == 1000 * (120 - 100) // 100 * ONE
    assert total == (1200 - 900) * ONE == sum(parts.values())


@pytest.mark.parametrize("unit", ["PARIS", "BOSTON", "GROUP"])
@pytest.mark.parametrize("basis", ["month", "ytd"])
def test_what_units_did_and_what_rates_did_add_up_exactly(company: None, unit: str, basis: str) -> None:
    parts, total = moved(unit, BUDGET, basis)
    exchange = parts.pop("exchange", 0)
    reported, budget = stored(unit, "actual", basis), stored(unit, "budget", basis)
    constant = reported if unit == "BOSTON" else stored(unit, "actual@budget-rates", basis)

    assert total == reported - budget
    assert exchange == reported - constant
    assert sum(parts.values()) == constant - budget


def test_against_a_year_earlier_the_rates_of_that_year_are_taken(company: None) -> None:
    parts, total = moved("PARIS", PRIOR_YEAR)
    exchange = parts.pop("exchange")

    assert exchange == 1000 * (120 - 105) // 100 * ONE == 1200 * ONE - stored("PARIS", "actual@prior-year-rates")
    assert sum(parts.values()) == 1000 * 105 // 100 * ONE - 800 * 105 // 100 * ONE
    assert total == exchange + sum(parts.values())


def test_of_a_group_the_rates_of_what_is_eliminated_are_taken_out_with_it(company: None) -> None:
    parts, _ = moved("GROUP", BUDGET)

    assert parts["exchange"] == (1000 - 100) * 20 // 100 * ONE


def test_a_unit_in_the_groups_currency_has_no_part_of_the_rates(company: None) -> None:
    parts, _ = moved("BOSTON", BUDGET)

    assert "exchange" not in parts
