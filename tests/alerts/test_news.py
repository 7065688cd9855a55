"""The outbox: what is told, to whom, when, once, in which words; withheld from whoever lost the right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from alerts.actions import name_deputy
from alerts.actions.packing import pack_news, withhold
from alerts.models import Alert, AlertNews, Letter
from alerts.telling.desk import NO_RIGHT, OVER, OVERTAKEN
from alerts.telling.outbox import tell
from audit.models import Record
from jobs.models import Job
from people.actions import choose_morning, keep_quiet
from people.models import Person
from tests.alerts.conftest import ENGINE, EVERYWHERE, OVER_BUDGET, Books
from tests.alerts.mail import MORNING, sent, subjects
from tests.company import Company
from units.actions import end_role
from units.models import Grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person) -> Alert:
    """Firing since the morning of the ninth at 7:41, of high severity, owned by the leader of Retail."""
    return breach()


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
    books.write(OVER_BUDGET)
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
    books.write(OVER_BUDGET.replace("130", "100"))
    books.judge()

    assert (sent(MORNING), mailoutbox) == ({}, [])
    assert {news.said for news in AlertNews.unscoped.all()} == {OVER}


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
    assert (record.reason, record.after["recipient"]) == (NO_RIGHT, retail_lead.pk)


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
    books.write(OVER_BUDGET)
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


# --- in which words ------------------------------------------------------------------------------------


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
