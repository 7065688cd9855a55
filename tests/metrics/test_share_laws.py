"""Incremental equals full where metrics take shares of what other units have, whatever comes in."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.actions import define_metric
from metrics.models import Sheet
from metrics.vetting import Definition
from tests.company import Company
from tests.metrics.engine import AT, SYSTEM, compute
from tests.metrics.test_recompute_laws import ADJUSTMENTS, IMPORTS, MOVES, OWNERSHIP, _do, _undone

SHARES = {
    "of_parent": "share_of(revenue)",
    "of_group": "share_of_group(total_cost) - lag(share_of_group(total_cost), 1)",
    "of_budget": "share_of(budget.revenue + role:headcount)",
    "of_share": "if(share_of(of_parent) > 1, 1, per(of_group, headcount))",
}


@pytest.mark.django_db
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    deeds=st.lists(st.one_of(IMPORTS, IMPORTS, ADJUSTMENTS, OWNERSHIP, MOVES), min_size=2, max_size=4),
    codes=st.sets(st.sampled_from(["of_parent", "of_budget", "of_group"]), min_size=1),
)
def test_an_incremental_recompute_finds_every_share_a_change_moves(
    company: Company, deeds: list, codes: set[str]
) -> None:
    with _undone():
        codes |= {"of_share"} if codes >= {"of_parent", "of_group"} else set()
        for code in (each for each in SHARES if each in codes):
            definition = Definition(code, code, "ratio", SHARES[code], compare="points")
            define_metric(actor=SYSTEM, definition=definition, at=AT)
        compute()
        for deed in deeds:
            _do(deed)
            compute()

        whole = compute(full=True)

        assert whole is not None and whole.sheets > 0
        assert (whole.written, whole.closed) == (0, 0)
        assert Sheet.unscoped.filter(until_mark__isnull=True, parts__has_key="seen_from").exists()
