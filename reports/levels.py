"""The one reading path of the pages: stored levels of some units, picked number by number.

A page asks once for the codes it prints; the database hands over those numbers only, so a page over
thousands of units does not carry whole sheets. Actual, budget and prior year come in the same query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F, Q

from ledger.models import Period
from ledger.periods import rolling
from metrics.arrangement import chosen, stored_names
from metrics.definitions import definitions
from metrics.formula import Context
from metrics.models import Sheet
from metrics.rates import AT_BUDGET, AT_PRIOR_YEAR, is_constant
from metrics.readings import Level
from metrics.shelf import Shelf, book, context_of, opened
from metrics.timeframes import CalendarAt, Stored
from reports.asked import Asked, Rows, decoded, one, picked
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
MISSING = {FORESEEN: "not_applicable: no forecast"}
"""By version what is said of a number that is nowhere, where that is more than that there are no figures."""
NO_PARTS = "not_applicable: at these rates only whole months, quarters and years are kept"


@dataclass(frozen=True)
class Levels:
    """Numbers by unit, version and code. Asking for what is not there gives a missing level, never zero."""

    found: Mapping[tuple[int, str, str], Level] = field(default_factory=dict)
    coverages: Mapping[tuple[int, str], Mapping[str, str]] = field(default_factory=dict)

    def of(self, unit: int, version: str, code: str) -> Level:
        return self.found.get((unit, version, code), Level(None, MISSING.get(version, NOT_THERE)))

    def coverage(self, unit: int, version: str, code: str) -> str:
        """The delivered unit-periods behind a number, as "11 of 12"; empty where there is no sheet."""
        known = self.coverages.get((unit, version), {})
        return known.get(code, known.get("*", ""))

    def with_(self, more: Levels) -> Levels:
        """Both together; what both know is as the second says."""
        return Levels({**self.found, **more.found}, {**self.coverages, **more.coverages})


def levels(
    scope: Scope, selection: Selection, *, units: Collection[int], codes: Sequence[str], versions: Sequence[str]
) -> Levels:
    """The numbers `codes` of `units` in the selection's period and basis, one query; see `levels_of`."""
    return one(levels_of(scope, selection, units=units, codes=codes, versions=versions))


def levels_of(
    scope: Scope, selection: Selection, *, units: Collection[int], codes: Sequence[str], versions: Sequence[str]
) -> Asked[Levels]:
    """The question for the numbers `codes` of `units` in the selection's period and basis.

    `versions` are ACTUAL, BUDGET and PRIOR; the prior year is the actual of the same ordinal a year back, missing
    where that stretch was another one. What no sheet holds is read from stored months. ACTUAL is read at the rates of
    the selection; a unit that has no figures of its own at them reads the same at all rates.
    """
    period, compared = selection.period, selection.comparison
    if is_reading(selection):
        return Asked(None, codes, lambda _: read_levels(scope, selection, units=units, codes=codes, versions=versions))
    names = _names([version for version in versions if version != PRIOR], selection)
    condition = Q(period=period, version__in=names)
    if PRIOR in versions and not compared.prior_reason:
        condition |= Q(period__ordinal=compared.prior, version__in=stored_names([ACTUAL], is_now=selection.is_now))
    sheets = (
        Sheet.objects.within(scope)
        .filter(standing_at(selection.mark), condition, basis=selection.basis, unit__in=units)
        .annotate(ordinal=F("period__ordinal"))
    )

    def answer(rows: Rows) -> Levels:
        found, coverages = _leveled(rows, codes, ordinal=period.ordinal)
        if compared.prior_reason:
            found.update({(unit, PRIOR, code): Level(None, compared.prior_reason) for unit in units for code in codes})
        if selection.rates:
            baseline, reason = UNLIKE[selection.rates]
            elsewhere = {unit for unit, version, *_ in rows if is_constant(version)}
            found.update({(unit, baseline, code): Level(None, reason) for unit in elsewhere for code in codes})
        return Levels(found, coverages)

    return Asked(sheets, codes, answer, reader=scope)


def _leveled(
    rows: Rows, codes: Sequence[str], *, ordinal: int
) -> tuple[dict[tuple[int, str, str], Level], dict[tuple[int, str], Mapping[str, str]]]:
    """Levels and coverages by what they are read as: figures of another period than the one at `ordinal` are the prior
    year's."""
    found: dict[tuple[int, str, str], Level] = {}
    coverages: dict[tuple[int, str], Mapping[str, str]] = {}
    for unit, version, at, numbers, reasons, coverage in _as_read(rows):
        read_as = _plain(version) if at == ordinal else PRIOR
        coverages[(unit, read_as)] = coverage
        for code, number, reason in zip(codes, numbers, reasons, strict=True):
            found[(unit, read_as, code)] = _level(number, reason)
    return found, coverages


def with_foreseen(found: Levels, scope: Scope, selection: Selection) -> Levels:
    """The levels with what was forecast of the unit's stretch of time before it began, under FORESEEN. One query."""
    unit = selection.unit.pk
    window = CalendarAt(selection.calendar, selection.period.ordinal).window(Context(FORESEEN, selection.basis))
    said = foreseen(scope, selection.mark, [unit], window).get(unit, {})
    return replace(found, found={**found.found, **as_foreseen({unit: said})})


def as_foreseen(said: Mapping[int, Mapping[str, int | float]]) -> dict[tuple[int, str, str], Level]:
    """What was forecast, by unit and metric, as levels under FORESEEN."""
    return {(unit, FORESEEN, code): Level(number) for unit, each in said.items() for code, number in each.items()}


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

    def with_(self, more: Series) -> Series:
        """Both together, of the same months; what both know is as the second says."""
        return Series(self.periods, {**self.found, **more.found})


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
    return one(series_of(scope, selection, units=units, codes=codes, versions=versions, months=months))


def series_of(
    scope: Scope,
    selection: Selection,
    *,
    units: Collection[int],
    codes: Sequence[str],
    versions: Sequence[str],
    months: int,
) -> Asked[Series]:
    """The question for the last `months` month values up to the selected period."""
    last = selection.period.ordinal
    periods = tuple(period for period in selection.periods if last - months < period.ordinal <= last)
    sheets = (
        Sheet.objects.within(scope)
        .filter(standing_at(selection.mark), basis="month", unit__in=units)
        .filter(version__in=_names(versions, selection))
        .filter(period__in=[period.pk for period in periods])
        .annotate(ordinal=F("period__ordinal"))
    )

    def answer(rows: Rows) -> Series:
        found: dict[tuple[int, str, str, int], Level] = {}
        for unit, version, ordinal, numbers, reasons, _ in _as_read(rows):
            for code, number, reason in zip(codes, numbers, reasons, strict=True):
                found[unit, _plain(version), code, ordinal] = _level(number, reason)
        if selection.rates:
            baseline, reason = UNLIKE[selection.rates]
            elsewhere = {(unit, ordinal) for unit, version, ordinal, *_ in rows if is_constant(version)}
            found.update({(unit, baseline, code, at): Level(None, reason) for unit, at in elsewhere for code in codes})
        return Series(periods, found)

    return Asked(sheets, codes, answer, reader=scope)


@dataclass(frozen=True)
class Stretch:
    """What to read of units: a version (ACTUAL or BUDGET) over a basis, as of the periods with these ordinals."""

    version: str
    basis: str
    ordinals: tuple[int, ...]


def stretched(
    scope: Scope,
    selection: Selection,
    *,
    units: Collection[int],
    codes: Sequence[str],
    stretches: Iterable[Stretch],
) -> dict[tuple[str, int], Levels]:
    """The numbers `codes` of units over several stretches of time as sheets hold them, by basis and ordinal. One query.

    They are read at the mark, on the tree and at the rates of the selection, whatever its own period and basis are;
    what is masked stays masked.
    """
    condition = Q()
    for each in stretches:
        names = _names([each.version], selection)
        condition |= Q(basis=each.basis, period__ordinal__in=each.ordinals, version__in=names)
    sheets = (
        Sheet.objects.within(scope)
        .filter(standing_at(selection.mark), condition, unit__in=units)
        .annotate(ordinal=F("period__ordinal"))
    )
    by_basis: dict[str, list[tuple[Any, ...]]] = {}
    for *row, _, basis in decoded(picked(sheets, codes, "basis")):
        by_basis.setdefault(basis, []).append(tuple(row))
    numbers_of: dict[tuple[str, int], dict[tuple[int, str, str], Level]] = {}
    coverages: dict[tuple[str, int], dict[tuple[int, str], Mapping[str, str]]] = {}
    elsewhere: set[int] = set()
    for basis, rows in by_basis.items():
        for unit, version, ordinal, numbers, reasons, coverage in _as_read(rows):
            found, place = numbers_of.setdefault((basis, ordinal), {}), (unit, _plain(version))
            coverages.setdefault((basis, ordinal), {})[place] = coverage
            elsewhere.update([unit] if is_constant(version) else [])
            for code, number, reason in zip(codes, numbers, reasons, strict=True):
                found[(*place, code)] = _level(number, reason)
    if selection.rates:
        baseline, why = UNLIKE[selection.rates]
        unlike = {(unit, baseline, code): Level(None, why) for unit in elsewhere for code in codes}
        numbers_of = {place: {**found, **unlike} for place, found in numbers_of.items()}
    return {place: Levels(found, coverages[place]) for place, found in numbers_of.items()}


def _names(versions: Collection[str], selection: Selection) -> list[str]:
    """The names to look for: what is kept at other rates beside what was reported."""
    read = [selection.version] if ACTUAL in versions and selection.rates else []
    return stored_names([*versions, *read], is_now=selection.is_now)


def _as_read(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows that begin with a unit and a version; what is kept at other rates comes after what was reported."""
    return sorted(chosen(rows), key=lambda row: is_constant(row[1]))


def _plain(version: str) -> str:
    return ACTUAL if is_constant(version) else version


def _level(number: Any, reason: str | None) -> Level:
    return Level(number, "" if number is not None else reason or NOT_THERE)
