"""Seasonal indices: how much of a figure is its place in the year. Classical decomposition, then shrunk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEARLY_ZERO = 0.05  # a figure below this part of the mean size makes a factor meaningless
UNTESTED = 0.5  # how far indices are drawn in where two years leave nothing to judge their noise by


@dataclass(frozen=True)
class Season:
    """The indices of each series, place in the year × series, and whether they multiply or add.

    Place 0 is that of the first row. Indices that say nothing are 1 where they multiply and 0 where they add.
    """

    indices: Floats
    multiplies: Flags

    def of(self, first: int, count: int) -> Floats:
        """The indices of `count` rows from row `first` on."""
        return self.indices[np.arange(first, first + count) % len(self.indices)]

    def removed(self, history: Floats) -> Floats:
        """History without its season."""
        indices = self.of(0, len(history))
        return np.where(self.multiplies, history / np.where(self.multiplies, indices, 1.0), history - indices)

    def returned(self, level: Floats, first: int) -> Floats:
        """Figures without a season from row `first` on, with it."""
        indices = self.of(first, len(level))
        return np.where(self.multiplies, level * indices, level + indices)


def seasonality(history: Floats, season: int) -> Season:
    """The season of each series of a history (periods × series, missing as nan).

    Ratios (or differences) of each figure to the centred moving average of a year, averaged by place in the year,
    scaled so that a year has none left over, and drawn towards "no season" by as much as their spread over the years
    says is noise (James and Stein). Series of less than two years, or without a figure for some place, have none.
    """
    observed = ~np.isnan(history)
    multiplies = can_multiply(history)
    trend = moving_average(bridged(history), season)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(multiplies, history / trend, history - trend)
    years = by_place(parts, season)
    there = ~np.isnan(years)
    counts = there.sum(axis=0)
    known = (counts > 0).all(axis=0) & (observed.sum(axis=0) >= 2 * season)
    sums = np.where(there, years, 0.0).sum(axis=0)
    means = sums / np.maximum(counts, 1)
    indices = _drawn_in(_balanced(means, multiplies), _noise(years, means, counts), multiplies)
    return Season(np.where(known & _usable(indices, multiplies), indices, np.where(multiplies, 1.0, 0.0)), multiplies)


def can_multiply(history: Floats) -> Flags:
    """Whether a season may be a factor: figures of one sign, none of them zero or nearly so."""
    observed = ~np.isnan(history)
    sizes = np.where(observed, np.abs(history), 0.0)
    mean = sizes.sum(axis=0) / np.maximum(observed.sum(axis=0), 1)
    smallest = np.where(observed, sizes, np.inf).min(axis=0, initial=np.inf)
    one_sign = (np.where(observed, history, 1.0) > 0).all(axis=0) | (np.where(observed, history, -1.0) < 0).all(axis=0)
    return np.asarray(one_sign & (mean > 0) & (smallest > NEARLY_ZERO * mean))


def bridged(history: Floats) -> Floats:
    """History with straight lines over its inner gaps, for the moving average only; the ends stay open."""
    missing = np.isnan(history)
    begun = np.logical_or.accumulate(~missing, axis=0)
    goes_on = np.logical_or.accumulate(~missing[::-1], axis=0)[::-1]
    gaps = missing & begun & goes_on
    filled = history.copy()
    rows = np.arange(len(history))
    for column in np.flatnonzero(gaps.any(axis=0)):
        known = ~missing[:, column]
        filled[gaps[:, column], column] = np.interp(rows[gaps[:, column]], rows[known], history[known, column])
    return filled


def moving_average(history: Floats, season: int) -> Floats:
    """The centred average of a year; nan where a year does not fit. Of an even season the ends count half."""
    half = season // 2
    weights = np.ones(2 * half + 1)
    if season % 2 == 0:
        weights[[0, -1]] = 0.5
    averages = np.full_like(history, np.nan)
    inner = len(history) - 2 * half
    if inner > 0:
        total = sum(weight * history[shift : shift + inner] for shift, weight in enumerate(weights))
        averages[half : half + inner] = total / season
    return averages


def by_place(parts: Floats, season: int) -> Floats:
    """Rows folded into year × place × series, the last year filled up with nan."""
    years = -(-len(parts) // season)
    whole = np.full((years * season, parts.shape[1]), np.nan)
    whole[: len(parts)] = parts
    return whole.reshape(years, season, parts.shape[1])


def _balanced(means: Floats, multiplies: Flags) -> Floats:
    """Indices that leave a whole year as it is."""
    centre = means.mean(axis=0)
    return np.where(multiplies, means / np.where(multiplies & (centre != 0), centre, 1.0), means - centre)


def _noise(years: Floats, means: Floats, counts: NDArray[Any]) -> Floats:
    """The variance of an index, from its spread over the years, averaged over places; nan where years are too few."""
    spread = np.where(np.isnan(years), 0.0, (years - means) ** 2).sum(axis=0)
    several = counts > 1
    of_place = np.where(several, spread / np.maximum(counts - 1, 1) / np.maximum(counts, 1), 0.0)
    places = several.sum(axis=0)
    return np.where(places > 0, of_place.sum(axis=0) / np.maximum(places, 1), np.nan)


def _drawn_in(indices: Floats, noise: Floats, multiplies: Flags) -> Floats:
    none = np.where(multiplies, 1.0, 0.0)
    signal = ((indices - none) ** 2).sum(axis=0)
    share = (len(indices) - 3) * noise / np.where(signal > 0, signal, 1.0)
    share = np.where(np.isnan(share), UNTESTED, np.clip(share, 0.0, 1.0))
    return none + (1 - share) * (indices - none)


def _usable(indices: Floats, multiplies: Flags) -> Flags:
    """A factor at or near zero would blow up what is divided by it."""
    return np.asarray(~multiplies | (indices > NEARLY_ZERO).all(axis=0))
