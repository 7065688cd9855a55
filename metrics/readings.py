"""Readings of stored levels: variance, materiality, growth, bridge. What accounts for a gap: `metrics.attribution`.

A level is what is stored on a sheet; a reading is made of two or more of them when a page, an alert, an
export or a pack needs it. Written once, here, in plain Python, so that no two of them can differ.

Signs. The *variance* is the arithmetic difference, actual − baseline. The *favourable variance* is that
times the sense of the line: positive is always better. It is what is ranked, bridged and summed. Words and
colours come from the *effect*, never from the sign on screen.

Amounts are ints in ten-thousandths and their readings exact; ratios and other floats are in plain units.
Missing is not zero: a reading of a missing level is missing with that level's reason, the actual's first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

FAVOURABLE = "favourable"
UNFAVOURABLE = "unfavourable"
ON_TARGET = "on target"
NEUTRAL = "neutral"
UNKNOWN = "unknown"

ZERO_BASELINE = "not_applicable: the baseline is zero"
SIGN_CHANGED = "not_applicable: n.m., actual and baseline differ in sign"
SMALL_BASELINE = "not_applicable: n.m., the baseline is below materiality"
NO_SIZE = "not_applicable: classes have no size"

SENSE: Mapping[str, int] = MappingProxyType(
    {"income": 1, "expense": -1, "asset": 1, "liability": -1, "equity": 1, "statistical": 0}
)
"""What more of an account of a kind means; `better` of an account or metric goes before it."""

BETTER: Mapping[str, int] = MappingProxyType({"higher": 1, "lower": -1, "none": 0})

_SAME = 1e-12


@dataclass(frozen=True)
class Level:
    """A number, or the reason why there is none."""

    number: int | float | None
    reason: str = ""


@dataclass(frozen=True)
class Variance:
    """One line read against its baseline.

    `difference` is actual − baseline (of a ratio: in points / 100), `percent` the same over the size of the
    baseline, `favourable` the difference times the sense. `unbudgeted` marks an actual against a baseline of 0.
    """

    actual: Level
    baseline: Level
    difference: Level
    percent: Level
    favourable: Level
    effect: str
    unbudgeted: bool = False


@dataclass(frozen=True)
class Materiality:
    """Below what a variance is not worth attention. Reaching a limit passes it: ≥, not >.

    `both` asks for amount and percent, `either` for one of them, `always` for neither. `floor` is an amount,
    `percent` a fraction of the baseline's size. Against a baseline of zero the amount alone decides.
    """

    floor: int
    percent: float
    test: Literal["both", "either", "always"] = "both"


def sense(kind: str, better: str = "") -> int:
    """+1 where more helps, −1 where more hurts, 0 where neither: from `better`, else from the kind of account."""
    return BETTER[better] if better else SENSE[kind]


def variance(actual: Level, baseline: Level, *, sense: int, compare: str = "percent", floor: int = 0) -> Variance:
    """The variance of one line, in every reading.

    `compare` is the metric's: only "percent" has a percentage; "points" and "difference" have none, because
    a percentage of a percentage misleads; "none" (classes) is not compared at all. A baseline smaller than
    `floor` gives a percentage whose size is noise: it is n.m.
    """
    difference = _difference(actual, baseline)
    if compare == "none":
        difference = difference if difference.number is None else Level(None, NO_SIZE)
    favourable = difference if difference.number is None else Level(sense * difference.number)
    return Variance(
        actual=actual,
        baseline=baseline,
        difference=difference,
        percent=_percent(actual, baseline, compare=compare, floor=floor),
        favourable=favourable,
        effect=_effect(difference, sense),
        unbudgeted=bool(actual.number) and baseline.number == 0,
    )


def growth(level: Level, earlier: Level) -> Level:
    """(level − earlier) / |earlier|; missing where the earlier one is zero, n.m. where the sign has changed."""
    return _percent(level, earlier, compare="percent", floor=0)


def is_material(reading: Variance, limits: Materiality) -> bool:
    """Whether a variance is worth attention. A missing one never is: it has its own alert."""
    size, base = reading.favourable.number, reading.baseline.number
    if size is None or base is None:
        return False
    return _passes(size, base, limits)


def materiality_floor(minimum: int, *, share: float, of: int) -> int:
    """The floor of a unit: a share of its size (say 0.5 % of revenue), but never below the minimum."""
    return max(minimum, round(Fraction(str(share)) * abs(of)))


@dataclass(frozen=True)
class Remainder:
    """What is left when the material variances are taken out, and whether it is material as a whole."""

    count: int
    net: int | float
    gross_favourable: int | float
    gross_unfavourable: int | float
    material: bool


def remainder(readings: Iterable[Variance], limits: Materiality) -> Remainder:
    """Pools what is immaterial one by one: many small variances of one sign add up to a large one.

    Tested net and gross (each side for itself), since large ones of opposite sign cancel in the net; the
    percentage is of the pooled baselines' size. Missing variances are not in the pool.
    """
    pool = [each for each in readings if each.favourable.number is not None and not is_material(each, limits)]
    sizes = [each.favourable.number or 0 for each in pool]
    better, worse = sum(size for size in sizes if size > 0), sum(size for size in sizes if size < 0)
    base = sum(abs(each.baseline.number or 0) for each in pool)
    return Remainder(
        count=len(pool),
        net=better + worse,
        gross_favourable=better,
        gross_unfavourable=worse,
        material=any(_passes(size, base, limits) for size in (better + worse, better, worse)),
    )


@dataclass(frozen=True)
class Part:
    """A part of a total: a unit of a group, or a line of a result.

    `weight` is how it enters the total: +1 for units and for income in a result, −1 for cost in a result.
    """

    code: str
    actual: Level
    baseline: Level
    weight: int = 1

    @property
    def change(self) -> Level:
        """By how much the part moves the total, in the total's own sign."""
        return _weighted(_difference(self.actual, self.baseline), self.weight)


@dataclass(frozen=True)
class Step:
    """One step of a bridge: by how much the part moves the total."""

    code: str
    amount: Level


@dataclass(frozen=True)
class Bridge:
    """From baseline to actual: start + Σ steps + rest = end, to the last ten-thousandth.

    `rest` is what the parts do not explain: eliminations, parts not shown, parts that are missing. It is a
    figure of its own and never spread over the others.
    """

    start: Level
    steps: tuple[Step, ...]
    rest: Level
    end: Level


def bridge(parts: Sequence[Part], *, actual: Level, baseline: Level) -> Bridge:
    """The way from the baseline of a total to its actual, part by part, in the order given.

    Arithmetic in the total's own sign: a bridge of operating income over its lines gives cost the weight −1,
    so a step up is favourable; a bridge over units gives each +1. A missing part is a missing step whose
    amount stands in the rest; a missing total leaves the rest missing.
    """
    steps = tuple(Step(part.code, part.change) for part in parts)
    gap = _difference(actual, baseline)
    if gap.number is None:
        return Bridge(baseline, steps, gap, actual)
    rest = gap.number - sum(step.amount.number or 0 for step in steps)
    return Bridge(baseline, steps, Level(rest), actual)


def _weighted(difference: Level, weight: int) -> Level:
    return difference if difference.number is None else Level(weight * difference.number)


def _difference(actual: Level, baseline: Level) -> Level:
    if actual.number is None:
        return actual
    return baseline if baseline.number is None else Level(actual.number - baseline.number)


def _percent(actual: Level, baseline: Level, *, compare: str, floor: int) -> Level:
    difference = _difference(actual, baseline)
    if difference.number is None or actual.number is None or baseline.number is None:
        return difference
    if compare != "percent":
        return Level(None, NO_SIZE if compare == "none" else f"not_applicable: compared by {compare}")
    if baseline.number == 0:
        return Level(None, ZERO_BASELINE)
    if (actual.number < 0) != (baseline.number < 0) and actual.number != 0:
        return Level(None, SIGN_CHANGED)
    if abs(baseline.number) < floor:
        return Level(None, SMALL_BASELINE)
    return Level(difference.number / abs(baseline.number))


def _effect(difference: Level, sense: int) -> str:
    if difference.number is None:
        return UNKNOWN
    if abs(difference.number) <= _SAME:  # floats that differ by their last bits only are equal
        return ON_TARGET
    if sense == 0:
        return NEUTRAL
    return FAVOURABLE if sense * difference.number > 0 else UNFAVOURABLE


def _passes(size: int | float, base: int | float, limits: Materiality) -> bool:
    """Fractions, because 7 % of 100 is 7.000000000000001 in floats and 7 must pass."""
    by_amount = abs(size) >= limits.floor
    if limits.test == "always":
        return True
    if size == 0:
        return False
    if base == 0:
        return by_amount
    by_percent = Fraction(abs(size)) >= Fraction(str(limits.percent)) * Fraction(abs(base))
    return by_amount or by_percent if limits.test == "either" else by_amount and by_percent
