"""Questions to the ledger's tables that more than one verb asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from django.db.models import OuterRef, Q, QuerySet

from ledger import models
from ledger.periods import Calendar, Declared, FiscalPeriod, declared
from units.marks import standing_at
from units.models import Unit
from units.scope import Scope


def company_calendars() -> Declared:
    """The company's calendar and those of units with another year-end: a group's is that of all below it that have
    none of their own."""
    return with_those_below(stated_calendars())


def with_those_below(stated: Declared) -> Declared:
    """Stated calendars with those of the units below the ones that state any; no query where none does."""
    units = _with_those_below(stated.units) if stated.units else {}
    return replace(stated, units={code: each for code, each in units.items() if each != stated.calendar})


def _with_those_below(stated: Mapping[str, Calendar]) -> dict[str, Calendar]:
    """By unit the calendar of the nearest one at or above it that states one."""
    everybody = Unit.objects.within(Scope.system("calendars"))
    tops = list(everybody.filter(code__in=list(stated)).order_by("left"))
    inside = Q(pk__in=[])
    for top in tops:
        inside |= Q(left__gte=top.left, right__lte=top.right)
    units = list(everybody.filter(inside, tree=""))
    found = dict(stated)
    for top in tops:  # from the outside in: the nearest one is the last
        found |= {unit.code: stated[top.code] for unit in units if top.left <= unit.left <= top.right}
    return found


def stated_calendars() -> Declared:
    """The company's calendar and those of units as they were stated; months from January until one is imported."""
    return as_declared(*(declarations().values_list("declaration", "start_month").first() or (None, None)))


def declarations() -> QuerySet[models.Calendar]:
    """The row that states the company's calendars, if there is one."""
    return models.Calendar.objects.order_by("pk")


def as_declared(declaration: Mapping[str, object] | None, start_month: int | None) -> Declared:
    """What a row states, plain months in short; months from January where there is none."""
    return declared(declaration or {"start_month": start_month or 1})


def fiscal_calendar() -> Calendar:
    """The company's calendar: the one periods, versions and the group's figures are named and counted in."""
    return stated_calendars().calendar


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
    return closings_over(unit).filter(period__ordinal=ordinal).exists()


def closings_over(unit: Unit) -> QuerySet[models.Closing]:
    """The closings that hold for a unit: its own, those of units above it, and those of the whole company.

    That a unit above is closed is no secret from who reads one below.
    """
    return closings_between(unit.left, unit.right)


def closings_between(left: int | OuterRef, right: int | OuterRef) -> QuerySet[models.Closing]:
    """The same by where a unit lies in the tree; of the unit of an outer query too."""
    standing = models.Closing.objects.within(Scope.system("closings")).filter(until_mark__isnull=True)
    return standing.filter(Q(unit__isnull=True) | Q(unit__left__lte=left, unit__right__gte=right))


def holidays_of(units: Iterable[Unit], *, mark: int | None = None) -> dict[int, frozenset[date]]:
    """By unit (its id) the days on which nobody works there, as known at a mark (None: now).

    They are those of the company, of the unit's region, and of the unit itself and the units above it. One query,
    however many units.
    """
    standing = models.Holiday.objects.within(Scope.system("holidays")).filter(standing_at(mark))
    stated = list(standing.values_list("day", "region", "unit__left", "unit__right"))
    return {
        unit.pk: frozenset(
            day
            for day, region, left, right in stated
            if (region in ("", unit.region) if left is None else left <= unit.left <= right)
        )
        for unit in units
    }


def holidays_over(unit: Unit, *, mark: int | None = None) -> QuerySet[models.Holiday]:
    """The same of one unit, as rows."""
    standing = models.Holiday.objects.within(Scope.system("holidays")).filter(standing_at(mark))
    everywhere = Q(unit__isnull=True, region__in={"", unit.region})
    return standing.filter(everywhere | Q(unit__left__lte=unit.left, unit__right__gte=unit.left))


def company_holidays(*, mark: int | None = None) -> frozenset[date]:
    """The days on which nobody works anywhere in the company, as known at a mark (None: now)."""
    everywhere = models.Holiday.objects.within(Scope.system("holidays")).filter(unit__isnull=True, region="")
    return frozenset(everywhere.filter(standing_at(mark)).values_list("day", flat=True))
