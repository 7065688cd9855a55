"""When somebody reads: a morning in the own time zone, and hours in which nothing rings. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Quiet:
    """A stretch of the week: on these weekdays (Monday is 0) from a time until another, past midnight if earlier.

    `begins == ends` is the whole day.
    """

    days: frozenset[int]
    begins: time
    ends: time

    def around(self, local: datetime) -> tuple[datetime, datetime] | None:
        """The stretch a moment lies in, of the same day or of the night before; None outside."""
        for day in (local.date(), local.date() - timedelta(days=1)):
            if day.weekday() not in self.days:
                continue
            begins = datetime.combine(day, self.begins, local.tzinfo)
            last = day + timedelta(days=1) if self.ends <= self.begins else day
            ends = datetime.combine(last, self.ends, local.tzinfo)
            if begins <= local < ends:
                return begins, ends
        return None


@dataclass(frozen=True)
class Hours:
    """A reader's day."""

    zone: ZoneInfo
    morning: int = 7
    quiet: Sequence[Quiet] = ()

    def next_morning(self, moment: datetime) -> datetime:
        """The first morning at or after a moment, by the clock on the reader's wall.

        An hour that the clock skips in spring is read when it would have been; one that comes twice, the first time.
        """
        local = moment.astimezone(self.zone)
        today = datetime.combine(local.date(), time(self.morning), self.zone)
        if today.astimezone(moment.tzinfo) < moment:
            today = datetime.combine(local.date() + timedelta(days=1), time(self.morning), self.zone)
        return today.astimezone(moment.tzinfo)

    def quiet_until(self, moment: datetime) -> datetime | None:
        """When the quiet that a moment lies in is over, following on to the next if they touch; None in no quiet.

        Quiet without end (all day, every day) is over after a week: nothing waits for ever.
        """
        local = moment.astimezone(self.zone)
        until, latest = local, local + WEEK
        while until < latest and (found := self._around(until)) is not None:
            until = found
        return min(until, latest).astimezone(moment.tzinfo) if until > local else None

    def _around(self, local: datetime) -> datetime | None:
        stretches = [stretch for each in self.quiet if (stretch := each.around(local)) is not None]
        return max((ends for _, ends in stretches), default=None)

    def ready(self, written: datetime, *, now: datetime, is_urgent: bool, rings_anyway: bool) -> datetime:
        """From when a telling may go out: at once or in the morning, and not in the quiet unless it rings anyway.

        In quiet without end it goes out a week after it was written.
        """
        due = now if is_urgent else max(now, self.next_morning(written))
        until = None if rings_anyway else self.quiet_until(due)
        if until is None:
            return due
        return until if self.quiet_until(until) is None else max(due, min(until, written + WEEK))
