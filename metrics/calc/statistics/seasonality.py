"""Seasonality: what a month's place in the year makes of it, and how much of a series that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.calc.forecast.seasonality import bridged, by_place, moving_average
from metrics.calc.statistics.medians import Floats, deviations, medians

LEAST_YEARS = 2
OF_A_MEDIAN = np.pi / 2
"""A median of figures scatters by so much more than their mean."""


@dataclass(frozen=True)
class Seasons:
    """The indices of each series, place in the year × series, to be added; 0 where there is no season.

    Place 0 is that of the first row. `years` is how many years of figures stand behind them.
    """

    indices: Floats
    years: Floats

    def of(self, first: int, count: int) -> Floats:
        """The indices of `count` rows from row `first` on."""
        return self.indices[np.arange(first, first + count) % len(self.indices)]

    @property
    def widening(self) -> Floats:
        """How much wider than it looks the scatter is: a season that is known from few years fits those too well.

        √((1 + 1/m) / (1 − 1/m)) for m years; 1 where there is no season. It is the ratio of the error of a mean of m
        figures for the next one to the distance of those figures from it.
        """
        there = (self.indices != 0).any(axis=0)
        share = np.where(there, 1 / np.maximum(self.years, LEAST_YEARS), 0.0)
        return np.asarray(np.sqrt((1 + share) / (1 - share)))


def seasons(figures: Floats, season: int) -> Seasons:
    """The season of each series (months × series, missing as nan): of figures that add, or of logarithms.

    The median difference of each place in the year from the centred mean of a year, which goes on straight at both
    ends; the twelve leave nothing over, and are drawn towards none by as much as their spread over the years says
    is noise (James and Stein). Missing months are left out. Series of less than two years, or without a figure for
    some place, have none. Source: classical decomposition, with medians; Miller and Williams (2003) for the shrinking.
    """
    parts = figures - _straight_on(moving_average(bridged(figures), season), season)
    years = by_place(parts, season)
    counts = (~np.isnan(years)).sum(axis=0)
    middle = np.array([medians(years[:, place]) for place in range(season)])
    indices = middle - middle.mean(axis=0)
    known = (counts > 0).all(axis=0) & ((~np.isnan(figures)).sum(axis=0) >= LEAST_YEARS * season)
    kept = indices * (1 - _share_of_noise(years, middle, indices))
    return Seasons(np.where(known, kept, 0.0), counts.mean(axis=0))


def strength(level: Floats, indices: Floats) -> Floats:
    """How much of what is not trend is season, from 0 to 1 by series: 1 − (spread without season / with it)².

    `level` is without season, shifts and trend, `indices` the season of its rows. nan of nothing. Source: Hyndman and
    Athanasopoulos, Forecasting: principles and practice, 4.3, with median deviations for variances.
    """
    without, together = deviations(level - medians(level)), level + indices
    both = deviations(together - medians(together))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(both > 0, 1 - (without / both) ** 2, 0.0)
    return np.where(np.isnan(both), np.nan, np.clip(found, 0.0, 1.0))


def _straight_on(average: Floats, season: int) -> Floats:
    """The moving average, with the rows before its first and after its last carried along its usual slope."""
    there = ~np.isnan(average)
    slope = medians(np.diff(average, axis=0))
    slope = np.where(np.isnan(slope), 0.0, slope)
    first, last = there.argmax(axis=0), len(average) - 1 - there[::-1].argmax(axis=0)
    rows = np.arange(len(average))[:, None]
    at_first, at_last = (np.take_along_axis(average, each[None], axis=0)[0] for each in (first, last))
    early, late = at_first + (rows - first) * slope, at_last + (rows - last) * slope
    return np.where(rows < first, early, np.where(rows > last, late, average))


def _share_of_noise(years: Floats, middle: Floats, indices: Floats) -> Floats:
    """The part of the indices that their spread over the years explains, from 0 to 1 by series."""
    places = len(indices)
    spread = np.where(np.isnan(years), 0.0, (years - middle) ** 2).sum(axis=(0, 1))
    count = (~np.isnan(years)).sum(axis=(0, 1))
    of_index = OF_A_MEDIAN * spread / np.maximum(count - places, 1) * places / np.maximum(count, 1)
    signal = (indices**2).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(signal > 0, (places - 3) * of_index / signal, 1.0)
    return np.clip(share, 0.0, 1.0)
