"""Elapsed working days: how much of a period is over. Monday to Friday; holidays are working days here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from .calendar import FiscalPeriod

SATURDAY = 5


@dataclass(frozen=True)
class Elapsed:
    """Working days that are over, of all of a period's."""

    done: int
    of: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.done, self.of) if self.of else Fraction(1)

    @property
    def is_over(self) -> bool:
        return self.done == self.of

    def in_another(self, period: FiscalPeriod) -> Elapsed:
        """As many working days of another period, at most all of its own."""
        of = _workdays(period.starts, period.ends)
        return Elapsed(of if self.is_over else min(self.done, of), of)


def elapsed(period: FiscalPeriod, *, through: date) -> Elapsed:
    """The working days of a period up to and with a day: none before it begins, all when it is over."""
    return Elapsed(_workdays(period.starts, min(through, period.ends)), _workdays(period.starts, period.ends))


def _workdays(first: date, last: date) -> int:
    days = (last - first).days + 1
    return sum((first + timedelta(days=day)).weekday() < SATURDAY for day in range(days))
