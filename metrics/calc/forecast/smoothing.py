"""What the smoothing methods share: where a series begins and ends, and its straight line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.calc.forecast.seasonality import Flags, Floats

BLOCK = 384  # series at a time, so that a grid of parameters stays in the processor's cache


@dataclass(frozen=True)
class Course:
    """Which months of each series are there: the row of its first figure, how many, and how many rows it ends early."""

    there: Flags
    first: NDArray[np.intp]
    count: NDArray[np.intp]
    tail: NDArray[np.intp]

    @classmethod
    def of(cls, history: Floats) -> Course:
        there = ~np.isnan(history)
        return cls(there, there.argmax(axis=0), there.sum(axis=0), there[::-1].argmax(axis=0))

    def opening(self, history: Floats) -> Floats:
        """The first figure of each series; 0 for one without any."""
        opening = history[self.first, np.arange(history.shape[1])]
        return np.where(self.count > 0, opening, 0.0)


def line(figures: Floats) -> tuple[Floats, Floats]:
    """The mean and the slope by row of the least-squares line through what is there; flat through fewer than two."""
    there = ~np.isnan(figures)
    count = there.sum(axis=0)
    rows = np.arange(len(figures), dtype=np.float64)[:, None]
    many = np.maximum(count, 1)
    mean = np.where(there, figures, 0.0).sum(axis=0) / many
    centre = np.where(there, rows, 0.0).sum(axis=0) / many
    away = np.where(there, rows - centre, 0.0)
    steep = (away * np.where(there, figures - mean, 0.0)).sum(axis=0)
    return mean, steep / np.where(count > 1, (away**2).sum(axis=0), 1.0)
