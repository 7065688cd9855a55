"""Whether something may be told now, later, to somebody else or not at all: all policy of telling stands here.

It is asked when news is packed, as late as possible: rights, absences, silences, hours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import localtime

from alerts.judging.inheritance import Spot
from alerts.models import Alert, AlertNews, ThresholdProposal
from alerts.telling.hours import Hours, Quiet
from alerts.telling.outbox import PROPOSED, URGENT
from alerts.telling.owners import Owners, owners
from alerts.telling.silences import Silences, standing_silences
from people.models import Person, QuietWindow

EMERGENCY = Alert.Severity.EMERGENCY
NO_RIGHT = "The reader may no longer see this."
NO_ADDRESS = "The reader has no e-mail address."
AWAY = "The reader is away; somebody else is told instead."
RETIRED = "The channel was retired."
OVERTAKEN = "A later change of the same was told already."
OVER = "It was over before it was told."

Place = tuple[int | None, int | None, int, int | None]
"""An alert or a gap, and who is told of it by which channel."""


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
    """What packing asks of every piece of news, read once.

    `quiet` are the quiet windows by person, `newest` what each reader was told of an alert or a gap last.
    """

    at: datetime
    owners: Owners
    silences: Silences
    quiet: Mapping[int, Sequence[QuietWindow]]
    newest: Mapping[Place, int]

    def look(self, news: AlertNews) -> Withheld | Later | None:
        """Why a telling does not go out now; None where it does."""
        if news.proposal is not None:
            return self._look_at_proposal(news, news.proposal)
        spot = Spot(news.unit_id, news.unit.left, news.unit.right)
        if news.template not in URGENT and self.newest.get(_place(news), 0) > news.pk:
            return Withheld(OVERTAKEN)
        if self._is_over(news):
            return Withheld(OVER)
        if news.channel is not None:
            return self._look_at_channel(news, news.channel.retired, spot)
        if not self.owners.may_see(news.recipient_id, spot):
            return Withheld(NO_RIGHT, self._heir(news, spot))
        if news.recipient_id in self.owners.away and (heir := self._heir(news, spot)):
            return Withheld(AWAY, heir)
        if not news.recipient.email:
            return Withheld(NO_ADDRESS)
        return self._later(news)

    def _look_at_proposal(self, news: AlertNews, proposal: ThresholdProposal) -> Withheld | Later | None:
        """Nobody stands in for who decides, or who proposed: those who may decide are told all the same."""
        if news.template == PROPOSED and proposal.state != ThresholdProposal.State.WAITING:
            return Withheld(OVER)
        return self._later(news) if news.recipient.email else Withheld(NO_ADDRESS)

    def _look_at_channel(self, news: AlertNews, retired: datetime | None, spot: Spot) -> Withheld | Later | None:
        if retired is not None:
            return Withheld(RETIRED)
        if not self.owners.may_see(news.recipient_id, spot):
            return Withheld(NO_RIGHT)
        return self._silenced(news)

    def _later(self, news: AlertNews) -> Later | None:
        if (silenced := self._silenced(news)) is not None:
            return silenced
        is_grave = news.alert is not None and news.alert.severity == EMERGENCY
        rings = is_grave and news.template != "ended"
        hours = self._hours(news.recipient)
        ready = hours.ready(news.created, now=self.at, is_urgent=rings or news.template in URGENT, rings_anyway=rings)
        return Later(ready, "until the reader's morning, or the end of the quiet") if ready > self.at else None

    def _silenced(self, news: AlertNews) -> Later | None:
        silences = self.silences
        silence = silences.over_all_of(news.unit) if news.alert is None else silences.over(news.alert)
        if silence is None or news.template in URGENT:
            return None
        return Later(silence.ends, f"silenced until {localtime(silence.ends):%Y-%m-%d %H:%M}")

    def _is_over(self, news: AlertNews) -> bool:
        """What ended in the night is told only to whom its beginning was."""
        if news.template == "ended":
            return _place(news) not in self.newest
        if news.gap is not None:
            return news.gap.ended is not None
        assert news.alert is not None  # a piece of news is of one of the two
        is_done = news.alert.condition == Alert.Condition.ENDED or news.alert.handling == Alert.Handling.RESOLVED
        return is_done and news.template not in URGENT

    def _heir(self, news: AlertNews, spot: Spot) -> int | None:
        """Who is told instead: of an alert whoever answers for it, of a gap whoever may bring the figures."""
        asked = self.owners.answering if news.alert is not None else self.owners.bringing
        heir = asked(spot, news.recipient_id)
        return heir if heir != news.recipient_id else None

    def _hours(self, person: Person) -> Hours:
        windows = [
            Quiet(frozenset(int(day) - 1 for day in window.days), window.begins, window.ends)
            for window in self.quiet.get(person.pk, ())
        ]
        return Hours(ZoneInfo(person.time_zone or settings.TIME_ZONE), person.morning, tuple(windows))


def desk_for(rows: Sequence[AlertNews], *, at: datetime) -> Desk:
    """What packing these asks for: a handful of queries, however many there are."""
    carried = Q(letter__isnull=False) & ~Q(state=AlertNews.State.DROPPED) | Q(state=AlertNews.State.SENT)
    alerts, gaps = {news.alert_id for news in rows} - {None}, {news.gap_id for news in rows} - {None}
    told = AlertNews.unscoped.filter(carried, Q(alert__in=alerts) | Q(gap__in=gaps)).order_by("pk")
    quiet: dict[int, list[QuietWindow]] = {}
    for window in QuietWindow.objects.filter(person__in={news.recipient_id for news in rows}).order_by("pk"):
        quiet.setdefault(window.person_id, []).append(window)
    return Desk(at, owners(at=at), standing_silences(at), quiet, {_place(news): news.pk for news in told})


def _place(news: AlertNews) -> Place:
    return news.alert_id, news.gap_id, news.recipient_id, news.channel_id
