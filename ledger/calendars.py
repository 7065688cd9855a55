"""The calendar's own rows. Its verb is `import_structure`; this is the part that writes them."""

from __future__ import annotations

from ledger import models
from ledger.periods import Calendar, CalendarRefused, Months, Weeks, between, last_of_year
from ledger.querysets import fiscal_calendar, period_row

MONTHS = models.Calendar.Pattern.MONTHS


def set_calendar(calendar: Calendar) -> str:
    """Make this the company's calendar: `same`, `new` or `changed`.

    A calendar of months may change while no period has a row: periods carry their fiscal year, and budgets
    are named by it. A calendar of weeks brings its periods along and may be continued year by year.
    """
    stored = models.Calendar.objects.first()
    if isinstance(calendar, Weeks):
        return _set_weeks(stored, calendar)
    assert isinstance(calendar, Months)
    if fiscal_calendar() == calendar:
        return "same" if stored else _store(stored, pattern=MONTHS, start_month=calendar.start_month, periods=[])
    if models.Period.objects.exists():
        raise CalendarRefused("Periods with figures stand in another calendar; it can no longer be changed.")
    return _store(stored, pattern=MONTHS, start_month=calendar.start_month, periods=[])


def _set_weeks(stored: models.Calendar | None, calendar: Weeks) -> str:
    wanted = _weeks(calendar)
    days = {row.code: (row.starts, row.ends) for row in wanted}
    known = {row.code: (row.starts, row.ends) for row in models.Period.objects.order_by("ordinal")}
    for code, span in known.items():
        if days.get(code) != span:
            raise CalendarRefused(f"Period {code} stands with other days; it can no longer be changed.")
    if stored is not None and stored.pattern == calendar.pattern and known == days:
        return "same"
    return _store(stored, pattern=calendar.pattern, start_month=1, periods=wanted)


def _store(stored: models.Calendar | None, *, pattern: str, start_month: int, periods: list[models.Period]) -> str:
    row = stored or models.Calendar()
    row.pattern, row.start_month = pattern, start_month
    row.save()
    known = set(models.Period.objects.values_list("ordinal", flat=True))
    models.Period.objects.bulk_create([period for period in periods if period.ordinal not in known])
    return "changed" if stored else "new"


def _weeks(calendar: Weeks) -> list[models.Period]:
    """The rows of every fiscal year whose first day is known."""
    first = calendar.ordinal(calendar.starts[0][0], 1)
    final = last_of_year(calendar, calendar.starts[-1][0]).ordinal
    return [period_row(period) for period in between(calendar, first, final)]
