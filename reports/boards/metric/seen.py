"""What the page of a metric is made of, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from alerts.judging.inheritance import Edition
from alerts.models import Alert
from metrics.accuracy import Accuracy
from metrics.declaration import Metric
from metrics.models import Forecast, MetricVersion, Study
from metrics.outlook import Divided
from reports import formatting
from reports.boards.reading import Reader, shown_kind
from reports.levels import ACTUAL, BUDGET, Series
from reports.selection import Selection

EXACT = ("money", "count")
"""Kinds whose stored numbers are ten-thousandths."""


@dataclass(frozen=True)
class SeenMetric:
    """A metric of the selected unit: figures, months, everything that judges it, its study and what is ahead.

    `readers` are those of its peers by unit, the unit's own among them, in the order they are ranked; `series` holds
    the months of the unit and of the peers on the page. `ahead` is what is forecast of the metric itself, `divided`
    what follows for a ratio of two that are. `editions` are all versions of all limits on the metric.
    """

    selection: Selection
    metric: Metric
    metrics: Mapping[str, Metric]
    reader: Reader
    series: Series
    editions: Sequence[Edition]
    alerts: Sequence[Alert]
    past: Sequence[Alert]
    study: Study | None
    ahead: Sequence[Forecast]
    divided: Sequence[Divided]
    lags: Mapping[int, Accuracy]
    peers: Sequence[Any]
    readers: Mapping[int, Reader]
    page: int
    versions: Sequence[MetricVersion]
    known_since: Mapping[int, datetime]
    history_href: str
    at: datetime

    @property
    def kind(self) -> str:
        """How it is printed."""
        return shown_kind(self.metric)

    @property
    def currency(self) -> str:
        return self.reader.currency

    def months(self, version: str = ACTUAL, unit: int | None = None) -> list[Any]:
        """Its numbers by month, the oldest first; None where there is none or a word stands there."""
        found = self.series.of(unit or self.reader.unit, version, self.metric.code)
        return [None if isinstance(level.number, str) else level.number for level in found]

    def base(self, comparator: str, place: int) -> Fraction | None:
        """What the month at a place is compared with, in plain units, where that is one stored figure."""
        number = None
        if comparator == "budget":
            number = self.months(BUDGET)[place]
        elif comparator == "prior_year":
            earlier = place - self.selection.calendars.calendar.periods_in_year
            number = self.months()[earlier] if earlier >= 0 else None
        return None if number is None else self.plain(number)

    def plain(self, number: int | float) -> Fraction:
        """A stored number in plain units: money in units of currency, ratios as shares."""
        return (
            Fraction(number, formatting.EXACT) if self.kind in EXACT and isinstance(number, int) else Fraction(number)
        )

    def written(self, number: int | float, *, signed: bool = False) -> str:
        """A stored number on its own."""
        if self.kind == "money":
            return formatting.single(number, self.currency, signed=signed)
        return formatting.plain(number, self.kind, signed=signed)
