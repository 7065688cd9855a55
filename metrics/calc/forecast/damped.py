"""The damped trend: exponential smoothing of level and trend, the trend fading with the horizon."""

from __future__ import annotations

from itertools import product

import numpy as np

from metrics.calc.forecast.seasonality import Floats
from metrics.calc.forecast.smoothing import BLOCK, Course, line

LEVEL = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9)
TREND = (0.0, 0.05, 0.15, 0.3)
FADING = (0.8, 0.9, 0.95, 0.98)
GRID = np.array(list(product(LEVEL, TREND, FADING)))


def damped(history: Floats, *, horizon: int, season: int) -> Floats:
    """Horizon × series from a history without its season (Gardner and McKenzie 1985, in error-correction form).

    Begins with the straight line through the first year; the parameters are those of GRID with the smallest squared
    errors one month ahead. A series of less than a year has no trend. One without figures is nan.
    """
    parts = [_damped(history[:, start : start + BLOCK], horizon, season) for start in range(0, history.shape[1], BLOCK)]
    return np.concatenate(parts, axis=1) if parts else np.empty((horizon, 0))


def _damped(history: Floats, horizon: int, season: int) -> Floats:
    course = Course.of(history)
    level, trend, fading = _smoothed(history, course, season)
    steps = np.cumsum(fading ** np.arange(1, horizon + 1)[:, None], axis=0)
    return np.where(course.count > 0, level + steps * trend, np.nan)


def _smoothed(history: Floats, course: Course, season: int) -> tuple[Floats, Floats, Floats]:
    """The last level and trend of each series, and how fast the trend fades."""
    by_level, by_trend, fading = (GRID[:, place][:, None] for place in range(3))
    by_trend = by_level * by_trend
    level, trend = (np.repeat(each[None], len(GRID), axis=0) for each in _opening(history, course, season))
    squares = np.zeros_like(level)
    figures = np.where(course.there, history, 0.0)
    waiting = int(course.first.max(initial=0))
    for row in range(len(history)):
        faded = fading * trend
        ahead = level + faded
        error = figures[row] - ahead
        if not course.there[row].all():
            error = np.where(course.there[row], error, 0.0)
        squares += error * error
        faded += by_trend * error
        ahead += by_level * error
        if row < waiting:  # some series have not begun: their opening stays
            begun = row >= course.first
            level, trend = np.where(begun, ahead, level), np.where(begun, faded, trend)
        else:
            level, trend = ahead, faded
    best = squares.argmin(axis=0)
    columns = np.arange(history.shape[1])
    steep = np.where(course.count >= season, trend[best, columns], 0.0)
    return level[best, columns], steep, GRID[best, 2]


def _opening(history: Floats, course: Course, season: int) -> tuple[Floats, Floats]:
    """Level and trend in the row before a series begins."""
    rows = course.first + np.arange(season)[:, None]
    inside = rows < len(history)
    year = history[np.minimum(rows, len(history) - 1), np.arange(history.shape[1])]
    year = np.where(inside, year, np.nan)
    mean, slope = line(year)
    there = ~np.isnan(year)
    centre = np.where(there, np.arange(season)[:, None], 0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    slope = np.where(course.count >= season, slope, 0.0)
    return mean - slope * (centre + 1), slope
