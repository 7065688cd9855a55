"""Series for tests: months that grow, have a season and scatter, one series a column."""

from __future__ import annotations

import numpy as np

from metrics.calc.statistics.medians import Floats

SEASON = (-8, -6, -2, 0, 3, 5, 6, 4, 1, -4, -9, 10)
NAN = float("nan")
LENGTH = 60
"""Five years; the last row is a December, the twelfth place."""


def months(
    *, level: float = 1000, slope: float = 0, season: float = 0, scatter: float = 0, count: int = LENGTH, seed: int = 7
) -> Floats:
    """A column: level + slope × month + season × its place + scatter × luck that is the same every time."""
    rows = np.arange(float(count))
    places = np.array([SEASON[row % 12] for row in range(count)], dtype=float)
    luck = np.random.default_rng(seed).normal(size=count)
    return (level + slope * rows + season * places + scatter * luck)[:, None]


def with_outlier(history: Floats, row: int, size: float) -> Floats:
    """One month that is off by so much."""
    found = history.copy()
    found[row] += size
    return found


def with_shift(history: Floats, row: int, size: float) -> Floats:
    """So much more from a month on."""
    found = history.copy()
    found[row:] += size
    return found
