"""Periods as files write them."""

from __future__ import annotations

import re
from datetime import date

from .calendar import FIRST_YEAR, LAST_YEAR, Calendar, FiscalPeriod, PeriodUnknown

_CODE = re.compile(r"FY\d{4}(-P\d{2})?|\d{4}-\d{2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})([T ][0-9:.+Z]*)?", re.ASCII)
_DOTTED_DATE = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})", re.ASCII)
_COMPACT_MONTH = re.compile(r"(?P<year>\d{4})[/.]?(?P<month>\d{2})", re.ASCII)
_MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})[/.](?P<year>\d{4})", re.ASCII)
_NAMED_MONTH = re.compile(r"(?P<name>[A-Za-z]{3,9})\.?[ -]?(?P<year>\d{4}|\d{2})", re.ASCII)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


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
