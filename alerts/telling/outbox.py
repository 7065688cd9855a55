"""The outbox: who is to be told of a change, written in the transaction of the change.

A row is one telling to one reader by one way. Its key is made of what is told, so that the same change is never
written twice. When it goes out, in which letter and whether at all is decided when it is packed
(`alerts.actions.packing`): rights, absences, silences and hours are asked then and not now.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Q

from alerts.judging.inheritance import Spot
from alerts.models import Alert, AlertNews, Channel, Letter
from alerts.telling.owners import owners
from jobs.actions import enqueue

SEND = "alerts.send"
MAIL = "mail"
RELAY = "relay"
URGENT = frozenset({"assigned", "passed_on", "mentioned"})
"""What one person hands to another is told at once; what the figures bring waits for the morning."""
ON_CHANNELS = frozenset({"opened", "escalated", "reopened", "ended"})
STILL = timedelta(seconds=90)
RANKS = tuple(reversed(Alert.Severity.values))

Reader = tuple[int, int | None]
"""A person and, where the person is not told by mail, the channel that reads in her name."""


def tell(alert: Alert, templates: Iterable[str], *, at: datetime, to: Iterable[int | None] | None = None) -> None:
    """Write the news of a change in its own transaction, for the owner and whom it was escalated to, or for `to`.

    Where an alert has neither, whoever answers for the unit is told. What the figures bring is told on the unit's
    channels as well. Nobody is told twice of the same change. The verb that changes the alert records it; this asks
    for the sending.
    """
    readers = [(person, None) for person in sorted(_people(alert, to, at=at))]
    rows = []
    for template in templates:
        on_channels = _channels(alert) if to is None and template in ON_CHANNELS else []
        rows += [_row(alert, reader, template, at=at) for reader in (*readers, *on_channels)]
    if rows:
        AlertNews.objects.bulk_create(rows, ignore_conflicts=True)
        ask_for_sending(at=at)


def waiting_of(alert: Alert, number: int) -> list[AlertNews]:
    """The news of one step that no letter carries yet, held until the transaction is over."""
    waits = AlertNews.unscoped.filter(alert=alert, state=AlertNews.State.WAITING).select_related("alert")
    held = waits.select_for_update(of=("self",)).order_by("pk")
    return [
        news for news in held if news.key == _key(alert, number, (news.recipient_id, news.channel_id), news.template)
    ]


def ask_for_sending(*, at: datetime, channel: int | None = None, due: datetime | None = None) -> None:
    """Have what is due sent: by mail, or on a channel, each in its own job, so that none waits for another."""
    key = MAIL if channel is None else f"channel {channel}"
    enqueue(kind=SEND, key=key, payload={"channel": channel}, at=at, due=due, actor="process:alerts")


def ask_for_what_is_due(*, at: datetime) -> None:
    """Have everything sent that is due and that nobody asks for any more: the net under the jobs of sending."""
    due = Letter.unscoped.filter(_due(at))
    if AlertNews.unscoped.filter(state=AlertNews.State.WAITING, due__lte=at).exists():
        ask_for_sending(at=at)
    for channel in due.order_by("channel").values_list("channel", flat=True).distinct():
        ask_for_sending(at=at, channel=channel)


def stands_still(*, at: datetime) -> bool:
    """Whether something has been due for long and no letter went out or is going out: the sending stands still."""
    long_ago = at - STILL
    if Letter.unscoped.filter(Q(sent__gt=long_ago) | Q(state=Letter.State.SENDING, lease_until__gt=at)).exists():
        return False
    waits = AlertNews.unscoped.filter(state=AlertNews.State.WAITING, due__lte=long_ago)
    return waits.exists() or Letter.unscoped.filter(_due(long_ago)).exists()


def _due(at: datetime) -> Q:
    return Q(state=Letter.State.WAITING, due__lte=at) | Q(state=Letter.State.SENDING, lease_until__lt=at)


def reaches(channel: Channel, alert: Alert) -> bool:
    """Whether a channel takes news of an alert: of its part of the tree, from its least severity on."""
    unit, part = alert.unit, channel.unit
    is_below = part.left <= unit.left and unit.right <= part.right
    return is_below and RANKS.index(alert.severity) >= RANKS.index(channel.least)


def _people(alert: Alert, to: Iterable[int | None] | None, *, at: datetime) -> set[int]:
    asked = to if to is not None else (alert.owner_id, alert.escalated_to_id)
    people = {person for person in asked if person is not None}
    if people or to is not None:
        return people
    answering = owners(at=at).answering(Spot(alert.unit_id, alert.unit.left, alert.unit.right), None)
    return set() if answering is None else {answering}


def _channels(alert: Alert) -> list[Reader]:
    standing = Channel.unscoped.filter(retired__isnull=True).select_related("unit").order_by("pk")
    return [(each.reader_id, each.pk) for each in standing if reaches(each, alert)]


def _row(alert: Alert, reader: Reader, template: str, *, at: datetime) -> AlertNews:
    person, channel = reader
    return AlertNews(
        key=_key(alert, alert.transitions, reader, template),
        alert=alert,
        recipient_id=person,
        channel_id=channel,
        template=template,
        created=at,
        due=at,
    )


def _key(alert: Alert, number: int, reader: Reader, template: str) -> str:
    person, channel = reader
    told = f"{alert.public_id}/{number}/{person}/{channel or MAIL}/{template}"
    return sha256(told.encode()).hexdigest()
