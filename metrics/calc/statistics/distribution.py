"""Distribution: where the months of a series usually lie, in figures that no single month moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.calc.statistics.medians import Floats, medians, quantiles

BALANCED = 0.2
HIGH, LOW, EVEN = "a few high months", "a few low months", "balanced"


@dataclass(frozen=True)
class Distribution:
    """Median, quartiles and median distance from the median (MAD), in the measure of the series, over `n` months.

    `skew` is (q3 + q1 − 2 × median) / (q3 − q1), from −1 to 1; above 0 the high months lie further out.
    """

    median: Floats
    q1: Floats
    q3: Floats
    mad: Floats
    skew: Floats
    n: NDArray[np.intp]


def distribution(history: Floats) -> Distribution:
    """The distribution of each series (months × series), as delivered, season and trend left in.

    Missing months (nan) are left out and not counted; a series without months has nan throughout, one whose quartiles
    coincide a skew of 0. Source: Bowley (1920) for the skew, Hampel (1974) for the MAD.
    """
    q1, median, q3 = (quantiles(history, share) for share in (0.25, 0.5, 0.75))
    width = q3 - q1
    skew = np.where(width > 0, (q3 + q1 - 2 * median) / np.where(width > 0, width, 1.0), 0.0)
    return Distribution(
        median=median,
        q1=q1,
        q3=q3,
        mad=medians(np.abs(history - median)),
        skew=np.where(np.isnan(width), np.nan, skew),
        n=(~np.isnan(history)).sum(axis=0),
    )


def in_words(skew: float) -> str:
    """What a skew says: whether a few high or low months lie far out."""
    return HIGH if skew > BALANCED else LOW if skew < -BALANCED else EVEN
