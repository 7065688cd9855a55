"""Medians of many series at once, missing months left out: what all of statistics here stands on.

A median is not moved by a figure that is far off, however far; that is what makes a score survive the month it is
to find.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

TO_DEVIATION = 1.4826
"""A median deviation times this is a standard deviation, where figures scatter normally."""


def quantiles(figures: Floats, share: float | Floats) -> Floats:
    """The figure below which this share of each column lies, between two neighbours in proportion; nan of nothing."""
    if not len(figures):
        return np.full(figures.shape[1:], np.nan)
    ordered = np.sort(figures, axis=0)  # missing ones last
    count = (~np.isnan(figures)).sum(axis=0)
    place = share * np.maximum(count - 1, 0)
    low = np.floor(place).astype(np.intp)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    below, above = (np.take_along_axis(ordered, each[None], axis=0)[0] for each in (low, high))
    return np.asarray(below + (place - low) * (above - below))


def medians(figures: Floats) -> Floats:
    """The middle figure of each column; nan of nothing."""
    return quantiles(figures, 0.5)


def deviations(figures: Floats) -> Floats:
    """The median distance from nothing (residuals lie around 0), in the size of a standard deviation."""
    return TO_DEVIATION * medians(np.abs(figures))


def moved(figures: Floats, months: int) -> Floats:
    """Row t holds what row t − months held; rows that begin before the history are missing."""
    found = np.full_like(figures, np.nan)
    if abs(months) >= len(figures):
        return found
    if months >= 0:
        found[months:] = figures[: len(figures) - months]
    else:
        found[:months] = figures[-months:]
    return found


def nearby(figures: Floats, slope: Floats, months: Sequence[int], *, least: int) -> Floats:
    """What the months so far back (ahead: negative) say of each month: their median, each carried along the slope.

    Missing where fewer than `least` of them are there.
    """
    carried = np.array([moved(figures, back) + back * slope for back in months])
    enough = (~np.isnan(carried)).sum(axis=0) >= least
    return np.where(enough, medians(carried), np.nan)


def rate_of_change(figures: Floats, months: int) -> Floats:
    """The usual change a month: the median difference over so many months, divided by them; 0 where there is none.

    A shift touches only as many of the differences as they are long, so it does not pass for a trend.
    """
    change = medians(figures - moved(figures, months)) / months
    return np.where(np.isnan(change), 0.0, change)
