"""The one reading path of the pages: stored levels of some units, picked number by number.

A page asks once for the codes it prints; the database hands over those numbers only, so a page over
thousands of units does not carry whole sheets. Actual, budget and prior year come in the same query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KeyTransform

from ledger.models import Period
from metrics.models import Sheet
from metrics.readings import Level
from reports.selection import Selection
from units.marks import standing_at
from units.scope import Scope

ACTUAL, BUDGET, PRIOR = "actual", "budget", "prior_year"
NOT_THERE = "not_applicable: no figures"


@dataclass(frozen=True)
class Levels:
    """Numbers by unit, version and code. Asking for what is not there gives a missing level, never zero."""

    found: Mapping[tuple[int, str, str], Level] = field(default_factory=dict)
    coverages: Mapping[tuple[int, str], Mapping[str, str]] = field(default_factory=dict)

    def of(self, unit: int, version: str, code: str) -> Level:
        return self.found.get((unit, version, code), Level(None, NOT_THERE))

    def coverage(self, unit: int, version: str, code: str) -> str:
        """The delivered unit-periods behind a number, as "11 of 12"; empty where there is no sheet."""
        known = self.coverages.get((unit, version), {})
        return known.get(code, known.get("*", ""))


def levels(
    scope: Scope, selection: Selection, *, units: Collection[int], codes: Sequence[str], versions: Sequence[str]
) -> Levels:
    """The numbers `codes` of `units` in the selection's period and basis, one query.

    `versions` are ACTUAL, BUDGET and PRIOR; the prior year is the actual of the same ordinal a year back.
    """
    period = selection.period
    condition = Q(period=period, version__in=[version for version in versions if version != PRIOR])
    if PRIOR in versions:
        condition |= Q(period__year=period.year - 1, period__number=period.number, version=ACTUAL)
    sheets = (
        Sheet.objects.within(scope)
        .filter(standing_at(selection.mark), condition, basis=selection.basis, unit__in=units)
        .annotate(ordinal=F("period__ordinal"))
    )
    found: dict[tuple[int, str, str], Level] = {}
    coverages: dict[tuple[int, str], Mapping[str, str]] = {}
    for row in picked(sheets, codes, "ordinal"):
        version = row["version"] if row["ordinal"] == period.ordinal else PRIOR
        coverages[(row["unit_id"], version)] = row["coverage"]
        for i, code in enumerate(codes):
            found[(row["unit_id"], version, code)] = _level(row, i, code)
    return Levels(found, coverages)


@dataclass(frozen=True)
class Series:
    """Month values by unit, version and code, oldest first; a month without a sheet is missing."""

    periods: tuple[Period, ...]
    found: Mapping[tuple[int, str, str, int], Level] = field(default_factory=dict)

    def of(self, unit: int, version: str, code: str) -> list[Level]:
        return [
            self.found.get((unit, version, code, period.ordinal), Level(None, NOT_THERE)) for period in self.periods
        ]


def series(
    scope: Scope,
    selection: Selection,
    *,
    units: Collection[int],
    codes: Sequence[str],
    versions: Sequence[str],
    months: int,
) -> Series:
    """The last `months` month values up to the selected period, one query."""
    last = selection.period.ordinal
    periods = tuple(period for period in selection.periods if last - months < period.ordinal <= last)
    sheets = (
        Sheet.objects.within(scope)
        .filter(standing_at(selection.mark), basis="month", unit__in=units, version__in=versions)
        .filter(period__in=[period.pk for period in periods])
        .annotate(ordinal=F("period__ordinal"))
    )
    found = {
        (row["unit_id"], row["version"], code, row["ordinal"]): _level(row, i, code)
        for row in picked(sheets, codes, "ordinal")
        for i, code in enumerate(codes)
    }
    return Series(periods, found)


def picked(sheets: QuerySet[Sheet], codes: Sequence[str], *more: str) -> Iterable[dict[str, Any]]:
    """Rows with `number_i` for the i-th code, and reasons and coverage, which are short."""
    numbers = {f"number_{i}": KeyTransform(code, "numbers") for i, code in enumerate(codes)}
    rows: Iterable[dict[str, Any]] = sheets.values("unit_id", "version", "reasons", "coverage", *more, **numbers)
    return rows


def _level(row: Mapping[str, Any], place: int, code: str) -> Level:
    number: Any = row[f"number_{place}"]
    return Level(number, "" if number is not None else row["reasons"].get(code, NOT_THERE))
