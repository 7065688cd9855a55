"""Moving a hiring budget between units: what the average head brings, and what one more head has brought. Pure.

The average says what all heads together earned; it is where arguments start and mostly too rosy, because the first
heads of a unit earn more than the next one. The marginal case reads the last months instead: by how much revenue
moved with headcount. Both are a year's money per head, ints in ten-thousandths. Neither is a cause: revenue and
headcount may both follow a third thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.readings import Level

FEWEST_MONTHS = 6
FEWEST_HEADCOUNTS = 3
LITTLE = 0.5
ONE = 10_000

NO_MONTHS = "not_applicable: no month with revenue, personnel cost and headcount"
NO_HEADS = "not_applicable: no heads"
SAME_HEADS = "not_applicable: headcount did not change, so there is no marginal head"


@dataclass(frozen=True)
class Month:
    """One month of a unit: money and heads in ten-thousandths; None where not known."""

    revenue: int | None
    personnel_cost: int | None
    heads: int | None

    @property
    def is_known(self) -> bool:
        return None not in (self.revenue, self.personnel_cost, self.heads)


@dataclass(frozen=True)
class PerHead:
    """What a head of a unit brings and costs a year, from `months` months that were known.

    `average` is revenue over mean headcount, `marginal` the slope of revenue on headcount (least squares), of which
    headcount accounts for the part `fit` of all movement of revenue. `warnings` say what to doubt.
    """

    average: Level
    marginal: Level
    cost: Level
    months: int
    headcounts: int
    fit: float | None
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """A yearly budget moved from one unit to another: heads either way, and the revenue a year that follows.

    Heads are in ten-thousandths, rounded half-even. `by_average` and `by_marginal` are what the taker gains less
    what the giver loses, missing with the reason of whichever is.
    """

    heads_given: Level
    heads_taken: Level
    by_average: Level
    by_marginal: Level


def per_head(months: Sequence[Month], *, periods_in_year: int = 12) -> PerHead:
    """What a head brings and costs, read from the last months; a month that is not whole is left out and counted."""
    known = [month for month in months if month.is_known]
    heads = [Fraction(month.heads or 0, ONE) for month in known]
    headcounts = len(set(heads))
    if not known or not sum(heads):
        reason = NO_HEADS if known else NO_MONTHS
        none = Level(None, reason)
        return PerHead(none, none, none, len(known), headcounts, None, ())
    revenue = [Fraction(month.revenue or 0) for month in known]
    cost = sum(Fraction(month.personnel_cost or 0) for month in known)
    slope, fit = _slope(heads, revenue)
    return PerHead(
        average=Level(round(sum(revenue) / sum(heads) * periods_in_year)),
        marginal=Level(None, SAME_HEADS) if slope is None else Level(round(slope * periods_in_year)),
        cost=Level(round(cost / sum(heads) * periods_in_year)),
        months=len(known),
        headcounts=headcounts,
        fit=fit,
        warnings=tuple(_warnings(len(known), headcounts, fit)),
    )


def move(budget: int, *, giver: PerHead, taker: PerHead) -> Move:
    """What becomes of a yearly budget in another unit, at each unit's own cost of a head."""
    given, taken = _heads(budget, giver.cost), _heads(budget, taker.cost)
    return Move(
        heads_given=_rounded(given),
        heads_taken=_rounded(taken),
        by_average=_gain(given, taken, giver.average, taker.average),
        by_marginal=_gain(given, taken, giver.marginal, taker.marginal),
    )


def pooled(units: Sequence[Sequence[Month]]) -> list[Month]:
    """Several units as one: their months added up, each number missing where one of them lacks it.

    All have the same months in the same order; without units there are none.
    """
    return [
        Month(
            _sum([month.revenue for month in months]),
            _sum([month.personnel_cost for month in months]),
            _sum([month.heads for month in months]),
        )
        for months in zip(*units, strict=True)
    ]


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _slope(heads: Sequence[Fraction], revenue: Sequence[Fraction]) -> tuple[Fraction | None, float | None]:
    """Least squares, exact; and the share of revenue's movement it accounts for, None where revenue did not move."""
    number = len(heads)
    mean_heads, mean_revenue = sum(heads, Fraction(0)) / number, sum(revenue, Fraction(0)) / number
    spread = sum(((each - mean_heads) ** 2 for each in heads), Fraction(0))
    if not spread:
        return None, None
    pairs = zip(heads, revenue, strict=True)
    together = sum(((head - mean_heads) * (each - mean_revenue) for head, each in pairs), Fraction(0))
    moved = sum(((each - mean_revenue) ** 2 for each in revenue), Fraction(0))
    return together / spread, float(together**2 / (spread * moved)) if moved else None


def _warnings(months: int, headcounts: int, fit: float | None) -> list[str]:
    told = []
    if months < FEWEST_MONTHS:
        told.append(f"Only {months} month{'' if months == 1 else 's'} to read from; {FEWEST_MONTHS} are the fewest.")
    if headcounts < FEWEST_HEADCOUNTS:
        told.append(f"Headcount stood at {headcounts} level{'' if headcounts == 1 else 's'} only.")
    if fit is not None and fit < LITTLE:
        told.append(
            f"Headcount accounts for {round(fit * 100)}% of the movement of revenue; the rest is something else."
        )
    return told


Heads = Fraction | str
"""How many, or the reason why that is not known."""


def _heads(budget: int, cost: Level) -> Heads:
    if cost.number is None:
        return cost.reason
    return Fraction(budget) / Fraction(cost.number) if cost.number > 0 else "not_applicable: heads cost nothing"


def _rounded(heads: Heads) -> Level:
    return Level(None, heads) if isinstance(heads, str) else Level(round(heads * ONE))


def _gain(given: Heads, taken: Heads, loses: Level, gains: Level) -> Level:
    for each in (given, taken):
        if isinstance(each, str):
            return Level(None, each)
    for level in (loses, gains):
        if level.number is None:
            return level
    assert isinstance(given, Fraction) and isinstance(taken, Fraction)
    return Level(round(taken * Fraction(gains.number or 0) - given * Fraction(loses.number or 0)))
