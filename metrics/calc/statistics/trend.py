"""Trend: what a month usually adds, and whether that is more than luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.calc.statistics.medians import Flags, Floats, moved, quantiles

SPAN = 24
LEAST_MONTHS = 12
SURE = 2.576
"""Beyond this a Mann–Kendall statistic is luck once in a hundred series without a trend."""
WITHIN = 1.96


@dataclass(frozen=True)
class Trend:
    """The slope of each series a month, in its own measure, and the interval that holds it 19 times in 20.

    `clear` says whether it is more than luck; `n` months are behind it, of the last `span`.
    """

    slope: Floats
    low: Floats
    high: Floats
    clear: Flags
    n: NDArray[np.intp]
    span: int


def trend(level: Floats) -> Trend:
    """The trend of series without season and shifts (months × series) over the last two years.

    The median slope of all pairs of months (Theil 1950, Sen 1968), in the measure of the series a month; its interval
    from Kendall's statistic, and whether it is clear from the Mann–Kendall test at one in a hundred. Missing months
    (nan) are left out and not counted in `n`; fewer than twelve months have no trend (nan, not clear).
    """
    recent = level[-SPAN:]
    n = (~np.isnan(recent)).sum(axis=0)
    slopes = np.concatenate(
        [(recent - moved(recent, apart))[apart:] / apart for apart in range(1, len(recent))] or [recent[:0]]
    )
    enough = n >= LEAST_MONTHS
    pairs = n * (n - 1) / 2
    scatter = np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    half = np.where(enough, WITHIN * scatter / np.maximum(2 * pairs, 1), 0.0)
    balance = np.nansum(np.sign(slopes), axis=0)

    def at(share: Floats) -> Floats:
        return np.where(enough, quantiles(slopes, np.clip(share, 0.0, 1.0)), np.nan)

    middle = np.full(level.shape[1], 0.5)
    return Trend(
        slope=at(middle),
        low=at(middle - half),
        high=at(middle + half),
        clear=enough & (np.abs(balance) > SURE * scatter),
        n=n,
        span=len(recent),
    )
