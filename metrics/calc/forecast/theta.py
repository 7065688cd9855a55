"""The Theta method: simple smoothing with half the drift of the straight line through the series."""

from __future__ import annotations

import numpy as np

from metrics.calc.forecast.seasonality import Floats
from metrics.calc.forecast.smoothing import BLOCK, Course, line

WEIGHTS = np.linspace(0.05, 1.0, 20)


def theta(history: Floats, *, horizon: int, season: int) -> Floats:
    """Horizon × series from a history without its season, in the closed form of Hyndman and Billah (2003).

    The smoothing weight is the one of WEIGHTS with the smallest squared errors one month ahead. A series of less
    than a year has no drift. One without figures is nan.
    """
    parts = [_theta(history[:, start : start + BLOCK], horizon, season) for start in range(0, history.shape[1], BLOCK)]
    return np.concatenate(parts, axis=1) if parts else np.empty((horizon, 0))


def _theta(history: Floats, horizon: int, season: int) -> Floats:
    course = Course.of(history)
    level, weight = _smoothed(history, course)
    _, slope = line(history)
    drift = np.where(course.count >= season, slope / 2, 0.0)
    length = len(history) - course.first - course.tail
    ahead = np.arange(horizon)[:, None] + course.tail
    made = level + drift * (ahead + (1 - (1 - weight) ** length) / weight)
    return np.where(course.count > 0, made, np.nan)


def _smoothed(history: Floats, course: Course) -> tuple[Floats, Floats]:
    """The last level of each series and the weight it was smoothed with."""
    weights = WEIGHTS[:, None]
    level = np.repeat(course.opening(history)[None], len(WEIGHTS), axis=0)
    squares = np.zeros_like(level)
    figures = np.where(course.there, history, 0.0)
    for row in range(1, len(history)):
        error = np.where(course.there[row] & (row > course.first), figures[row] - level, 0.0)
        squares += error * error
        level += weights * error
    best = squares.argmin(axis=0)
    return level[best, np.arange(history.shape[1])], WEIGHTS[best]
