"""From levels to stored sheets: one JSON object of numbers for each unit, period, basis and version.

Numbers are written so that the same figures always give the same bytes: keys in order, money and counts as
whole ten-thousandths, ratios, days and months as floats of twelve significant digits, classes as their word.
Sheets that lack the same figures for the same reasons share those bytes, and so do sheets of equal coverage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import orjson

from metrics.above import MASKED, SEEN_FROM
from metrics.declaration import Metric
from metrics.formula.values import LARGEST, NO_ACCOUNT, SCALE, TOO_LARGE

from .books import STAGES
from .company import Company
from .evaluate import Place
from .levels import Level, Numbers
from .matrix import Ints
from .reader import LATE
from .workbook import Workbook

BASES = ("month", "qtd", "ytd", "ltm")
OWN_BASES = {"qtd": "own_qtd", "ytd": "own_ytd"}
"""Where the quarter and the year of a unit with another year-end are stored, beside those of the company's."""

EXACT_KINDS = frozenset({"money", "count"})
DIGITS = 12
NOTHING_THERE = "not_applicable: no "
NO_PARTS = b"{}"


@dataclass(frozen=True)
class SheetRow:
    """One sheet, ready to be stored. `unit` and `row` are places in the tree and on the axis."""

    unit: int
    row: int
    basis: str
    version: str
    numbers: bytes
    reasons: bytes
    coverage: bytes
    parts: bytes = NO_PARTS

    @cached_property
    def digest(self) -> UUID:
        """A hash over what the sheet says: sheets with the same one say the same."""
        said = (self.numbers, self.reasons, self.coverage, self.parts)
        parts = b"\n".join(said[:3] if self.parts == NO_PARTS else said)
        return UUID(bytes=blake2b(parts, digest_size=16).digest())


@dataclass(frozen=True)
class Column:
    """One figure of all sheets of a block: numbers as Python will print them, and why there is none."""

    code: str
    values: Numbers
    words: Sequence[str]
    reason: Numbers
    have: Numbers
    of: Numbers

    def printed(self, chosen: Ints) -> list[int | float | str]:
        """The numbers at some places; a class is its word."""
        values = self.values[chosen].tolist()
        return [self.words[value - 1] for value in values] if self.words else values


def sheets_of(version: str, workbook: Workbook, *, rows: Ints) -> Iterator[SheetRow]:
    """The sheets of a version for the units of a workbook and some rows of the axis, all bases.

    There is a sheet wherever something was delivered or expected in the basis; where nothing was, the unit
    was not in the company or never took part, and is left out.
    """
    return _sheets(version, BASES, rows, workbook)


def own_sheets_of(version: str, workbook: Workbook, *, rows: Ints) -> Iterator[SheetRow]:
    """The quarters and years to date of units as their own calendar counts them: `workbook` stands on its axis."""
    for sheet in _sheets(version, tuple(OWN_BASES), rows, workbook):
        yield replace(sheet, basis=OWN_BASES[sheet.basis])


def _sheets(version: str, bases: Sequence[str], rows: Ints, workbook: Workbook) -> Iterator[SheetRow]:
    place = Place.in_bases(version, bases, rows)
    star = workbook.reader.taking_part(place.version, place.basis, place.rows)
    at = np.flatnonzero((star.have > 0) | (star.of > 0))
    if not len(at):
        return
    codes = codes_of(workbook.metrics, workbook.company)
    masked = _masked(at, workbook)
    columns = [
        replace(masked, code=code)
        if code in workbook.looking_up
        else _column(code, workbook.level(place, code), at, workbook)
        for code in codes
    ]
    numbers, reasons = _numbers_and_reasons(columns, workbook.arithmetic.reasons.texts)
    counted = [0, workbook.arithmetic.reasons.number(LATE)]
    coverage = _coverage(columns, _packed(star.have, star.of).ravel()[at], counted)
    parts = _parts(place, workbook)
    for spot, veils in _veils(place, workbook, at).items():
        parts.setdefault(spot, {})[SEEN_FROM] = veils
    row_of, unit_of = np.divmod(at, len(workbook.columns))
    units, periods = workbook.columns[unit_of].tolist(), place.rows[row_of].tolist()
    basis_of = (row_of // len(rows)).tolist()
    for index, spot in enumerate(at.tolist()):
        yield SheetRow(
            units[index],
            periods[index],
            bases[basis_of[index]],
            version,
            numbers[index],
            reasons[index],
            coverage[index],
            orjson.dumps(found) if (found := parts.get(spot)) else NO_PARTS,
        )


def _masked(at: Ints, workbook: Workbook) -> Column:
    """A figure that nobody reads from the sheet itself."""
    nothing = np.zeros(len(at), dtype=np.int64)
    return Column("", nothing, (), nothing + workbook.arithmetic.reasons.number(MASKED), nothing, nothing)


def _veils(place: Place, workbook: Workbook, at: Ints) -> dict[int, dict[str, Any]]:
    """By place in the matrix what stands there for those who see a unit above too, by the id of that unit."""
    found: dict[int, dict[str, Any]] = {}
    spots, column_of = at.tolist(), at % len(workbook.columns)
    for code, which in workbook.looking_up.items():
        told_of = workbook.above(which).told_of()
        whose = [told_of[column] for column in column_of.tolist()]
        column = _column(code, workbook.level(place, code), at, workbook)
        for spot, unit, said in zip(spots, whose, _cells(column, workbook.arithmetic.reasons.texts), strict=True):
            veil = found.setdefault(spot, {}).setdefault(str(unit), {})
            for part, cell in said:
                veil.setdefault(part, {})[code] = cell
    return found


def _cells(column: Column, texts: Sequence[str]) -> Iterator[list[tuple[str, int | float | str]]]:
    """Sheet by sheet the number or the reason of a figure, with its coverage where something was expected."""
    printed = column.printed(np.arange(len(column.reason)))
    for number, reason, have, of in zip(
        printed, column.reason.tolist(), column.have.tolist(), column.of.tolist(), strict=True
    ):
        said = ("reasons", texts[reason]) if reason else ("numbers", number)
        yield [said, ("coverage", f"{have} of {of}")] if of else [said]


def _parts(place: Place, workbook: Workbook) -> dict[int, dict[str, Any]]:
    """By place in the matrix how much of its sums adjustments make up, and eliminations; zeros are left out."""
    found: dict[int, dict[str, Any]] = {}
    for name in STAGES:
        stage = workbook.stage(place.version, name)
        if stage is None:
            continue
        of_unit = {unit: column for column, unit in enumerate(workbook.columns.tolist())}
        within = [of_unit[unit] for unit in stage.columns.tolist()]
        for code in sorted(workbook.sums):
            level = stage.level(place, code)
            for row, column in np.argwhere((level.values != 0) & level.present).tolist():
                spot = row * len(workbook.columns) + within[column]
                found.setdefault(spot, {}).setdefault(name, {})[code] = int(level.values[row, column])
    return found


def _column(code: str, level: Level, at: Ints, workbook: Workbook) -> Column:
    metric = workbook.metrics.get(code)
    kind = "money" if metric is None else metric.kind
    values, reason = level.values.ravel()[at], level.reason.ravel()[at]
    words: Sequence[str] = ()
    if kind in EXACT_KINDS:
        values, reason = _as_amounts(values, reason, workbook.arithmetic.reasons.number(TOO_LARGE))
    elif kind == "class" and metric is not None:
        values, words = np.rint(values / SCALE).astype(np.int64), metric.choices
    else:
        values = significant(level.plain.ravel()[at])
    return Column(code, values, words, reason, level.coverage.have.ravel()[at], level.coverage.of.ravel()[at])


def _as_amounts(values: Numbers, reason: Numbers, too_large: int) -> tuple[Numbers, Numbers]:
    """Floats in plain units to ten-thousandths, half-even; exact values stay as they are."""
    if values.dtype == np.int64:
        return values, reason
    scaled = np.rint(values * SCALE)
    beyond = np.abs(scaled) > LARGEST // 2
    return np.where(beyond, 0, scaled).astype(np.int64), np.where((reason == 0) & beyond, too_large, reason)


def significant(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Floats rounded to twelve significant digits; 0 has no sign."""
    size = np.abs(numbers)
    exponent = np.floor(np.log10(np.where(size > 0, size, 1.0))).astype(np.int64)
    places = np.clip(DIGITS - 1 - exponent, -300, 22)
    up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    return np.rint(numbers * up / down) / up * down + 0.0


def _numbers_and_reasons(columns: Sequence[Column], texts: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
    """The JSON of numbers and of reasons for every sheet; sheets with the same gaps are written together."""
    reasons = np.stack([column.reason for column in columns], axis=1).astype(np.int32)
    patterns, inverse = _patterns(reasons)
    numbers: list[bytes] = [b""] * len(reasons)
    why: list[bytes] = [b""] * len(reasons)
    order = np.argsort(inverse, kind="stable")
    ends = np.cumsum(np.bincount(inverse, minlength=len(patterns)))
    for pattern, chosen in zip(patterns.tolist(), np.split(order, ends[:-1]), strict=True):
        there = [column for column, reason in zip(columns, pattern, strict=True) if reason == 0]
        keys = [column.code for column in there]
        written = _reasons(columns, pattern, texts)
        cells = zip(*(column.printed(chosen) for column in there), strict=True) if there else [()] * len(chosen)
        for index, row in zip(chosen.tolist(), cells, strict=True):
            numbers[index] = orjson.dumps(dict(zip(keys, row, strict=True)))
            why[index] = written
    return numbers, why


def _reasons(columns: Sequence[Column], pattern: Sequence[int], texts: Sequence[str]) -> bytes:
    """Why figures are missing. That no account carries a figure goes without saying, and so does, of an account,
    that a unit does not have it: what a sheet does not mention does not apply (`metrics.querysets.reading`)."""
    found = {}
    for column, reason in zip(columns, pattern, strict=True):
        text = texts[reason]
        unsaid = NOTHING_THERE if column.code.startswith("account:") else NO_ACCOUNT
        if text and not text.startswith(unsaid):
            found[column.code] = text
    return orjson.dumps(found)


def _coverage(columns: Sequence[Column], star: Numbers, counted: Sequence[int]) -> list[bytes]:
    """`*` is the unit's own: unit-periods in which any source delivered. Figures that differ are named, where
    there is a number or where it is late (the reasons in `counted`)."""
    differing = [
        np.where((column.of > 0) & np.isin(column.reason, counted), _packed(column.have, column.of), star)
        for column in columns
    ]
    keys = np.stack([star, *(np.where(each == star, -1, each) for each in differing)], axis=1)
    patterns, inverse = _patterns(keys)
    names = ["*", *(column.code for column in columns)]
    written = [
        orjson.dumps(
            {name: f"{key >> 24} of {key & 0xFFFFFF}" for name, key in zip(names, row, strict=True) if key >= 0}
        )
        for row in patterns.tolist()
    ]
    return [written[index] for index in inverse.tolist()]


def _packed(have: Numbers, of: Numbers) -> Numbers:
    return have.astype(np.int64) << 24 | of.astype(np.int64)


def _patterns(rows: Numbers) -> tuple[Numbers, Ints]:
    """The different rows of a table, and for each row which of them it is."""
    table = np.ascontiguousarray(rows)
    packed = table.view(np.dtype((np.void, table.dtype.itemsize * table.shape[1]))).ravel()
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    return table[first], inverse.ravel()


def codes_of(metrics: Mapping[str, Metric], company: Company) -> list[str]:
    """Every code a sheet may hold, in the order of its keys."""
    return sorted([*metrics, *(f"account:{node.code}" for node in company.chart.accounts)])
