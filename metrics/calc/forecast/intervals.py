"""Intervals from back-tested errors by horizon: how far off the same method was, as many months ahead."""

from __future__ import annotations

import numpy as np

from metrics.calc.forecast.seasonality import Floats

COVERAGE = 0.8
"""Four figures in five are meant to fall inside; `benchmarks.forecasts` counts how many do."""

TAKEN = 0.85
"""How many of the errors tried the interval spans for that. More than four in five, because the method was chosen on
the same months, where it therefore looks a little better than it is."""

GROWTH = (0.25, 0.5, 0.75, 1.0)
FEWEST = 5  # errors below which no interval is given


def half_widths(errors: Floats, lead: Floats, *, horizon: int) -> Floats:
    """Horizon × series: how far the interval reaches on either side; nan where errors are too few.

    `errors` (tries × series, missing as nan) were made `lead` months ahead. Errors grow with the horizon h like
    h to the power g; g is the one of GROWTH under which they are most likely (Gaussian), and the width is the size
    that TAKEN of them, brought to one month ahead, stay within. Never narrower further ahead.
    """
    there = ~np.isnan(errors)
    count = there.sum(axis=0)
    sizes = np.where(there, np.abs(errors), 0.0)
    logs = np.where(there, np.log(lead)[:, None], 0.0).sum(axis=0)
    many = np.maximum(count, 1)
    unlikely = []
    for growth in GROWTH:
        variance = ((sizes / lead[:, None] ** growth) ** 2).sum(axis=0) / many
        unlikely.append(count * np.log(np.where(variance > 0, variance, 1.0)) / 2 + growth * logs)
    growth = np.array(GROWTH)[np.argmin(unlikely, axis=0)]
    reach = _reach(np.where(there, sizes / lead[:, None] ** growth, np.inf), count)
    ahead = np.arange(1, horizon + 1)[:, None] ** growth
    return np.where(count >= FEWEST, reach * ahead, np.nan)


def _reach(sizes: Floats, count: Floats) -> Floats:
    """The size that TAKEN of the errors stay within: the next larger one, since the forecast to come is one more."""
    if not len(sizes):
        return np.full(sizes.shape[1], np.nan)
    place = np.ceil(TAKEN * (count + 1)).astype(np.intp) - 1
    ordered = np.sort(sizes, axis=0)
    place = np.clip(place, 0, np.maximum(count - 1, 0))
    reach = ordered[place, np.arange(sizes.shape[1])]
    return np.where(np.isfinite(reach), reach, np.nan)
