"""Sending the news of alerts: at least once, to whoever may still read it, until it is dead."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPException

from django.db import transaction
from django.db.models import F, Q, QuerySet

from alerts.models import AlertNews
from alerts.outbox import MAIL, SEND, mail_of
from audit.actions import record
from jobs.actions import enqueue
from units.scope import Scope

ATTEMPTS = 8
LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=30)  # then twice as long each time, and up to half as much again


def send_news(*, actor: Scope, at: datetime) -> dict[str, int]:
    """Send all news that is due: claim a row, render it for its reader as of now, send, mark.

    A reader who may no longer see the alert gets nothing, and that is recorded. What cannot be delivered is
    tried again, after eight attempts it is dead and stands in the record. A sender that dies leaves a lease
    that runs out. Returns how many were sent, dropped, delayed and dead.
    """
    counts = dict.fromkeys(("sent", "dropped", "delayed", "dead"), 0)
    while (news := _claim(at)) is not None:
        counts[_deliver(actor, news, at)] += 1
    waiting = AlertNews.unscoped.filter(state=AlertNews.State.WAITING).order_by("due").values_list("due", flat=True)
    if (due := waiting.first()) is not None:
        with transaction.atomic():
            enqueue(kind=SEND, key=MAIL, at=at, actor=actor.actor, due=due)
    return counts


def _claim(at: datetime) -> AlertNews | None:
    """The next row that is due, taken by one UPDATE that only one sender can win."""
    free = Q(state=AlertNews.State.WAITING, due__lte=at) | Q(state=AlertNews.State.SENDING, lease_until__lt=at)
    while True:
        candidate = AlertNews.unscoped.filter(free).order_by("due", "pk").first()
        if candidate is None:
            return None
        taken = AlertNews.unscoped.filter(free, pk=candidate.pk, attempts=candidate.attempts).update(
            state=AlertNews.State.SENDING, lease_until=at + LEASE, attempts=F("attempts") + 1
        )
        if taken:
            rows = AlertNews.unscoped.select_related("alert__unit", "recipient")
            return rows.get(pk=candidate.pk)


def _deliver(actor: Scope, news: AlertNews, at: datetime) -> str:
    reader = Scope.of(news.recipient, at=at)
    if not reader.may("alerts.read", news.alert.unit):
        return _close(actor, news, AlertNews.State.DROPPED, "The reader may no longer see this alert.", at)
    if not news.recipient.email:
        return _close(actor, news, AlertNews.State.DROPPED, "The reader has no e-mail address.", at)
    try:
        mail_of(news).send()
    except (SMTPException, OSError) as error:
        return _later(actor, news, f"{type(error).__name__}: {error}", at)
    return _close(actor, news, AlertNews.State.SENT, "", at)


def _later(actor: Scope, news: AlertNews, said: str, at: datetime) -> str:
    if news.attempts >= ATTEMPTS:
        return _close(actor, news, AlertNews.State.DEAD, said, at)
    spread = 1 + int(news.key[:4], 16) / 0xFFFF / 2  # by its key, so that mails do not all come back at once
    due = at + FIRST_PAUSE * 2 ** (news.attempts - 1) * spread
    _mine(news).update(state=AlertNews.State.WAITING, due=due, lease_until=None, error=said)
    return "delayed"


def _close(actor: Scope, news: AlertNews, state: AlertNews.State, said: str, at: datetime) -> str:
    """Mark what became of a telling, with its record, unless another sender took it over meanwhile."""
    verbs = {
        AlertNews.State.SENT: "alerts.news.sent",
        AlertNews.State.DROPPED: "alerts.news.dropped",
        AlertNews.State.DEAD: "alerts.news.failed",
    }
    with transaction.atomic():
        sent = at if state == AlertNews.State.SENT else None
        if _mine(news).update(state=state, sent=sent, lease_until=None, error=said):
            record(
                actor=actor.actor,
                verb=verbs[state],
                target=("alerts.news", news.pk),
                unit=news.alert.unit_id,
                at=at,
                after={"recipient": news.recipient_id, "alert": news.alert.public_id, "template": news.template},
                reason=said,
            )
    return state.value


def _mine(news: AlertNews) -> QuerySet[AlertNews]:
    return AlertNews.unscoped.filter(pk=news.pk, state=AlertNews.State.SENDING, attempts=news.attempts)
