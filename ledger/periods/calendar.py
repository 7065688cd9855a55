"""What calendars of months and of weeks have in common; everything else is written against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Protocol

FIRST_YEAR, LAST_YEAR = 1900, 2199

FISCAL_CODE = re.compile(r"FY(\d{4})-P(\d{2})", re.ASCII)
YEAR_CODE = re.compile(r"FY(\d{4})", re.ASCII)
MONTH_CODE = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


class PeriodUnknown(ValueError):
    """A text names no period of the calendar; the sentence says why."""


class CalendarRefused(ValueError):
    """The description of a calendar is not one; the sentence says why, `at` where in it (`years.2026.to`)."""

    def __init__(self, reason: str, at: str = "", value: object = "") -> None:
        super().__init__(reason)
        self.at = at
        self.value = value


@dataclass(frozen=True, order=True)
class FiscalPeriod:
    """One row of the calendar table. Ordered by ordinal; `year` is the fiscal one, both days are inside.

    `weeks` is how many whole weeks the period has by its calendar; 0 in a calendar of months.
    """

    ordinal: int
    code: str
    year: int
    number: int
    quarter: int
    starts: date
    ends: date
    weeks: int = 0

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days + 1


class Calendar(Protocol):
    """Periods in fiscal years. A regular year has `periods_in_year`; a short or a long one has its own `size`."""

    @property
    def periods_in_year(self) -> int: ...

    @property
    def restates_week_53(self) -> bool:
        """Whether a year before is compared as if its periods had as many weeks as this year's."""

    def year_and_number(self, ordinal: int) -> tuple[int, int]:
        """The label of the fiscal year an ordinal lies in, and the 1-based number in it."""

    def ordinal(self, fiscal_year: int, number: int) -> int:
        """The ordinal of the given period of a fiscal year. Raises PeriodUnknown for a year there is not."""

    def size(self, fiscal_year: int) -> int:
        """How many periods a fiscal year has. Raises PeriodUnknown for a year there is not."""

    def quarter(self, number: int) -> int:
        """The fiscal quarter of the period with a number."""

    def at(self, ordinal: int) -> FiscalPeriod:
        """The whole row of an ordinal."""

    def containing(self, day: date) -> FiscalPeriod:
        """The period a day falls into."""

    def parse(self, text: str) -> FiscalPeriod:
        """The period a code names; `FY2026` is the last period of that fiscal year."""


def fiscal_ordinal(text: str, calendar: Calendar) -> int:
    """The ordinal that `FY2026-P03` or `FY2026` names."""
    if match := FISCAL_CODE.fullmatch(text):
        year, number = int(match[1]), int(match[2])
        if FIRST_YEAR <= year <= LAST_YEAR and number:
            size = calendar.size(year)
            if number <= size:
                return calendar.ordinal(year, number)
            raise PeriodUnknown(f"{text} is not a period of the calendar: FY{year} has P01 to P{size:02}.")
    if match := YEAR_CODE.fullmatch(text):
        year = int(match[1])
        if FIRST_YEAR <= year <= LAST_YEAR:
            return calendar.ordinal(year, calendar.size(year))
    raise PeriodUnknown(f"“{text}” is not a period such as 2026-03, FY2026-P03 or FY2026.")
