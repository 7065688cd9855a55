"""Landing: where a year is heading, as closed actuals plus forecast, against the budget of the whole year.

Plain Python over monthly numbers in ten-thousandths. Missing is not zero: a year with a month that has neither an
actual nor a forecast has no landing, and says which months those are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """What a month is forecast to be; the interval is missing where too little could be tried."""

    number: int
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Landing:
    """A year: Σ actual up to the cut-off + Σ forecast after it.

    `actual` and `forecast` are the two sums, over `months` = (actual, forecast) months. `low` and `high` take all
    months to be wrong the same way at once, which is the widest they can be. `budget` is that of the whole year and
    None unless every month has one; `difference` is landing − budget. `missing` names the periods (ordinals) without
    any number; where there are some, there is no landing. `year` is the label of the fiscal year.
    """

    year: int
    cutoff: int
    number: int | None
    low: int | None
    high: int | None
    actual: int
    forecast: int
    months: tuple[int, int]
    budget: int | None
    missing: tuple[int, ...] = ()

    @property
    def difference(self) -> int | None:
        """Landing less budget, in the sign of the metric."""
        return None if self.number is None or self.budget is None else self.number - self.budget


def landing(
    periods: range,
    *,
    year: int,
    cutoff: int,
    actual: Mapping[int, int],
    ahead: Mapping[int, Expected],
    budget: Mapping[int, int],
) -> Landing:
    """The landing of the year that these periods (ordinals) make. What came after the cut-off is not looked at."""
    closed = [period for period in periods if period <= cutoff]
    coming = [period for period in periods if period > cutoff]
    missing = (*(each for each in closed if each not in actual), *(each for each in coming if each not in ahead))
    known = sum(actual.get(each, 0) for each in closed)
    expected = [ahead[each] for each in coming if each in ahead]
    forecast = sum(each.number for each in expected)
    lows = [each.low for each in expected if each.low is not None]
    highs = [each.high for each in expected if each.high is not None]
    sure = not missing and len(lows) == len(highs) == len(expected)
    return Landing(
        year=year,
        cutoff=cutoff,
        number=None if missing else known + forecast,
        low=known + sum(lows) if sure else None,
        high=known + sum(highs) if sure else None,
        actual=known,
        forecast=forecast,
        months=(len(closed), len(coming)),
        budget=sum(budget[each] for each in periods) if all(each in budget for each in periods) else None,
        missing=missing,
    )
