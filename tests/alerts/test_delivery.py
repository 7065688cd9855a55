"""Letters until they arrive: packed in spite of one that cannot be, tried again until they are dead, and sent again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from alerts.actions import NotDead, packing, replay_letter, send_news
from alerts.actions import news as sending
from alerts.actions.packing import pack_news
from alerts.models import Alert, AlertNews, Letter
from alerts.tasks import relay
from alerts.telling.desk import Desk
from alerts.telling.outbox import ask_for_what_is_due, stands_still
from alerts.telling.patience import ATTEMPTS
from audit.models import Record
from jobs.models import Heartbeat, Job
from people.models import Person
from tests.alerts.conftest import ENGINE, Books
from tests.alerts.mail import MORNING, sent
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person) -> Alert:
    """Firing since the morning of the ninth at 7:41, of high severity, owned by the leader of Retail."""
    return breach()


def test_packing_asks_as_often_for_many_as_for_few(
    release: Books, django_assert_num_queries: Any, mailoutbox: list[Any]
):
    with django_assert_num_queries(21):
        pack_news(actor=ENGINE, at=MORNING)


# --- packed in spite of one that cannot be --------------------------------------------------------------


def spoil(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    """Whatever is told of a unit cannot be packed any more."""
    look = Desk.look

    def stumbling(desk: Desk, news: AlertNews) -> object:
        if news.unit.code == unit:
            raise KeyError("what nobody expected")
        return look(desk, news)

    monkeypatch.setattr(Desk, "look", stumbling)


def test_what_cannot_be_packed_keeps_nobody_else_from_being_told(
    release: Books, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    spoil(monkeypatch, "WHOLESALE")

    assert sent(MORNING) == {"sent": 2, "delayed": 1}
    assert [mail.to[0] for mail in mailoutbox] == ["rita.retail@example.com"] * 2
    news = AlertNews.unscoped.get(unit__code="WHOLESALE")
    assert (news.state, news.attempts, news.said) == ("waiting", 1, "It could not be packed: KeyError")
    assert news.due > MORNING
    assert f"News {news.pk} could not be packed." in caplog.text


def test_a_reader_whose_hours_cannot_be_read_keeps_nobody_else_from_being_told(
    release: Books, group_lead: Person, mailoutbox: list[Any]
):
    Person.objects.filter(pk=group_lead.pk).update(time_zone="Mars/Olympus_Mons")

    assert sent(MORNING) == {"sent": 2, "delayed": 1}


def test_a_letter_that_cannot_be_made_keeps_no_other_from_being_made(
    release: Books, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
):
    make = packing._letter

    def refused(parcel: list[AlertNews], *given: Any) -> Letter:
        made = make(parcel, *given)
        if parcel[0].unit.code == "WHOLESALE":
            make(parcel, *given)  # the key of a letter is its own: the database refuses
        return made

    monkeypatch.setattr(packing, "_letter", refused)

    assert sent(MORNING) == {"sent": 2, "delayed": 1}
    assert (Letter.unscoped.count(), AlertNews.unscoped.filter(state="waiting").count()) == (2, 1)


def test_what_can_never_be_packed_is_given_up_with_its_reason_and_can_be_sent_again(
    release: Books, finance_admin: Person, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
):
    spoil(monkeypatch, "WHOLESALE")
    now = MORNING
    for _ in range(ATTEMPTS):
        sent(now)
        now = AlertNews.unscoped.get(unit__code="WHOLESALE").due

    letter = Letter.unscoped.get(state="dead")
    assert (letter.attempts, letter.error, letter.recipient.name) == (
        8, "It could not be packed: KeyError", "Gina Group",
    )  # fmt: skip
    assert AlertNews.unscoped.get(letter=letter).state == "dead"
    assert Record.objects.get(verb="alerts.news.failed").reason == letter.error
    assert AlertNews.unscoped.filter(state="waiting").count() == 0

    replay_letter(actor=Scope.of(finance_admin, at=now), letter=letter, at=now, reason="It was mended.")
    assert sent(now) == {"sent": 1}


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
        return pack_news(actor=ENGINE, at=at).letters


def died(*args: Any) -> str:
    raise SystemExit


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
