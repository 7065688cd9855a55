"""The alert machine: from judged periods to breaches. The same for live judging and for back-tests.

Everything is counted in *periods*: a figure that is recomputed five times is one month, not five strikes.
Because a replay is a function of the figures as they are known now, judging twice, late or in another order
comes to the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Literal, NamedTuple

from alerts.rules.figures import NEAR
from alerts.terms import LIMITS, Terms

Condition = Literal["pending", "firing", "recovering", "ended"]
BEYOND = frozenset(LIMITS)


class Reading(NamedTuple):
    """One judged period of one unit.

    `mark` is since when the figure stands as it does; `was_known` says that another stood there when these
    terms were judged last.
    """

    ordinal: int
    severity: str | None
    mark: int = 0
    was_known: bool = False

    @property
    def is_breach(self) -> bool:
        return self.severity in BEYOND


class Counts(NamedTuple):
    """How many periods it takes: `strikes` beyond a limit out of the last `out_of` to fire, `calm` in a row to end."""

    strikes: int = 1
    out_of: int = 1
    calm: int = 1

    @classmethod
    def of(cls, terms: Terms) -> Counts:
        return cls(terms.periods, terms.out_of or terms.periods, terms.calm)

    @classmethod
    def in_a_row(cls, periods: int) -> Counts:
        return cls(periods, periods, periods)


class Breach(NamedTuple):
    """A stretch of periods beyond a limit, as the figures known now tell it.

    `fired` is the period in which it had lasted long enough, `last` the newest period that said something
    about it, `severity` that of the newest period beyond a limit (while recovering short of the target:
    "target"). `recent` are the newest periods, the oldest first: which of them were beyond a limit.
    """

    began: int
    last: int
    severity: str
    condition: Condition
    fired: int | None = None
    calm: int = 0
    recent: tuple[bool, ...] = ()

    @property
    def is_alive(self) -> bool:
        return self.condition != "ended"


def replay(readings: Iterable[Reading], counts: Counts) -> list[Breach]:
    """All breaches in a series, the oldest first; `readings` may come in any order.

    A breach fires as soon as enough of the last periods are beyond a limit, and ends after enough in a row inside;
    between the first of those and the last it is recovering, and falls back to firing with the next period that is not
    inside. It never fires twice, and a new one begins after it has ended (it re-arms). Before it fires it ends as soon
    as its periods can no longer help another one to fire. Unknown periods are passed over.
    """
    return Course(counts).over(sorted(readings, key=itemgetter(0)))


@dataclass
class Course:
    """A series that is looked at again and again: its breaches, followed from where it is another one than before.

    `under_way` is what stood after each of its readings.
    """

    counts: Counts
    readings: tuple[Reading, ...] = ()
    under_way: list[Breach | None] = field(default_factory=list)
    ended: list[Breach] = field(default_factory=list)

    @property
    def current(self) -> Breach | None:
        """The breach that has not ended."""
        return self.under_way[-1] if self.under_way else None

    def over(self, series: Sequence[Reading]) -> list[Breach]:
        """All breaches in a series in order, the oldest first: the same as without anything known before.

        Where it reads on as before, and the same is under way as then, it goes on as it went.
        """
        readings, before = tuple(series), self.readings
        gone = bisect_left(before, readings[0][:1]) if readings else len(before)
        alike = _alike(before, gone, readings)
        current: Breach | None = None
        under_way: list[Breach | None] = []
        ended: list[Breach] = []
        while (place := len(under_way)) < len(readings):
            if place < alike and current == self._entering(gone + place):
                oldest, newest = readings[place].ordinal, readings[alike - 1].ordinal
                under_way += self.under_way[gone + place : gone + alike]
                ended += [each for each in self.ended if oldest <= each.last <= newest]
            else:
                current = following(current, readings[place], self.counts)
                if current is not None and current.condition == "ended":
                    ended.append(current)
                    current = None
                under_way.append(current)
            current = under_way[-1]
        self.readings, self.under_way, self.ended = readings, under_way, ended
        return ended.copy() if current is None else [*ended, current]

    def _entering(self, place: int) -> Breach | None:
        """What was under way before a reading."""
        return self.under_way[place - 1] if place else None


def _alike(before: tuple[Reading, ...], gone: int, readings: tuple[Reading, ...]) -> int:
    """How many readings a series begins with that another one goes on with."""
    most = min(len(before) - gone, len(readings))
    if before[gone : gone + most] == readings[:most]:
        return most
    return next(place for place in range(most) if before[gone + place] != readings[place])


def following(current: Breach | None, reading: Reading, counts: Counts) -> Breach | None:
    """The step of the machine: what the next period makes of a breach that is under way (None: of none)."""
    if reading.severity is None:
        return current
    if current is None:
        return _begun(reading, counts) if reading.severity in BEYOND else None
    return _pending(current, reading, counts) if current.fired is None else _fired(current, reading, counts)


def _begun(reading: Reading, counts: Counts) -> Breach:
    ordinal, severity = reading.ordinal, str(reading.severity)
    if counts.strikes == 1:
        return Breach(ordinal, ordinal, severity, "firing", ordinal)
    return Breach(ordinal, ordinal, severity, "pending", recent=(True,))


def _pending(breach: Breach, reading: Reading, counts: Counts) -> Breach:
    ordinal, severity, is_beyond = reading.ordinal, str(reading.severity), reading.severity in BEYOND
    recent = (*breach.recent, is_beyond)[-counts.out_of :]
    if not is_beyond:
        if _may_still_fire(recent, counts):
            return Breach(breach.began, ordinal, breach.severity, "pending", None, 0, recent)
        return Breach(breach.began, ordinal, breach.severity, "ended", None, 1, recent)
    if sum(recent) < counts.strikes:
        return Breach(breach.began, ordinal, severity, breach.condition, None, breach.calm, recent)
    return Breach(breach.began, ordinal, severity, "firing", ordinal, breach.calm, recent)


def _may_still_fire(recent: tuple[bool, ...], counts: Counts) -> bool:
    """Whether what was beyond a limit can still make a breach fire sooner than it would without."""
    return any(
        sum(recent[max(0, len(recent) - counts.out_of + more) :]) + more >= counts.strikes
        for more in range(1, counts.strikes)
    )


def _fired(breach: Breach, reading: Reading, counts: Counts) -> Breach:
    ordinal, severity, fired, recent = reading.ordinal, str(reading.severity), breach.fired, breach.recent
    if severity in BEYOND:
        return Breach(breach.began, ordinal, severity, "firing", fired, 0, recent)
    if severity == NEAR:
        return Breach(breach.began, ordinal, breach.severity, "firing", fired, 0, recent)
    calm = breach.calm + 1
    if calm >= counts.calm:
        return Breach(breach.began, ordinal, breach.severity, "ended", fired, calm, recent)
    return Breach(breach.began, ordinal, severity or breach.severity, "recovering", fired, calm, recent)
