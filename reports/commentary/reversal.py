"""Timing differences whose month has passed and that have not come back.

What is left of a difference is the variance the words were written for and every month's variance after it, up to the
period in which it was to reverse. It has reversed once that is no more than stays grey, or lies on the other side. A
month without both legs leaves the question open: nothing is said then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from ledger.periods import Calendar, prior_year
from metrics.readings import Level
from reports import materiality
from reports.asked import Asked
from reports.baselines import BUDGET as BUDGETED
from reports.baselines import PRIOR_YEAR
from reports.boards.statement import Chart, Line, lines, metric_of
from reports.levels import ACTUAL, BUDGET, Series, series_of
from reports.models import Commentary
from reports.selection import Selection
from units.scope import Scope

READ_BY_MONTH = (BUDGETED, PRIOR_YEAR)
"""Baselines whose months are kept. What was forecast is forecast of whole stretches."""


@dataclass(frozen=True)
class Unreversed:
    """Words that called a difference timing, and what is left of it, in ten-thousandths, after the month it named."""

    commentary: Commentary
    left: int


def due(selection: Selection) -> Q:
    """Timing differences that were to reverse by the selected period. One that is not over yet has not passed."""
    return Q(nature="timing", reverses__lte=_passed(selection), baseline__in=READ_BY_MONTH)


def is_due(words: Commentary, selection: Selection) -> bool:
    """Whether words that are read already are such."""
    is_timing = words.nature == "timing" and words.baseline in READ_BY_MONTH
    return is_timing and words.reverses is not None and words.reverses <= _passed(selection)


def _passed(selection: Selection) -> int:
    return selection.period.ordinal - (1 if selection.is_open else 0)


def left_of(found: Sequence[Commentary], read: Series, chart: Chart, calendar: Calendar) -> list[Unreversed]:
    """Of differences that are due those that have not reversed, by their months; see `months_of`."""
    plan = {line.code: line for line in lines(chart)}
    judged = ((each, _left(each, read, calendar, plan, chart)) for each in found if each.line in plan)
    return [Unreversed(each, left) for each, left in judged if left is not None]


def months_of(scope: Scope, selection: Selection, found: Sequence[Commentary]) -> Asked[Series]:
    """The question for every month that one of the differences could come back in, and the same a year earlier where
    compared with."""
    if not found:
        return Asked(None, (), lambda _: Series(()))
    first = min(each.period.ordinal for each in found)
    if any(each.baseline == PRIOR_YEAR for each in found):
        first = prior_year(selection.calendars.calendar, first)
    codes = list(dict.fromkeys(["revenue", *(each.line for each in found)]))
    units = {each.unit_id for each in found}
    months = selection.period.ordinal - first
    return series_of(scope, selection, units=units, codes=codes, versions=(ACTUAL, BUDGET), months=months)


def _left(words: Commentary, read: Series, calendar: Calendar, plan: Mapping[str, Line], chart: Chart) -> int | None:
    """What is left of a difference; None where it has reversed, or where a month cannot be read."""
    assert words.reverses is not None  # they were asked for by it
    left = words.variance
    for ordinal in range(words.period.ordinal + 1, words.reverses + 1):
        actual, compared = _legs(words, read, calendar, ordinal)
        if not isinstance(actual.number, int) or not isinstance(compared.number, int):
            return None
        left += actual.number - compared.number
    _, compared = _legs(words, read, calendar, words.reverses)
    revenue = _at(read, words.unit_id, ACTUAL, "revenue", words.reverses)
    limit = materiality.tolerance(metric_of(plan[words.line], chart), compared, revenue=revenue)
    same_side = (left > 0) == (words.variance > 0)
    return left if left and same_side and abs(left) >= limit else None


def _legs(words: Commentary, read: Series, calendar: Calendar, ordinal: int) -> tuple[Level, Level]:
    """Actual and baseline of the line in one month."""
    actual = _at(read, words.unit_id, ACTUAL, words.line, ordinal)
    if words.baseline == PRIOR_YEAR:
        return actual, _at(read, words.unit_id, ACTUAL, words.line, prior_year(calendar, ordinal))
    return actual, _at(read, words.unit_id, BUDGET, words.line, ordinal)


def _at(read: Series, unit: int, version: str, code: str, ordinal: int) -> Level:
    return read.found.get((unit, version, code, ordinal), Level(None, "not_applicable: no figures"))
