"""What was forecast of periods that have come since, in the shape of a sheet: the baseline `forecast` of a gap.

A month counts as it was seen from the newest cut-off before the stretch of time began, so that a year to date is read
against what was expected at its beginning and not against what was known on the way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from metrics.outlook import stored_forecasts
from units.scope import Scope


def foreseen(scope: Scope, mark: int, units: Collection[int], window: range) -> Mapping[int, Mapping[str, int]]:
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
    return sums
