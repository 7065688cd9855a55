"""Fiscal calendars as arithmetic: codes, ordinals, and the periods a basis covers.

A period is named by a code and placed by an *ordinal*; consecutive periods have consecutive ordinals, so
year-to-date, last twelve and prior year are subtractions that need no rows. `YYYY-MM` always names the
calendar month whatever the fiscal start, and its ordinal is `year * 12 + month - 1`. Calendars of weeks
(4-4-5, 4-5-4, 5-4-4, thirteen times four) name their periods `FY2026-P03`.

A fiscal year is labelled by the calendar year it *ends* in, unless the calendar says that it is labelled by
the one it starts in: July 2022 to June 2023 is fiscal year 2023, or 2022.

    calendar        what all calendars have in common
    months          calendar months from any start month, short and long years
    weeks           periods of whole weeks, by a rule or by published first days
    declaration     calendars as JSON and back
    written         periods as files write them
    spans           which periods a basis covers, and what they may be compared with
    workdays        working days without holidays: how many are over, and the n-th after a day
"""

from __future__ import annotations

from .calendar import FIRST_YEAR, LAST_YEAR, Calendar, CalendarRefused, FiscalPeriod, PeriodUnknown
from .declaration import Declared, calendar_from, declared, describe, document
from .months import Months, Stated
from .spans import (
    BASES,
    between,
    incomparable,
    last,
    last_of_year,
    no_counterpart,
    ordinals,
    prior_year,
    restating,
    rolling,
    unequal_weeks,
)
from .weeks import PATTERNS, Rule, Weeks
from .workdays import NO_HOLIDAYS, Elapsed, elapsed, is_working_day, working_day_after, working_days
from .written import as_written

__all__ = [
    "BASES",
    "FIRST_YEAR",
    "LAST_YEAR",
    "NO_HOLIDAYS",
    "PATTERNS",
    "Calendar",
    "CalendarRefused",
    "Declared",
    "Elapsed",
    "FiscalPeriod",
    "Months",
    "PeriodUnknown",
    "Rule",
    "Stated",
    "Weeks",
    "as_written",
    "between",
    "calendar_from",
    "declared",
    "describe",
    "document",
    "elapsed",
    "incomparable",
    "is_working_day",
    "last",
    "last_of_year",
    "no_counterpart",
    "ordinals",
    "prior_year",
    "restating",
    "rolling",
    "unequal_weeks",
    "working_day_after",
    "working_days",
]
