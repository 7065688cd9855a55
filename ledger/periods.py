"""Fiscal calendars as arithmetic: codes, ordinals, and the periods a basis covers.

A period is named by a code and placed by an *ordinal*; consecutive periods have consecutive ordinals, so
year-to-date, last twelve and prior year are subtractions that need no rows. `YYYY-MM` always names the
calendar month whatever the fiscal start, and its ordinal is `year * 12 + month - 1`. Calendars of weeks
(4-4-5, 4-5-4, 5-4-4, thirteen times four) name their periods `FY2026-P03`, with the ordinal
`year * periods in the year + number - 1`.

A fiscal year is labelled by the calendar year it *ends* in: July 2022 to June 2023 is fiscal year 2023.
A fiscal year that starts in January is the calendar year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

BASES = ("month", "qtd", "ytd", "ltm", "year")
PATTERNS: dict[str, tuple[int, ...]] = {
    "4-4-5": (4, 4, 5) * 4,
    "4-5-4": (4, 5, 4) * 4,
    "5-4-4": (5, 4, 4) * 4,
    "13": (4,) * 13,
}
FIRST_YEAR, LAST_YEAR = 1900, 2199

_MONTH_CODE = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_FISCAL_CODE = re.compile(r"FY(\d{4})-P(\d{2})", re.ASCII)
_YEAR_CODE = re.compile(r"FY(\d{4})", re.ASCII)
_CODE = re.compile(r"FY\d{4}(-P\d{2})?|\d{4}-\d{2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})([T ][0-9:.+Z]*)?", re.ASCII)
_DOTTED_DATE = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})", re.ASCII)
_COMPACT_MONTH = re.compile(r"(?P<year>\d{4})[/.]?(?P<month>\d{2})", re.ASCII)
_MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})[/.](?P<year>\d{4})", re.ASCII)
_NAMED_MONTH = re.compile(r"(?P<name>[A-Za-z]{3,9})\.?[ -]?(?P<year>\d{4}|\d{2})", re.ASCII)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


class PeriodUnknown(ValueError):
    """A text names no period of the calendar; the sentence says why."""


class CalendarRefused(ValueError):
    """The description of a calendar is not one; the sentence says why."""


@dataclass(frozen=True, order=True)
class FiscalPeriod:
    """One row of the calendar table. Ordered by ordinal; `year` is the fiscal one, both days are inside."""

    ordinal: int
    code: str
    year: int
    number: int
    quarter: int
    starts: date
    ends: date


class Calendar(Protocol):
    """What months and weeks have in common; everything else here is written against it."""

    @property
    def periods_in_year(self) -> int: ...

    def year_and_number(self, ordinal: int) -> tuple[int, int]:
        """Fiscal year (by its end) and the 1-based number in it."""

    def ordinal(self, fiscal_year: int, number: int) -> int:
        """The ordinal of the given period of a fiscal year."""

    def at(self, ordinal: int) -> FiscalPeriod:
        """The whole row of an ordinal."""

    def containing(self, day: date) -> FiscalPeriod:
        """The period a day falls into."""

    def parse(self, text: str) -> FiscalPeriod:
        """The period a code names; `FY2026` is the last period of that fiscal year."""


@dataclass(frozen=True)
class Months:
    """Twelve calendar months from any start month."""

    start_month: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.start_month <= 12:
            raise CalendarRefused(f"A fiscal year starts in month 1 to 12, not {self.start_month}.")

    @property
    def periods_in_year(self) -> int:
        return 12

    def year_and_number(self, ordinal: int) -> tuple[int, int]:
        shifted = ordinal - (self.start_month - 1)
        starts_in, index = divmod(shifted, 12)
        return starts_in + (self.start_month > 1), index + 1

    def ordinal(self, fiscal_year: int, number: int) -> int:
        starts_in = fiscal_year - (self.start_month > 1)
        return starts_in * 12 + (self.start_month - 1) + number - 1

    def at(self, ordinal: int) -> FiscalPeriod:
        year, index = divmod(ordinal, 12)
        fiscal_year, number = self.year_and_number(ordinal)
        return FiscalPeriod(
            ordinal=ordinal,
            code=f"{year:04}-{index + 1:02}",
            year=fiscal_year,
            number=number,
            quarter=quarter_of(number),
            starts=date(year, index + 1, 1),
            ends=date(year, index + 1, monthrange(year, index + 1)[1]),
        )

    def containing(self, day: date) -> FiscalPeriod:
        return self.at(day.year * 12 + day.month - 1)

    def parse(self, text: str) -> FiscalPeriod:
        if match := _MONTH_CODE.fullmatch(text):
            year, month = int(match[1]), int(match[2])
            if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12:
                return self.at(year * 12 + month - 1)
            raise PeriodUnknown(f"{text} is not a month between {FIRST_YEAR}-01 and {LAST_YEAR}-12.")
        return self.at(_parse_fiscal(text, self))


@dataclass(frozen=True)
class Weeks:
    """Periods of whole weeks. `starts` holds the first day of each fiscal year, as the company publishes it.

    A 53rd week belongs to the last period of its year: it shows as a year whose next start is 371 days on.
    The year after the last start is taken to be 52 weeks long, so the newest year needs no successor.
    """

    pattern: str
    starts: tuple[tuple[int, date], ...]

    def __post_init__(self) -> None:
        if self.pattern not in PATTERNS:
            raise CalendarRefused(f"The pattern is one of {', '.join(PATTERNS)}, not {self.pattern}.")
        if not self.starts:
            raise CalendarRefused("A calendar of weeks needs the first day of at least one fiscal year.")
        for (year, start), (next_year, next_start) in zip(self.starts, self.starts[1:], strict=False):
            if next_year != year + 1:
                raise CalendarRefused(f"The first day of fiscal year {year + 1} is missing.")
            if (next_start - start).days not in (364, 371):
                raise CalendarRefused(
                    f"Fiscal year {year} is {(next_start - start).days} days long, not 52 or 53 weeks."
                )

    @property
    def periods_in_year(self) -> int:
        return len(PATTERNS[self.pattern])

    def year_and_number(self, ordinal: int) -> tuple[int, int]:
        year, index = divmod(ordinal, self.periods_in_year)
        return year, index + 1

    def ordinal(self, fiscal_year: int, number: int) -> int:
        return fiscal_year * self.periods_in_year + number - 1

    def at(self, ordinal: int) -> FiscalPeriod:
        year, number = self.year_and_number(ordinal)
        first_day, days = self._year(year)
        weeks = PATTERNS[self.pattern]
        start = first_day + timedelta(weeks=sum(weeks[: number - 1]))
        is_last = number == len(weeks)
        end = first_day + timedelta(days=days - 1) if is_last else start + timedelta(weeks=weeks[number - 1], days=-1)
        return FiscalPeriod(
            ordinal=ordinal,
            code=f"FY{year:04}-P{number:02}",
            year=year,
            number=number,
            quarter=quarter_of(number),
            starts=start,
            ends=end,
        )

    def containing(self, day: date) -> FiscalPeriod:
        for year, first_day in reversed(self.starts):
            if first_day <= day <= first_day + timedelta(days=self._year(year)[1] - 1):
                periods = (self.at(self.ordinal(year, n)) for n in range(1, self.periods_in_year + 1))
                return next(period for period in periods if period.starts <= day <= period.ends)
        raise PeriodUnknown(f"{day} lies outside the fiscal years of the calendar.")

    def parse(self, text: str) -> FiscalPeriod:
        if _MONTH_CODE.fullmatch(text):
            raise PeriodUnknown(f"{text} names a calendar month; this calendar has periods such as FY2026-P03.")
        return self.at(_parse_fiscal(text, self))

    def _year(self, year: int) -> tuple[date, int]:
        """First day and number of days of a fiscal year."""
        starts = dict(self.starts)
        if year not in starts:
            raise PeriodUnknown(f"The calendar has no first day for fiscal year {year}.")
        following = starts.get(year + 1)
        return starts[year], (following - starts[year]).days if following else 364


def calendar_from(description: Mapping[str, Any]) -> Calendar:
    """The calendar that `calendar.json` describes.

    `{"start_month": 7}` is twelve months from July. `{"pattern": "4-4-5", "year_starts": {"2026":
    "2026-02-01"}}` is a calendar of weeks. Anything else is refused with what is wrong.
    """
    if set(description) == {"start_month"}:
        month = description["start_month"]
        if not isinstance(month, int) or isinstance(month, bool):
            raise CalendarRefused(f"start_month is a whole number from 1 to 12, not {month!r}.")
        return Months(month)
    if set(description) == {"pattern", "year_starts"} and isinstance(description["year_starts"], Mapping):
        try:
            starts = sorted((int(year), date.fromisoformat(day)) for year, day in description["year_starts"].items())
        except (TypeError, ValueError) as error:
            raise CalendarRefused('year_starts names each year\'s first day: {"2026": "2026-02-01"}.') from error
        return Weeks(str(description["pattern"]), tuple(starts))
    raise CalendarRefused('A calendar is {"start_month": 1 to 12} or {"pattern": "4-4-5", "year_starts": {…}}.')


def describe(calendar: Calendar) -> dict[str, Any]:
    """The inverse of `calendar_from`."""
    if isinstance(calendar, Weeks):
        return {"pattern": calendar.pattern, "year_starts": {str(y): d.isoformat() for y, d in calendar.starts}}
    assert isinstance(calendar, Months)
    return {"start_month": calendar.start_month}


def as_written(calendar: Calendar, text: str) -> FiscalPeriod:
    """The period a file's text means, in the forms ledgers export.

    Codes (`2026-03`, `FY2026-P03`, `FY2026`), dates (`2026-03-31`, with or without a time, `31.03.2026`),
    `202603`, `2026/03`, `03/2026`, `Mar 2026`, `March-26`. A bare year is that fiscal year: its last period.
    A date with slashes is refused: nobody can tell the day from the month.
    """
    text = text.strip()
    try:
        return calendar.parse(text.upper())
    except PeriodUnknown:
        if _CODE.fullmatch(text.upper()):
            raise
    if match := _ISO_DATE.fullmatch(text) or _DOTTED_DATE.fullmatch(text):
        return calendar.containing(_day(text, match["year"], match["month"], match["day"]))
    if _YEAR.fullmatch(text):
        return calendar.parse(f"FY{text}")
    if match := _COMPACT_MONTH.fullmatch(text) or _MONTH_FIRST.fullmatch(text):
        return calendar.parse(f"{match['year']}-{match['month'].zfill(2)}")
    if (match := _NAMED_MONTH.fullmatch(text)) and match["name"][:3].lower() in _MONTHS:
        year = match["year"] if len(match["year"]) == 4 else f"20{match['year']}"
        return calendar.parse(f"{year}-{_MONTHS.index(match['name'][:3].lower()) + 1:02}")
    raise PeriodUnknown(f"“{text}” is not a period such as 2026-03, FY2026-P03 or FY2026.")


def _day(text: str, year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError as error:
        raise PeriodUnknown(f"“{text}” is not a date.") from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise PeriodUnknown(f"“{text}” is not a date between {FIRST_YEAR} and {LAST_YEAR}.")
    return found


def quarter_of(number: int) -> int:
    """The quarter of a period's number; of thirteen periods the fourth quarter has four."""
    return min((number - 1) // 3 + 1, 4)


def ordinals(calendar: Calendar, ordinal: int, *, basis: str) -> range:
    """The consecutive ordinals a basis covers, ending with the period itself (`year`: the whole fiscal year).

    `qtd` and `ytd` start at the first period of the fiscal quarter or year, `ltm` is as many periods as
    the calendar has in a year. Nothing is said about which of these periods have figures.
    """
    fiscal_year, number = calendar.year_and_number(ordinal)
    if basis == "month":
        return range(ordinal, ordinal + 1)
    if basis == "qtd":
        return range(ordinal - (number - 1 - 3 * (quarter_of(number) - 1)), ordinal + 1)
    if basis == "ytd":
        return range(ordinal - number + 1, ordinal + 1)
    if basis == "ltm":
        return last(calendar.periods_in_year, ordinal)
    if basis == "year":
        first = calendar.ordinal(fiscal_year, 1)
        return range(first, first + calendar.periods_in_year)
    raise ValueError(f"{basis} is no basis; there are {', '.join(BASES)}.")


def last(count: int, ordinal: int) -> range:
    """The last `count` ordinals up to and with the given one."""
    return range(ordinal - count + 1, ordinal + 1)


def prior_year(calendar: Calendar, ordinal: int) -> int:
    """The same period one fiscal year earlier: same number, so growth compares equal ordinals."""
    return ordinal - calendar.periods_in_year


def last_of_year(calendar: Calendar, fiscal_year: int) -> FiscalPeriod:
    """The last period of a fiscal year: where yearly figures are placed."""
    return calendar.at(calendar.ordinal(fiscal_year, calendar.periods_in_year))


def between(calendar: Calendar, first: int, final: int) -> Iterator[FiscalPeriod]:
    """The rows of all ordinals from `first` to `final`, both included."""
    return (calendar.at(ordinal) for ordinal in range(first, final + 1))


def _parse_fiscal(text: str, calendar: Calendar) -> int:
    if match := _FISCAL_CODE.fullmatch(text):
        year, number = int(match[1]), int(match[2])
        if FIRST_YEAR <= year <= LAST_YEAR and 1 <= number <= calendar.periods_in_year:
            return calendar.ordinal(year, number)
        raise PeriodUnknown(f"{text} is not a period of the calendar: it has P01 to P{calendar.periods_in_year:02}.")
    if match := _YEAR_CODE.fullmatch(text):
        year = int(match[1])
        if FIRST_YEAR <= year <= LAST_YEAR:
            return calendar.ordinal(year, calendar.periods_in_year)
    raise PeriodUnknown(f"“{text}” is not a period such as 2026-03, FY2026-P03 or FY2026.")
