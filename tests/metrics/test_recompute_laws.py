"""Incremental equals full, whatever comes in and in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledger.models import Period
from tests.company import Company
from tests.ledger.imports import bring
from tests.metrics.engine import SYSTEM, compute, set_rate
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
RATES = st.tuples(st.sampled_from(["2026-05", "2026-09"]), st.sampled_from(["1", "1.25", "0.9"]))


@contextmanager
def _undone() -> Iterator[None]:
    """Everything inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(
    max_examples=10,
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
)
@example(  # a pair that trades for the first time, in one year of the chained budget, and then no longer does
    deeds=[
        ("erp", [("DEPOT", "REVENUE", ("budget-2027", "2027-03"), -499, "SHOPS")]),
        ("erp", [("DEPOT", "REVENUE", ("budget-2027", "2027-03"), -499, "")]),
    ],
    foreign=False,
)
@given(deeds=st.lists(st.one_of(IMPORTS, RATES), min_size=2, max_size=4), foreign=st.booleans())
def test_an_incremental_recompute_equals_a_full_one(company: Company, deeds: list, foreign: bool) -> None:
    with _undone():
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
    if isinstance(deed[1], str):
        period = Period.objects.filter(code=deed[0]).first()
        if period is not None:
            set_rate("EUR", period.pk, deed[1])
        return
    source, lines = deed
    rows = [
        f"{unit} | {account} | {period} | {version} | {amount} | {other}"
        for unit, account, (version, period), amount, other in lines
    ]
    report = bring(
        SYSTEM, "unit | account | period | version | amount | counterparty\n" + "\n".join(rows), source=source
    )
    assert report.status in ("imported", "unchanged"), report.errors
