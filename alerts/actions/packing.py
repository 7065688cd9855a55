"""Packing news into letters: who may still be told, whether now, and with what else.

All policy of telling stands here, and is asked as late as possible: rights, absences, silences, hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localtime

from alerts.judging.inheritance import Spot
from alerts.models import Alert, AlertNews, Letter
from alerts.telling.hours import Hours, Quiet
from alerts.telling.outbox import URGENT, ask_for_sending, tell, waiting_of
from alerts.telling.owners import Owners, owners
from alerts.telling.silences import Silences, standing_silences
from audit.actions import record
from people.models import Person, QuietWindow
from units.models import Placement
from units.scope import Scope

EMERGENCY = Alert.Severity.EMERGENCY
NO_RIGHT = "The reader may no longer see this alert."
NO_ADDRESS = "The reader has no e-mail address."
RETIRED = "The channel was retired."
OVERTAKEN = "A later change of the same alert was told already."
OVER = "It was over before it was told."
TAKEN_BACK = "The step was taken back before it was told."


Place = tuple[int, int, int | None]
"""An alert, and who is told of it by which channel."""


@dataclass(frozen=True)
class Withheld:
    """A telling that does not go out, and why; `heir` is told instead."""

    why: str
    heir: int | None = None


@dataclass(frozen=True)
class Later:
    """A telling that waits until a moment, and for what."""

    until: datetime
    why: str


@dataclass(frozen=True)
class Desk:
    """What packing asks of every piece of news, read once; `newest` is what each reader was told of an alert last."""

    at: datetime
    owners: Owners
    silences: Silences
    hours: dict[int, Hours]
    newest: dict[Place, int]

    def look(self, news: AlertNews) -> Withheld | Later | None:
        """Why a telling does not go out now; None where it does."""
        alert, spot = news.alert, _spot(news.alert)
        place = (alert.pk, news.recipient_id, news.channel_id)
        if news.template not in URGENT and self.newest.get(place, 0) > news.pk:
            return Withheld(OVERTAKEN)
        if self._is_over(news, place):
            return Withheld(OVER)
        if news.channel_id is not None:
            return self._look_at_channel(news, spot)
        if not self.owners.may_see(news.recipient_id, spot):
            return Withheld(NO_RIGHT, self._heir(news, spot))
        if news.recipient_id in self.owners.away and (heir := self._heir(news, spot)):
            return Withheld("The reader is away; somebody else is told instead.", heir)
        if not news.recipient.email:
            return Withheld(NO_ADDRESS)
        return self._later(news, self.hours[news.recipient_id])

    def _look_at_channel(self, news: AlertNews, spot: Spot) -> Withheld | Later | None:
        assert news.channel is not None
        if news.channel.retired is not None:
            return Withheld(RETIRED)
        if not self.owners.may_see(news.recipient_id, spot):
            return Withheld(NO_RIGHT)
        return self._silenced(news)

    def _later(self, news: AlertNews, hours: Hours) -> Later | None:
        if (silenced := self._silenced(news)) is not None:
            return silenced
        rings = news.alert.severity == EMERGENCY and news.template != "ended"
        ready = hours.ready(news.created, now=self.at, is_urgent=rings or news.template in URGENT, rings_anyway=rings)
        return Later(ready, "until the reader's morning, or the end of the quiet") if ready > self.at else None

    def _silenced(self, news: AlertNews) -> Later | None:
        silence = self.silences.over(news.alert)
        if silence is None or news.template in URGENT:
            return None
        return Later(silence.ends, f"silenced until {localtime(silence.ends):%Y-%m-%d %H:%M}")

    def _is_over(self, news: AlertNews, place: Place) -> bool:
        """What ended in the night is told only to whom its beginning was."""
        if news.template == "ended":
            return place not in self.newest
        is_done = news.alert.condition == Alert.Condition.ENDED or news.alert.handling == Alert.Handling.RESOLVED
        return is_done and news.template not in URGENT

    def _heir(self, news: AlertNews, spot: Spot) -> int | None:
        heir = self.owners.answering(spot, news.recipient_id)
        return heir if heir != news.recipient_id else None


def pack_news(*, actor: Scope, at: datetime) -> list[Letter]:
    """Put the news that is due into letters: one for each reader, way and unit above those it tells of.

    Written are the letters, what waits until when, and what is withheld, that with its record; whoever answers for
    somebody who left or is away gets news of the own. All of it in one transaction.
    """
    with transaction.atomic():
        rows = list(
            AlertNews.unscoped.filter(state=AlertNews.State.WAITING, due__lte=at)
            .select_related("alert__unit", "alert__version", "recipient", "channel__unit")
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        desk = _desk(rows, at)
        going: list[AlertNews] = []
        for news in rows:
            match desk.look(news):
                case None:
                    going.append(news)
                case Later(until, why):
                    AlertNews.unscoped.filter(pk=news.pk).update(due=until, said=why)
                case Withheld(why, heir):
                    withhold(actor=actor, news=news, why=why, at=at)
                    if heir is not None:
                        tell(news.alert, (news.template,), at=at, to=(heir,))
        letters = _letters(going, at)
        for channel in sorted({letter.channel_id for letter in letters if letter.channel_id is not None}):
            ask_for_sending(at=at, channel=channel)
        return letters


def withhold(*, actor: Scope, news: AlertNews, why: str, at: datetime) -> None:
    """Not tell something to somebody, and say why in the record."""
    with transaction.atomic():
        AlertNews.unscoped.filter(pk=news.pk).update(state=AlertNews.State.DROPPED, said=why)
        record(
            actor=actor.actor,
            verb="alerts.news.dropped",
            target=("alerts.news", news.pk),
            unit=news.alert.unit_id,
            at=at,
            after={"recipient": news.recipient_id, "alert": news.alert.public_id, "template": news.template},
            reason=why,
        )


def withdraw(*, actor: Scope, alert: Alert, number: int, at: datetime) -> None:
    """Not tell what still waits of a step that was taken back."""
    for news in waiting_of(alert, number):
        withhold(actor=actor, news=news, why=TAKEN_BACK, at=at)


def _desk(rows: Sequence[AlertNews], at: datetime) -> Desk:
    carried = Q(letter__isnull=False) | Q(state=AlertNews.State.SENT)
    told = AlertNews.unscoped.filter(carried, alert__in={news.alert_id for news in rows})
    return Desk(
        at=at,
        owners=owners(at=at),
        silences=standing_silences(at),
        hours=_hours(news.recipient for news in rows),
        newest={
            (alert, recipient, channel): pk
            for alert, recipient, channel, pk in told.order_by("pk").values_list("alert", "recipient", "channel", "pk")
        },
    )


def _hours(people: Iterable[Person]) -> dict[int, Hours]:
    """When each of these people reads; two queries for all."""
    found = {person.pk: person for person in people}
    quiet: dict[int, list[Quiet]] = {}
    for window in QuietWindow.objects.filter(person__in=found).order_by("pk"):
        days = frozenset(int(day) - 1 for day in window.days)
        quiet.setdefault(window.person_id, []).append(Quiet(days, window.begins, window.ends))
    return {
        pk: Hours(ZoneInfo(person.time_zone or settings.TIME_ZONE), person.morning, tuple(quiet.get(pk, ())))
        for pk, person in found.items()
    }


def _letters(going: Sequence[AlertNews], at: datetime) -> list[Letter]:
    above = _units_above({news.alert.unit_id for news in going})
    parcels: dict[tuple[int, int | None, int], list[AlertNews]] = {}
    for news in going:
        place = (news.recipient_id, news.channel_id, above.get(news.alert.unit_id, news.alert.unit_id))
        parcels.setdefault(place, []).append(news)
    letters = []
    for (recipient, channel, unit), parcel in parcels.items():
        key = sha256("/".join(sorted(news.key for news in parcel)).encode()).hexdigest()
        letter = Letter.unscoped.create(
            key=key, unit_id=unit, recipient_id=recipient, channel_id=channel, packed=at, due=at
        )
        carried = AlertNews.unscoped.filter(pk__in=[news.pk for news in parcel])
        carried.update(state=AlertNews.State.PACKED, letter=letter, said="")
        letters.append(letter)
    return letters


def _units_above(units: Iterable[int]) -> dict[int, int]:
    """By unit its parent of today; the top has none."""
    standing = Placement.unscoped.filter(unit__in=units, until_mark__isnull=True, parent__isnull=False)
    return {unit: parent for unit, parent in standing.values_list("unit", "parent") if parent is not None}


def _spot(alert: Alert) -> Spot:
    return Spot(alert.unit_id, alert.unit.left, alert.unit.right)
