"""Which method forecasts a series: each is tried on the series' own last months, and the best there wins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.calc.forecast.damped import damped
from metrics.calc.forecast.intervals import half_widths
from metrics.calc.forecast.naive import seasonal_naive
from metrics.calc.forecast.seasonality import Flags, Floats, seasonality
from metrics.calc.forecast.theta import theta

THETA, DAMPED, BOTH, FLOOR, NOTHING = range(5)
NONE = "none"
METHODS = ("theta", "damped trend", "mean of theta and damped trend", "seasonal naive", NONE)

ORIGINS = (3, 6, 9, 12)
"""How many months before the cut-off the methods are tried from; each try runs up to the cut-off."""

CLEARLY = 0.8
"""Another than the mean has to be better by a fifth. On a year of months less than that is luck: with 1 here the
sMAPE of `benchmarks.forecasts` rises from 13.61 to 14.07 on M3 and from 14.81 to 15.51 on M1."""


@dataclass(frozen=True)
class Trial:
    """The errors F − A of a forecast over the months it was tried on, tries × series; missing as nan.

    `naive` are those of the seasonal naive forecast over the same months, `lead` says how many months ahead each
    try was. Trials of several series add up: the error of a sum is the sum of the errors.
    """

    errors: Floats
    naive: Floats
    actual: Floats

    lead = np.concatenate([np.arange(1.0, back + 1) for back in ORIGINS])

    @property
    def tries(self) -> NDArray[np.intp]:
        return np.asarray((~np.isnan(self.errors)).sum(axis=0))

    @property
    def wape(self) -> Floats:
        """Σ|A−F| / Σ|A|; nan where nothing was tried or every actual was zero."""
        return self._of(np.abs(self.errors))

    @property
    def bias(self) -> Floats:
        """Σ(F−A) / Σ|A|: positive where forecasts were too high."""
        return self._of(self.errors)

    @property
    def naive_wape(self) -> Floats:
        """The WAPE of the seasonal naive forecast over the same months."""
        return self._of(np.abs(self.naive))

    def half_widths(self, horizon: int) -> Floats:
        """How far the interval reaches on either side, horizon × series."""
        return half_widths(self.errors, self.lead, horizon=horizon)

    def _of(self, parts: Floats) -> Floats:
        size = np.nansum(np.abs(self.actual), axis=0)
        return np.where(size > 0, np.nansum(parts, axis=0) / np.where(size > 0, size, 1.0), np.nan)


@dataclass(frozen=True)
class Forecasts:
    """What is forecast, horizon × series; how it was made, and how wrong that was before (`trial`).

    `naive` is the seasonal naive forecast, kept to see later what the method was worth. `multiplies` says whether
    the season is a factor. `wapes` are those of every method over the same trial, method × series.
    """

    point: Floats
    low: Floats
    high: Floats
    naive: Floats
    method: NDArray[np.intp]
    trial: Trial
    multiplies: Flags
    wapes: Floats

    def name(self, series: int) -> str:
        """The method of a series in words."""
        return METHODS[int(self.method[series])]


def forecasts(history: Floats, *, horizon: int, season: int = 12) -> Forecasts:
    """Forecast every series of a history (periods × series, missing as nan) `horizon` periods beyond its last row."""
    if not len(history):
        history = np.full((1, history.shape[1]), np.nan)
    made = _made(history, horizon, season)
    errors, actual = tried(history, season)
    method = _chosen(errors, made)
    columns = np.arange(history.shape[1])
    picked = np.minimum(method, FLOOR)
    point = made[picked, :, columns].T
    trial = Trial(errors[picked, :, columns].T, errors[FLOOR], actual)
    width = trial.half_widths(horizon)
    return Forecasts(
        point=point,
        low=within_sign(point - width, history),
        high=within_sign(point + width, history),
        naive=made[FLOOR],
        method=method,
        trial=trial,
        multiplies=seasonality(history, season).multiplies,
        wapes=np.array([Trial(each, errors[FLOOR], actual).wape for each in errors]),
    )


def _made(history: Floats, horizon: int, season: int) -> NDArray[np.float64]:
    """Every method's forecast: method × horizon × series."""
    shape = seasonality(history, season)
    bare = shape.removed(history)
    made = [shape.returned(method(bare, horizon=horizon, season=season), len(history)) for method in (theta, damped)]
    made.append((made[THETA] + made[DAMPED]) / 2)
    made = [within_sign(each, history) for each in made]
    made.append(seasonal_naive(history, horizon=horizon, season=season))
    return np.array(made)


def tried(history: Floats, season: int) -> tuple[NDArray[np.float64], Floats]:
    """Errors F − A, method × tries × series, from every origin that leaves a year of figures; and the actuals.

    From each of ORIGINS the months up to the cut-off, with nothing but what was known there; nan where not tried.
    """
    errors, actual = [], []
    series = history.shape[1]
    for back in ORIGINS:
        known, later = history[:-back], history[-back:]
        enough = (~np.isnan(known)).sum(axis=0) >= season
        if not enough.any():
            errors.append(np.full((FLOOR + 1, back, series), np.nan))
            actual.append(np.full((back, series), np.nan))
            continue
        fair = np.where(enough, later, np.nan)
        errors.append(_made(known, back, season) - fair)
        actual.append(fair)
    return np.concatenate(errors, axis=1), np.concatenate(actual)


def _chosen(errors: NDArray[np.float64], made: NDArray[np.float64]) -> NDArray[np.intp]:
    """The mean, unless one of the two is clearly better, unless the floor is clearly better still.

    Where nothing could be tried the floor stands; a series without figures has no forecast.
    """
    score = np.nansum(np.abs(errors), axis=1)
    single = np.where(score[THETA] <= score[DAMPED], THETA, DAMPED)
    best = np.minimum(score[THETA], score[DAMPED])
    method = np.where(best < CLEARLY * score[BOTH], single, BOTH)
    held = np.where(method == BOTH, score[BOTH], best)
    untried = np.isnan(errors[FLOOR]).all(axis=0)
    method = np.where(untried | (score[FLOOR] < CLEARLY * held), FLOOR, method)
    return np.where(np.isnan(made[FLOOR, 0]), NOTHING, method)


def within_sign(figures: Floats, history: Floats) -> Floats:
    """Figures of a series that never was negative (or never positive) do not go there."""
    lowest = np.where((np.isnan(history) | (history >= 0)).all(axis=0), 0.0, -np.inf)
    highest = np.where((np.isnan(history) | (history <= 0)).all(axis=0), 0.0, np.inf)
    return np.clip(figures, lowest, highest)
