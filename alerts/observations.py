"""The figures that thresholds are judged by: stored levels of some units over some periods, in two queries.

Only finished and complete figures say something. What is missing keeps the reason the engine gave; a number
that lacks a part of its deliveries ("11 of 12") is `late`, because the rest may still turn it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KeyTransform

from metrics.models import Sheet
from metrics.querysets import NO_FIGURES, sheets
from metrics.readings import Level
from units.scope import Scope

ACTUAL, BUDGET = "actual", "budget"
MISSING = Level(None, NO_FIGURES)

Place = tuple[int, str, str, int]
"""Unit, version, basis and ordinal: where a sheet lies."""


@dataclass(frozen=True)
class Wanted:
    """What to read: which codes of which units, in which periods, bases and versions."""

    units: Collection[int]
    codes: Sequence[str]
    bases: Collection[str]
    first: int
    last: int


@dataclass(frozen=True)
class Page:
    """What was read of one sheet: numbers in the order of the wanted codes."""

    mark: int
    numbers: tuple[Any, ...]
    reasons: Mapping[str, str]
    coverage: Mapping[str, str]


@dataclass(frozen=True)
class Book:
    """The pages read, by place; asking for what is not there gives a missing level, never zero."""

    codes: Mapping[str, int]
    pages: Mapping[Place, Page] = field(default_factory=dict)
    earlier: frozenset[tuple[Place, str]] = frozenset()

    def level(self, place: Place, code: str) -> Level:
        """A complete number, or why there is none."""
        page = self.pages.get(place)
        at = self.codes.get(code)
        if page is None or at is None:
            return MISSING
        number = page.numbers[at]
        if number is None:
            return Level(None, page.reasons.get(code, NO_FIGURES))
        covered = page.coverage.get(code, page.coverage.get("*", ""))
        if not is_complete(covered):
            return Level(None, f"late: {covered}")
        return Level(number)

    def mark(self, place: Place) -> int:
        page = self.pages.get(place)
        return page.mark if page else 0

    def coverage(self, place: Place, code: str) -> str:
        page = self.pages.get(place)
        return page.coverage.get(code, page.coverage.get("*", "")) if page else ""

    def was_known(self, place: Place, code: str) -> bool:
        """Whether another number stood here when the thresholds were judged last."""
        return (place, code) in self.earlier


def is_complete(coverage: str) -> bool:
    """Whether "11 of 12" is all of it; no coverage at all claims no gap."""
    have, of, all_ = coverage.partition(" of ")
    return not of or have == all_


def read_book(scope: Scope, wanted: Wanted, *, mark: int, since: int = 0) -> Book:
    """The pages wanted as they stand at a mark, and which numbers replaced one that was known at mark `since`."""
    found = (
        sheets(scope)
        .filter(version__in=(ACTUAL, BUDGET))
        .of_basis(*wanted.bases)
        .of_units(wanted.units)
        .in_periods(range(wanted.first, wanted.last + 1))
    )
    pages: dict[Place, Page] = {}
    for row in _rows(found.standing_at(mark), wanted.codes):
        numbers = tuple(row[f"number_{place}"] for place in range(len(wanted.codes)))
        pages[_place(row)] = Page(row["from_mark"], numbers, row["reasons"], row["coverage"])
    replaced = found.of_version(ACTUAL).filter(from_mark__lte=since, until_mark__gt=since, until_mark__lte=mark)
    earlier = {
        (_place(row), code)
        for row in (_rows(replaced, wanted.codes) if since else ())
        for place, code in enumerate(wanted.codes)
        if row[f"number_{place}"] is not None
    }
    return Book({code: place for place, code in enumerate(wanted.codes)}, pages, frozenset(earlier))


def units_with_news(scope: Scope, *, since: int) -> set[int]:
    """The units whose sheets changed after a mark."""
    changed = sheets(scope).filter(Q(from_mark__gt=since) | Q(until_mark__gt=since))
    return set(changed.values_list("unit_id", flat=True).distinct())


def _rows(sheets: QuerySet[Sheet], codes: Sequence[str]) -> Any:
    numbers: dict[str, Any] = {f"number_{place}": KeyTransform(code, "numbers") for place, code in enumerate(codes)}
    ordinal = {"ordinal": F("period__ordinal")}
    return sheets.values(
        "unit_id", "version", "basis", "from_mark", "reasons", "coverage", **ordinal, **numbers
    ).iterator(chunk_size=2_000)


def _place(row: Mapping[str, Any]) -> Place:
    return row["unit_id"], row["version"], row["basis"], row["ordinal"]
