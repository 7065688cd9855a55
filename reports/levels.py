"""The one reading path of the pages: stored levels of some units, picked number by number.

A page asks once for the codes it prints; the database hands over those numbers only, so a page over
thousands of units does not carry whole sheets. Actual, budget and prior year come in the same query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F, Func, JSONField, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from ledger.models import Period
from ledger.periods import rolling
from metrics.above import MASKED
from metrics.arrangement import chosen, stored_names
from metrics.definitions import definitions
from metrics.formula import Context
from metrics.models import Sheet
from metrics.rates import AT_BUDGET, AT_PRIOR_YEAR, is_constant
from metrics.readings import Level
from metrics.shelf import Shelf, book, context_of, opened
from metrics.timeframes import CalendarAt, Stored
from metrics.veils import Said, behind, seen
from reports.baselines import FORESEEN
from reports.expectations import foreseen
from reports.selection import Selection
from units.marks import standing_at
from units.scope import Scope

ACTUAL, BUDGET, PRIOR = "actual", "budget", "prior_year"
NOT_THERE = "not_applicable: no figures"
UNLIKE = {
    AT_BUDGET: (PRIOR, "not_applicable: last year is not kept at this year's budget rates"),
    AT_PRIOR_YEAR: (BUDGET, "not_applicable: the budget stands at other rates than last year's"),
}
"""In each manner of constant currency what a figure at those rates cannot be compared with, and why."""
NOT_FORESEEN = "not_applicable: no forecast"
NO_PARTS = "not_applicable: at these rates only whole months, quarters and years are kept"


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
    where that stretch was another one. What no sheet holds is read from stored months. ACTUAL is read at the rates of
    the selection; a unit that has no figures of its own at them reads the same at all rates.
    """
    period, compared = selection.period, selection.comparison
    if is_reading(selection):
        return read_levels(scope, selection, units=units, codes=codes, versions=versions)
    names = _names([version for version in versions if version != PRIOR], selection)
    condition = Q(period=period, version__in=names)
    if PRIOR in versions and not compared.prior_reason:
        condition |= Q(period__ordinal=compared.prior, version__in=stored_names([ACTUAL], is_now=selection.is_now))
    sheets = (
        Sheet.objects.within(scope)
        .filter(standing_at(selection.mark), condition, basis=selection.basis, unit__in=units)
        .annotate(ordinal=F("period__ordinal"))
    )
    found: dict[tuple[int, str, str], Level] = {}
    coverages: dict[tuple[int, str], Mapping[str, str]] = {}
    elsewhere: set[int] = set()
    for unit, version, ordinal, numbers, reasons, coverage in _as_read(picked(sheets, codes, "coverage")):
        read_as = _plain(version) if ordinal == period.ordinal else PRIOR
        elsewhere.update([unit] if is_constant(version) else [])
        coverages[(unit, read_as)] = coverage
        for code, number, reason in zip(codes, numbers, reasons, strict=True):
            found[(unit, read_as, code)] = _level(number, reason)
    for unit, version, ordinal, said in _behind_veils(scope, sheets, found.items()):
        read_as = _plain(version) if ordinal == period.ordinal else PRIOR
        coverages[(unit, read_as)] = {**coverages[(unit, read_as)], **said.coverage}
        found.update(((unit, read_as, code), level) for code, level in _levels_of(said, codes))
    if compared.prior_reason:
        found.update({(unit, PRIOR, code): Level(None, compared.prior_reason) for unit in units for code in codes})
    if selection.rates:
        baseline, reason = UNLIKE[selection.rates]
        found.update({(unit, baseline, code): Level(None, reason) for unit in elsewhere for code in codes})
    return Levels(found, coverages)


def with_foreseen(found: Levels, scope: Scope, selection: Selection) -> Levels:
    """The levels with what was forecast of the unit's stretch of time before it began, under FORESEEN. One query."""
    unit = selection.unit.pk
    window = CalendarAt(selection.calendar, selection.period.ordinal).window(Context(FORESEEN, selection.basis))
    said = foreseen(scope, selection.mark, [unit], window).get(unit, {})
    missing = dict.fromkeys(((unit, FORESEEN, code) for _, _, code in found.found), Level(None, NOT_FORESEEN))
    known = {(unit, FORESEEN, code): Level(number) for code, number in said.items()}
    return replace(found, found={**found.found, **missing, **known})


def is_reading(selection: Selection) -> bool:
    """Whether the figures of a pick stand on no sheet: a rolling window, a part of a period, restated weeks."""
    compared = selection.comparison
    moved = compared.ordinal != selection.period.ordinal or compared.reason
    return bool(rolling(selection.basis) or moved or compared.weights or compared.prior_weights or compared.is_restated)


def read_levels(
    scope: Scope, selection: Selection, *, units: Collection[int], codes: Sequence[str], versions: Sequence[str]
) -> Levels:
    """The same from stored months, one query for each version and basis that formulas ask for."""
    if selection.rates:
        places = ((unit, version, code) for unit in units for version in versions for code in codes)
        return Levels(dict.fromkeys(places, Level(None, NO_PARTS)))
    compared, calendar = selection.comparison, selection.calendar
    meaning, first_of = book(definitions(selection.mark)), opened(selection.mark)
    first, last = compared.prior - 2 * calendar.periods_in_year, selection.period.ordinal
    shelf = Shelf(scope, mark=selection.mark, units=units, first=first, last=last, is_now=selection.is_now)
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
            context = replace(context, lag=calendar.periods_in_year, years=1) if is_prior else context
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
        .filter(standing_at(selection.mark), basis="month", unit__in=units)
        .filter(version__in=_names(versions, selection))
        .filter(period__in=[period.pk for period in periods])
        .annotate(ordinal=F("period__ordinal"))
    )
    found: dict[tuple[int, str, str, int], Level] = {}
    elsewhere: set[tuple[int, int]] = set()
    for unit, version, ordinal, numbers, reasons in _as_read(picked(sheets, codes)):
        elsewhere.update([(unit, ordinal)] if is_constant(version) else [])
        for code, number, reason in zip(codes, numbers, reasons, strict=True):
            found[unit, _plain(version), code, ordinal] = _level(number, reason)
    for unit, version, ordinal, said in _behind_veils(scope, sheets, found.items()):
        found.update(((unit, _plain(version), code, ordinal), level) for code, level in _levels_of(said, codes))
    if selection.rates:
        baseline, reason = UNLIKE[selection.rates]
        found.update({(unit, baseline, code, at): Level(None, reason) for unit, at in elsewhere for code in codes})
    return Series(periods, found)


def _names(versions: Collection[str], selection: Selection) -> list[str]:
    """The names to look for: what is kept at other rates beside what was reported."""
    read = [selection.version] if ACTUAL in versions and selection.rates else []
    return stored_names([*versions, *read], is_now=selection.is_now)


def _as_read(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows that begin with a unit and a version; what is kept at other rates comes after what was reported."""
    return sorted(chosen(rows), key=lambda row: is_constant(row[1]))


def _plain(version: str) -> str:
    return ACTUAL if is_constant(version) else version


def _behind_veils(
    scope: Scope, sheets: QuerySet[Sheet], found: Iterable[tuple[tuple[Any, ...], Level]]
) -> Iterator[tuple[int, str, int, Said]]:
    """What those of the sheets on which something was masked say to this reader; no query where nothing was."""
    units = {unit for (unit, *_), level in found if level.reason == MASKED}
    rows = sheets.filter(unit__in=units).values_list("unit_id", "version", "period__ordinal", "parts") if units else []
    veiled = _as_read(rows)
    keys = seen(scope, (parts for *_, parts in veiled))
    for unit, version, ordinal, parts in veiled:
        yield unit, version, ordinal, behind(Said({}, {}, {}), parts, keys)


def _levels_of(said: Said, codes: Iterable[str]) -> Iterator[tuple[str, Level]]:
    for code in codes:
        if code in said.numbers or code in said.reasons:
            yield code, _level(said.numbers.get(code), said.reasons.get(code))


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
