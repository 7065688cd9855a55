"""What stays grey: the size below which a variance is not worth the ink.

Scale-free, so that a unit and a group are judged alike: a share of the revenue of the stretch read. The
floor is taken from the line's own unit, never from the group, so it tells a reader nothing about others.
"""

from __future__ import annotations

from metrics.catalogue import Metric
from metrics.readings import Level, Materiality, Variance, is_material, variance

OF_REVENUE = 0.01
OF_PROFIT_LINES = 0.004
OF_RATIOS = 0.005
EXPLAINED = "Differences under 1% of revenue on revenue, 0.4% of revenue on other lines and 0.5 pp on ratios stay grey."


def read(metric: Metric, actual: Level, baseline: Level, *, revenue: Level) -> tuple[Variance, bool]:
    """The variance of a metric and whether it is material, given the unit's own revenue of the stretch.

    Revenue is judged by percent of its baseline, other amounts by their share of revenue, ratios by
    points; what has no revenue beside it, and counts and days, is material wherever it differs at all.
    """
    floor = _floor(metric, revenue)
    reading = variance(actual, baseline, sense=metric.better, compare=metric.compare, floor=int(floor))
    if reading.favourable.number is None:
        return reading, False
    if metric.code == "revenue":
        return reading, is_material(reading, Materiality(0, OF_REVENUE))
    return reading, reading.favourable.number != 0 and abs(reading.favourable.number) >= floor


def tolerance(metric: Metric, baseline: Level, *, revenue: Level) -> float:
    """By how much a variance may move before what was said of it no longer fits: less than this stays grey too."""
    if metric.code == "revenue":
        return abs(baseline.number or 0) * OF_REVENUE
    return _floor(metric, revenue)


def _floor(metric: Metric, revenue: Level) -> float:
    if metric.kind == "ratio":
        return OF_RATIOS
    if metric.kind == "money" and revenue.number is not None:
        return abs(revenue.number) * OF_PROFIT_LINES
    return 0
