"""The alert machine: from judged periods to breaches. The same for live judging and for back-tests.

Everything is counted in *periods*: a figure that is recomputed five times is one month, not five strikes.
Because a replay is a function of the figures as they are known now, judging twice, late or in another order
comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from alerts.rules.figures import NEAR
from alerts.terms import LIMITS, Terms

Condition = Literal["pending", "firing", "recovering", "ended"]


@dataclass(frozen=True, slots=True)
class Reading:
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
        return self.severity in LIMITS


@dataclass(frozen=True)
class Counts:
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

    def overlaps(self, first: int, last: int) -> bool:
        """Whether it lies partly in a stretch of periods."""
        return self.began <= last and self.last >= first


def replay(readings: Iterable[Reading], counts: Counts) -> list[Breach]:
    """All breaches in a series, the oldest first; `readings` may come in any order.

    A breach fires as soon as enough of the last periods are beyond a limit, and ends after enough in a row inside;
    between the first of those and the last it is recovering, and falls back to firing with the next period that is not
    inside. It never fires twice, and a new one begins after it has ended (it re-arms). Before it fires it ends as soon
    as its periods can no longer help another one to fire. Unknown periods are passed over.
    """
    found: list[Breach] = []
    current: Breach | None = None
    for reading in sorted(readings, key=lambda reading: reading.ordinal):
        if reading.severity is None:
            continue
        if current is None:
            if reading.is_breach:
                current = _begun(reading, counts)
            continue
        current = _pending(current, reading, counts) if current.fired is None else _fired(current, reading, counts)
        if not current.is_alive:
            found.append(current)
            current = None
    return [*found, current] if current else found


def _begun(reading: Reading, counts: Counts) -> Breach:
    severity = str(reading.severity)
    if counts.strikes == 1:
        return Breach(reading.ordinal, reading.ordinal, severity, "firing", fired=reading.ordinal)
    return Breach(reading.ordinal, reading.ordinal, severity, "pending", recent=(True,))


def _pending(breach: Breach, reading: Reading, counts: Counts) -> Breach:
    recent = (*breach.recent, reading.is_breach)[-counts.out_of :]
    if not reading.is_breach:
        condition: Condition = "pending" if _may_still_fire(recent, counts) else "ended"
        calm = 0 if condition == "pending" else 1
        return breach._replace(last=reading.ordinal, condition=condition, calm=calm, recent=recent)
    grown = breach._replace(last=reading.ordinal, severity=str(reading.severity), recent=recent)
    if sum(recent) < counts.strikes:
        return grown
    return grown._replace(condition="firing", fired=reading.ordinal)


def _may_still_fire(recent: tuple[bool, ...], counts: Counts) -> bool:
    """Whether what was beyond a limit can still make a breach fire sooner than it would without."""
    return any(
        sum(recent[max(0, len(recent) - counts.out_of + more) :]) + more >= counts.strikes
        for more in range(1, counts.strikes)
    )


def _fired(breach: Breach, reading: Reading, counts: Counts) -> Breach:
    if reading.is_breach:
        return breach._replace(last=reading.ordinal, severity=str(reading.severity), condition="firing", calm=0)
    if reading.severity == NEAR:
        return breach._replace(last=reading.ordinal, condition="firing", calm=0)
    calm = breach.calm + 1
    if calm >= counts.calm:
        return breach._replace(last=reading.ordinal, condition="ended", calm=calm)
    severity = reading.severity or breach.severity
    return breach._replace(last=reading.ordinal, condition="recovering", severity=severity, calm=calm)
