"""Which step makes sense where an alert stands: one table for the verbs, the API and the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from alerts.models import Alert, AlertEvent, AlertNews
from audit.models import Record
from people.models import Person
from tests.tables import table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SignIn = Callable[[Person], Client]

# done: one step more; same: it stands there already, nothing is written; else why it is refused.
STEPS = """
    step        | open         | acknowledged | in progress  | snoozed      | recovering   | resolved | ended
    acknowledge | done         | same         | begun        | done         | done         | resolved | ended
    start       | done         | done         | same         | done         | done         | resolved | ended
    assign      | done         | done         | done         | done         | done         | resolved | ended
    snooze      | done         | done         | done         | done         | done         | resolved | ended
    escalate    | done         | done         | done         | done         | done         | resolved | ended
    comment     | done         | done         | done         | done         | done         | done     | done
    resolve     | done         | done         | done         | done         | done         | resolved | ended
    reopen      | not resolved | not resolved | not resolved | not resolved | not resolved | done     | gone
    undo        | nothing      | nothing      | nothing      | nothing      | nothing      | nothing  | nothing
"""

STANDS: dict[str, dict[str, Any]] = {
    "open": {},
    "acknowledged": {"handling": "acknowledged"},
    "in progress": {"handling": "in_progress"},
    "snoozed": {"snoozed_until": "2026-10-20"},
    "recovering": {"condition": "recovering"},
    "resolved": {"handling": "resolved", "outcome": "accepted"},
    "ended": {"condition": "ended", "handling": "resolved", "ended_because": "recovered"},
}

REFUSALS = {
    "begun": "Work on this alert has begun already; there is nothing left to acknowledge.",
    "resolved": "This alert is already resolved: accepted.",
    "ended": "This alert is already resolved: recovered.",
    "not resolved": "This alert is not resolved; there is nothing to open again.",
    "gone": "The figures have ended this alert (recovered); it cannot be reopened.",
    "nothing": "Only your own last step can be taken back, within ten minutes.",
}

SENT: dict[str, dict[str, str]] = {
    "assign": {"to": "Gina Group"},
    "snooze": {"until": "2026-10-21", "reason": "wait"},
    "escalate": {"to": "Gina Group", "reason": "money"},
    "comment": {"text": "A word."},
    "resolve": {"outcome": "fixed"},
    "reopen": {"reason": "It came back."},
}

CELLS = [(row.step, stands, row[stands]) for row in table(STEPS) for stands in STANDS]


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person, group_lead: Person) -> Alert:
    return breach()


@pytest.fixture
def browser(signed_in: SignIn, retail_lead: Person) -> Client:
    return signed_in(retail_lead)


def stand(alert: Alert, where: str) -> None:
    Alert.unscoped.filter(pk=alert.pk).update(**STANDS[where])


def written(alert: Alert) -> tuple[object, ...]:
    """Everything a step may leave."""
    return (
        Alert.unscoped.filter(pk=alert.pk).values().get(),
        AlertEvent.unscoped.count(),
        AlertNews.unscoped.count(),
        Record.objects.count(),
    )


@pytest.mark.parametrize(("step", "stands", "cell"), CELLS)
def test_a_program_takes_a_step(browser: Client, alert: Alert, step: str, stands: str, cell: str):
    stand(alert, stands)
    before = written(alert)

    answer = browser.post(
        f"/api/v1/alerts/{alert.public_id}/{step}/", SENT.get(step, {}), content_type="application/json"
    )

    if cell in REFUSALS:
        assert (answer.status_code, answer.json()) == (409, {"detail": REFUSALS[cell]})
    else:
        assert answer.status_code == 200
    assert (written(alert) == before) == (cell != "done")


@pytest.mark.parametrize(("step", "stands", "cell"), [each for each in CELLS if each[2] in REFUSALS])
def test_a_person_is_told_the_same_sentence_on_the_page_and_nothing_is_written(
    browser: Client, alert: Alert, group_lead: Person, step: str, stands: str, cell: str
):
    stand(alert, stands)
    before = written(alert)
    typed: dict[str, Any] = {**SENT.get(step, {})}
    if "to" in typed:
        typed["to"] = group_lead.pk
    if "until" in typed:
        typed["when"] = "day"

    answer = browser.post(f"/alerts/{alert.public_id}/{step}/", typed, follow=True)

    assert (answer.status_code, answer.redirect_chain) == (409, [])
    assert answer.context["board"].detail.refused.words == REFUSALS[cell]
    assert f"<b>{REFUSALS[cell]}</b>" in answer.content.decode()
    if "reason" in typed:
        assert f"{typed['reason']}</textarea>" in answer.content.decode()
    assert list(answer.context["messages"]) == []
    assert written(alert) == before


@pytest.mark.parametrize("stands", STANDS)
def test_the_page_offers_no_step_that_would_be_refused(browser: Client, alert: Alert, stands: str):
    stand(alert, stands)
    cells = {step: cell for step, where, cell in CELLS if where == stands}

    detail = browser.get(f"/alerts/{alert.public_id}/").context["board"].detail

    assert {cells[action.verb] for action in detail.actions} <= {"done"}


def test_an_alert_is_not_passed_on_to_who_has_it(browser: Client, alert: Alert):
    address = f"/api/v1/alerts/{alert.public_id}/escalate/"
    told = [browser.post(address, SENT["escalate"], content_type="application/json") for _ in range(2)]

    assert [answer.status_code for answer in told] == [200, 409]
    assert told[1].json() == {
        "detail": "Gina Group has this alert already; say more in a comment, or choose somebody else."
    }
