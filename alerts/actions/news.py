"""Sending letters: at least once, to whoever may still read them, until they are dead; and sending the dead again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from alerts.actions.packing import pack_news, withhold
from alerts.models import AlertNews, Letter
from alerts.telling.approvals import mail_of_proposal, why_untold
from alerts.telling.desk import RETIRED
from alerts.telling.hooks import HookRefused, send_on
from alerts.telling.letters import lines_of, mail_of
from alerts.telling.outbox import ask_for_sending
from alerts.telling.patience import ATTEMPTS, pause
from audit.actions import record
from units.scope import Scope

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
THINGS = ("alert", "gap", "proposal")
PROPOSAL = ("proposal__unit", "proposal__proposed_by", "proposal__decided_by")
AT_ONCE = 10  # letters of one round, which then is over before its leases are


class NotDead(ValueError):
    """A letter that cannot be sent again; the sentence says why."""


def send_news(*, actor: Scope, at: datetime, channel: int | None = None) -> dict[str, int]:
    """Pack the news that is due, and send the letters that are, by mail or on one channel; ask for the next round.

    Each is claimed, read again with its reader's eyes of now, sent, and marked. What the reader may no longer see is
    taken out, with a record. What cannot be delivered is tried again, after eight attempts the letter is dead and
    stands in the record. A sender that dies leaves a lease that runs out. Returns how many were sent, dropped, delayed
    and dead; what could not be packed is among the last two.
    """
    packed = pack_news(actor=actor, at=at)
    counts = {"sent": 0, "dropped": 0, "delayed": packed.delayed, "dead": packed.dead}
    for _ in range(AT_ONCE):
        if (letter := _claim(at, channel)) is None:
            break
        counts[_attempt(actor, letter, at)] += 1
    if (due := _next(channel)) is not None:
        with transaction.atomic():
            ask_for_sending(at=at, channel=channel, due=max(due, at))
    return counts


def replay_letter(*, actor: Scope, letter: Letter, at: datetime, reason: str) -> Letter:
    """Give a dead letter its attempts back; recorded with the reason. Raises AbilityMissing and NotDead."""
    actor.require("telling.manage", letter.unit)
    if not reason.strip():
        raise NotDead("A letter is sent again for a reason: say which, it goes into the record.")
    with transaction.atomic():
        if Letter.unscoped.filter(pk=letter.pk, channel__retired__isnull=False).exists():
            raise NotDead("The channel of this letter was retired: nothing is sent there any more.")
        dead = Letter.unscoped.filter(pk=letter.pk, state=Letter.State.DEAD)
        if not dead.update(state=Letter.State.WAITING, attempts=0, due=at, error=""):
            raise NotDead("Only a letter that was given up can be sent again.")
        AlertNews.unscoped.filter(letter=letter).exclude(state=AlertNews.State.DROPPED).update(
            state=AlertNews.State.PACKED
        )
        record(
            actor=actor.actor,
            verb="alerts.news.replayed",
            target=("alerts.letter", letter.pk),
            unit=letter.unit_id,
            at=at,
            reason=reason.strip(),
        )
        ask_for_sending(at=at, channel=letter.channel_id)
    letter.refresh_from_db()
    return letter


def _next(channel: int | None) -> datetime | None:
    """When something is due again: a letter, a lease that runs out, and for the mail's round also unpacked news."""
    letters = Letter.unscoped.filter(channel=channel)
    found = [
        letters.filter(state=Letter.State.WAITING).aggregate(due=Min("due"))["due"],
        letters.filter(state=Letter.State.SENDING).aggregate(due=Min("lease_until"))["due"],
    ]
    if channel is None:
        found.append(AlertNews.unscoped.filter(state=AlertNews.State.WAITING).aggregate(due=Min("due"))["due"])
    return min((due for due in found if due is not None), default=None)


def _claim(at: datetime, channel: int | None) -> Letter | None:
    """The next letter that is due, taken by one UPDATE that only one sender can win."""
    free = Q(state=Letter.State.WAITING, due__lte=at) | Q(state=Letter.State.SENDING, lease_until__lt=at)
    while True:
        candidate = Letter.unscoped.filter(free, channel=channel).order_by("due", "pk").first()
        if candidate is None:
            return None
        taken = Letter.unscoped.filter(free, pk=candidate.pk, attempts=candidate.attempts).update(
            state=Letter.State.SENDING, lease_until=at + LEASE, attempts=F("attempts") + 1
        )
        if taken:
            return Letter.unscoped.select_related("unit", "recipient", "channel__unit").get(pk=candidate.pk)


def _attempt(actor: Scope, letter: Letter, at: datetime) -> str:
    """Deliver one letter; what nobody expected delays it, and no other."""
    try:
        return _deliver(actor, letter, at)
    except Exception as error:  # a server may answer anything, and one letter must not stop all others
        logger.exception("Letter %s could not be sent.", letter.key)
        return _later(actor, letter, type(error).__name__, at)  # its words may name the address


def _deliver(actor: Scope, letter: Letter, at: datetime) -> str:
    if letter.channel is not None and letter.channel.retired is not None:
        return _close(actor, letter, Letter.State.DROPPED, RETIRED, at)
    reader = Scope.of(letter.recipient, at=at)
    carried = AlertNews.unscoped.filter(letter=letter).exclude(state=AlertNews.State.DROPPED)
    allowed = []
    for news in carried.select_related("unit", "alert", "gap__period", *PROPOSAL).order_by("pk"):
        if why := why_untold(news, reader, at=at):
            withhold(actor=actor, news=news, why=why, at=at)
        else:
            allowed.append(news)
    if not allowed:
        withheld = AlertNews.unscoped.filter(letter=letter).latest("pk")
        return _close(actor, letter, Letter.State.DROPPED, withheld.said, at)
    try:
        _send(letter, allowed, reader, at)
    except (SMTPException, OSError, HookRefused) as error:
        return _later(actor, letter, f"{type(error).__name__}: {error}", at)
    return _close(actor, letter, Letter.State.SENT, "", at)


def _send(letter: Letter, news: Sequence[AlertNews], reader: Scope, at: datetime) -> None:
    """By mail or on its channel; a letter of a proposal tells of nothing else, and goes by mail."""
    if letter.channel is not None:
        send_on(letter.channel, letter, lines_of(news), at=at)
    elif news[0].proposal is not None:
        mail_of_proposal(letter, news[0].proposal, news[0].template, reader=reader).send()
    else:
        mail_of(letter, lines_of(news), reader=reader).send()


def _later(actor: Scope, letter: Letter, said: str, at: datetime) -> str:
    if letter.attempts >= ATTEMPTS:
        return _close(actor, letter, Letter.State.DEAD, said, at)
    due = at + pause(letter.attempts, letter.key)
    _mine(letter).update(state=Letter.State.WAITING, due=due, lease_until=None, error=said)
    return "delayed"


def _close(actor: Scope, letter: Letter, state: Letter.State, said: str, at: datetime) -> str:
    """Mark what became of a letter and of what it carried, with its record, unless another sender took it over."""
    verbs = {
        Letter.State.SENT: "alerts.news.sent",
        Letter.State.DROPPED: "alerts.news.dropped",
        Letter.State.DEAD: "alerts.news.failed",
    }
    with transaction.atomic():
        sent = at if state == Letter.State.SENT else None
        if _mine(letter).update(state=state, sent=sent, lease_until=None, error=said):
            carried = AlertNews.unscoped.filter(letter=letter).exclude(state=AlertNews.State.DROPPED)
            told = list(carried.order_by("pk").values_list(*(f"{name}__public_id" for name in THINGS)))
            about = {f"{name}s": [each[place] for each in told if each[place]] for place, name in enumerate(THINGS)}
            carried.update(state=state.value)
            record(
                actor=actor.actor,
                verb=verbs[state],
                target=("alerts.letter", letter.pk),
                unit=letter.unit_id,
                at=at,
                after={"recipient": letter.recipient_id, "channel": letter.channel_id, **about},
                reason=said,
            )
    return state.value


def _mine(letter: Letter) -> QuerySet[Letter]:
    return Letter.unscoped.filter(pk=letter.pk, state=Letter.State.SENDING, attempts=letter.attempts)
