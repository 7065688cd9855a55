"""The calendar's own rows. Its verb is `import_structure`; this is the part that writes them."""

from __future__ import annotations

from django.db.models import ProtectedError

from ledger import models
from ledger.periods import (
    Calendar,
    CalendarRefused,
    Declared,
    Months,
    PeriodUnknown,
    Weeks,
    between,
    document,
    last_of_year,
)
from ledger.querysets import period_row, stated_calendars

FIELDS = ("code", "ordinal", "year", "quarter", "number", "starts", "ends")
PLACE = ("code", "ordinal", "starts", "ends")


def set_calendar(declared: Declared) -> str:
    """Make this the company's calendar: `same`, `new` or `changed`.

    It may change as long as every period with figures stays what it is: its days, its fiscal year and its place
    in it, because budgets are named by the year and what was shown was shown under it. So a year may be made
    short or long while it is still ahead, years may be added to a list, units may get a calendar of their own.
    """
    stored = models.Calendar.objects.first()
    if stated_calendars() == declared:
        return "same" if stored else _store(None, declared)
    _settle(declared.calendar)
    return _store(stored, declared)


def _settle(calendar: Calendar) -> None:
    """Bring the period rows in line: those without figures follow the calendar, those with figures must fit it."""
    for row in models.Period.objects.order_by("ordinal"):
        wanted = _wanted(row, calendar)
        if wanted is not None and _same(row, wanted, FIELDS):
            continue
        if wanted is not None and _same(row, wanted, PLACE):
            if not models.Entry.objects.filter(period=row).exists():
                row.year, row.quarter, row.number = wanted.year, wanted.quarter, wanted.number
                row.save()
                continue
        elif _gave_way(row):
            continue
        becomes = f"{wanted.code} of fiscal year {wanted.year}" if wanted else "no period at all"
        raise CalendarRefused(
            "Periods with figures stand in another calendar; it can no longer be changed.",
            "",
            f"{row.code} would become {becomes}",
        )


def _wanted(row: models.Period, calendar: Calendar) -> models.Period | None:
    try:
        return period_row(calendar.at(row.ordinal))
    except PeriodUnknown:
        return None


def _same(row: models.Period, wanted: models.Period, names: tuple[str, ...]) -> bool:
    return all(getattr(row, name) == getattr(wanted, name) for name in names)


def _gave_way(row: models.Period) -> bool:
    """Delete a period nothing refers to."""
    try:
        row.delete()
    except ProtectedError:
        return False
    return True


def _store(stored: models.Calendar | None, declared: Declared) -> str:
    calendar = declared.calendar
    row = stored or models.Calendar()
    row.pattern = calendar.pattern if isinstance(calendar, Weeks) else models.Calendar.Pattern.MONTHS
    row.start_month = calendar.start_month if isinstance(calendar, Months) else 1
    row.declaration = document(declared)
    row.save()
    wanted = _listed(calendar)
    known = set(models.Period.objects.values_list("ordinal", flat=True))
    models.Period.objects.bulk_create([period for period in wanted if period.ordinal not in known])
    return "changed" if stored else "new"


def _listed(calendar: Calendar) -> list[models.Period]:
    """The rows of every fiscal year whose first day is published; other calendars get theirs on first use."""
    if not isinstance(calendar, Weeks) or not calendar.starts:
        return []
    first, final = calendar.starts[0][0], calendar.starts[-1][0]
    return [
        period_row(period)
        for period in between(calendar, calendar.ordinal(first, 1), last_of_year(calendar, final).ordinal)
    ]
