"""Questions to the stored forecasts, and the readings of them that need a query: accuracy by lag, landing.

A forecast is read as of its unit's newest cut-off, unless an earlier one is asked for. Nothing heavy to import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTransform

from ledger.models import Period
from ledger.periods import Calendar
from ledger.periods.spans import ordinals
from metrics.accuracy import Accuracy, Pair, accuracy
from metrics.landing import Expected, Landing, landing
from metrics.models import Forecast
from metrics.querysets import sheets
from units.guard import GuardedQuerySet
from units.marks import standing_at
from units.scope import Scope

ACTUAL, BUDGET = "actual", "budget"


class ForecastQuerySet(GuardedQuerySet[Forecast]):
    """Chainable questions; like every guarded queryset it answers only `within` a scope."""

    def standing_at(self, mark: int) -> Self:
        """Forecasts as they stood at a mark of `computed_mark`."""
        return self.filter(standing_at(mark))

    def newest(self, scope: Scope, mark: int) -> Self:
        """Of every unit only those of its newest cut-off."""
        same = ForecastQuerySet(Forecast).within(scope).standing_at(mark).filter(unit=OuterRef("unit"))
        return self.filter(cutoff__ordinal=Subquery(same.order_by("-cutoff__ordinal").values("cutoff__ordinal")[:1]))

    def of_units(self, units: Collection[int]) -> Self:
        return self.filter(unit_id__in=list(units))

    def of_metrics(self, metrics: Collection[str]) -> Self:
        return self.filter(metric__in=list(metrics))

    def in_order(self) -> Self:
        """The tree from the top, then metric, cut-off and time."""
        return self.order_by("unit__left", "unit_id", "metric", "cutoff__ordinal", "period__ordinal")


def stored_forecasts(scope: Scope) -> ForecastQuerySet:
    """The forecasts this scope may read, of all cut-offs and marks."""
    return ForecastQuerySet(Forecast).within(scope)


def forecasts(scope: Scope, mark: int) -> ForecastQuerySet:
    """The forecasts in force at a mark, with their units and periods."""
    found = stored_forecasts(scope).standing_at(mark).newest(scope, mark)
    return found.select_related("unit", "period", "cutoff").in_order()


def accuracy_by_lag(
    scope: Scope, *, unit: int, metric: str, mark: int, since: int | None = None
) -> dict[int, Accuracy]:
    """How right the stored forecasts of a metric were, by how many periods ahead they were made; see `accuracies`."""
    return accuracies(scope, unit=unit, metrics=[metric], mark=mark, since=since)[metric]


def accuracies(
    scope: Scope, *, unit: int, metrics: Sequence[str], mark: int, since: int | None = None
) -> dict[str, dict[int, Accuracy]]:
    """How right the stored forecasts of some metrics were, by metric and lag. Two queries.

    Against the actuals as they stand at the mark, of periods from the ordinal `since` on. A period counts once the
    unit's newest cut-off has reached it; lags of which nothing came true yet are not there.
    """
    kept = stored_forecasts(scope).standing_at(mark).of_units([unit]).of_metrics(metrics)
    due = came_due(kept.values_list("metric", "cutoff__ordinal", "period__ordinal", "number", "naive"), since=since)
    came = numbers_of(scope, [unit], metrics, {period for _, _, period, *_ in due}, version=ACTUAL, mark=mark)
    known = {(metric, period): number for (_, metric, period), number in came.items()}
    return {metric: accuracy_of([row for row in due if row[0] == metric], known) for metric in metrics}


Made = tuple[str, int, int, int | float, int | float | None]
"""A stored forecast of one unit: metric, ordinals of its cut-off and its period, number, seasonal naive number."""


class Divided(NamedTuple):
    """A ratio of two forecasts in one period ahead, and of their seasonal naive ones; None where there is none, or the
    lower one is 0 or less: what it would be a share of is not there."""

    period: Period
    number: float | None
    naive: float | None


def divided(ahead: Iterable[Forecast], over: tuple[str, str]) -> list[Divided]:
    """The quotient of the two metrics `over`, in every period that both are forecast of, in the order of time."""
    found: dict[int, dict[str, Forecast]] = defaultdict(dict)
    for row in ahead:
        found[row.period.ordinal][row.metric] = row
    both = [(each[over[0]], each[over[1]]) for _, each in sorted(found.items()) if each.keys() >= set(over)]
    return [
        Divided(top.period, _share(top.number, bottom.number), _share(top.naive, bottom.naive)) for top, bottom in both
    ]


def _share(top: int | None, bottom: int | None) -> float | None:
    return None if top is None or bottom is None or bottom <= 0 else top / bottom


def places_of(row: Forecast) -> tuple[int, int]:
    """The ordinals of its cut-off and of its period."""
    return row.cutoff.ordinal, row.period.ordinal


def came_due(made: Iterable[Made], *, since: int | None = None) -> list[Made]:
    """Of the forecasts of a unit those whose period its newest cut-off has reached, from the ordinal `since` on."""
    rows = list(made)
    reached = max((cutoff for _, cutoff, *_ in rows), default=0)
    return [row for row in rows if (since or 0) <= row[2] <= reached]


def accuracy_of(due: Iterable[Made], came: Mapping[tuple[str, int], int]) -> dict[int, Accuracy]:
    """By lag how right forecasts were that are due, against the actuals by metric and ordinal."""
    pairs: dict[int, list[Pair]] = defaultdict(list)
    for metric, cutoff, period, number, naive in due:
        pairs[period - cutoff].append((came.get((metric, period)), number, naive))
    return _by_lag(pairs)


def _by_lag(pairs: Mapping[int, Iterable[Pair]]) -> dict[int, Accuracy]:
    read = ((lag, accuracy(found)) for lag, found in sorted(pairs.items()))
    return {lag: each for lag, each in read if each is not None}


def landings(
    scope: Scope, ahead: Sequence[Forecast], *, mark: int, calendar: Calendar
) -> dict[tuple[int, str], Landing]:
    """Where the fiscal year is heading, by unit and metric: closed actuals and forecast, against the year's budget.

    `ahead` are forecasts in force; the year is the one of the first month each is made for. Two queries, however many
    units there are.
    """
    years = years_of(ahead, calendar)
    periods = {period for year in years.values() for period in year}
    units, metrics = {unit for unit, _ in years}, {metric for _, metric in years}
    known, planned = (numbers_of(scope, units, metrics, periods, version=each, mark=mark) for each in (ACTUAL, BUDGET))
    return landed(ahead, known, planned, calendar=calendar)


def years_of(ahead: Iterable[Forecast], calendar: Calendar) -> dict[tuple[int, str], range]:
    """By unit and metric the ordinals of the fiscal year that the first month forecast lies in."""
    first = {(row.unit_id, row.metric): row.cutoff.ordinal + 1 for row in ahead}
    years = {each: ordinals(calendar, each, basis="year") for each in set(first.values())}
    return {line: years[each] for line, each in first.items()}


def landed(
    ahead: Sequence[Forecast],
    known: Mapping[tuple[int, str, int], int],
    planned: Mapping[tuple[int, str, int], int],
    *,
    calendar: Calendar,
) -> dict[tuple[int, str], Landing]:
    """The same of actuals and budgets that are read already, by unit, metric and ordinal."""
    lines: dict[tuple[int, str], list[Forecast]] = defaultdict(list)
    for row in ahead:
        lines[row.unit_id, row.metric].append(row)
    years = years_of(ahead, calendar)
    return {
        (unit, metric): landing(
            years[unit, metric],
            year=calendar.year_and_number(rows[0].cutoff.ordinal + 1)[0],
            cutoff=rows[0].cutoff.ordinal,
            actual={period: number for (u, m, period), number in known.items() if (u, m) == (unit, metric)},
            ahead={row.period.ordinal: Expected(row.number, row.low, row.high) for row in rows},
            budget={period: number for (u, m, period), number in planned.items() if (u, m) == (unit, metric)},
        )
        for (unit, metric), rows in lines.items()
    }


def numbers_of(
    scope: Scope,
    units: Collection[int],
    metrics: Collection[str],
    periods: Iterable[int],
    *,
    version: str,
    mark: int,
) -> dict[tuple[int, str, int], int]:
    """The stored monthly amounts by unit, metric and ordinal; what has no number is left out. One query."""
    codes = sorted(metrics)
    picked = [KeyTransform(code, "numbers") for code in codes]
    found = sheets(scope).standing_at(mark).of_version(version).of_basis("month").of_units(units)
    rows = found.in_periods(list(periods)).values_list("unit_id", "period__ordinal", *picked)
    return {
        (unit, code, ordinal): number
        for unit, ordinal, *numbers in rows
        for code, number in zip(codes, numbers, strict=True)
        if isinstance(number, int)
    }
