"""What a figure is read against where that is made of other figures: a mean, a season, a trend, peers.

All in ticks, exact, and rounded half-even once at the end. What is missing is left out and counted, never taken as
zero; where too little is left there is no baseline, and the reason says how much there was.

    trailing   the mean of the N periods before
    season     the same period a year before, plus the median of the N year-on-year changes before this one; a deviation
               is 1.4826 × the median distance of those changes from their median (MAD)
    trend      the figure less the median of the slopes between all pairs of the newest N periods (Theil and Sen), so
               that the difference is the change a period; a percentage is of the median of the periods
    peers      the median of the other units of the same type
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from math import lcm

from alerts.rules.figures import Baseline
from alerts.rules.yardstick import TICKS
from metrics.readings import Level

Series = Sequence[int | None]
"""Ticks, the oldest first; None where nothing is known."""

TO_DEVIATION = 14_826, 10_000
FEWEST_CHANGES = 6
UNVARIED = "not_applicable: the years before did not vary"


def trailing(before: Series, *, is_amount: bool) -> Baseline:
    """The mean of the periods before. At least half of them, and two, must be known."""
    known = [each for each in before if each is not None]
    if len(known) < max(2, (len(before) + 1) // 2):
        return _too_little(len(known), len(before), "periods before")
    return Baseline(_level(sum(known), len(known), is_amount=is_amount), None, len(known), len(before))


def season(year_before: int | None, changes: Series, *, is_amount: bool) -> Baseline:
    """The same period a year before and the usual change over a year, with the usual deviation as its size.

    `changes` are figures less those of a year before, of the periods before this one. At least half of them, and six,
    must be known. Without any variation there is no usual deviation and no baseline.
    """
    known = [each for each in changes if each is not None]
    if year_before is None or len(known) < max(FEWEST_CHANGES, (len(changes) + 1) // 2):
        return _too_little(len(known) if year_before is not None else 0, len(changes), "yearly changes")
    twice = _twice_median(known)
    number, of = TO_DEVIATION
    size = _nearest(_twice_median([abs(2 * each - twice) for each in known]) * number, 4 * of)
    if not size:
        return Baseline(Level(None, UNVARIED), None, len(known), len(changes))
    return Baseline(_level(2 * year_before + twice, 2, is_amount=is_amount), size, len(known), len(changes))


def trend(newest: Series, *, is_amount: bool) -> Baseline:
    """The newest figure less its change a period. It must be known itself, and at least half of all and three."""
    known = [(place, each) for place, each in enumerate(newest) if each is not None]
    if not newest or newest[-1] is None or len(known) < max(3, (len(newest) + 1) // 2):
        return _too_little(len(known), len(newest), "periods")
    size = _nearest(_twice_median([each for _, each in known]), 2)
    slope = _nearest(*_slope(known, len(newest)))
    return Baseline(_level(newest[-1] - slope, 1, is_amount=is_amount), abs(size), len(known), len(newest))


def peers(others: Sequence[int], *, own: int | None, wanted: int, is_amount: bool) -> Baseline:
    """The median of the others: `others` in order of size, of which one may be the unit's own and is left out.

    With fewer than wanted there is none: the median of a few tells too much about each.
    """
    count = len(others) - (own is not None)
    if count < wanted:
        return _too_little(count, wanted, "peers")
    place = len(others) if own is None else bisect_left(others, own)

    def at(index: int) -> int:
        return others[index + 1 if index >= place else index]

    twice = at((count - 1) // 2) + at(count // 2)
    return Baseline(_level(twice, 2, is_amount=is_amount), None, count, count)


def _slope(known: Sequence[tuple[int, int]], periods: int) -> tuple[int, int]:
    """The median of the slopes between all pairs, as numerator and denominator: one common denominator for all."""
    common = _common(periods)
    slopes = [
        (later - earlier) * (common // (there - here))
        for index, (here, earlier) in enumerate(known)
        for there, later in known[index + 1 :]
    ]
    return _twice_median(slopes), 2 * common


@cache
def _common(periods: int) -> int:
    return lcm(*range(1, periods))


def _twice_median(numbers: Sequence[int]) -> int:
    """Twice the median, so that it stays an integer."""
    ordered = sorted(numbers)
    return ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]


def _level(number: int, of: int, *, is_amount: bool) -> Level:
    size = _nearest(number, of)
    return Level(size if is_amount else size / TICKS)


def _nearest(number: int, of: int) -> int:
    """The integer nearest to a fraction, of two the even one; many times faster than by `Fraction`."""
    whole, rest = divmod(number, of)
    return whole + (2 * rest > of or (2 * rest == of and whole % 2))


def _too_little(known: int, of: int, what: str) -> Baseline:
    return Baseline(Level(None, f"not_applicable: {known} of {of} {what} known"), None, known, of)
