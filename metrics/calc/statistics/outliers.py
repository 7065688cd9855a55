"""Outliers: single months that stand apart from the months around them."""

from __future__ import annotations

import numpy as np

from metrics.calc.statistics.medians import Floats, deviations, nearby

UNUSUAL = 3.5
"""From so many usual spreads on a month is called unusual (Iglewicz and Hoaglin, 1993)."""

NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
LEAST = 3


def outlier_scores(level: Floats, slope: Floats, least: Floats) -> Floats:
    """How far each month stands from the three before and the three after it, in usual spreads of that distance.

    `level` is months × series without season and shifts, missing as nan; `slope` its usual change a month. Plus is
    above. A month with fewer than three neighbours, and a missing one, has no score. `least` is the smallest spread
    that counts, by series, so that a flat line does not call every cent unusual. No unit of measure. Source: the
    median filter of Hampel (1974); the limit UNUSUAL that of the modified z-score.
    """
    apart = level - nearby(level, slope, NEIGHBOURS, least=LEAST)
    return np.asarray(apart / np.maximum(deviations(apart), least))
