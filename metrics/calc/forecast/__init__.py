"""Forecasts of monthly series: pure arithmetic over a matrix of periods × series, many series at once.

    forecasts(history, horizon=12, season=12) -> Forecasts

The last row of `history` is the cut-off: the last period whose figure counts as known. Missing months are nan.

Three forecasts are made of every series: the Theta method and a damped trend, both on figures freed from their
season, and the mean of the two. Each is tried on the months before the cut-off, from several origins, with nothing
but what was known there; the one that does best there wins, and the seasonal naive forecast is the floor
(`choice`). The errors of that trial are the forecast's own past error and give it its interval (`intervals`).

What becomes of unusual series
    missing months       skipped, never taken for zero: level and trend are carried over them
    months before the    nan rows at the top: the series begins with its first figure
    first figure
    less than two years  no season is estimated; less than one, no trend either
    less than 15 months  nothing to try on: the seasonal naive forecast (the last figure, where no year is there to
                         repeat), without an error and without an interval
    constant             forecast as itself, with an interval of no width
    zeros, signs that    the season is added instead of multiplied; so it is where a figure is nearly zero
    change               (below a twentieth of the mean size)
    one sign throughout  never forecast beyond zero, nor is its interval
    level shifts         followed as fast as the smoothing that fits best; Theta takes part of a shift for drift, and
                         the trial on the last year decides whether that was right
    no figure at all     no forecast (nan, method "none")

Deterministic: the same history gives the same numbers. Sources: Assimakopoulos and Nikolopoulos (2000) and Hyndman
and Billah (2003) for Theta, Gardner and McKenzie (1985) for the damped trend, Miller and Williams (2003) for the
shrinking of seasonal indices.
"""

from metrics.calc.forecast.choice import METHODS, NONE, Forecasts, Trial, forecasts

__all__ = ["METHODS", "NONE", "Forecasts", "Trial", "forecasts"]
