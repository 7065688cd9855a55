"""The terms of a threshold: what they say, and how levels are read from what people type.

Pure. Levels are exact (fractions), because 10 % of 100 must be reached by 10 and not by 10.000000000000002.
Which terms are refused is said by `alerts.judging.refusals`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from metrics.declaration import Metric

Comparator = Literal["absolute", "budget", "forecast", "prior_year", "trailing", "season", "peers", "trend"]
Measure = Literal["level", "percent", "points", "money", "deviations"]
Materiality = Literal["both", "either", "always"]

BAND = 2
"""The direction of a threshold with two sides: too high is a breach, and too low is one too."""

LIMITS = ("warning", "critical", "emergency")
"""The levels that fire, the mildest first. A target is shown, and never fires by itself."""

LOW_LIMITS = ("low_warning", "low_critical", "low_emergency")
"""The same on the lower side of a band."""

EXITS = ("exit", "low_exit")
LEVELS = ("target", *LIMITS)
ALL_LEVELS = (*LEVELS, *LOW_LIMITS, *EXITS)
FLOORS = ("floor_amount", "floor_percent", "floor_share")
BASES = ("month", "qtd", "ytd", "ltm")
AGAINST = {
    "budget": "budget",
    "forecast": "forecast",
    "prior_year": "last year",
    "trailing": "its own mean",
    "season": "its season",
    "peers": "its peers",
    "trend": "no change",
}

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


class LevelUnreadable(ValueError):
    """A text is no level; the sentence says what to write."""


@dataclass(frozen=True)
class Side:
    """One side on which a figure can be beyond its limits.

    `direction` is +1 where too high is a breach and −1 where too low is. `limits` are the levels that fire, the
    mildest first; `exit` is how far inside a figure must be before an alert begins to recover (None: inside the
    mildest limit).
    """

    direction: int
    limits: tuple[tuple[str, Fraction], ...]
    exit: Fraction | None = None


@dataclass(frozen=True)
class Terms:
    """What is judged, against what, and when it counts. Text as it is stored; empty where not given.

    `direction` is +1 where too high is a breach, −1 where too low is, and BAND where both are. Levels of the
    comparator `absolute` are levels of the metric itself; against a baseline they are sizes of the difference to
    the wrong side, for `trend` of the change a period. Of a band the low levels are those of its lower side; against
    a baseline a lower side without levels has those of the upper.

    A breach fires with `periods` periods beyond a limit out of the last `out_of` (0: in a row), and ends after
    `exit_periods` in a row inside the exit level (0: as many as fire it). `window` is how many periods a trailing
    mean, a season or a trend looks back on, or how many peers there must be. `ahead` is how many periods the stored
    forecast is held against the limits, `pace` whether an unfinished period is. `floor_share` is the part of the
    unit's revenue that its floor is at least, `also_ytd` lets the year to date be material where the month is
    not, `pooled` adds small items up under their parent. Money is in `currency` (empty: the group's).
    """

    metric: str
    basis: str
    comparator: str
    measure: str
    direction: int
    target: str = ""
    warning: str = ""
    critical: str = ""
    emergency: str = ""
    materiality: str = "both"
    floor_amount: str = ""
    floor_percent: str = ""
    periods: int = 1
    low_warning: str = ""
    low_critical: str = ""
    low_emergency: str = ""
    exit: str = ""
    low_exit: str = ""
    out_of: int = 0
    exit_periods: int = 0
    window: int = 0
    ahead: int = 0
    pace: bool = False
    floor_share: str = ""
    also_ytd: bool = False
    pooled: bool = False
    currency: str = ""

    @property
    def has_baseline(self) -> bool:
        """Whether figures are read against another figure, and levels are sizes of a difference."""
        return self.comparator != "absolute"

    @property
    def calm(self) -> int:
        """How many periods in a row inside end a breach that fired."""
        return self.exit_periods or self.periods

    @property
    def moves_alone(self) -> bool:
        """Whether what they say of a unit can change without any figure of its own."""
        return self.comparator in ("peers", "forecast") or self.pace or self.ahead > 0 or bool(self.currency)

    def level(self, name: str) -> Fraction | None:
        """One level as an exact number, None where there is none."""
        text: str = getattr(self, name)
        return Fraction(text) if text else None

    def limits(self) -> Iterator[tuple[str, Fraction]]:
        """The levels that fire, the mildest first; of a band those of the upper side."""
        yield from self._given(LIMITS)

    def sides(self) -> tuple[Side, ...]:
        """The sides on which a figure can be beyond its limits: one, or two of a band."""
        upper = tuple(self._given(LIMITS))
        if self.direction != BAND:
            return (Side(self.direction, upper, self.level("exit")),)
        lower = tuple((name.removeprefix("low_"), level) for name, level in self._given(LOW_LIMITS))
        is_mirrored = self.has_baseline and not lower
        low_exit = self.level("exit" if is_mirrored and not self.low_exit else "low_exit")
        return Side(1, upper, self.level("exit")), Side(-1, upper if is_mirrored else lower, low_exit)

    def judges_like(self, other: Terms) -> bool:
        """Whether the other terms would judge every figure the same."""
        return all(getattr(self, each.name) == getattr(other, each.name) for each in fields(Terms))

    def _given(self, names: tuple[str, ...]) -> Iterator[tuple[str, Fraction]]:
        for name in names:
            if (level := self.level(name)) is not None:
                yield name, level


def direction_of(metric: Metric) -> int:
    """Which way a metric goes wrong; 0 where it has no side of its own."""
    return -metric.better


def is_share(metric: Metric | None, measure: str) -> bool:
    """Whether levels are shares, typed as 0.15 or 15 %, rather than amounts, days or times."""
    if measure == "deviations":
        return False
    return measure == "percent" or (measure != "money" and metric is not None and metric.is_share)


def read_level(text: str, *, share: bool) -> str:
    """A level as it is stored: exact decimal text. `15 %` and `15%` are 0.15; separators of thousands are dropped.

    A share written without a percent sign that is larger than 1 is a percentage typed as points: refused.
    """
    plain = text.strip().replace("\u2212", "-").replace("\u00a0", "").replace(" ", "").replace(",", "")
    if not plain:
        return ""
    is_percentage = plain.endswith("%")
    number = plain.removesuffix("%")
    if not _NUMBER.fullmatch(number):
        raise LevelUnreadable(f"“{text.strip()}” is not a number. Write it like 0.15, 15 % or 250000.")
    value = Decimal(number)
    if is_percentage:
        if not share:
            raise LevelUnreadable(
                f"{text.strip()} is a percentage, and this level is not a share. Write a plain number."
            )
        value /= 100
    elif share and abs(value) > 1:
        raise LevelUnreadable(
            f"{number} would be {whole(value * 100)} %. Write {number} % for {number} percent, "
            f"or {value / 100:f} as a fraction."
        )
    return f"{value:f}"


def whole(number: Fraction | Decimal) -> str:
    """A level as people write it: no trailing zeros."""
    text = f"{Decimal(number.numerator) / Decimal(number.denominator) if isinstance(number, Fraction) else number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
