"""What was forecast of periods that have come since, in the shape of a sheet: the baseline `forecast` of a gap.

A month counts as it was seen from the newest cut-off before the stretch of time began, so that a year to date is read
against what was expected at its beginning and not against what was known on the way. A ratio of two forecasts, such as
a margin, is the ratio of their sums.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from functools import cache

from metrics.catalogue import METRICS
from metrics.formula import Name, Operation, parse
from metrics.outlook import stored_forecasts
from metrics.statement import FORECAST_METRICS
from units.scope import Scope

DIGITS = 12


def foreseen(scope: Scope, mark: int, units: Collection[int], window: range) -> Mapping[int, Mapping[str, int | float]]:
    """By unit and metric the sum of what was forecast of every month of a stretch; nothing where a month has none."""
    found = stored_forecasts(scope).standing_at(mark).of_units(units)
    rows = found.filter(cutoff__ordinal__lt=window[0], period__ordinal__in=list(window)).order_by("cutoff__ordinal")
    columns = ("unit_id", "metric", "period__ordinal", "number")
    newest = {(unit, metric, period): number for unit, metric, period, number in rows.values_list(*columns)}
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
