"""The whole way with the real engine: entries, recompute, job, judging, mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from alerts.actions import set_threshold
from alerts.models import Alert
from alerts.terms import Terms
from alerts.vetting import Proposal
from jobs.work import drain
from ledger.models import ONE, Entry
from metrics.recompute import recompute
from people.models import Person
from tests.company import MARKER_NAME, Company
from tests.tables import assert_reads
from units.marks import take_mark
from units.scope import Scope

pytestmark = pytest.mark.django_db

ALERTS = frozenset({"alerts.evaluate", "alerts.send"})


def judged(at: datetime) -> list[Alert]:
    recompute(actor="process:test", clock=lambda: at)
    drain(clock=lambda: at, kinds=ALERTS)
    return list(Alert.unscoped.select_related("unit", "owner").order_by("unit__left", "began__ordinal"))


def restate(company: Company, unit: str, account: str, period: str, amount: int, at: datetime) -> None:
    """Replace one entry, as an import would."""
    with transaction.atomic():
        mark = take_mark(at).pk
        standing = Entry.unscoped.filter(
            unit__code=unit, account__code=account, period__code=period, version__code="actual", until_mark__isnull=True
        ).exclude(counterparty="DEPOT")
        old = standing.get()
        standing.update(until_mark=mark)
        old.pk, old.amount, old.from_mark, old.until_mark = None, amount * ONE, mark, None
        Entry.unscoped.bulk_create([old])


@pytest.fixture
def limit(company: Company, at: datetime) -> None:
    """Cost of sales at most 10 % over budget, for the group and all below it."""
    terms = Terms("cost_of_sales", "month", "budget", "percent", 0, warning="10 %", critical="20 %", floor_amount="50")
    proposal = Proposal(
        code="costs", unit=company.group, terms=terms, action="Ask {unit}; costs {-impact:money} a year."
    )
    set_threshold(actor=Scope.system("test"), proposal=proposal, at=at)


@pytest.mark.usefixtures("limit")
def test_rows_over_budget_become_alerts_and_one_mail_to_each_leader(
    company: Company, retail_lead: Person, wholesale_lead: Person, at: datetime, mailoutbox: list[Any]
):
    """In September Shops is 12 % over, Depot 16 %; the group is not, once what they sold each other is taken out."""
    found = judged(at)

    assert_reads(
        [
            {"unit": each.unit.code, "title": each.title, "began": each.began.code, "impact": each.impact / ONE}
            | {"owner": str(each.owner), "action": each.action}
            for each in found
        ],
        f"""
        unit      | title                         | began   | impact | owner            | action
        RETAIL    | Cost of sales 12% over budget | 2026-09 | -720.0 | Rita Retail      | Ask Retail; costs $720 a year.
        SHOPS     | Cost of sales 12% over budget | 2026-09 | -720.0 | Rita Retail      | Ask Shops; costs $720 a year.
        WHOLESALE | Cost of sales 16% over budget | 2026-08 | -1,680.0 | Walter Wholesale | \
Ask Wholesale {MARKER_NAME}; costs $1.68K a year.
        DEPOT     | Cost of sales 16% over budget | 2026-08 | -1,680.0 | Walter Wholesale | \
Ask Depot {MARKER_NAME}; costs $1.68K a year.
        """,
    )
    assert mailoutbox == []
    drain(clock=lambda: at + timedelta(days=1), kinds=ALERTS)
    assert (
        sorted(mail.to[0] for mail in mailoutbox)
        == ["rita.retail@example.com"] * 2 + ["walter.wholesale@example.com"] * 2
    )


@pytest.mark.usefixtures("limit")
def test_a_restatement_resolves_what_it_undoes_and_brings_to_light_what_it_shows(company: Company, at: datetime):
    judged(at)
    restate(company, "SHOPS", "COSTS", "2026-09", 300, at)
    restate(company, "SHOPS", "COSTS", "2026-06", 900, at)
    later = at + timedelta(hours=1)

    found = [
        {"began": each.began.code, "condition": each.condition, "because": each.ended_because, "late": each.is_late}
        for each in judged(later)
        if each.unit == company.shops
    ]

    assert_reads(
        found,
        """
        began   | condition | because                 | late
        2026-06 | ended     | recovered               | yes
        2026-09 | ended     | resolved by restatement | no
        """,
    )


@pytest.mark.usefixtures("limit")
def test_computing_everything_anew_changes_no_alert(company: Company, at: datetime):
    before = [(each.pk, each.transitions) for each in judged(at)]
    recompute(actor="process:test", clock=lambda: at, full=True)
    drain(clock=lambda: at + timedelta(minutes=1), kinds=ALERTS)

    assert [(each.pk, each.transitions) for each in Alert.unscoped.order_by("unit__left", "began__ordinal")] == before
