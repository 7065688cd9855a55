"""Net assets, whose they are and what translation leaves of them: explained down to the rows, to the ten-thousandth.

Of Paris, founded with 1,000 euro at 1.00, 60 % are held; it earned 100 in January at 1.1111, closing at 1.2345.
"""

from __future__ import annotations

import pytest

from ledger.actions import import_figures, import_structure
from ledger.actions.structure import StructureFile
from ledger.periods import Months
from metrics.querysets import computed_mark
from metrics.recompute import recompute
from reports.explanation import Explanation
from tests.ledger.imports import csv
from tests.prepared import prepared
from tests.reports.test_exchange import AT, SYSTEM
from units.models import Unit

UNITS = """
    code   | name   | parent | kind  | currency | method | ownership
    GROUP  | Group  |        | group | USD      |        |
    PARIS  | Paris  | GROUP  | unit  | EUR      | full   | 0.6
"""
ACCOUNTS = """
    code | name    | kind      | role    | time_rollup | unit_of_measure | rate_type
    REV  | Revenue | income    | revenue | sum         | money           | average
    CASH | Cash    | asset     | cash    | last        | money           | closing
    LOAN | Loan    | liability |         | last        | money           | closing
    CAP  | Capital | equity    |         | last        | money           | historical
"""
RATES = """
    currency | period  | kind       | rate
    EUR      | 2025-01 | historical | 1.00
    EUR      | 2026-01 | average    | 1.1111
    EUR      | 2026-01 | closing    | 1.2345
"""
FIGURES = """
    unit  | account | 2026-01
    PARIS | REV     | 100
    PARIS | CASH    | 1600
    PARIS | LOAN    | 500
    PARIS | CAP     | 1000
"""


@prepared
def balance() -> None:
    files = {
        name: StructureFile(f"{name}.csv", csv(text))
        for name, text in (("units", UNITS), ("accounts", ACCOUNTS), ("rates", RATES))
    }
    report = import_structure(actor=SYSTEM, at=AT, **files)
    assert not report.is_refused, report.errors
    found = import_figures(actor=SYSTEM, content=csv(FIGURES), filename="erp.csv", source="erp", at=AT)
    assert not found.is_refused, found.errors
    recompute(actor="process:test", clock=lambda: AT)


@pytest.mark.parametrize("basis", ["month", "ytd"])
@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("net_assets", 1100 * 1_2345),
        ("equity", 1000 * 1_0000),
        ("translation_difference", 1100 * 1_2345 - 1000 * 1_0000 - 100 * 1_1111),
        ("minority_equity", 1100 * 1_2345 * 4 // 10),
    ],
)
@pytest.mark.usefixtures("balance")
def test_every_balance_is_the_sum_of_the_rows_it_explains_itself_by(metric: str, value: int, basis: str) -> None:
    group, ordinal = Unit.unscoped.get(code="GROUP").pk, Months(1).parse("2026-01").ordinal
    found = Explanation(SYSTEM, computed_mark()).of(metric, unit=group, ordinal=ordinal, basis=basis, version="actual")

    assert found.value == value
    assert sum(int(leaf.value or 0) for child in found.children for leaf in child.leaves()) == value
