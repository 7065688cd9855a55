"""Incremental equals full, whatever comes in and in whatever order.

`SEQUENCES=200 pytest tests/metrics/test_recompute_laws.py` tries two hundred of them; each takes a second or two.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledger.actions import import_ownership, import_placements, import_tree
from ledger.actions.structure import StructureFile
from ledger.models import Layer, Period
from tests.company import Company
from tests.ledger.imports import bring, csv
from tests.metrics.engine import AT, SYSTEM, compute, set_rate
from units.models import Unit

ACTUALS = ("2025-11", "2026-05", "2026-09", "2026-10", "2027-01")
BUDGETS = {"budget-2025": ("2025-12",), "budget-2026": ("2026-10", "2026-12"), "budget-2027": ("2027-01", "2027-03")}
PLACES = [("actual", period) for period in ACTUALS] + [
    (code, period) for code, all_ in BUDGETS.items() for period in all_
]

ROWS = st.tuples(
    st.sampled_from(["SHOPS", "DEPOT", "RETAIL", "GROUP"]),
    st.sampled_from(["REVENUE", "COSTS", "PEOPLE", "HEADS", "MARKETING"]),
    st.sampled_from(PLACES),
    st.integers(-500, 5_000),
    st.sampled_from(["", "", "SHOPS", "DEPOT"]),
)
IMPORTS = st.tuples(st.sampled_from(["erp", "hr"]), st.lists(ROWS, min_size=1, max_size=4))
ADJUSTMENTS = st.tuples(st.just("group"), st.lists(ROWS, min_size=1, max_size=2))
RATES = st.tuples(
    st.sampled_from(["2025-09", "2026-05", "2026-09"]),
    st.sampled_from(["1", "1.25", "0.9"]),
    st.sampled_from(["average", "budget", "historical"]),
)
OWNERSHIP = st.tuples(
    st.sampled_from(["SHOPS", "RETAIL", "WHOLESALE"]),
    st.sampled_from(["", "2026-05-01", "2026-09-30"]),
    st.sampled_from(["1", "0.6", "0.25"]),
    st.sampled_from(["full", "proportional", "equity", "none"]),
)

MOVES = st.tuples(
    st.just("move"),
    st.sampled_from(["SHOPS", "DEPOT"]),
    st.sampled_from(["", "2026-05-01", "2026-09-30", "2026-12-01"]),
    st.sampled_from(["GROUP", "RETAIL", "WHOLESALE"]),
)
TREES = st.tuples(
    st.just("tree"),
    st.sampled_from(["", "2026-05-01", "2026-09-30", "2026-12-01"]),
    st.sampled_from(["NORTH", "SOUTH"]),
)


@contextmanager
def _undone() -> Iterator[None]:
    """Everything inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(
    max_examples=int(os.environ.get("SEQUENCES", "10")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(  # an account that one year of the chained budget carries for the first time
    deeds=[
        ("erp", [("SHOPS", "REVENUE", ("budget-2027", "2027-01"), 10, "")]),
        ("erp", [("SHOPS", "MARKETING", ("budget-2027", "2027-03"), 10, "")]),
    ],
    foreign=False,
    size=1_000,
)
@example(  # a pair that trades for the first time, in one year of the chained budget, and then no longer does
    deeds=[
        ("erp", [("DEPOT", "REVENUE", ("budget-2027", "2027-03"), -499, "SHOPS")]),
        ("erp", [("DEPOT", "REVENUE", ("budget-2027", "2027-03"), -499, "")]),
    ],
    foreign=False,
    size=1_000,
)
@example(  # budget rates that come late, for the currency of figures that stand since long
    deeds=[
        ("erp", [("SHOPS", "REVENUE", ("budget-2026", "2026-10"), 100, "")]),
        ("2026-05", "1.25", "budget"),
        ("2026-09", "0.9", "budget"),
        ("2026-05", "0.9", "budget"),
        ("2025-09", "1.25", "average"),
    ],
    foreign=True,
    size=1_000,
)
@example(  # a holder at equity of what is adjusted and traded, bought in the middle of the year
    deeds=[
        ("WHOLESALE", "2026-05-01", "0.25", "equity"),
        ("group", [("DEPOT", "REVENUE", ("actual", "2026-09"), 77, "SHOPS")]),
        ("WHOLESALE", "2026-09-30", "0.6", "full"),
        ("group", [("DEPOT", "REVENUE", ("actual", "2026-10"), 33, "")]),
        ("erp", [("DEPOT", "COSTS", ("actual", "2026-05"), 10, "")]),
    ],
    foreign=False,
    size=1_000,
)
@example(  # a unit that moved and trades with one it left, and then comes back
    deeds=[
        ("move", "SHOPS", "2026-09-01", "WHOLESALE"),
        ("erp", [("DEPOT", "REVENUE", ("actual", "2026-05"), 40, "SHOPS")]),
        ("erp", [("DEPOT", "REVENUE", ("actual", "2026-09"), 40, "SHOPS")]),
        ("move", "SHOPS", "", "RETAIL"),
        ("erp", [("SHOPS", "COSTS", ("actual", "2026-05"), 10, "DEPOT")]),
    ],
    foreign=True,
    size=1_000,
)
@example(  # a move and a region that are planned, and figures that come in for both sides of the day
    deeds=[
        ("tree", "2026-12-01", "SOUTH"),
        ("move", "SHOPS", "2026-12-01", "WHOLESALE"),
        ("erp", [("SHOPS", "REVENUE", ("budget-2026", "2026-10"), 40, "DEPOT")]),
        ("erp", [("SHOPS", "REVENUE", ("budget-2026", "2026-12"), 50, "DEPOT")]),
        ("tree", "2026-09-30", "NORTH"),
    ],
    foreign=True,
    size=1_000,
)
@given(
    deeds=st.lists(st.one_of(IMPORTS, IMPORTS, RATES, ADJUSTMENTS, OWNERSHIP, MOVES, TREES), min_size=2, max_size=5),
    foreign=st.booleans(),
    size=st.sampled_from([1, 1_000]),
)
def test_an_incremental_recompute_equals_a_full_one(company: Company, deeds: list, foreign: bool, size: int) -> None:
    with _undone(), override_settings(BLOCK_UNITS=size):
        if foreign:
            Unit.unscoped.filter(pk=company.shops.pk).update(currency="EUR")
        compute()
        for deed in deeds:
            _do(deed)
            compute()

        whole = compute(full=True)

        assert whole is not None and whole.sheets > 0
        assert (whole.written, whole.closed) == (0, 0)


def _do(deed: tuple) -> None:
    match deed:
        case ("move", unit, day, parent):
            row = f"unit | from | parent\n{unit} | {day} | {parent}"
            moved = import_placements(actor=SYSTEM, file=StructureFile("moves.csv", csv(row)), at=AT)
            assert moved.status in ("imported", "unchanged"), moved.errors
        case ("tree", day, node):
            nodes = "WORLD | World | |\nNORTH | North | WORLD |\nSOUTH | South | WORLD |\nDEPOT | | NORTH |"
            text = f"code | name | parent | from\n{nodes}\nSHOPS | | {node} | {day}"
            grown = import_tree(actor=SYSTEM, tree="region", file=StructureFile("tree.csv", csv(text)), at=AT)
            assert grown.status in ("imported", "unchanged"), grown.errors
        case (unit, day, ownership, method):
            row = f"unit | from | ownership | method\n{unit} | {day} | {ownership} | {method}"
            found = import_ownership(actor=SYSTEM, file=StructureFile("held.csv", csv(row)), at=AT)
            assert found.status in ("imported", "unchanged"), found.errors
        case (code, rate, kind):
            period = Period.objects.filter(code=code).first()
            if period is not None:
                set_rate("EUR", period.pk, rate, kind=kind)
        case (source, lines):
            _bring(source, lines)


def _bring(source: str, lines: list) -> None:
    rows = [
        f"{unit} | {account} | {period} | {version} | {amount} | {other}"
        for unit, account, (version, period), amount, other in lines
    ]
    layer = Layer.ADJUSTMENT if source == "group" else Layer.SOURCE
    text = "unit | account | period | version | amount | counterparty\n" + "\n".join(rows)
    report = bring(SYSTEM, text, source=source, layer=layer)
    assert report.status in ("imported", "unchanged"), report.errors
