"""Terms made ready for judging many figures: exact, and fast, because everything is an integer.

Numbers are counted in *ticks*: money and counts in ten-thousandths, as they are stored; ratios, days and months in
thousand-millionths, so that the last bits of a float are noise and decide no limit. A limit is a fraction of ticks.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from alerts.terms import Side, Terms

SCALE = 10_000
TICKS = 1_000_000_000


def ticks(number: int | float, *, is_amount: bool) -> int:
    """A stored number in ticks."""
    return int(number) if is_amount else round(number * TICKS)


def exact(number: int | float, *, is_amount: bool) -> Fraction:
    """A stored number in plain units, exactly."""
    return Fraction(int(number), SCALE) if is_amount else Fraction(round(number * TICKS), TICKS)


class Rung(NamedTuple):
    """One limit as an integer fraction: of ticks, or of what a percentage or deviation is of."""

    name: str
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The limits of one side, the mildest first."""

    direction: int
    rungs: tuple[Rung, ...]
    exit: Rung | None

    def gravest(self, gap: int, size: int) -> Rung | None:
        """The gravest limit that a difference to the wrong side reaches; reaching it is beyond it (≥, not >)."""
        reached = None
        for rung in self.rungs:
            if gap * rung.of < rung.number * size:
                break
            reached = rung
        return reached

    def is_near(self, gap: int, size: int) -> bool:
        """Whether a difference that reaches no limit still lies beyond the exit level."""
        return self.exit is not None and gap * self.exit.of > self.exit.number * size


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The limits of some terms, in ticks of the metric they judge.

    `is_amount` says which ticks, `scale` how many of them make a unit; `is_level` whether limits are levels of the
    metric, `is_relative` whether they are parts of a size (percent, deviations) and not sizes themselves.
    """

    ladders: tuple[Ladder, ...]
    is_amount: bool
    scale: int
    is_level: bool
    is_relative: bool
    target: int | None
    has_exit: bool

    @classmethod
    def of(cls, terms: Terms, *, is_amount: bool, worth: Fraction = Fraction(1)) -> Yardstick:
        """The terms in ticks; `worth` is what one unit of the limits' currency is in the group's."""
        scale = SCALE if is_amount else TICKS
        is_relative = terms.measure in ("percent", "deviations")
        factor = Fraction(1) if is_relative else scale * worth
        is_level = not terms.has_baseline
        target = terms.level("target")
        ladders = tuple(_ladder(side, factor, is_level=is_level) for side in terms.sides())
        return cls(
            ladders=ladders,
            is_amount=is_amount,
            scale=scale,
            is_level=is_level,
            is_relative=is_relative,
            target=None if target is None else round(target * factor),
            has_exit=any(ladder.exit for ladder in ladders),
        )

    def plain(self, rung: Rung) -> Fraction:
        """A limit as it was given, in the group's currency."""
        return Fraction(rung.number, rung.of) / (1 if self.is_relative else self.scale)


def _ladder(side: Side, factor: Fraction, *, is_level: bool) -> Ladder:
    """Levels are turned so that more is always worse: a floor of 100 is a limit of −100 for the negated figure."""
    turn = factor * (side.direction if is_level else 1)
    rungs = tuple(_rung(name, level * turn) for name, level in side.limits)
    return Ladder(side.direction, rungs, None if side.exit is None else _rung("exit", side.exit * turn))


def _rung(name: str, level: Fraction) -> Rung:
    return Rung(name, level.numerator, level.denominator)
