"""Calendar months from any start month, with short and long years where a company moved its year-end."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
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

LONGEST = 23
"""Months of the longest year: two whole years are two years."""


@dataclass(frozen=True)
class Stated:
    """A fiscal year that does not follow from the start month: its label, and its first and last month.

    Both are ordinals (`year * 12 + month - 1`).
    """

    label: int
    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Months:
    """Calendar months. Years have twelve of them from `start_month`, except those that are `stated`.

    After a stated year the next one starts in the month that follows, and the years go on from there: nine
    months to September move the year-end to September. Years are never labelled twice; a long year may leave a
    label out.
    """

    start_month: int = 1
    label: str = "end"
    stated: tuple[Stated, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.start_month <= 12:
            raise CalendarRefused(
                f"A fiscal year starts in month 1 to 12, not {self.start_month}.", "start_month", self.start_month
            )
        begins = self.start_month - 1
        for before, year in pairwise((None, *self.stated)):
            assert year is not None
            _check_length(year)
            if (year.first - begins) % 12:
                raise CalendarRefused(
                    f"Fiscal year {year.label} starts in {_code(year.first)}, but the year before it"
                    f" ends with month {(begins - 1) % 12 + 1}; years leave no gap and do not overlap.",
                    f"years.{year.label}.from",
                    _code(year.first),
                )
            if before is not None and year.first <= before.last:
                raise CalendarRefused(
                    f"Fiscal years {before.label} and {year.label} overlap.", f"years.{year.label}.from"
                )
            begins = (year.last + 1) % 12
        self._check_labels()

    def _check_labels(self) -> None:
        """Around each stated year the labels go up, by at least one."""
        for year in self.stated:
            before, after = self._year_of(year.first - 1)[0], self._year_of(year.last + 1)[0]
            for other in (before, after):
                if other == year.label or (other > year.label) != (other == after):
                    raise CalendarRefused(
                        f"Fiscal years {_code(year.first)} to {_code(year.last)} and the one"
                        f" {'before' if other == before else 'after'} it would be labelled {year.label} and {other};"
                        ' labels go up by at least one. Label years by their start ("label": "start"), or'
                        " name this one otherwise.",
                        f"years.{year.label}",
                    )

    @property
    def periods_in_year(self) -> int:
        return 12

    @property
    def restates_week_53(self) -> bool:
        return False

    def year_and_number(self, ordinal: int) -> tuple[int, int]:
        label, first, _ = self._year_of(ordinal)
        return label, ordinal - first + 1

    def ordinal(self, fiscal_year: int, number: int) -> int:
        return self._labelled(fiscal_year)[0] + number - 1

    def size(self, fiscal_year: int) -> int:
        return self._labelled(fiscal_year)[1]

    def quarter(self, number: int) -> int:
        return (number - 1) // 3 + 1

    def at(self, ordinal: int) -> FiscalPeriod:
        year, index = divmod(ordinal, 12)
        fiscal_year, number = self.year_and_number(ordinal)
        return FiscalPeriod(
            ordinal=ordinal,
            code=_code(ordinal),
            year=fiscal_year,
            number=number,
            quarter=self.quarter(number),
            starts=date(year, index + 1, 1),
            ends=date(year, index + 1, monthrange(year, index + 1)[1]),
        )

    def containing(self, day: date) -> FiscalPeriod:
        return self.at(day.year * 12 + day.month - 1)

    def parse(self, text: str) -> FiscalPeriod:
        if match := MONTH_CODE.fullmatch(text):
            year, month = int(match[1]), int(match[2])
            if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12:
                return self.at(year * 12 + month - 1)
            raise PeriodUnknown(f"{text} is not a month between {FIRST_YEAR}-01 and {LAST_YEAR}-12.")
        return self.at(fiscal_ordinal(text, self))

    def _year_of(self, ordinal: int) -> tuple[int, int, int]:
        """Label, first month and size of the fiscal year a month lies in."""
        begins = self.start_month - 1
        for year in self.stated:
            if year.first <= ordinal <= year.last:
                return year.label, year.first, year.size
            if year.first <= ordinal:
                begins = (year.last + 1) % 12
        first = ordinal - (ordinal - begins) % 12
        return self._label(first), first, 12

    def _label(self, first: int) -> int:
        """The label of a regular year by its first month."""
        return (first + 11) // 12 if self.label == "end" else first // 12

    def _labelled(self, label: int) -> tuple[int, int]:
        """First month and size of the year with a label."""
        if label in self._stated:
            year = self._stated[label]
            return year.first, year.size
        for begins in self._begins:
            first = label * 12 + begins - (12 if self.label == "end" and begins else 0)
            if self._year_of(first) == (label, first, 12):
                return first, 12
        raise PeriodUnknown(f"There is no fiscal year {label} in the calendar.")

    @cached_property
    def _stated(self) -> dict[int, Stated]:
        return {year.label: year for year in self.stated}

    @cached_property
    def _begins(self) -> list[int]:
        """The months regular years begin in at one time or another, as places in the calendar year."""
        return list(dict.fromkeys([self.start_month - 1, *((year.last + 1) % 12 for year in self.stated)]))


def _check_length(year: Stated) -> None:
    if not 1 <= year.size <= LONGEST:
        raise CalendarRefused(
            f"Fiscal year {year.label} would have {max(year.size, 0)} months; a year has 1 to {LONGEST}.",
            f"years.{year.label}.to",
            _code(year.last),
        )


def _code(ordinal: int) -> str:
    return f"{ordinal // 12:04}-{ordinal % 12 + 1:02}"
