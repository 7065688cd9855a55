"""What was forecast of periods that have come since, in the shape of a sheet: the baseline `forecast` of a gap.

A month counts as it was seen from the newest cut-off before the stretch of time began, so that a year to date is read
against what was expected at its beginning and not against what was known on the way. A ratio of two forecasts, such as
a margin, is the ratio of their sums.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from django.db.models import F

from metrics.catalogue import METRICS
from metrics.formula import Name, Operation, parse
from metrics.outlook import stored_forecasts
from metrics.statement import FORECAST_METRICS
from units.scope import Scope

DIGITS = 12
COLUMNS = ("unit_id", "metric", "period__ordinal", "cutoff__ordinal", "number")


def foreseen(scope: Scope, mark: int, units: Collection[int], window: range) -> Mapping[int, Mapping[str, int | float]]:
    """By unit and metric the sum of what was forecast of every month of a stretch; nothing where a month has none."""
    found = stored_forecasts(scope).standing_at(mark).of_units(units)
    rows = found.filter(cutoff__ordinal__lt=window[0], period__ordinal__in=list(window)).order_by("cutoff__ordinal")
    return foreseen_of(rows.values_list(*COLUMNS), window)


def foreseen_of(
    rows: Iterable[tuple[int, str, int, int, int]], window: range
) -> Mapping[int, Mapping[str, int | float]]:
    """The same of forecasts that are read already (unit, metric, ordinals of period and cut-off, number), the earliest
    cut-off first; those that were made later or are of other periods count for nothing."""
    return _summed({row[:3]: row[4] for row in rows if row[2] in window and row[3] < window[0]}, window)


def foreseen_by_month(
    scope: Scope, mark: int, units: Collection[int], months: Collection[int]
) -> Mapping[int, Mapping[int, Mapping[str, int | float]]]:
    """By ordinal what was forecast of single months, each as it was seen from the newest cut-off before itself.

    One query.
    """
    found = stored_forecasts(scope).standing_at(mark).of_units(units)
    rows = found.filter(period__ordinal__in=list(months), cutoff__ordinal__lt=F("period__ordinal"))
    newest: dict[int, dict[tuple[int, str, int], int]] = defaultdict(dict)
    for *place, _, number in rows.order_by("cutoff__ordinal").values_list(*COLUMNS):
        unit, metric, ordinal = place
        newest[ordinal][unit, metric, ordinal] = number
    return {ordinal: _summed(said, range(ordinal, ordinal + 1)) for ordinal, said in newest.items()}


def _summed(newest: Mapping[tuple[int, str, int], int], window: range) -> dict[int, Mapping[str, int | float]]:
    """By unit the sums over a stretch of what is known of every month of it, and the ratios of those."""
    months = Counter((unit, metric) for unit, metric, _ in newest)
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    for (unit, metric, _), number in newest.items():
        if months[unit, metric] == len(window):
            sums[unit][metric] = sums[unit].get(metric, 0) + number
    return {unit: {**found, **_ratios(found)} for unit, found in sums.items()}


def _ratios(sums: Mapping[str, int]) -> dict[str, float]:
    """The ratios of what was forecast, with as many digits as sheets keep; none over nothing."""
    return {
        code: float(f"{sums[above] / sums[below]:.{DIGITS}g}")
        for code, (above, below) in _quotients().items()
        if above in sums and sums.get(below)
    }


@cache
def _quotients() -> Mapping[str, tuple[str, str]]:
    """The metrics of the catalogue that are one forecast metric over another."""
    found = {}
    for code, metric in METRICS.items():
        node = parse(metric.formula)
        if isinstance(node, Operation) and node.operator == "/":
            legs = [leg.code for leg in (node.left, node.right) if isinstance(leg, Name) and not leg.version]
            if len(legs) == 2 and set(legs) <= set(FORECAST_METRICS):
                found[code] = (legs[0], legs[1])
    return found
