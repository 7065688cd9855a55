"""What judging knows besides the figures: the meaning of metrics, and which periods are over. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol

from alerts.judging.impact import is_amount
from ledger.periods import Calendar, FiscalPeriod, elapsed
from metrics.declaration import Metric


class Closings(Protocol):
    """Which periods are closed for which part of the tree."""

    @property
    def spans(self) -> dict[int, list[tuple[int, int]]]: ...

    def holds(self, ordinal: int, left: int) -> bool: ...


@dataclass(frozen=True)
class Times:
    """Which periods have figures, and which of them are over: by the calendar, or because they were closed.

    `periods` are rows by ordinal, with their `code`, `starts` and `ends`.
    """

    periods: Mapping[int, Any]
    ended: frozenset[int]
    closed: Closings
    today: date

    def is_finished(self, ordinal: int, left: int) -> bool:
        """Whether the period is over for the unit at this place of the tree."""
        return ordinal in self.ended or self.closed.holds(ordinal, left)

    @cached_property
    def newest(self) -> int | None:
        """The newest period with figures that is over for somebody."""
        over = [ordinal for ordinal in self.periods if ordinal in self.ended or self.closed.spans.get(ordinal)]
        return max(over, default=None)


@dataclass(frozen=True)
class Manual:
    """What figures mean: the metrics in force, the accounts behind roles, the fiscal calendar, and budget rates.

    `rates` is what one unit of a currency is in the group's, by currency and ordinal.
    """

    metrics: Mapping[str, Metric]
    roles: Mapping[str, Mapping[str, int]]
    accounts: Mapping[str, str]
    calendar: Calendar
    rates: Mapping[tuple[str, int], Fraction] = field(default_factory=dict)

    def codes(self) -> set[str]:
        """Every name a formula may use."""
        return {*self.metrics, *(f"account:{code}" for code in self.accounts)}

    def label(self, code: str) -> str:
        metric = self.metrics.get(code)
        return metric.label if metric else self.accounts.get(code.removeprefix("account:"), code)

    def is_amount(self, code: str) -> bool:
        """Whether a code's stored numbers are exact ten-thousandths."""
        return is_amount(code, self.metrics)

    def is_sum(self, code: str) -> bool:
        """Whether a figure grows day by day and adds up over time, so that half a month has half of it."""
        metric = self.metrics.get(code)
        return metric.time_rollup == "sum" if metric is not None else code.startswith("account:")

    def share_gone(self, ordinal: int, today: date) -> Fraction:
        """The part of a period's working days that is over by the evening before a day."""
        row: FiscalPeriod = self.calendar.at(ordinal)
        return elapsed(row, through=date.fromordinal(today.toordinal() - 1)).share
