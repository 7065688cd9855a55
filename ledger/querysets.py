"""Questions to the ledger's tables that more than one verb asks."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from ledger import models
from ledger.periods import Calendar, Declared, FiscalPeriod, Months, declared
from units.models import Unit


def company_calendars() -> Declared:
    """The company's calendar and those of units with another year-end; months from January until one is imported."""
    stored = models.Calendar.objects.order_by("pk").first()
    if stored is None:
        return Declared(Months(1))
    return declared(stored.declaration or {"start_month": stored.start_month})


def fiscal_calendar() -> Calendar:
    """The company's calendar: the one periods, versions and the group's figures are named and counted in."""
    return company_calendars().calendar


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


def is_closed(unit: Unit, ordinal: int) -> bool:
    """Whether a period is closed for a unit: by itself, with a unit above it, or for the whole company."""
    standing = models.Closing.objects.filter(until_mark__isnull=True, period__ordinal=ordinal)
    above = Q(unit__left__lte=unit.left, unit__right__gte=unit.right)
    return standing.filter(Q(unit__isnull=True) | above).exists()
