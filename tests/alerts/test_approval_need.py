"""When a change of a threshold needs a second person."""

from __future__ import annotations

from typing import Any

import pytest

from alerts.actions import (
    ApprovalNeeded,
    retire_threshold,
    set_threshold,
    submit,
)
from alerts.approving.need import retirement_needs_approval
from alerts.models import ThresholdVersion
from tests.alerts.conftest import ENGINE
from tests.alerts.desk import OF_ALL, Desk
from units.models import Unit

pytestmark = pytest.mark.django_db

NEEDS = [
    # a default of the whole company, always
    ({"unit": "GROUP"}, OF_ALL),
    ({"unit": "GROUP", "unit_type": "unit"}, OF_ALL),
    ({"unit": "GROUP", "inherits": False}, ""),
    ({"unit": "RETAIL"}, ""),
    # money: limits and floors, and nothing that is none
    ({"unit": "RETAIL", "measure": "money", "warning": "100000"}, ""),
    (
        {"unit": "RETAIL", "measure": "money", "warning": "100000", "critical": "100000.01"},
        "It governs 100,000.01 USD, and above 100,000 USD one person does not decide alone.",
    ),
    (
        {"unit": "RETAIL", "floor_amount": "250000"},
        "It governs 250,000 USD, and above 100,000 USD one person does not decide alone.",
    ),
    (
        {"unit": "RETAIL", "measure": "level", "warning": "-250000", "direction": -1},
        "It governs 250,000 USD, and above 100,000 USD one person does not decide alone.",
    ),
    ({"unit": "RETAIL", "measure": "level", "target": "900000", "warning": "1000", "direction": -1}, ""),
    ({"unit": "RETAIL", "metric": "headcount", "measure": "level", "warning": "250000", "direction": 1}, ""),
    (
        {"unit": "RETAIL", "metric": "account:REVENUE", "floor_amount": "250000", "direction": -1},
        "It governs 250,000 USD, and above 100,000 USD one person does not decide alone.",
    ),
    ({"unit": "RETAIL", "metric": "account:HEADS", "floor_amount": "250000", "direction": 1}, ""),
    (
        {"unit": "RETAIL", "floor_amount": "10", "currency": "EUR"},
        "It states money in EUR, and there is no budget rate to hold it against the limit of 100,000 USD by.",
    ),
]


@pytest.mark.parametrize(("terms", "why"), NEEDS)
def test_approval_is_needed_for_a_default_of_the_whole_group_and_above_the_money_limit(
    desk: Desk, terms: dict[str, Any], why: str
):
    Unit.unscoped.filter(code="GROUP").update(currency="USD")

    assert desk.why(desk.draft(**terms)) == why


def test_what_stood_before_counts_as_well_as_what_is_to_be(desk: Desk):
    desk.books.limit("revenue", unit="RETAIL", code="costs", floor_amount="250000")
    default = desk.books.limit("revenue", unit="GROUP", code="default")

    assert desk.why(desk.draft("RETAIL")).startswith("It governs 250,000")
    assert desk.why(desk.draft("GROUP", "default", inherits=False)) == OF_ALL
    need = retirement_needs_approval(default.threshold, actor=desk.proposer, at=desk.at)
    assert need is not None and need.why == OF_ALL


def test_nobody_is_asked_about_nothing_by_a_process_or_where_it_is_switched_off(desk: Desk, settings):
    first = set_threshold(actor=ENGINE, proposal=desk.draft(), at=desk.at)

    assert desk.why(desk.draft(), actor=ENGINE) == ""
    assert submit(actor=desk.proposer, draft=desk.draft(), at=desk.at) == first
    settings.THRESHOLD_APPROVAL = False
    assert desk.why(desk.draft(warning="20 %")) == ""
    assert isinstance(submit(actor=desk.proposer, draft=desk.draft(warning="20 %"), at=desk.at), ThresholdVersion)


def test_a_foreign_currency_is_held_at_its_budget_rate(desk: Desk, settings):
    from ledger.models import Rate

    settings.APPROVAL_ABOVE = 19
    month = desk.books.company.months["2026-08"]
    Rate.objects.create(currency="EUR", period=month, kind=Rate.Kind.BUDGET, rate="2", from_mark=1)

    assert desk.why(desk.draft("RETAIL", floor_amount="9.5", currency="EUR")) == ""
    assert desk.why(desk.draft("RETAIL", floor_amount="10", currency="EUR")).startswith("It governs 20")


def test_the_verb_itself_refuses_whichever_way_it_is_reached(desk: Desk):
    standing = set_threshold(actor=ENGINE, proposal=desk.draft(), at=desk.at)

    with pytest.raises(ApprovalNeeded, match="A second person approves it: Aaron Approver"):
        set_threshold(actor=desk.proposer, proposal=desk.draft(warning="20 %"), at=desk.at)
    with pytest.raises(ApprovalNeeded, match="default of the whole group"):
        retire_threshold(actor=desk.proposer, threshold=standing.threshold, at=desk.at)

    assert ThresholdVersion.unscoped.get() == standing
