"""Questions to the sheets: however many codes there are, each number comes under its own."""

from __future__ import annotations

import pytest

from people.models import Person
from reports.asked import AT_ONCE
from reports.levels import ACTUAL, NOT_THERE, levels
from reports.selection import select
from tests.company import Company
from tests.metrics.engine import AT, compute
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.mark.parametrize("more", [0, 1, AT_ONCE - 2, AT_ONCE - 1, AT_ONCE, 2 * AT_ONCE - 1, 5 * AT_ONCE])
def test_a_chart_of_accounts_may_have_more_lines_than_a_function_has_arguments(
    company: Company, executive: Person, more: int
) -> None:
    compute()
    scope = Scope.of(executive, at=AT)
    selection = select({"period": "2026-08"}, scope=scope, unit=company.shops, basis="month")
    codes = ["revenue", *(f"account:X{n}" for n in range(more)), "account:REVENUE"]

    found = levels(scope, selection, units=[company.shops.pk], codes=codes, versions=[ACTUAL])

    read = [found.of(company.shops.pk, ACTUAL, code) for code in codes]
    assert [level.number for level in read] == [1200_0000, *[None] * more, 1200_0000]
    assert {level.reason for level in read[1:-1]} <= {NOT_THERE}
