"""The one reading path of the pages: stored levels of some units, picked number by number.

A page asks once for the codes it prints; the database hands over those numbers only, so a page over
thousands of units does not carry whole sheets. Actual, budget and prior year come in the same query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F, Func, JSONField, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from ledger.models import Period
from ledger.periods import rolling
from metrics.definitions import definitions
from metrics.models import Sheet
from metrics.readings import Level
from metrics.shelf import Shelf, book, context_of, opened
from metrics.timeframes import Stored
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

    `versions` are ACTUAL, BUDGET and PRIOR; the prior year is the actual of the same ordinal a year back, missing
    where that stretch was another one. What no sheet holds is read from stored months.
    """
    period, compared = selection.period, selection.comparison
    if is_reading(selection):
        return read_levels(scope, selection, units=units, codes=codes, versions=versions)
    condition = Q(period=period, version__in=[version for version in versions if version != PRIOR])
    if PRIOR in versions and not compared.prior_reason:
        condition |= Q(period__ordinal=compared.prior, version=ACTUAL)
    sheets = (
        Sheet.objects.within(scope)
        .filter(standing_at(selection.mark), condition, basis=selection.basis, unit__in=units)
        .annotate(ordinal=F("period__ordinal"))
    )
    found: dict[tuple[int, str, str], Level] = {}
    coverages: dict[tuple[int, str], Mapping[str, str]] = {}
    for unit, version, ordinal, numbers, reasons, coverage in picked(sheets, codes, "coverage"):
        read_as = version if ordinal == period.ordinal else PRIOR
        coverages[(unit, read_as)] = coverage
        for code, number, reason in zip(codes, numbers, reasons, strict=True):
            found[(unit, read_as, code)] = _level(number, reason)
    if compared.prior_reason:
        found.update({(unit, PRIOR, code): Level(None, compared.prior_reason) for unit in units for code in codes})
    return Levels(found, coverages)


def is_reading(selection: Selection) -> bool:
    """Whether the figures of a pick stand on no sheet: a rolling window, a part of a period, restated weeks."""
    compared = selection.comparison
    moved = compared.ordinal != selection.period.ordinal or compared.reason
    return bool(rolling(selection.basis) or moved or compared.weights or compared.prior_weights)


def read_levels(
    scope: Scope, selection: Selection, *, units: Collection[int], codes: Sequence[str], versions: Sequence[str]
) -> Levels:
    """The same from stored months, one query for each version and basis that formulas ask for."""
    compared, calendar = selection.comparison, selection.calendar
    meaning, first_of = book(definitions(selection.mark)), opened(selection.mark)
    first, last = compared.prior - 2 * calendar.periods_in_year, selection.period.ordinal
    shelf = Shelf(scope, mark=selection.mark, units=units, first=first, last=last)
    found: dict[tuple[int, str, str], Level] = {}
    coverages: dict[tuple[int, str], dict[str, str]] = {}
    for unit in units:
        timeframe = shelf.timeframe(
            unit, compared.ordinal, calendar=calendar, book=meaning, opened=first_of, own=selection.is_own
        )
        for version in versions:
            is_prior = version == PRIOR
            refused = compared.prior_reason if is_prior else compared.reason
            context = context_of(selection.basis, ACTUAL if is_prior else version)
            context = replace(context, lag=calendar.periods_in_year if is_prior else 0)
            weighed = timeframe.weighing(compared.prior_weights if is_prior else compared.weights)
            for code in codes:
                stored = Stored(None, refused) if refused else weighed.level(code, context)
                found[unit, version, code] = _level(stored.number, stored.reason)
                coverages.setdefault((unit, version), {})[code] = f"{stored.have} of {stored.of}" if stored.of else ""
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
        (unit, version, code, ordinal): _level(number, reason)
        for unit, version, ordinal, numbers, reasons in picked(sheets, codes)
        for code, number, reason in zip(codes, numbers, reasons, strict=True)
    }
    return Series(periods, found)


def picked(sheets: QuerySet[Sheet], codes: Sequence[str], *more: str) -> Iterable[tuple[Any, ...]]:
    """Unit, version, ordinal, the numbers and the reasons of `codes` in their order, then the fields asked for."""
    rows: Iterable[tuple[Any, ...]] = sheets.values_list(
        "unit_id", "version", "ordinal", Picked("numbers", codes), Picked("reasons", codes), *more
    )
    return rows


class Picked(Func):
    """Some members of a JSON object as one array, null where there is none: a row is decoded once, not once a code."""

    output_field = JSONField()

    def __init__(self, name: str, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        super().__init__(F(name))

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        members = ", ".join(f"{column} -> %s" for _ in self.codes)
        return f"JSONB_BUILD_ARRAY({members})", (*params, *self.codes)

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """JSON_EXTRACT of several paths is an array that keeps every digit; of one path it would not be an array."""
        column, params = compiler.compile(self.source_expressions[0])
        paths = [f'$."{code}"' for code in self.codes]
        if len(paths) == 1:
            return f"JSON_ARRAY(JSON_EXTRACT({column}, %s))", (*params, *paths)
        return f"JSON_EXTRACT({column}, {', '.join('%s' for _ in paths)})", (*params, *paths)


def _level(number: Any, reason: str | None) -> Level:
    return Level(number, "" if number is not None else reason or NOT_THERE)
