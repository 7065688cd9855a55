"""Working days: Monday to Friday without holidays. How much of a period is over, and which day is the n-th from one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from .calendar import FiscalPeriod

SATURDAY = 5
ONE_DAY = timedelta(days=1)
NO_HOLIDAYS: frozenset[date] = frozenset()


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

    def in_another(self, period: FiscalPeriod, *, holidays: Collection[date] = NO_HOLIDAYS) -> Elapsed:
        """As many working days of another period, at most all of its own."""
        of = working_days(period.starts, period.ends, holidays)
        return Elapsed(of if self.is_over else min(self.done, of), of)


def elapsed(period: FiscalPeriod, *, through: date, holidays: Collection[date] = NO_HOLIDAYS) -> Elapsed:
    """The working days of a period up to and with a day: none before it begins, all when it is over."""
    done = working_days(period.starts, min(through, period.ends), holidays)
    return Elapsed(done, working_days(period.starts, period.ends, holidays))


def is_working_day(day: date, holidays: Collection[date] = NO_HOLIDAYS) -> bool:
    """Whether people work on a day: it is neither a Saturday, a Sunday nor a holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def working_days(first: date, last: date, holidays: Collection[date] = NO_HOLIDAYS) -> int:
    """How many working days lie between two days, both included; none where the last lies before the first."""
    days = (last - first).days + 1
    return sum(is_working_day(first + timedelta(days=day), holidays) for day in range(days))


def working_day_after(day: date, number: int, holidays: Collection[date] = NO_HOLIDAYS) -> date:
    """The `number`-th working day after a day, which itself never counts; `number` is at least 1.

    The first one after a Friday is Monday, or Tuesday where Monday is a holiday. Raises ValueError for less than 1.
    """
    if number < 1:
        raise ValueError(f"The first working day after a day is number 1, not {number}.")
    while number:
        day += ONE_DAY
        number -= is_working_day(day, holidays)
    return day
