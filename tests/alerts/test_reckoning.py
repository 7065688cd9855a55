"""What rules were worth, read from alerts and their lives: within the reader's units, and from answers that stood."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts import actions
from alerts.models import Alert
from alerts.working.reckoning import rules_by_worth
from people.models import Person
from tests.alerts.conftest import OVER_BUDGET, Books
from units.scope import Scope

pytestmark = pytest.mark.django_db

BOTH = OVER_BUDGET + OVER_BUDGET.replace("SHOPS", "DEPOT").replace("130", "115").split("\n", 2)[2]


@pytest.fixture
def alerts(books: Books) -> dict[str, Alert]:
    """One rule of the group, with an alert on Shops (30 over) and one on Depot (15 over)."""
    books.limit(unit="GROUP", warning="10 %", critical="40 %")
    books.write(BOTH)
    books.judge()
    return {alert.unit.code: alert for alert in books.alerts()}


def test_the_first_answer_that_was_not_taken_back_counts(alerts: dict[str, Alert], executive: Person, at: datetime):
    """It fired on Friday; acknowledged and taken back at once; acknowledged again on Tuesday."""
    his, tuesday = Scope.of(executive, at=at), at + timedelta(days=4)
    actions.acknowledge(actor=his, alert=alerts["SHOPS"], at=at)
    actions.undo(actor=his, alert=alerts["SHOPS"], at=at)
    actions.acknowledge(actor=his, alert=alerts["SHOPS"], at=tuesday)

    (rule,) = rules_by_worth(his, at=tuesday)
    assert (rule.worth.days_to_act, rule.worth.waiting) == (2, 1)


def test_a_proposal_is_made_of_verdicts_and_holds_what_it_is_made_of(
    alerts: dict[str, Alert], executive: Person, at: datetime
):
    his = Scope.of(executive, at=at)
    actions.label(actor=his, alert=alerts["DEPOT"], verdict="noise", at=at)
    actions.label(actor=his, alert=alerts["SHOPS"], verdict="useful", at=at)

    (rule,) = rules_by_worth(his, at=at)
    (draft,) = rule.drafts
    assert draft.sentence(lambda level: f"{float(level):.0%}") == (
        "Raise to 20%: removes 1 of 1 noise alert, keeps all useful ones."
    )
    assert (rule.worth.useful, rule.worth.noise, rule.worth.caught.profit) == (1, 1, 3_600_000)


def test_a_reader_reckons_with_the_own_units_alone(
    alerts: dict[str, Alert], executive: Person, retail_lead: Person, access_admin: Person, at: datetime
):
    """Retail's leader may not read the terms of the group's rule: she sees what her alerts were worth, no proposal."""
    for code, verdict in {"DEPOT": "noise", "SHOPS": "useful"}.items():
        actions.label(actor=Scope.of(executive, at=at), alert=alerts[code], verdict=verdict, at=at)

    (rule,) = rules_by_worth(Scope.of(retail_lead, at=at), at=at)
    assert (rule.worth.alerts, rule.worth.noise, rule.drafts) == (1, 0, ())
    assert rules_by_worth(Scope.of(access_admin, at=at), at=at) == []


def test_it_asks_as_often_for_two_alerts_as_for_one(books: Books, executive: Person):
    his, asked = Scope.of(executive, at=books.at), []
    books.limit(unit="GROUP")
    for text in (OVER_BUDGET, BOTH):
        books.write(text)
        books.judge()
        with CaptureQueriesContext(connection) as queries:
            (rule,) = rules_by_worth(his, at=books.at)
        asked.append((rule.worth.alerts, len(queries)))

    assert asked == [(1, 4), (2, 4)]
