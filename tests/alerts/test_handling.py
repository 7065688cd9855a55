"""What people do with an alert: who may, what each step leaves, and that nobody acts on what is already resolved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from alerts import actions
from alerts.actions import AlreadyResolved, HandlingRefused, NotAsItStands
from alerts.models import Alert, AlertEvent, AlertNews
from audit.models import Record
from ledger.actions.closing import close_period
from people.models import Person
from tests.alerts.conftest import ENGINE, OVER_BUDGET, Books
from tests.company import Company
from tests.tables import assert_reads
from units.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person) -> Alert:
    """Owned by the leader of Retail."""
    return breach()


def scope(person: Person, at: datetime) -> Scope:
    return Scope.of(person, at=at)


def told() -> list[tuple[str, str]]:
    rows = AlertNews.unscoped.exclude(template="opened").order_by("pk")
    return list(rows.values_list("template", "recipient__name"))


def last(alert: Alert) -> AlertEvent:
    event = AlertEvent.unscoped.filter(alert=alert).order_by("pk").last()
    assert event is not None
    return event


def recorded(verb: str) -> list[str]:
    return list(Record.objects.filter(verb=verb).values_list("actor", flat=True))


def test_an_alert_goes_from_open_over_acknowledged_and_in_progress_to_resolved(
    alert: Alert, retail_lead: Person, at: datetime
):
    her = scope(retail_lead, at)
    actions.acknowledge(actor=her, alert=alert, at=at, text="All invoices are for the depot.")
    actions.start(actor=her, alert=alert, at=at)
    actions.comment(actor=her, alert=alert, text="Talked to procurement.", at=at)
    actions.resolve(actor=her, alert=alert, outcome="fixed", at=at)

    assert_reads(
        AlertEvent.unscoped.filter(alert=alert).order_by("pk").values("kind", "before", "after", "text"),
        """
        kind         | before       | after        | text
        opened       |              | critical     |
        acknowledged | open         | acknowledged | All invoices are for the depot.
        started      | acknowledged | in_progress  |
        commented    |              |              | Talked to procurement.
        resolved     | in_progress  | fixed        |
        """,
    )
    alert.refresh_from_db()
    assert (alert.condition, alert.handling, alert.outcome) == ("firing", "resolved", "fixed")
    me = f"person:{retail_lead.pk}"
    for verb in (
        "alerts.alert.acknowledged",
        "alerts.alert.started",
        "alerts.alert.commented",
        "alerts.alert.resolved",
    ):
        assert recorded(verb) == [me]


def test_the_same_step_twice_is_one_step(alert: Alert, retail_lead: Person, at: datetime):
    her = scope(retail_lead, at)
    for _ in range(2):
        actions.acknowledge(actor=her, alert=alert, at=at)

    assert len(recorded("alerts.alert.acknowledged")) == 1


def test_acting_on_an_alert_that_the_figures_have_just_resolved_says_so(
    alert: Alert, books: Books, retail_lead: Person, at: datetime
):
    """Grafana OnCall brought a resolved alert back by acknowledging it; here an old view of it changes nothing."""
    books.write(OVER_BUDGET.replace("130", "100"))
    books.judge()
    her = scope(retail_lead, at)

    for act in (actions.acknowledge, actions.start):
        with pytest.raises(AlreadyResolved, match="already resolved: resolved by restatement"):
            act(actor=her, alert=alert, at=at)
    with pytest.raises(AlreadyResolved):
        actions.reopen(actor=her, alert=alert, reason="still wrong", at=at)
    alert.refresh_from_db()
    assert (alert.condition, alert.handling) == ("ended", "resolved")


def test_of_two_people_who_resolve_at_once_the_second_is_told(
    alert: Alert, retail_lead: Person, executive: Person, at: datetime
):
    actions.resolve(actor=scope(retail_lead, at), alert=alert, outcome="accepted", at=at)

    with pytest.raises(AlreadyResolved, match="already resolved: accepted"):
        actions.resolve(actor=scope(executive, at), alert=alert, outcome="fixed", at=at)


def test_a_step_planned_on_an_alert_that_moved_meanwhile_is_planned_anew(
    alert: Alert, retail_lead: Person, at: datetime, monkeypatch: pytest.MonkeyPatch
):
    """Between the look and the write somebody else comments: the step is taken on the newer alert, once."""
    her, meddled = scope(retail_lead, at), []
    from alerts.actions import handling

    def look(someone: Alert) -> None:
        if not meddled:
            meddled.append(True)
            Alert.unscoped.filter(pk=alert.pk).update(transitions=50)

    monkeypatch.setattr(handling, "require_unresolved", look)
    actions.acknowledge(actor=her, alert=alert, at=at)
    alert.refresh_from_db()

    assert (alert.handling, alert.transitions, len(recorded("alerts.alert.acknowledged"))) == ("acknowledged", 51, 1)


def test_whoever_acknowledges_says_what_follows_and_by_when(alert: Alert, retail_lead: Person, at: datetime):
    her = scope(retail_lead, at)
    for day in (date(2026, 10, 8), date(2027, 10, 11)):
        with pytest.raises(HandlingRefused, match="due today or on a day to come"):
            actions.acknowledge(actor=her, alert=alert, due=day, at=at)
    actions.acknowledge(actor=her, alert=alert, text="Ending two contracts.", due=date(2026, 10, 23), at=at)

    alert.refresh_from_db()
    assert (alert.handling, alert.due, last(alert).text) == (
        "acknowledged",
        date(2026, 10, 23),
        "Ending two contracts.",
    )


def test_words_for_an_alert_that_is_acknowledged_already_are_not_swallowed(
    alert: Alert, retail_lead: Person, executive: Person, at: datetime
):
    """The same form sent twice is one step; another person's words are not dropped in silence."""
    for _ in range(2):
        actions.acknowledge(actor=scope(retail_lead, at), alert=alert, text="On it.", at=at)

    assert len(recorded("alerts.alert.acknowledged")) == 1
    with pytest.raises(NotAsItStands, match="put your words into a comment"):
        actions.acknowledge(actor=scope(executive, at), alert=alert, text="Me too.", at=at)


def test_who_looked_before_somebody_else_acted_is_told_and_changes_nothing(
    alert: Alert, retail_lead: Person, executive: Person, group_lead: Person, at: datetime
):
    hers, his = scope(retail_lead, at), scope(executive, at)
    alert.refresh_from_db()
    seen = alert.transitions
    actions.comment(actor=his, alert=alert, text="Look at this.", at=at)
    actions.acknowledge(actor=hers, alert=alert, seen=seen, at=at)
    with pytest.raises(NotAsItStands, match="has changed since you looked"):
        actions.assign(actor=his, alert=alert, to=group_lead, seen=seen, at=at)
    actions.start(actor=hers, alert=alert, seen=seen, at=at)

    alert.refresh_from_db()
    assert (alert.handling, alert.owner) == ("in_progress", retail_lead)


def test_assigning_tells_the_new_owner_and_only_those_who_may_work_on_it(
    alert: Alert, retail_lead: Person, group_lead: Person, wholesale_lead: Person, auditor: Person, at: datetime
):
    her = scope(retail_lead, at)
    actions.assign(actor=her, alert=alert, to=group_lead, at=at)

    alert.refresh_from_db()
    assert (alert.owner, told()) == (group_lead, [("assigned", "Gina Group")])
    assert len(recorded("alerts.alert.assigned")) == 1
    for outsider in (wholesale_lead, auditor):
        with pytest.raises(HandlingRefused, match="cannot work on"):
            actions.assign(actor=her, alert=alert, to=outsider, at=at)


def test_escalating_needs_a_reason_and_tells_whom_it_goes_to(
    alert: Alert, retail_lead: Person, executive: Person, at: datetime
):
    her = scope(retail_lead, at)
    with pytest.raises(HandlingRefused, match="Say why"):
        actions.escalate(actor=her, alert=alert, to=executive, reason=" ", at=at)
    actions.escalate(actor=her, alert=alert, to=executive, reason="needs three positions", at=at)

    alert.refresh_from_db()
    assert (alert.escalated_to, alert.owner, told()) == (executive, retail_lead, [("passed_on", "Erin Executive")])
    assert last(alert).text == "needs three positions"
    assert len(recorded("alerts.alert.passed_on")) == 1


def test_a_snooze_has_a_reason_and_an_end(alert: Alert, retail_lead: Person, at: datetime):
    her = scope(retail_lead, at)
    for until in (date(2026, 10, 9), date(2027, 3, 1)):
        with pytest.raises(HandlingRefused, match="at most 92 days"):
            actions.snooze(actor=her, alert=alert, until=until, reason="wait for the close", at=at)
    actions.snooze(actor=her, alert=alert, until=date(2026, 11, 6), reason="wait for the close", at=at)

    today = date(2026, 10, 9)
    everything = Alert.objects.within(her)
    assert (everything.to_handle(today).count(), everything.snoozed(today).count()) == (0, 1)
    assert len(recorded("alerts.alert.snoozed")) == 1


def test_a_snooze_until_the_next_close_ends_with_that_close(
    alert: Alert, company: Company, retail_lead: Person, at: datetime
):
    """August is closed; the next close of Shops is September's."""
    actions.snooze(actor=scope(retail_lead, at), alert=alert, to_close=True, reason="comes back in August", at=at)
    alert.refresh_from_db()
    assert (alert.snoozed_to, alert.snoozed_until) == (company.open_month, date(2027, 1, 9))
    assert last(alert).after == "close of 2026-09"
    assert actions.wake_snoozed(actor=ENGINE, at=at + timedelta(days=3)) == 0

    close_period(actor=ENGINE, period="2026-09", at=at + timedelta(days=4))
    assert actions.wake_snoozed(actor=ENGINE, at=at + timedelta(days=4)) == 1
    alert.refresh_from_db()
    assert (alert.snoozed_to, alert.snoozed_until, told()) == (None, None, [("woken", "Rita Retail")])


def test_a_snooze_is_until_a_day_or_a_close_and_not_both(alert: Alert, retail_lead: Person, at: datetime):
    for until, to_close in ((None, False), (date(2026, 10, 20), True)):
        with pytest.raises(HandlingRefused, match="a day, or the next close"):
            actions.snooze(
                actor=scope(retail_lead, at), alert=alert, until=until, to_close=to_close, reason="wait", at=at
            )


def test_a_breach_that_outlasts_its_snooze_returns_as_the_same_alert(alert: Alert, retail_lead: Person, at: datetime):
    actions.snooze(actor=scope(retail_lead, at), alert=alert, until=date(2026, 10, 16), reason="wait", at=at)

    assert actions.wake_snoozed(actor=ENGINE, at=at + timedelta(days=6)) == 0
    assert [actions.wake_snoozed(actor=ENGINE, at=at + timedelta(days=7)) for _ in range(2)] == [1, 0]
    alert.refresh_from_db()
    assert (alert.snoozed_until, told()) == (None, [("woken", "Rita Retail")])
    assert recorded("alerts.alert.woken") == ["process:alerts"]


def test_a_higher_severity_breaks_a_snooze_and_the_next_month_alone_does_not(books: Books, retail_lead: Person):
    books.limit(unit="SHOPS")
    books.write(OVER_BUDGET.replace("130", "115"))
    books.judge()
    (alert,) = books.alerts()
    actions.snooze(actor=scope(retail_lead, books.at), alert=alert, until=date(2026, 12, 1), reason="wait", at=books.at)
    books.write(OVER_BUDGET.replace("2026-08", "2026-09").replace("130", "116"))
    books.judge()
    alert.refresh_from_db()
    assert (alert.snoozed_until, alert.period.code, told()) == (date(2026, 12, 1), "2026-09", [])

    books.write(OVER_BUDGET.replace("2026-08", "2026-09").replace("130", "140"))
    books.judge()
    alert.refresh_from_db()
    assert (alert.snoozed_until, alert.severity, told()) == (None, "critical", [("escalated", "Rita Retail")])


def test_what_was_called_fixed_and_is_not_opens_again_with_the_next_month(
    alert: Alert, books: Books, retail_lead: Person
):
    actions.resolve(actor=scope(retail_lead, books.at), alert=alert, outcome="fixed", at=books.at)
    books.write(OVER_BUDGET.replace("2026-08", "2026-09"))
    books.judge()

    alert.refresh_from_db()
    assert (alert.handling, alert.outcome, last(alert).kind) == ("open", "", "reopened")
    assert told() == [("reopened", "Rita Retail")]


def test_a_resolved_alert_can_be_opened_again_with_a_reason(
    alert: Alert, retail_lead: Person, executive: Person, at: datetime
):
    actions.resolve(actor=scope(retail_lead, at), alert=alert, outcome="false_alarm", at=at)
    actions.reopen(actor=scope(executive, at), alert=alert, reason="it is real", at=at)

    alert.refresh_from_db()
    assert (alert.handling, alert.outcome, told()) == ("open", "", [("reopened", "Rita Retail")])
    assert len(recorded("alerts.alert.reopened")) == 1


def test_an_alert_is_called_useful_known_or_noise_also_when_it_is_over(
    alert: Alert, books: Books, retail_lead: Person, executive: Person
):
    actions.label(actor=scope(retail_lead, books.at), alert=alert, verdict="noise", at=books.at)
    books.write(OVER_BUDGET.replace("130", "100"))
    books.judge()
    for _ in range(2):
        actions.label(actor=scope(executive, books.at), alert=alert, verdict="useful", at=books.at)

    alert.refresh_from_db()
    assert (alert.condition, alert.verdict, last(alert).before) == ("ended", "useful", "noise")
    assert len(recorded("alerts.alert.labelled")) == 2
    with pytest.raises(HandlingRefused, match="useful, known, noise"):
        actions.label(actor=scope(executive, books.at), alert=alert, verdict="", at=books.at)


def test_readers_may_not_work_and_strangers_see_nothing(
    alert: Alert, auditor: Person, approver: Person, wholesale_lead: Person, access_admin: Person, at: datetime
):
    for reader in (auditor, approver):
        with pytest.raises(PermissionDenied):
            actions.acknowledge(actor=scope(reader, at), alert=alert, at=at)
    for outsider in (wholesale_lead,):
        with pytest.raises(Http404):
            actions.comment(actor=scope(outsider, at), alert=alert, text="hello", at=at)
    with pytest.raises(PermissionDenied):
        actions.resolve(actor=scope(auditor, at), alert=alert, outcome="fixed", at=at)
    assert AlertEvent.unscoped.count() == 1


def test_an_outcome_is_one_of_three(alert: Alert, retail_lead: Person, at: datetime):
    with pytest.raises(HandlingRefused, match="fixed, accepted, false_alarm"):
        actions.resolve(actor=scope(retail_lead, at), alert=alert, outcome="whatever", at=at)
