"""Level shifts: from one month on a series stands somewhere else, and stays there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.calc.statistics.medians import TO_DEVIATION, Flags, Floats, medians, moved, rate_of_change

AROUND = 6
"""Months looked at on either side of a shift."""

STAYS = 3
"""Months in a row that have to stand on the new level: an outlier does not, and two in a row are not yet a shift."""

CLEARLY = 3.0
"""A shift is at least so many times the usual change from month to month."""

JUMPS = 2.5
"""So many usual changes it jumps in its first month: what drifts away does not shift."""

MOST = 3
HALF = 0.5


@dataclass(frozen=True)
class Shifts:
    """The shifts of each series: the row the new level begins with (−1: none) and its size, round × series.

    `lift` brings every row to the newest level: figures + lift have no shift left in them.
    """

    rows: NDArray[np.intp]
    sizes: Floats
    lift: Floats


def shifts(bare: Floats, least: Floats) -> Shifts:
    """The shifts of series without their season (months × series, missing as nan), the largest first, at most MOST.

    Meaning: in the month of a shift the figure jumps by at least JUMPS usual month-to-month changes; it and the two
    months that follow lie at least half-way to the new level; and the median of the six months from there on lies at
    least CLEARLY usual changes from that of the six before, trend taken out. Sizes are in the measure of the series;
    `least` is the smallest change that counts, by series. Missing months are skipped; three months are needed on
    either side. Source: the two-window test of Basseville and Nikiforov (1993), 2.6, with medians for means.
    """
    figures = bare.copy()
    rows = np.full((MOST, bare.shape[1]), -1, dtype=np.intp)
    sizes = np.full((MOST, bare.shape[1]), np.nan)
    lift = np.zeros_like(bare)
    free = np.ones_like(bare, dtype=bool)
    for found in range(MOST):
        row, size = _largest(figures, least, free)
        there = row >= 0
        if not there.any():
            break
        before = (np.arange(len(bare))[:, None] < row) & there
        step = np.where(before, size, 0.0)
        figures, lift = figures + step, lift + step
        rows[found], sizes[found] = row, np.where(there, size, np.nan)
        free &= (np.abs(np.arange(len(bare))[:, None] - row) >= STAYS) | ~there
    return Shifts(rows, sizes, lift)


def _largest(figures: Floats, least: Floats, free: Flags) -> tuple[NDArray[np.intp], Floats]:
    """The row and size of the largest shift of each series in a month that is free for one; −1 where there is none."""
    slope = rate_of_change(figures, AROUND)
    level = figures - slope * np.arange(len(figures))[:, None]
    change = level - moved(level, 1)
    usual = np.maximum(TO_DEVIATION * medians(np.abs(change - medians(change))), least)
    before = _window(level, range(1, AROUND + 1))
    size = _window(level, range(0, -AROUND, -1)) - before
    clear = free & (np.abs(size) >= CLEARLY * usual)
    for later in range(STAYS):
        clear &= (moved(level, -later) - before) * np.sign(size) >= HALF * np.abs(size)
    clear &= change * np.sign(size) >= JUMPS * usual
    sized = np.where(clear, np.abs(size), -np.inf)
    row = sized.argmax(axis=0)
    there = sized.max(axis=0, initial=-np.inf) > 0
    picked = np.take_along_axis(size, row[None], axis=0)[0]
    return np.where(there, row, -1), picked


def _window(level: Floats, months: range) -> Floats:
    """The median of the months so far back of each month; missing with fewer than STAYS of them."""
    parts = np.array([moved(level, back) for back in months])
    return np.where((~np.isnan(parts)).sum(axis=0) >= STAYS, medians(parts), np.nan)
