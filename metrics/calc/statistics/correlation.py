"""Correlation: which figures move together, how many months apart, and how far that can be trusted.

What moves together need not cause one another; every reading of this carries `n`, how much was tried, and warnings.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from metrics.calc.statistics.medians import Flags, Floats, moved

LAGS = range(-6, 7)
LEAST_MONTHS = 18
FEW = 30
"""Fewer pairs of months than this are said to be few."""
TINY = 1e-9
ODDS = 0.05
"""Luck this likely, after all that was tried, is said to be luck."""


@dataclass(frozen=True)
class Correlation:
    """How two series move together, by unit (array): at the lag where they do most.

    `lag` k > 0: the first series k months earlier. `r` is of both without their straight trends, `with_trends` of
    both as they are; `n` pairs of months are behind them. `odds` is how likely chance alone gives such an r somewhere
    among all that was tried, at most 1. nan, and n 0, where nothing can be said.
    """

    lag: NDArray[np.intp]
    r: Floats
    with_trends: Floats
    n: NDArray[np.intp]
    odds: Floats


def correlation(first: Floats, second: Floats, *, tried: NDArray[np.intp] | int = 1) -> Correlation:
    """The correlation of two series of each unit (months × units, without season, missing as nan), lags −6 to 6.

    Pearson's r of what straight lines leave, at the lag where it is largest; a month missing in either is left out
    for both and not counted. `tried` is how many pairs of metrics were looked at: `odds` is the two-sided chance
    (Fisher 1915), with n made smaller where both series carry on from month to month (Bartlett 1935), times pairs and
    lags tried (Bonferroni). Fewer than 18 pairs of months, or a series that never changes, say nothing (nan). No unit
    of measure.
    """
    measured = [_at(first, second, lag) for lag in LAGS]
    r, whole, n, effective = (np.array(each) for each in zip(*measured, strict=True))
    best = np.where(np.isnan(r), -1.0, np.abs(r)).argmax(axis=0)
    at_best = (best, np.arange(first.shape[1]))
    there = ~np.isnan(r[at_best])
    odds = np.minimum(_chance(r[at_best], effective[at_best]) * len(LAGS) * tried, 1.0)
    return Correlation(
        lag=np.where(there, best + LAGS[0], 0),
        r=r[at_best],
        with_trends=np.where(there, whole[at_best], np.nan),
        n=np.where(there, n[at_best], 0),
        odds=np.where(there, odds, np.nan),
    )


def warnings(*, n: int, odds: float, tried: int, both_trend: bool, with_trends: float) -> list[str]:
    """What a reader has to know before believing a correlation, in words; the last always holds."""
    found = []
    if n < FEW:
        found.append(f"only {n} pairs of months")
    if both_trend:
        found.append(f"both trend, r with their trends {with_trends:.2f}")
    if odds > ODDS:
        found.append(f"may be luck: {tried} pairs of metrics at {len(LAGS)} lags were tried")
    elif tried > 1:
        found.append(f"the best of {len(LAGS)} lags, one of {tried} pairs of metrics tried")
    return [*found, "moves with, does not cause"]


def _at(first: Floats, second: Floats, lag: int) -> tuple[Floats, Floats, NDArray[np.intp], Floats]:
    """r without and with trends, the months behind them, and how many those are worth, at one lag."""
    earlier = moved(first, lag)
    both = ~np.isnan(earlier) & ~np.isnan(second)
    n = both.sum(axis=0)
    whole = [_centred(each, both) for each in (earlier, second)]
    one, other = (_detrended(each, both) for each in whole)
    carried = _carried(one) * _carried(other)
    worth = np.minimum(n, n * (1 - carried) / (1 + carried))
    enough = n >= LEAST_MONTHS
    return np.where(enough, _r(one, other), np.nan), np.where(enough, _r(*whole), np.nan), n, worth


def _centred(figures: Floats, both: Flags) -> Floats:
    """Distances from the mean of the months that count, 0 elsewhere and where they are what computing leaves."""
    known = np.where(both, figures, 0.0)
    apart = np.where(both, known - known.sum(axis=0) / np.maximum(both.sum(axis=0), 1), 0.0)
    return _beyond_rounding(apart, known)


def _detrended(centred: Floats, both: Flags) -> Floats:
    """What the straight line of least squares leaves of them; 0 where that is what computing leaves."""
    time = _centred(np.broadcast_to(np.arange(float(len(centred)))[:, None], centred.shape), both)
    spread = (time**2).sum(axis=0)
    slope = (time * centred).sum(axis=0) / np.where(spread > 0, spread, 1.0)
    left = centred - slope * time
    return _beyond_rounding(left, centred)


def _beyond_rounding(left: Floats, of: Floats) -> Floats:
    """What is left of figures; 0 where it is no more than computing leaves."""
    counts = np.abs(left).max(axis=0, initial=0.0) > TINY * np.abs(of).max(axis=0, initial=0.0)
    return np.where(counts, left, 0.0)


def _carried(left: Floats) -> Floats:
    """How much of a month carries on into the next: the first autocorrelation, not below 0 and below 1."""
    size = (left**2).sum(axis=0)
    found = (left[1:] * left[:-1]).sum(axis=0) / np.where(size > 0, size, 1.0)
    return np.asarray(np.clip(found, 0.0, 0.99))


def _r(one: Floats, other: Floats) -> Floats:
    """Pearson's r of distances from the mean; nan where one never changes."""
    size = np.sqrt((one**2).sum(axis=0) * (other**2).sum(axis=0))
    return np.where(size > 0, np.clip((one * other).sum(axis=0) / np.where(size > 0, size, 1.0), -1.0, 1.0), np.nan)


def _chance(r: Floats, n: Floats) -> Floats:
    """How likely an |r| this large is between series that have nothing to do with each other."""
    size = np.arctanh(np.minimum(np.abs(r), 1 - 1e-12)) * np.sqrt(np.maximum(n - 3, 0.0))
    return np.array([np.nan if np.isnan(each) else erfc(each / sqrt(2)) for each in size.tolist()])
