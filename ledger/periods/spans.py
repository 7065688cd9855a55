"""Which periods a basis covers, what they may be compared with, and where weeks do not match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from .calendar import Calendar, FiscalPeriod, PeriodUnknown

BASES = ("month", "qtd", "ytd", "ltm", "year")
LONGEST_ROLLING = 120

_ROLLING = re.compile(r"rolling:(\d{1,3})", re.ASCII)


def ordinals(calendar: Calendar, ordinal: int, *, basis: str) -> range:
    """The consecutive ordinals a basis covers, ending with the period itself (`year`: the whole fiscal year).

    `qtd` and `ytd` start at the first period of the fiscal quarter or year, however long the year is; `ltm` is
    as many periods as a regular year has, `rolling:N` the last N. Nothing is said about which of them have figures.
    """
    fiscal_year, number = calendar.year_and_number(ordinal)
    if basis == "month":
        return range(ordinal, ordinal + 1)
    if basis == "qtd":
        quarter, first = calendar.quarter(number), number
        while first > 1 and calendar.quarter(first - 1) == quarter:
            first -= 1
        return range(ordinal - (number - first), ordinal + 1)
    if basis == "ytd":
        return range(ordinal - number + 1, ordinal + 1)
    if basis == "ltm":
        return last(calendar.periods_in_year, ordinal)
    if basis == "year":
        first = calendar.ordinal(fiscal_year, 1)
        return range(first, first + calendar.size(fiscal_year))
    if count := rolling(basis):
        return last(count, ordinal)
    raise ValueError(f"{basis} is no basis; there are {', '.join(BASES)} and rolling:N.")


def last(count: int, ordinal: int) -> range:
    """The last `count` ordinals up to and with the given one."""
    return range(ordinal - count + 1, ordinal + 1)


def rolling(basis: str) -> int | None:
    """How many periods `rolling:3` asks for; None where the text asks for something else."""
    match = _ROLLING.fullmatch(basis)
    number = int(match[1]) if match else 0
    return number if 1 <= number <= LONGEST_ROLLING else None


def prior_year(calendar: Calendar, ordinal: int) -> int:
    """The same period one year earlier: a regular year of periods back.

    Between regular years that is the same fiscal number; across a short or a long year it is the same month (or
    52 to 53 weeks back), and `incomparable` says where a stretch of several periods has no counterpart.
    """
    return ordinal - calendar.periods_in_year


def incomparable(calendar: Calendar, ordinal: int, *, basis: str) -> str:
    """Why a basis has no counterpart a year earlier, as a reason; empty where it has one.

    A quarter or year to date compares with one of as many periods. Across a change of year-end it may have
    none: fifteen months to March have no fifteen months a year earlier.
    """
    if basis not in ("qtd", "ytd", "year"):
        return ""
    try:
        here = len(ordinals(calendar, ordinal, basis=basis))
        there = len(ordinals(calendar, prior_year(calendar, ordinal), basis=basis))
    except PeriodUnknown:
        return ""
    return "" if here == there else no_counterpart(here, there)


def no_counterpart(here: int, there: int) -> str:
    """The reason why a stretch of so many periods is not compared with one of so many others."""
    return f"not_applicable: {here} periods against {there} a year earlier"


def unequal_weeks(calendar: Calendar, ordinal: int, *, basis: str) -> tuple[int, int] | None:
    """The weeks of a stretch and of its counterpart a year earlier where they differ; None where they agree."""
    try:
        here = ordinals(calendar, ordinal, basis=basis)
        weeks = sum(calendar.at(each).weeks for each in here)
        earlier = sum(calendar.at(prior_year(calendar, each)).weeks for each in here)
    except PeriodUnknown:
        return None
    return None if weeks == earlier else (weeks, earlier)


def restating(calendar: Calendar, ordinal: int, *, years: int) -> Fraction:
    """What a flow of a period is multiplied with to be compared with the same period so many years later.

    Where the calendar restates week 53 that is the weeks of the later one over its own; else, and where the calendar
    does not reach, 1.
    """
    if not years or not calendar.restates_week_53:
        return Fraction(1)
    try:
        return Fraction(calendar.at(ordinal + years * calendar.periods_in_year).weeks, calendar.at(ordinal).weeks)
    except PeriodUnknown:
        return Fraction(1)


def last_of_year(calendar: Calendar, fiscal_year: int) -> FiscalPeriod:
    """The last period of a fiscal year: where yearly figures are placed."""
    return calendar.at(calendar.ordinal(fiscal_year, calendar.size(fiscal_year)))


def between(calendar: Calendar, first: int, final: int) -> Iterator[FiscalPeriod]:
    """The rows of all ordinals from `first` to `final`, both included."""
    return (calendar.at(ordinal) for ordinal in range(first, final + 1))
