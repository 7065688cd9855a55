"""Taking a step back: one's own last one, for a while, with everything it changed; and that is a step too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from alerts import actions
from alerts.actions import AlreadyResolved, HandlingRefused, NotAsItStands
from alerts.actions.packing import pack_news
from alerts.models import Alert, AlertEvent, AlertNews, Letter
from alerts.telling.outbox import tell
from audit.models import Record
from people.models import Person
from tests.alerts.conftest import ENGINE, OVER_BUDGET, Books
from units.scope import Scope

pytestmark = pytest.mark.django_db

COLUMNS = (
    "handling", "outcome", "owner_id", "snoozed_until", "snoozed_to_id", "escalated_to_id", "due", "verdict", "promise",
)  # fmt: skip


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person) -> Alert:
    """Owned by the leader of Retail."""
    return breach(action="Talk to {unit}; saves {-impact:saving} a year.")


@pytest.fixture
def hers(alert: Alert, retail_lead: Person, at: datetime) -> Scope:
    return Scope.of(retail_lead, at=at)


def stands(alert: Alert) -> tuple[object, ...]:
    alert.refresh_from_db()
    return tuple(getattr(alert, column) for column in COLUMNS)


def test_every_step_can_be_taken_back_and_leaves_nothing_behind(
    alert: Alert, hers: Scope, group_lead: Person, executive: Person, at: datetime
):
    day = date(2026, 11, 1)
    steps = [
        lambda: actions.acknowledge(actor=hers, alert=alert, due=day, at=at),
        lambda: actions.start(actor=hers, alert=alert, at=at),
        lambda: actions.assign(actor=hers, alert=alert, to=group_lead, at=at),
        lambda: actions.snooze(actor=hers, alert=alert, until=day, reason="wait", at=at),
        lambda: actions.snooze(actor=hers, alert=alert, to_close=True, reason="wait", at=at),
        lambda: actions.escalate(actor=hers, alert=alert, to=executive, reason="now", at=at),
        lambda: actions.label(actor=hers, alert=alert, verdict="noise", at=at),
        lambda: actions.resolve(actor=hers, alert=alert, outcome="accepted", at=at),
    ]
    before = stands(alert)
    for step in steps:
        step()
        assert stands(alert) != before
        actions.undo(actor=hers, alert=alert, step=alert.transitions, at=at + timedelta(seconds=5))
        assert stands(alert) == before
    assert Record.objects.filter(verb="alerts.alert.undone").count() == len(steps)


def test_taking_back_an_escalation_brings_back_the_snooze_it_ended(
    alert: Alert, hers: Scope, executive: Person, at: datetime
):
    actions.snooze(actor=hers, alert=alert, to_close=True, reason="wait", at=at)
    before = stands(alert)
    actions.escalate(actor=hers, alert=alert, to=executive, reason="now", at=at)
    assert alert.snoozed_until is not None and stands(alert)[3:5] == (None, None)
    actions.undo(actor=hers, alert=alert, at=at)

    assert stands(alert) == before


def test_resolving_a_snoozed_alert_and_taking_that_back_leaves_it_snoozed(alert: Alert, hers: Scope, at: datetime):
    actions.snooze(actor=hers, alert=alert, until=date(2026, 11, 1), reason="wait", at=at)
    before = stands(alert)
    actions.resolve(actor=hers, alert=alert, outcome="fixed", at=at)
    actions.undo(actor=hers, alert=alert, at=at)

    assert stands(alert) == before


def test_nobody_takes_back_somebody_elses_step_or_an_old_one(
    alert: Alert, hers: Scope, executive: Person, at: datetime
):
    actions.acknowledge(actor=hers, alert=alert, at=at)

    with pytest.raises(HandlingRefused, match="your own last step"):
        actions.undo(actor=Scope.of(executive, at=at), alert=alert, at=at)
    with pytest.raises(HandlingRefused, match="your own last step"):
        actions.undo(actor=hers, alert=alert, at=at + timedelta(hours=1))


def test_it_is_the_very_step_that_was_shown_or_none(alert: Alert, hers: Scope, group_lead: Person, at: datetime):
    """Two windows: the undo of the first must not take back what was done in the second."""
    actions.acknowledge(actor=hers, alert=alert, at=at)
    alert.refresh_from_db()
    shown = alert.transitions
    actions.assign(actor=hers, alert=alert, to=group_lead, at=at)

    with pytest.raises(NotAsItStands, match="Another step has come after it"):
        actions.undo(actor=hers, alert=alert, step=shown, at=at)
    alert.refresh_from_db()
    assert (alert.handling, alert.owner) == ("acknowledged", group_lead)


def test_a_comment_stands_between_no_step_and_its_undoing(alert: Alert, hers: Scope, executive: Person, at: datetime):
    actions.acknowledge(actor=hers, alert=alert, at=at)
    actions.comment(actor=Scope.of(executive, at=at), alert=alert, text="Good.", at=at)
    actions.undo(actor=hers, alert=alert, at=at)

    alert.refresh_from_db()
    assert alert.handling == "open"


def test_news_of_the_step_that_still_waits_is_withdrawn_and_that_is_recorded(
    alert: Alert, hers: Scope, group_lead: Person, executive: Person, at: datetime
):
    """Only of that step: what was told of an earlier one goes out."""
    actions.escalate(actor=hers, alert=alert, to=executive, reason="money", at=at)
    actions.assign(actor=hers, alert=alert, to=group_lead, at=at)
    actions.undo(actor=hers, alert=alert, at=at)

    told = AlertNews.unscoped.filter(alert=alert, template__in=("passed_on", "assigned")).order_by("pk")
    assert list(told.values_list("template", "state", "said")) == [
        ("passed_on", "waiting", ""),
        ("assigned", "dropped", "The step was taken back before it was told."),
    ]
    dropped = Record.objects.get(verb="alerts.news.dropped")
    assert (dropped.actor, dropped.target_id) == (hers.actor, str(told[1].pk))


def test_news_of_the_step_in_a_letter_that_was_not_sent_yet_is_withdrawn_too(
    alert: Alert, hers: Scope, group_lead: Person, at: datetime, mailoutbox: list[Any]
):
    actions.assign(actor=hers, alert=alert, to=group_lead, at=at)
    pack_news(actor=ENGINE, at=at)
    actions.undo(actor=hers, alert=alert, at=at)

    assert actions.send_news(actor=ENGINE, at=at)["dropped"] == 1
    assert mailoutbox == []
    news, letter = AlertNews.unscoped.get(template="assigned"), Letter.unscoped.get()
    assert (news.state, letter.state) == ("dropped", "dropped")
    assert news.said == letter.error == "The step was taken back before it was told."


def test_what_else_is_in_that_letter_goes_out(
    alert: Alert, hers: Scope, group_lead: Person, at: datetime, mailoutbox: list[Any]
):
    tell(alert, ("mentioned",), at=at, to=(group_lead.pk,))
    actions.assign(actor=hers, alert=alert, to=group_lead, at=at)
    pack_news(actor=ENGINE, at=at)
    actions.undo(actor=hers, alert=alert, at=at)
    actions.send_news(actor=ENGINE, at=at)

    assert [mail.subject for mail in mailoutbox] == ["You were asked about an alert: Shops (high)"]


def test_a_letter_that_is_being_sent_is_told_and_nothing_is_withdrawn(
    alert: Alert, hers: Scope, group_lead: Person, at: datetime
):
    actions.assign(actor=hers, alert=alert, to=group_lead, at=at)
    pack_news(actor=ENGINE, at=at)
    Letter.unscoped.update(state="sending", lease_until=at + timedelta(minutes=2), attempts=1)
    actions.undo(actor=hers, alert=alert, at=at)

    assert AlertNews.unscoped.get(template="assigned").state == "packed"


def test_what_was_told_of_the_step_stays_told(alert: Alert, hers: Scope, group_lead: Person, at: datetime):
    actions.assign(actor=hers, alert=alert, to=group_lead, at=at)
    AlertNews.unscoped.filter(alert=alert).update(state=AlertNews.State.SENT)
    actions.undo(actor=hers, alert=alert, at=at)

    assert set(AlertNews.unscoped.filter(alert=alert).values_list("state", flat=True)) == {"sent"}
    assert not Record.objects.filter(verb="alerts.news.dropped").exists()


def test_what_the_figures_have_ended_is_not_opened_by_taking_back_a_step(alert: Alert, books: Books, hers: Scope):
    actions.acknowledge(actor=hers, alert=alert, at=books.at)
    books.write(OVER_BUDGET.replace("130", "100"))
    books.judge()

    with pytest.raises((AlreadyResolved, NotAsItStands)):
        actions.undo(actor=hers, alert=alert, at=books.at)
    assert list(AlertEvent.unscoped.filter(alert=alert, kind="undone")) == []


def test_a_step_is_taken_back_once(alert: Alert, hers: Scope, at: datetime):
    actions.acknowledge(actor=hers, alert=alert, at=at)
    actions.undo(actor=hers, alert=alert, at=at)

    with pytest.raises(HandlingRefused, match="your own last step"):
        actions.undo(actor=hers, alert=alert, at=at)
