"""Periods of whole weeks: 4-4-5 and its kin, and thirteen times four.

Where a year begins follows from a rule (the last or the nearest Saturday of a month), or from the first days a
company publishes. A 53rd week belongs to the last period of its year unless the year's weeks are stated.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from .calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTH_CODE,
    CalendarRefused,
    FiscalPeriod,
    PeriodUnknown,
    fiscal_ordinal,
)

PATTERNS: dict[str, tuple[int, ...]] = {
    "4-4-5": (4, 4, 5) * 4,
    "4-5-4": (4, 5, 4) * 4,
    "5-4-4": (5, 4, 4) * 4,
    "13": (4,) * 13,
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_WEEKS = 26
"""Weeks of the longest period one may state."""


@dataclass(frozen=True)
class Rule:
    """The day a fiscal year ends on: a weekday, the last one of the month before `start_month` or the nearest to
    that month's last day. `label` is "end" or "start", as of that month, not of the day itself."""

    start_month: int
    week_ends_on: str
    year_end: str
    label: str = "end"

    def starts(self) -> Iterable[tuple[int, date]]:
        """Every fiscal year with its first day."""
        shift = 1 if self.label == "start" and self.start_month > 1 else 0
        for year in range(FIRST_YEAR + 1, LAST_YEAR):
            yield year - shift, self._end(year - 1) + timedelta(days=1)

    def _end(self, year: int) -> date:
        """The last day of the fiscal year that ends in a calendar year."""
        month = self.start_month - 1 or 12
        closing = date(year, month, monthrange(year, month)[1])
        back = (closing.weekday() - WEEKDAYS.index(self.week_ends_on)) % 7
        ahead = 7 if self.year_end == "nearest" and back > 3 else 0
        return closing + timedelta(days=ahead - back)


@dataclass(frozen=True)
class _Year:
    label: int
    first: int
    starts: date
    weeks: tuple[int, ...]

    @property
    def ends(self) -> date:
        return self.starts + timedelta(weeks=sum(self.weeks), days=-1)


@dataclass(frozen=True)
class Weeks:
    """Periods of whole weeks. `starts` holds the first day of each fiscal year; `stated` the weeks of the periods
    of years that do not follow the pattern: a short or a long year, or a 53rd week elsewhere.

    The year after the last start is taken to be 52 weeks long, so the newest year needs no successor. With a
    `rule` the starts are the rule's.
    """

    pattern: str
    starts: tuple[tuple[int, date], ...] = ()
    stated: tuple[tuple[int, tuple[int, ...]], ...] = ()
    rule: Rule | None = None
    week_53: str = "disclose"
    _own: Mapping[int, tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.pattern not in PATTERNS:
            raise CalendarRefused(
                f"The pattern is one of {', '.join(PATTERNS)}, not {self.pattern}.", "pattern", self.pattern
            )
        if not self.starts and self.rule is None:
            raise CalendarRefused("A calendar of weeks needs the first day of at least one fiscal year.", "year_starts")
        object.__setattr__(self, "_own", dict(self.stated))
        known = {year for year, _ in self._starts}
        for label, weeks in self.stated:
            if label not in known:
                raise CalendarRefused(f"The calendar has no first day for fiscal year {label}.", f"years.{label}")
            if not weeks or not all(1 <= each <= MOST_WEEKS for each in weeks):
                raise CalendarRefused(
                    f"The periods of fiscal year {label} have 1 to {MOST_WEEKS} weeks each.", f"years.{label}.weeks"
                )
        for (year, start), (next_year, next_start) in pairwise(self._starts):
            self._check(year, start, next_year, next_start)

    def _check(self, year: int, start: date, next_year: int, next_start: date) -> None:
        """Each year has the weeks it states, or 52 or 53."""
        days = (next_start - start).days
        own = self._own.get(year)
        if own is not None:
            if days != 7 * sum(own):
                raise CalendarRefused(
                    f"The weeks of fiscal year {year} are {sum(own)}, but fiscal year {next_year} starts after"
                    f" {days / 7:g} weeks.",
                    f"years.{year}.weeks",
                )
        elif next_year != year + 1:
            raise CalendarRefused(
                f"The first day of fiscal year {year + 1} is missing.", f"year_starts.{year + 1}", next_year
            )
        elif days not in (364, 371):
            raise CalendarRefused(
                f"Fiscal year {year} is {days} days long, not 52 or 53 weeks.", f"year_starts.{next_year}", next_start
            )

    @property
    def periods_in_year(self) -> int:
        return len(PATTERNS[self.pattern])

    @property
    def restates_week_53(self) -> bool:
        return self.week_53 == "restate"

    def year_and_number(self, ordinal: int) -> tuple[int, int]:
        place = bisect_right(self._years, ordinal, key=lambda year: year.first) - 1
        if place >= 0 and ordinal < self._years[place].first + len(self._years[place].weeks):
            return self._years[place].label, ordinal - self._years[place].first + 1
        edge = self._years[max(place, 0)]
        years, index = divmod(ordinal - edge.first - (len(edge.weeks) if place >= 0 else 0), self.periods_in_year)
        return edge.label + years + (place >= 0), index + 1

    def ordinal(self, fiscal_year: int, number: int) -> int:
        return self._year(fiscal_year).first + number - 1

    def size(self, fiscal_year: int) -> int:
        return len(self._year(fiscal_year).weeks)

    def quarter(self, number: int) -> int:
        """Three periods to a quarter; of thirteen periods the fourth quarter has four."""
        quarter = (number - 1) // 3 + 1
        return min(quarter, 4) if self.periods_in_year == 13 else quarter

    def at(self, ordinal: int) -> FiscalPeriod:
        label, number = self.year_and_number(ordinal)
        year = self._year(label)
        start = year.starts + timedelta(weeks=sum(year.weeks[: number - 1]))
        return FiscalPeriod(
            ordinal=ordinal,
            code=f"FY{label:04}-P{number:02}",
            year=label,
            number=number,
            quarter=self.quarter(number),
            starts=start,
            ends=start + timedelta(weeks=year.weeks[number - 1], days=-1),
            weeks=year.weeks[number - 1],
        )

    def containing(self, day: date) -> FiscalPeriod:
        place = bisect_right(self._years, day, key=lambda year: year.starts) - 1
        if place < 0 or day > self._years[place].ends:
            raise PeriodUnknown(f"{day} lies outside the fiscal years of the calendar.")
        year = self._years[place]
        ends = [sum(year.weeks[: number + 1]) for number in range(len(year.weeks))]
        return self.at(year.first + bisect_right(ends, (day - year.starts).days // 7))

    def parse(self, text: str) -> FiscalPeriod:
        if MONTH_CODE.fullmatch(text):
            raise PeriodUnknown(f"{text} names a calendar month; this calendar has periods such as FY2026-P03.")
        return self.at(fiscal_ordinal(text, self))

    @cached_property
    def _starts(self) -> tuple[tuple[int, date], ...]:
        return self.starts or tuple(self.rule.starts() if self.rule else ())

    @cached_property
    def _years(self) -> list[_Year]:
        """Every year that is known. Ordinals go on without gaps from `year * periods` of the first one."""
        found: list[_Year] = []
        ordinal = self._starts[0][0] * self.periods_in_year
        following = dict(pairwise(self._starts))
        for label, starts in self._starts:
            after = following.get((label, starts))
            weeks = self._own.get(label) or self._regular((after[1] - starts).days // 7 if after else 52)
            found.append(_Year(label, ordinal, starts, weeks))
            ordinal += len(weeks)
        return found

    def _regular(self, weeks: int) -> tuple[int, ...]:
        pattern = PATTERNS[self.pattern]
        return (*pattern[:-1], pattern[-1] + weeks - 52)

    @cached_property
    def _by_label(self) -> dict[int, _Year]:
        return {year.label: year for year in self._years}

    def _year(self, label: int) -> _Year:
        if label not in self._by_label:
            raise PeriodUnknown(f"The calendar has no first day for fiscal year {label}.")
        return self._by_label[label]
