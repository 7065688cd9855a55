"""The newest month against what level, trend and season of the months before it say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.calc.forecast.seasonality import can_multiply
from metrics.calc.statistics.medians import Flags, Floats, deviations, medians, nearby, rate_of_change
from metrics.calc.statistics.outliers import LEAST, NEIGHBOURS, UNUSUAL, outlier_scores
from metrics.calc.statistics.seasonality import Seasons, seasons
from metrics.calc.statistics.shifts import AROUND, Shifts, shifts

PASSES = 3
"""Season, shifts and outliers are each told apart with the others taken out, so they are looked for in turns."""

BEFORE = (1, 2, 3, 4, 5, 6)
LEAST_MONTHS = 24
"""Before the newest: with less than two years nobody can tell a season from an exception."""
SPREAD_OVER = 24
LEAST_SPREAD = 0.005
"""A spread below half a percent of the level counts as half a percent: a flat line does not make a cent unusual."""


@dataclass(frozen=True)
class Picture:
    """What a history (months × series) is made of. Where a series `multiplies`, all of it is in logarithms.

    worked = level + season − lift of its shifts; `level` is freed of both and stands on the newest level. `slope` is
    its usual change a month, `scores` say how far each month stands from its neighbours, `least` is the smallest
    spread that counts. Missing months are nan throughout. `judged` says whether there is enough to tell exceptions by:
    two years before the newest month, and not 0 in most of them.
    """

    multiplies: Flags
    season: Seasons
    shifts: Shifts
    level: Floats
    slope: Floats
    scores: Floats
    least: Floats
    judged: Flags

    def restored(self, worked: Floats) -> Floats:
        """Worked figures in the measure of the history."""
        return np.where(self.multiplies, np.exp(np.where(self.multiplies, worked, 0.0)), worked)

    @property
    def levels(self) -> Floats:
        """The history without its season, every month brought to the newest level, in its own measure."""
        return self.restored(self.level)


@dataclass(frozen=True)
class Anomaly:
    """The newest month of each series: what was to be expected, the usual spread, and the score.

    `expected` and `spread` are in the measure of the history; `score` = (figure − expected) / spread, on logarithms
    where the series multiplies, and has no measure. nan where nothing can be said.
    """

    expected: Floats
    spread: Floats
    score: Floats


def picture(history: Floats, *, season: int = 12, may_multiply: Flags | None = None, grain: float = 0.0) -> Picture:
    """Tell season, shifts, trend and outliers of each series apart.

    `history` is months × series, missing as nan and skipped, never 0. Series of one sign and not near zero are
    worked on in logarithms, unless `may_multiply` says that this one adds up (a ratio). `grain` is the least by which
    figures can change at all (one head), in their measure: a spread below it counts as that. A season needs two years
    and is drawn in by as much as its noise says (`seasonality`).
    """
    multiplies = can_multiply(history) & (np.where(np.isnan(history), 1.0, history) > 0).all(axis=0)
    if may_multiply is not None:
        multiplies &= may_multiply
    worked = np.where(multiplies, np.log(np.where(multiplies & ~np.isnan(history), history, 1.0)), history)
    worked = np.where(np.isnan(history), np.nan, worked)
    size = _usual_size(history)
    least = np.maximum(LEAST_SPREAD * size, grain)
    least = np.where(multiplies, np.log1p(least / size), least)
    clean = worked
    for _ in range(PASSES):
        shape = seasons(_but_the_newest(clean), season)
        bare = worked - shape.of(0, len(worked))
        found = shifts(bare, least)
        level = bare + found.lift
        slope = rate_of_change(level, AROUND)
        scores = outlier_scores(level, slope, least) / shape.widening
        is_odd = np.abs(scores) >= UNUSUAL
        usual = worked - level + nearby(level, slope, NEIGHBOURS, least=LEAST)
        clean = np.where(is_odd, usual, worked) + found.lift
    return Picture(multiplies, shape, found, level, slope, scores, least, _is_judged(history))


def _usual_size(history: Floats) -> Floats:
    """The median size of the months that are not 0; 1 where all are."""
    size = np.abs(history)
    found = medians(np.where(size > 0, size, np.nan))
    return np.where(np.isnan(found), 1.0, found)


def _is_judged(history: Floats) -> Flags:
    before = history[:-1]
    there = (~np.isnan(before)).sum(axis=0)
    return np.asarray((there >= LEAST_MONTHS) & (2 * (before == 0).sum(axis=0) <= there))


def _but_the_newest(figures: Floats) -> Floats:
    """The season is told without the month that is judged by it."""
    earlier = figures.copy()
    earlier[-1] = np.nan
    return earlier


def anomaly(seen: Picture) -> Anomaly:
    """The newest month of each series against what the six before it say, along trend and season.

    Meaning: a score of −3.4 reads "3.4 times the usual spread below what level, trend and season say". The spread is
    that of the same comparison made for each of the last two years' months, in the size of a standard deviation, so
    a restless series needs more to be unusual. A shift three months old or older is the level and no anomaly; until
    then its months are unusual. UNUSUAL is the limit.

    Missing: no score of a series whose newest month is missing, or that is not `judged`; no expectation with fewer
    than three of the last six months. A spread below half a percent of the level counts as that.
    Source: the one-step median forecast with a scale from its own past errors, after Gelper, Fried and Croux (2010).
    """
    apart = seen.level - nearby(seen.level, seen.slope, BEFORE, least=3)
    before = apart[:-1][-SPREAD_OVER:]
    spread = np.where(seen.judged, np.maximum(deviations(before) * seen.season.widening, seen.least), np.nan)
    newest = len(seen.level) - 1
    expected = seen.level[-1] - apart[-1] + seen.season.of(newest, 1)[0]
    restored = seen.restored(expected)
    return Anomaly(
        expected=np.where(seen.judged, restored, np.nan),
        spread=np.where(seen.multiplies, np.abs(restored) * np.expm1(np.where(seen.multiplies, spread, 0.0)), spread),
        score=apart[-1] / spread,
    )
