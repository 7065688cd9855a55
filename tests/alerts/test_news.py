"""The outbox: what is told, to whom, once; withheld from whoever lost the right; tried again until it is dead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from alerts.actions import send_news
from alerts.actions.news import ATTEMPTS
from alerts.models import Alert, AlertNews
from alerts.outbox import tell
from audit.models import Record
from jobs.models import Job
from people.models import Person
from tests.alerts.conftest import ENGINE
from units.actions import end_role
from units.models import Grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person) -> Alert:
    return breach()


def sent(at: datetime) -> dict[str, int]:
    return {state: number for state, number in send_news(actor=ENGINE, at=at).items() if number}


def test_the_owner_gets_one_mail_with_severity_unit_and_link_and_no_figure(
    alert: Alert, at: datetime, mailoutbox: list[Any]
):
    assert [sent(at + timedelta(minutes=5)) for _ in range(2)] == [{"sent": 1}, {}]

    (mail,) = mailoutbox
    news = AlertNews.unscoped.get()
    assert mail.subject == "New alert: Shops (high)"
    assert mail.to == ["rita.retail@example.com"]
    assert mail.extra_headers["Message-ID"] == f"<{news.key}@localhost>"
    assert mail.body == (
        "Rita Retail,\n\n"
        "an alert of high severity has been opened for Shops, and it is yours.\n\n"
        "See what it says and what is proposed:\n"
        f"http://127.0.0.1:8000/alerts/{alert.public_id}/\n\n"
        "This mail names no figures: they may not be released yet. What you see behind the link is what you may see "
        "when you open it.\n"
    )
    assert (news.state, news.sent) == ("sent", at + timedelta(minutes=5))
    assert Record.objects.filter(verb="alerts.news.sent", target_id=str(news.pk)).count() == 1


def test_a_reader_who_lost_the_right_between_the_change_and_the_sending_gets_nothing(
    alert: Alert, retail_lead: Person, at: datetime, mailoutbox: list[Any]
):
    end_role(actor="process:test", grant=Grant.objects.get(person=retail_lead), at=at + timedelta(minutes=2))

    assert sent(at + timedelta(minutes=5)) == {"dropped": 1}
    assert mailoutbox == []
    record = Record.objects.get(verb="alerts.news.dropped")
    assert (record.reason, record.after["recipient"]) == ("The reader may no longer see this alert.", retail_lead.pk)


def test_a_deactivated_reader_and_one_without_an_address_get_nothing(
    alert: Alert, retail_lead: Person, at: datetime, mailoutbox: list[Any]
):
    retail_lead.email = ""
    retail_lead.save()

    assert sent(at + timedelta(minutes=5)) == {"dropped": 1}
    assert AlertNews.unscoped.get().error == "The reader has no e-mail address."


def test_telling_the_same_change_twice_writes_one_row(alert: Alert, at: datetime):
    with transaction.atomic():
        tell(alert, ["opened"], at=at)

    assert AlertNews.unscoped.count() == 1


class Refusing(BaseEmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("the line is down")


def test_a_mail_that_cannot_be_delivered_is_tried_again_later_and_later_and_then_dead(
    alert: Alert, at: datetime, settings: Any
):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    now, waits = at + timedelta(minutes=5), []
    for _ in range(ATTEMPTS - 1):
        assert sent(now) == {"delayed": 1}
        due = AlertNews.unscoped.get().due
        waits.append(due - now)
        assert sent(due - timedelta(seconds=1)) == {}
        now = due

    assert sent(now) == {"dead": 1}
    news = AlertNews.unscoped.get()
    assert (news.state, news.attempts, news.error) == ("dead", 8, "ConnectionRefusedError: the line is down")
    assert Record.objects.filter(verb="alerts.news.failed").count() == 1
    assert all(later > earlier for earlier, later in zip(waits, waits[1:], strict=False))


def test_a_delayed_mail_asks_for_its_own_next_attempt(alert: Alert, at: datetime, settings: Any):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Job.objects.all().delete()
    sent(at + timedelta(minutes=5))

    assert Job.objects.get(kind="alerts.send").due == AlertNews.unscoped.get().due


def test_a_sender_that_died_leaves_a_lease_that_runs_out(alert: Alert, at: datetime, mailoutbox: list[Any]):
    now = at + timedelta(minutes=5)
    AlertNews.unscoped.update(state="sending", lease_until=now + timedelta(minutes=1), attempts=1)

    assert sent(now) == {}
    assert sent(now + timedelta(minutes=2)) == {"sent": 1}
    assert len(mailoutbox) == 1


def test_a_name_with_a_line_break_does_not_reach_the_head_of_the_mail(
    alert: Alert, at: datetime, mailoutbox: list[Any]
):
    alert.unit.name = "Shops\nBcc: everybody@example.com <b>"
    alert.unit.save()

    assert sent(at + timedelta(minutes=5)) == {"sent": 1}
    assert mailoutbox[0].subject == "New alert: Shops Bcc: everybody@example.com <b> (high)"


@pytest.mark.parametrize("template", ["escalated", "reopened", "ended", "assigned", "passed_on", "woken"])
def test_every_sort_of_news_has_its_mail(alert: Alert, at: datetime, mailoutbox: list[Any], template: str):
    AlertNews.unscoped.update(template=template)

    assert sent(at + timedelta(minutes=5)) == {"sent": 1}
    assert "130" not in mailoutbox[0].body and "30%" not in mailoutbox[0].body
