"""The outbox: what is told, to whom, when, once; withheld from whoever lost the right; tried again until it is dead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from alerts.actions import NotDead, name_deputy, replay_letter, send_news
from alerts.actions import news as sending
from alerts.actions.news import ATTEMPTS
from alerts.actions.packing import OVER as OVER_SAID
from alerts.actions.packing import OVERTAKEN, pack_news, withhold
from alerts.models import Alert, AlertNews, Letter
from alerts.tasks import relay
from alerts.telling.outbox import ask_for_what_is_due, stands_still, tell
from audit.models import Record
from jobs.models import Heartbeat, Job
from people.actions import choose_morning, keep_quiet
from people.models import Person
from tests.alerts.conftest import ENGINE, Books
from tests.company import Company
from units.actions import end_role
from units.models import Grant
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 10, 10, 7, tzinfo=UTC)
"""The morning after the tests happen, where nobody chose another."""


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person) -> Alert:
    """Firing since the morning of the ninth at 7:41, of high severity, owned by the leader of Retail."""
    return breach()


def sent(at: datetime, channel: int | None = None) -> dict[str, int]:
    counts = send_news(actor=ENGINE, at=at, channel=channel)
    return {state: number for state, number in counts.items() if number}


def subjects(mailoutbox: list[Any]) -> list[tuple[str, str]]:
    return [(mail.to[0].partition("@")[0], mail.subject) for mail in mailoutbox]


# --- when ---------------------------------------------------------------------------------------------


def test_the_owner_gets_one_mail_in_the_morning_with_severity_unit_and_link_and_no_figure(
    alert: Alert, at: datetime, mailoutbox: list[Any]
):
    assert [sent(moment) for moment in (at + timedelta(minutes=5), MORNING, MORNING)] == [{}, {"sent": 1}, {}]

    (mail,) = mailoutbox
    letter = Letter.unscoped.get()
    assert mail.subject == "New alert: Shops (high)"
    assert mail.to == ["rita.retail@example.com"]
    assert mail.extra_headers["Message-ID"] == f"<{letter.key}@localhost>"
    assert mail.body == (
        "Rita Retail,\n\n"
        "New alert: Shops, high severity\n"
        f"http://127.0.0.1:8000/alerts/{alert.public_id}/\n\n"
        "This mail names no figures: they may not be released yet. What you see behind a link is what you may see "
        "when you open it. When such mails come, and when not, you choose on your page: "
        "http://127.0.0.1:8000/account/\n"
    )
    assert (letter.state, letter.sent, AlertNews.unscoped.get().state) == ("sent", MORNING, "sent")
    assert Record.objects.filter(verb="alerts.news.sent", target_id=str(letter.pk)).count() == 1


def test_waiting_news_asks_for_its_own_morning(alert: Alert, at: datetime):
    Job.objects.all().delete()
    sent(at + timedelta(minutes=5))

    assert Job.objects.get(kind="alerts.send").due == MORNING


def test_the_morning_is_the_readers_own(alert: Alert, retail_lead: Person, at: datetime, mailoutbox: list[Any]):
    choose_morning(actor="process:test", person=retail_lead, hour=9, time_zone="America/New_York", at=at)

    sent(at + timedelta(minutes=5))
    assert AlertNews.unscoped.get().due == datetime(2026, 10, 9, 13, tzinfo=UTC)


def test_what_is_handed_to_somebody_is_told_at_once(
    alert: Alert, executive: Person, at: datetime, mailoutbox: list[Any]
):
    tell(alert, ("passed_on",), at=at, to=(executive.pk,))

    assert sent(at + timedelta(minutes=5)) == {"sent": 1}
    assert subjects(mailoutbox) == [("erin.executive", "Alert escalated to you: Shops (high)")]


def test_an_emergency_is_told_at_once_and_breaks_the_quiet(
    books: Books, retail_lead: Person, at: datetime, mailoutbox: list[Any]
):
    everyday = "1234567"
    keep_quiet(
        actor="process:test", person=retail_lead, days=everyday, begins=MORNING.time(), ends=MORNING.time(), at=at
    )
    books.limit(unit="SHOPS", warning="10 %", emergency="25 %")
    books.write(OVER)
    books.judge()

    assert sent(books.at) == {"sent": 1}
    assert subjects(mailoutbox) == [("rita.retail", "New alert: Shops (high)")]


def test_a_quiet_window_holds_back_what_is_no_emergency_until_its_end(
    alert: Alert, retail_lead: Person, at: datetime, mailoutbox: list[Any]
):
    window = keep_quiet(
        actor="process:test",
        person=retail_lead,
        days="67",
        begins=datetime(2026, 1, 1, 0).time(),
        ends=datetime(2026, 1, 1, 0).time(),
        at=at,
    )
    monday = datetime(2026, 10, 12, tzinfo=UTC)

    sent(at + timedelta(minutes=5))
    assert (AlertNews.unscoped.get().due, str(window)) == (monday, "67 00:00–00:00")
    assert [sent(MORNING), sent(monday)] == [{}, {"sent": 1}]


# --- one digest for each owner and parent -------------------------------------------------------------

OVER = """
    unit  | metric          | version | 2026-06 | 2026-07 | 2026-08
    SHOPS | contractor_cost | actual  |     100 |     100 |     130
    SHOPS | contractor_cost | budget  |     100 |     100 |     100
"""

EVERYWHERE = """
    unit      | metric          | version | 2026-06 | 2026-07 | 2026-08
    RETAIL    | contractor_cost | actual  |     100 |     100 |     115
    RETAIL    | contractor_cost | budget  |     100 |     100 |     100
    SHOPS     | contractor_cost | actual  |     100 |     100 |     130
    SHOPS     | contractor_cost | budget  |     100 |     100 |     100
    SHOPS     | marketing_cost     | actual  |     100 |     100 |     115
    SHOPS     | marketing_cost     | budget  |     100 |     100 |     100
    WHOLESALE | contractor_cost | actual  |     100 |     100 |     130
    WHOLESALE | contractor_cost | budget  |     100 |     100 |     100
"""


@pytest.fixture
def release(books: Books, group_lead: Person, retail_lead: Person) -> Books:
    """A release of figures that opens two alerts on Shops, one on Retail and one on Wholesale."""
    books.limit(unit="GROUP")
    books.limit(metric="marketing_cost", unit="GROUP")
    books.write(EVERYWHERE)
    books.judge()
    return books


@pytest.mark.usefixtures("release")
def test_each_owner_gets_one_mail_for_each_part_of_the_company(mailoutbox: list[Any]):
    assert sent(MORNING) == {"sent": 3}
    assert sorted(subjects(mailoutbox)) == [
        ("gina.group", "New alert: Wholesale Zephyrgoods (high)"),
        ("rita.retail", "2 alerts for Retail: 2 new"),
        ("rita.retail", "New alert: Retail (medium)"),
    ]


@pytest.mark.usefixtures("release")
def test_a_digest_names_the_gravest_first_and_no_figure(mailoutbox: list[Any]):
    sent(MORNING)
    (digest,) = [mail for mail in mailoutbox if mail.subject.startswith("2 alerts")]

    said = [line for line in digest.body.splitlines() if "severity" in line]
    assert said == ["New alert: Shops, high severity", "New alert: Shops, medium severity"]
    assert not {"130", "115", "30", "15"} & set(digest.body.replace(",", " ").split())


def test_the_unit_above_is_named_only_to_who_may_see_it(
    books: Books, company: Company, retail_lead: Person, mailoutbox: list[Any]
):
    books.limit(unit="RETAIL")
    books.limit(metric="marketing_cost", unit="RETAIL")
    books.write(EVERYWHERE.replace("RETAIL    | contractor_cost | actual  |     100 |     100 |     115",
                                   "RETAIL    | marketing_cost     | actual  |     100 |     100 |     115")
                .replace("RETAIL    | contractor_cost | budget", "RETAIL    | marketing_cost     | budget")
                + "    RETAIL    | contractor_cost | actual | 100 | 100 | 130\n"
                + "    RETAIL    | contractor_cost | budget | 100 | 100 | 100\n")  # fmt: skip
    books.judge()
    sent(MORNING)

    assert ("rita.retail", "2 alerts: 2 new") in subjects(mailoutbox)


def test_what_began_and_ended_before_the_morning_is_told_to_nobody(books: Books, alert: Alert, mailoutbox: list[Any]):
    books.write(OVER.replace("130", "100"))
    books.judge()

    assert (sent(MORNING), mailoutbox) == ({}, [])
    assert {news.said for news in AlertNews.unscoped.all()} == {OVER_SAID}


def test_what_was_told_in_the_meantime_is_not_told_again_in_the_morning(
    alert: Alert, at: datetime, mailoutbox: list[Any]
):
    Alert.unscoped.update(transitions=5)
    alert.refresh_from_db()
    tell(alert, ("passed_on",), at=at + timedelta(minutes=2), to=(alert.owner_id,))

    assert [sent(at + timedelta(minutes=5)), sent(MORNING)] == [{"sent": 1}, {}]
    assert list(AlertNews.unscoped.order_by("pk").values_list("state", "said")) == [
        ("dropped", OVERTAKEN),
        ("sent", ""),
    ]


def test_what_one_person_hands_to_another_is_told_whatever_came_after(
    alert: Alert, at: datetime, mailoutbox: list[Any]
):
    for transitions, template in enumerate(("mentioned", "escalated"), start=5):
        Alert.unscoped.update(transitions=transitions)
        alert.refresh_from_db()
        tell(alert, (template,), at=at, to=(alert.owner_id,))
    AlertNews.unscoped.filter(template="mentioned").update(due=MORNING)
    AlertNews.unscoped.filter(template="opened").delete()

    assert sent(MORNING) == {"sent": 1}
    assert mailoutbox[0].subject == "1 alert for Retail: 1 a question to you, 1 grown"
    assert set(AlertNews.unscoped.values_list("state", flat=True)) == {"sent"}


def test_a_question_that_waited_is_not_overtaken_by_what_was_told_meanwhile(
    alert: Alert, at: datetime, mailoutbox: list[Any]
):
    for transitions, template in enumerate(("mentioned", "escalated"), start=5):
        Alert.unscoped.update(transitions=transitions)
        alert.refresh_from_db()
        tell(alert, (template,), at=at, to=(alert.owner_id,))
    AlertNews.unscoped.filter(template="mentioned").update(due=MORNING + timedelta(hours=1))
    sent(MORNING)

    assert sent(MORNING + timedelta(hours=1)) == {"sent": 1}
    assert mailoutbox[1].subject == "You were asked about an alert: Shops (high)"


def test_telling_the_same_change_twice_writes_one_row(alert: Alert, at: datetime):
    with transaction.atomic():
        tell(alert, ["opened"], at=at)

    assert AlertNews.unscoped.count() == 1


# --- to whom ------------------------------------------------------------------------------------------


def test_a_reader_who_lost_the_right_gets_nothing_and_whoever_answers_now_does(
    alert: Alert, retail_lead: Person, group_lead: Person, at: datetime, mailoutbox: list[Any]
):
    end_role(actor="process:test", grant=Grant.objects.get(person=retail_lead), at=at + timedelta(minutes=2))

    assert [sent(MORNING), sent(MORNING + timedelta(days=1))] == [{}, {"sent": 1}]
    assert subjects(mailoutbox) == [("gina.group", "New alert: Shops (high)")]
    record = Record.objects.get(verb="alerts.news.dropped")
    assert (record.reason, record.after["recipient"]) == ("The reader may no longer see this alert.", retail_lead.pk)


def test_the_right_is_asked_again_when_the_letter_goes_out(release: Books, retail_lead: Person, mailoutbox: list[Any]):
    sent(MORNING - timedelta(seconds=1))
    AlertNews.unscoped.update(due=MORNING)
    with transaction.atomic():
        pack_news(actor=ENGINE, at=MORNING)
    end_role(actor="process:test", grant=Grant.objects.get(person=retail_lead), at=MORNING)

    assert sent(MORNING) == {"sent": 1, "dropped": 2}
    assert [to for to, _ in subjects(mailoutbox)] == ["gina.group"]
    assert AlertNews.unscoped.filter(recipient=retail_lead, state="dropped").count() == 3


def test_who_is_away_is_told_through_the_deputy(
    alert: Alert, retail_lead: Person, group_lead: Person, at: datetime, mailoutbox: list[Any]
):
    day = MORNING.date()
    name_deputy(actor=ENGINE, person=retail_lead, deputy=group_lead, starts=at.date(), ends=day, instead=True, at=at)

    assert [sent(MORNING), sent(MORNING)] == [{}, {"sent": 1}]
    assert subjects(mailoutbox) == [("gina.group", "New alert: Shops (high)")]


def test_a_deactivated_owner_without_deputy_or_leader_is_answered_for_by_a_role(
    alert: Alert, retail_lead: Person, executive: Person, at: datetime, mailoutbox: list[Any]
):
    retail_lead.is_active = False
    retail_lead.save()

    sent(MORNING)
    sent(MORNING + timedelta(days=1))
    assert [to for to, _ in subjects(mailoutbox)] == ["erin.executive"]


def test_an_alert_nobody_owns_is_told_to_a_role(books: Books, executive: Person, mailoutbox: list[Any]):
    books.limit(unit="SHOPS")
    books.write(OVER)
    books.judge()

    assert sent(MORNING) == {"sent": 1}
    assert [to for to, _ in subjects(mailoutbox)] == ["erin.executive"]


def test_a_reader_without_an_address_gets_nothing(alert: Alert, retail_lead: Person, at: datetime):
    retail_lead.email = ""
    retail_lead.save()

    assert sent(MORNING) == {}
    assert AlertNews.unscoped.get().said == "The reader has no e-mail address."


def test_what_is_withheld_says_why_in_the_record(alert: Alert, at: datetime):
    withhold(actor=ENGINE, news=AlertNews.unscoped.get(), why="It would tell too much.", at=at)

    record = Record.objects.get(verb="alerts.news.dropped")
    assert (record.reason, AlertNews.unscoped.get().state) == ("It would tell too much.", "dropped")


# --- until it arrives ---------------------------------------------------------------------------------


class Refusing(BaseEmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("the line is down")


@pytest.fixture
def dead(alert: Alert, settings: Any) -> Letter:
    """A letter that was tried eight times."""
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    now = MORNING
    for _ in range(ATTEMPTS):
        sent(now)
        now = Letter.unscoped.get().due
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return Letter.unscoped.get()


def test_a_letter_that_cannot_be_delivered_is_tried_again_later_and_later_and_then_dead(alert: Alert, settings: Any):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    now, waits = MORNING, []
    for _ in range(ATTEMPTS - 1):
        assert sent(now) == {"delayed": 1}
        due = Letter.unscoped.get().due
        waits.append(due - now)
        assert sent(due - timedelta(seconds=1)) == {}
        now = due

    assert sent(now) == {"dead": 1}
    letter = Letter.unscoped.get()
    assert (letter.state, letter.attempts, letter.error) == ("dead", 8, "ConnectionRefusedError: the line is down")
    assert Record.objects.filter(verb="alerts.news.failed").count() == 1
    assert all(later > earlier for earlier, later in zip(waits, waits[1:], strict=False))


def test_a_dead_letter_is_sent_again_for_a_reason(
    dead: Letter, finance_admin: Person, at: datetime, mailoutbox: list[Any]
):
    later = MORNING + timedelta(days=1)
    actor = Scope.of(finance_admin, at=later)
    with pytest.raises(NotDead, match="for a reason"):
        replay_letter(actor=actor, letter=dead, at=later, reason=" ")

    replay_letter(actor=actor, letter=dead, at=later, reason="The mail server is back.")

    assert sent(later) == {"sent": 1}
    assert Record.objects.get(verb="alerts.news.replayed").reason == "The mail server is back."
    with pytest.raises(NotDead, match="given up"):
        replay_letter(actor=actor, letter=dead, at=later, reason="Once more.")


def test_only_who_looks_after_telling_sends_again(dead: Letter, executive: Person, at: datetime):
    with pytest.raises(AbilityMissing):
        replay_letter(actor=Scope.of(executive, at=at), letter=dead, at=at, reason="Please.")


def test_a_delayed_letter_asks_for_its_own_next_attempt(alert: Alert, settings: Any):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Job.objects.all().delete()
    sent(MORNING)

    assert Job.objects.get(kind="alerts.send").due == Letter.unscoped.get().due


def test_a_sender_that_died_leaves_a_lease_that_runs_out_and_the_same_letter(
    alert: Alert, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
):
    Job.objects.all().delete()
    monkeypatch.setattr("alerts.actions.news._close", died)
    with pytest.raises(SystemExit):
        send_news(actor=ENGINE, at=MORNING)
    monkeypatch.undo()

    assert sent(MORNING + timedelta(minutes=1)) == {}
    assert Job.objects.filter(kind="alerts.send").latest("pk").due == MORNING + timedelta(minutes=2)
    assert sent(MORNING + timedelta(minutes=3)) == {"sent": 1}
    first, second = mailoutbox
    assert (first.body, first.extra_headers) == (second.body, second.extra_headers)


def test_an_error_that_nobody_expected_delays_one_letter_and_no_other(
    release: Books, retail_lead: Person, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
):
    sent(MORNING - timedelta(seconds=1))
    first = pack_news_at(MORNING)[0]
    deliver = sending._deliver

    def stumbling(actor: Scope, letter: Letter, at: datetime) -> str:
        if letter.pk == first.pk:
            raise KeyError("https://hooks.example.com/very-secret")
        return deliver(actor, letter, at)

    monkeypatch.setattr(sending, "_deliver", stumbling)
    counts = sent(MORNING)

    first.refresh_from_db()
    assert counts["delayed"] == 1 and counts["sent"] == len(mailoutbox) >= 1
    assert (first.state, first.attempts, first.error) == ("waiting", 1, "KeyError")
    assert first.due > MORNING


def pack_news_at(at: datetime) -> list[Letter]:
    AlertNews.unscoped.update(due=at)
    with transaction.atomic():
        return pack_news(actor=ENGINE, at=at)


def died(*args: Any) -> str:
    raise SystemExit


def test_a_name_with_a_line_break_does_not_reach_the_head_of_the_mail(alert: Alert, mailoutbox: list[Any]):
    alert.unit.name = "Shops\nBcc: everybody@example.com <b>"
    alert.unit.save()

    assert sent(MORNING) == {"sent": 1}
    assert mailoutbox[0].subject == "New alert: Shops Bcc: everybody@example.com <b> (high)"


@pytest.mark.parametrize("template", ["escalated", "reopened", "assigned", "passed_on", "unanswered", "woken"])
def test_every_sort_of_news_has_its_words(alert: Alert, mailoutbox: list[Any], template: str):
    AlertNews.unscoped.update(template=template)

    assert sent(MORNING) == {"sent": 1}
    assert "News of" not in mailoutbox[0].subject
    assert "130" not in mailoutbox[0].body and "30%" not in mailoutbox[0].body


def test_packing_asks_as_often_for_many_as_for_few(
    release: Books, django_assert_num_queries: Any, mailoutbox: list[Any]
):
    with django_assert_num_queries(15):
        pack_news(actor=ENGINE, at=MORNING)


# --- the net under it -----------------------------------------------------------------------------------


def test_what_nobody_asks_for_any_more_is_asked_for(alert: Alert, settings: Any):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    sent(MORNING)
    due = Letter.unscoped.get().due
    Job.objects.all().delete()

    ask_for_what_is_due(at=due - timedelta(seconds=1))
    assert not Job.objects.exists()
    ask_for_what_is_due(at=due)
    assert Job.objects.get().kind == "alerts.send"


def test_the_relay_stands_still_when_something_is_due_and_nothing_goes_out(alert: Alert):
    AlertNews.unscoped.update(due=MORNING)

    assert [stands_still(at=MORNING + timedelta(seconds=wait)) for wait in (0, 89, 90, 200)] == [
        False,
        False,
        True,
        True,
    ]
    sent(MORNING)
    assert not stands_still(at=MORNING + timedelta(seconds=200))


def test_a_letter_that_is_under_way_or_waits_for_its_next_attempt_is_no_standstill(alert: Alert, settings: Any):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    sent(MORNING)
    assert not stands_still(at=Letter.unscoped.get().due - timedelta(seconds=1))

    Letter.unscoped.update(state="sending", lease_until=MORNING + timedelta(minutes=20))
    assert not stands_still(at=MORNING + timedelta(minutes=10))


def test_the_relay_leaves_a_sign_of_life_while_letters_go_out_and_none_when_they_do_not(
    alert: Alert, at: datetime, clock: Any
):
    relay()
    AlertNews.unscoped.update(due=at)
    clock.shift(300)
    relay()

    assert Heartbeat.objects.get(name="relay").at == at
    assert Heartbeat.objects.silent(at + timedelta(seconds=300)) == ["relay"]
