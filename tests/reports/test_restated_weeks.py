"""A 53rd week that is restated: growth, the prior year beside it and the explanation of both say the same."""

from __future__ import annotations

import pytest

from ledger.querysets import fiscal_calendar
from metrics.querysets import computed_mark
from reports.derivation import Branch
from reports.explanation import Explanation
from tests.fiscal import company, deliver
from tests.metrics.engine import SYSTEM, compute
from units.models import Unit

pytestmark = pytest.mark.django_db

RETAIL = {
    "pattern": "4-5-4", "start_month": 2, "week_ends_on": "saturday", "year_end": "nearest", "label": "start",
    "week_53": "restate",
}  # fmt: skip


def explained(code: str, unit: str, period: str, basis: str) -> Branch:
    company(RETAIL)
    deliver("HOME", {"FY2023-P11": 70, "FY2023-P12": 500, "FY2024-P11": 80, "FY2024-P12": 600})
    deliver("UK", {"FY2023-P11": 7, "FY2023-P12": 50, "FY2024-P11": 8, "FY2024-P12": 60})
    compute()
    explanation = Explanation(SYSTEM, computed_mark())
    at = fiscal_calendar().parse(period).ordinal
    return explanation.of(code, unit=Unit.unscoped.get(code=unit).pk, ordinal=at, basis=basis, version="actual")


@pytest.mark.parametrize(
    ("unit", "basis", "now", "before"),
    [("HOME", "month", 600, 400), ("HOME", "qtd", 680, 470), ("ALL", "qtd", 748, 517)],
)
def test_growth_opens_to_the_year_before_in_the_weeks_of_this_one(unit, basis, now, before):
    branch = explained("revenue_growth", unit, "FY2024-P12", basis)
    parts = {child.label: child for child in branch.children}
    earlier = next(child for label, child in parts.items() if "FY2023-P12" in label)

    assert branch.value == pytest.approx(now / before - 1)
    assert earlier.value == before * 10_000
    assert sum(leaf.value for leaf in earlier.leaves()) == earlier.value
    assert [leaf.label for leaf in earlier.leaves()][-1] == "Restated to the weeks compared with"


def test_where_weeks_agree_nothing_is_restated():
    branch = explained("revenue_growth", "HOME", "FY2024-P11", "month")

    assert branch.value == pytest.approx(80 / 70 - 1)
    assert all(leaf.row for child in branch.children for leaf in child.leaves())
