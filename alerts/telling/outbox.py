"""The outbox: who is to be told of a change, written in the transaction of the change.

A row is one telling to one reader by one way. Its key is made of what is told, so that the same change is never
written twice. When it goes out, in which letter and whether at all is decided when it is packed
(`alerts.telling.desk`): rights, absences, silences and hours are asked then and not now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q

from alerts.judging.inheritance import Spot
from alerts.models import Alert, AlertNews, Channel, Gap, Letter, ThresholdProposal
from alerts.telling.owners import owners
from jobs.actions import enqueue
from units.models import Unit

SEND = "alerts.send"
MAIL = "mail"
RELAY = "relay"
PROPOSED = "proposed"
URGENT = frozenset({"assigned", "passed_on", "mentioned", PROPOSED, "approved", "refused", "void"})
"""What one person hands to another is told at once; what the figures bring waits for the morning."""
ON_CHANNELS = frozenset({"opened", "escalated", "reopened", "ended"})
GAPS_ARE = Alert.Severity.WARNING
"""A gap has no severity. It goes to channels that take warnings."""
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
        told = _told(alert, alert.transitions)
        everybody = (*readers, *on_channels)
        rows += [_row(told, reader, template, at=at, unit=alert.unit_id, alert=alert) for reader in everybody]
    if rows:
        AlertNews.objects.bulk_create(rows, ignore_conflicts=True)
        ask_for_sending(at=at)


def tell_of_gaps(changes: Sequence[tuple[Gap, str]], *, at: datetime, to: int | None = None) -> None:
    """Write the news of gaps that opened, changed or ended, in the transaction of that: for their owners, or for `to`.

    A gap nobody owns is told to nobody but the unit's channels. The gaps come as they stand now. Read once for all.
    """
    standing = _standing_channels() if to is None and changes else []
    units = Unit.unscoped.in_bulk({gap.unit_id for gap, _ in changes})
    rows = []
    for gap, template in changes:
        person, unit = to or gap.owner_id, units[gap.unit_id]
        readers: list[Reader] = [] if person is None else [(person, None)]
        if template in ON_CHANNELS:
            readers += [(each.reader_id, each.pk) for each in standing if _takes(each, unit, GAPS_ARE)]
        told = f"gap {gap.public_id}/{gap.changed.isoformat()}"
        rows += [_row(told, reader, template, at=at, unit=gap.unit_id, gap=gap) for reader in readers]
    if rows:
        AlertNews.objects.bulk_create(rows, ignore_conflicts=True)
        ask_for_sending(at=at)


def tell_of_proposal(proposal: ThresholdProposal, template: str, *, at: datetime, to: Iterable[int]) -> None:
    """Write the news of a proposal in the transaction of its change, by mail: that it waits for these people, or what
    was decided on it.

    Its key is made of what was shown, so that nobody is told twice of the same.
    """
    told = f"proposal {proposal.public_id}/{proposal.hash}"
    rows = [
        _row(told, (person, None), template, at=at, unit=proposal.unit_id, proposal=proposal) for person in sorted(to)
    ]
    if rows:
        AlertNews.objects.bulk_create(rows, ignore_conflicts=True)
        ask_for_sending(at=at)


def untold_of(alert: Alert, number: int) -> list[AlertNews]:
    """The news of one step that nobody was told yet, held until the transaction is over: no letter carries it, or one
    that nobody is sending.
    """
    packed = AlertNews.unscoped.filter(alert=alert, state=AlertNews.State.PACKED)
    waiting = Letter.unscoped.filter(pk__in=packed.values("letter"), state=Letter.State.WAITING)
    letters = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    untold = Q(state=AlertNews.State.WAITING) | Q(state=AlertNews.State.PACKED, letter__in=letters)
    held = AlertNews.unscoped.filter(untold, alert=alert).select_related("alert").select_for_update(of=("self",))
    told = _told(alert, number)
    return [
        news
        for news in held.order_by("pk")
        if news.key == _key(told, (news.recipient_id, news.channel_id), news.template)
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
    return _takes(channel, alert.unit, alert.severity)


def _takes(channel: Channel, unit: Unit, severity: str) -> bool:
    is_below = channel.unit.left <= unit.left and unit.right <= channel.unit.right
    return is_below and RANKS.index(severity) >= RANKS.index(channel.least)


def _people(alert: Alert, to: Iterable[int | None] | None, *, at: datetime) -> set[int]:
    asked = to if to is not None else (alert.owner_id, alert.escalated_to_id)
    people = {person for person in asked if person is not None}
    if people or to is not None:
        return people
    answering = owners(at=at).answering(Spot(alert.unit_id, alert.unit.left, alert.unit.right), None)
    return set() if answering is None else {answering}


def _channels(alert: Alert) -> list[Reader]:
    return [(each.reader_id, each.pk) for each in _standing_channels() if reaches(each, alert)]


def _standing_channels() -> Sequence[Channel]:
    return list(Channel.unscoped.filter(retired__isnull=True).select_related("unit").order_by("pk"))


def _row(told: str, reader: Reader, template: str, *, at: datetime, unit: int, **of: Any) -> AlertNews:
    """One telling `of` an alert, a gap or a proposal."""
    person, channel = reader
    return AlertNews(
        key=_key(told, reader, template),
        unit_id=unit,
        recipient_id=person,
        channel_id=channel,
        template=template,
        created=at,
        due=at,
        **of,
    )


def _told(alert: Alert, number: int) -> str:
    """A step of an alert, as the keys of its news begin."""
    return f"{alert.public_id}/{number}"


def _key(told: str, reader: Reader, template: str) -> str:
    person, channel = reader
    return sha256(f"{told}/{person}/{channel or MAIL}/{template}".encode()).hexdigest()
