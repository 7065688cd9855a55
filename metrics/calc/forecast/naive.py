"""The seasonal naive forecast: what the same month of the last year was. The floor every method has to beat."""

from __future__ import annotations

import numpy as np

from metrics.calc.forecast.seasonality import Floats


def seasonal_naive(history: Floats, *, horizon: int, season: int) -> Floats:
    """Horizon × series: the newest figure of the same place in the year.

    Where that place never had one, the newest figure of the series; where there is none at all, nan.
    """
    series = history.shape[1]
    last = np.full(series, np.nan)
    places = np.full((season, series), np.nan)
    for row, figures in enumerate(history):
        there = ~np.isnan(figures)
        last = np.where(there, figures, last)
        places[row % season] = np.where(there, figures, places[row % season])
    ahead = places[np.arange(len(history), len(history) + horizon) % season]
    return np.where(np.isnan(ahead), last, ahead)
