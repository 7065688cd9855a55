"""Questions to the ledger's tables that more than one verb asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from ledger import models
from ledger.periods import Calendar, FiscalPeriod, Months, Weeks


def fiscal_calendar() -> Calendar:
    """The company's calendar; calendar months from January until one is imported.

    A calendar of weeks is read back from its period rows: the first day of each year, and the day after
    the last period, which settles whether the last year has a 53rd week.
    """
    stored = models.Calendar.objects.order_by("pk").first()
    if stored is None or stored.pattern == models.Calendar.Pattern.MONTHS:
        return Months(stored.start_month if stored else 1)
    rows = models.Period.objects.order_by("ordinal")
    starts = [(row.year, row.starts) for row in rows.filter(number=1)]
    final = rows.last()
    assert final is not None
    return Weeks(stored.pattern, (*starts, (final.year + 1, final.ends + timedelta(days=1))))


def periods_by_ordinal(ordinals: Iterable[int]) -> dict[int, models.Period]:
    """Those of these periods that have a row already."""
    return {row.ordinal: row for row in models.Period.objects.filter(ordinal__in=list(ordinals))}


def period_row(period: FiscalPeriod) -> models.Period:
    """The (unsaved) row of a period of the calendar."""
    return models.Period(
        code=period.code,
        ordinal=period.ordinal,
        year=period.year,
        quarter=period.quarter,
        number=period.number,
        starts=period.starts,
        ends=period.ends,
    )
