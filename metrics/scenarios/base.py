"""What is expected of a unit before anything is done otherwise: the stored forecast, and what is known behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from metrics.readings import Level
from metrics.statement import BESIDE, LINES

ALL_LINES = (*LINES, *BESIDE)
Months = Mapping[int, Level]
"""Money by ordinal, ten-thousandths; a month that is not there is missing."""

NO_FORECAST = "not_applicable: no forecast"
NO_CASH = "not_applicable: no cash is forecast"
UNKNOWN = Level(None, "not_applicable: not known")


@dataclass(frozen=True)
class Facts:
    """What the newest closed months say of a unit, which drivers turn people and customers into money by.

    `customers` and `contractors` (FTE) are counts in ten-thousandths at the last closed month; `acquisition` is the
    cost of one new customer. `head` and `contractor` are the cost of one a month, `earned` the revenue one more head
    has brought a month (the marginal of `metrics.hiring`), money in ten-thousandths.
    """

    customers: Level = UNKNOWN
    acquisition: Level = UNKNOWN
    head: Level = UNKNOWN
    earned: Level = UNKNOWN
    contractors: Level = UNKNOWN
    contractor: Level = UNKNOWN


@dataclass(frozen=True)
class LinePart:
    """An account inside a line: what it is called, and its share of the line over the newest months, 0 to 1."""

    name: str
    share: Fraction


@dataclass(frozen=True)
class Base:
    """The months of one unit: closed ones as they are known, open ones as they are forecast.

    `months` are the ordinals to come, `closed` those known before them. `lines` holds ALL_LINES of both, `cash` the
    month ends, `interval` the ends of the 80 % interval of cash. `lags` are how many months of sales customers owe
    ("collection") and of purchases suppliers are owed ("payment"), as floats; missing where not known. `parts` are the
    accounts inside a line, by the line and their code.
    """

    unit: str
    months: tuple[int, ...]
    closed: tuple[int, ...]
    lines: Mapping[str, Months]
    cash: Months = field(default_factory=dict)
    interval: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    lags: Mapping[str, Level] = field(default_factory=dict)
    facts: Facts = Facts()
    parts: Mapping[str, Mapping[str, LinePart]] = field(default_factory=dict)

    def line(self, code: str, month: int) -> Level:
        """A line in a month; missing with the reason where there is none."""
        return self.lines.get(code, {}).get(month, Level(None, NO_FORECAST))

    def cash_at(self, month: int) -> Level:
        """Cash at the end of a month; missing with the reason where there is none."""
        return self.cash.get(month, Level(None, NO_CASH))


def fingerprint(bases: Iterable[Base]) -> str:
    """A hash over all that a case is made of: two bases with the same figures have the same."""
    told = [
        (
            base.unit,
            base.months,
            [
                (code, sorted((month, _told(level)) for month, level in base.lines.get(code, {}).items()))
                for code in ALL_LINES
            ],
            sorted((month, _told(level)) for month, level in base.cash.items()),
            sorted((name, _told(level)) for name, level in base.lags.items()),
            base.facts,
            sorted((line, code, each.share) for line, parts in base.parts.items() for code, each in parts.items()),
        )
        for base in sorted(bases, key=lambda each: each.unit)
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _told(level: Level) -> tuple[int | float | None, str]:
    return level.number, level.reason
