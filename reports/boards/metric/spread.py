"""How the months of a metric lie: a dot for each on one line, the middle half as a band, the newest marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.boards.metric.seen import SeenMetric
from reports.figures import MetricSpread

WIDE, EDGE = 560.0, 8.0
LINE = 26.0
NEAR, ROWS, STEP = 7.0, 4, 5.0
"""Dots nearer than this are piled up, in so many rows at most, each so much higher."""


def spread(seen: SeenMetric, usual: Mapping[str, Any], *, last: int) -> MetricSpread | None:
    """The drawing of the months up to the one of this ordinal; None where fewer than three are known or all are the
    same. `usual` holds the quartiles."""
    months = [each for each, period in zip(seen.months(), seen.series.periods, strict=True) if period.ordinal <= last]
    known = [float(number) for number in months if number is not None]
    if len(known) < 3 or min(known) == max(known):
        return None
    low, high = min(known), max(known)

    def across(number: float) -> float:
        within = min(max((number - low) / (high - low), 0.0), 1.0)
        return round(EDGE + within * (WIDE - 2 * EDGE), 1)

    newest = months[-1]
    first, end = across(float(usual["q1"])), across(float(usual["q3"]))
    told = "" if newest is None else f"; the newest, {seen.written(newest)}, is marked"
    return MetricSpread(
        dots=_piled([across(number) for number in (known[:-1] if newest is not None else known)]),
        newest=None if newest is None else (across(float(newest)), LINE),
        band=(first, round(max(end - first, 1.0), 1)),
        median=across(float(usual["median"])),
        low=seen.written(stored(months, low)),
        high=seen.written(stored(months, high)),
        label=f"{len(known)} months from {seen.written(stored(months, low))} to"
        f" {seen.written(stored(months, high))}{told}",
    )


def stored(months: list[Any], number: float) -> Any:
    """The stored number that was read as this one."""
    return next(each for each in months if each is not None and float(each) == number)


def _piled(places: list[float]) -> tuple[tuple[float, float], ...]:
    """Where each dot stands: on the line, or above those that stand there already."""
    standing: list[tuple[float, int]] = []
    for place in sorted(places):
        taken = {row for other, row in standing if abs(other - place) < NEAR}
        standing.append((place, next((row for row in range(ROWS) if row not in taken), ROWS - 1)))
    return tuple((place, LINE - row * STEP) for place, row in standing)
