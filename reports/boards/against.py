"""The figures of a board against what was picked: the budget, which is read with them, last year, or a forecast."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from metrics.comparisons import comparison
from metrics.formula import Context
from metrics.readings import Level
from metrics.timeframes import CalendarAt
from reports.baselines import BUDGET as BUDGETED
from reports.baselines import FORECAST, FORESEEN, PRIOR_YEAR
from reports.boards.picture import MONTHS, Picture
from reports.expectations import foreseen, foreseen_by_month
from reports.levels import ACTUAL, BUDGET, PRIOR, Levels, Series, as_foreseen
from reports.selection import Selection

VERSIONS = {BUDGETED: BUDGET, PRIOR_YEAR: PRIOR, FORECAST: FORESEEN}
"""The version that is read under each baseline."""
BESIDE = {BUDGET: PRIOR, PRIOR: BUDGET, FORESEEN: BUDGET}
"""What stands beside a comparison with a version."""


def months_of(selection: Selection) -> int:
    """How many months back a board reads: those it draws, and the year before them where it is held against that."""
    return MONTHS + (selection.calendar.periods_in_year if selection.baseline == PRIOR_YEAR else 0)


def compared(seen: Picture) -> Picture:
    """The picture against what was picked. One query for a forecast, else none.

    Forecasts of a stretch are those made before it began. What was not forecast, or had no figures a year earlier, is
    missing and says so.
    """
    selection = seen.selection
    if selection.baseline == PRIOR_YEAR:
        return replace(seen, baseline=PRIOR)
    if selection.baseline != FORECAST:
        return seen
    units = [selection.unit.pk, *(child.pk for child in seen.children)]
    window = CalendarAt(selection.calendar, selection.period.ordinal).window(Context(FORESEEN, selection.basis))
    said = as_foreseen(foreseen(seen.scope, selection.mark, units, window))
    return replace(seen, baseline=FORESEEN, levels=seen.levels.with_(Levels(said)))


def by_month(seen: Picture, units: Iterable[int]) -> Picture:
    """The months of the picture against what was picked, too. One query for a forecast of these units, else none.

    A month is held against what was forecast of it right before.
    """
    if seen.selection.baseline == PRIOR_YEAR:
        return replace(seen, series=_with_last_year(seen))
    return _with_forecasts(seen, units) if seen.selection.baseline == FORECAST else seen


def _with_last_year(seen: Picture) -> Series:
    """The months to draw, each beside the same month a year earlier where that was one of the same sort."""
    drawn = seen.series.periods[-MONTHS:]
    told = [comparison(seen.selection.calendar, period.ordinal, basis="month") for period in drawn]
    later = {each.prior: each.ordinal for each in told if not each.prior_reason}
    found = dict(seen.series.found)
    for (unit, version, code, ordinal), level in seen.series.found.items():
        if version == ACTUAL and ordinal in later:
            found[unit, PRIOR, code, later[ordinal]] = level
    return Series(drawn, found)


def _with_forecasts(seen: Picture, units: Iterable[int]) -> Picture:
    ordinals = [period.ordinal for period in seen.series.periods]
    said = foreseen_by_month(seen.scope, seen.selection.mark, list(units), ordinals)
    alone = {
        (unit, FORESEEN, code, ordinal): Level(number)
        for ordinal, known in said.items()
        for unit, each in known.items()
        for code, number in each.items()
    }
    return replace(seen, series=replace(seen.series, found={**seen.series.found, **alone}))
