"""The figures that thresholds are judged by, as they were read: stored levels and stored forecasts. Pure.

Only complete figures say something. What is missing keeps the reason the engine gave; a number that lacks a part of
its deliveries ("11 of 12") is `late`, because the rest may still turn it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from alerts.rules import ticks
from metrics.readings import Level

ACTUAL, BUDGET = "actual", "budget"
NO_FIGURES = "not_applicable: no figures"
MISSING = Level(None, NO_FIGURES)

Place = tuple[int, str, str, int]
"""Unit, version, basis and ordinal: where a sheet lies."""


Counted = dict[tuple[int, str, str, str], dict[int, int | None]]
"""By unit, version, basis and code the numbers of periods in ticks, as far as somebody asked for them."""


@dataclass(frozen=True)
class Wanted:
    """What to read: which codes of which units, in which periods, bases and versions; and forecasts of some metrics."""

    units: Collection[int]
    codes: Sequence[str]
    bases: Collection[str]
    first: int
    last: int
    forecast: frozenset[str] = frozenset()

    def with_(self, more: Wanted) -> Wanted:
        """What holds both."""
        return Wanted(
            sorted({*self.units, *more.units}),
            sorted({*self.codes, *more.codes}),
            sorted({*self.bases, *more.bases}),
            min(self.first, more.first),
            max(self.last, more.last),
            self.forecast | more.forecast,
        )


class Page(NamedTuple):
    """What was read of one sheet: numbers in the order of the wanted codes."""

    mark: int
    numbers: tuple[Any, ...]
    reasons: Mapping[str, str]
    coverage: Mapping[str, str]


class Expected(NamedTuple):
    """What was forecast of one period from one cut-off; `low` and `high` hold four figures in five. Ten-thousandths."""

    cutoff: int
    number: int
    low: int | None
    high: int | None
    mark: int = 0


@dataclass(frozen=True)
class Book:
    """The pages read, by place; asking for what is not there gives a missing level, never zero."""

    codes: Mapping[str, int]
    pages: Mapping[Place, Page] = field(default_factory=dict)
    earlier: frozenset[tuple[Place, str]] = frozenset()
    forecasts: Mapping[tuple[int, str, int], Sequence[Expected]] = field(default_factory=dict)
    counted: Counted = field(default_factory=dict, compare=False, repr=False)
    ranked: dict[Any, Sequence[int]] = field(default_factory=dict, compare=False, repr=False)

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

    def ticks(self, place: Place, code: str, *, is_amount: bool) -> int | None:
        """A complete number in ticks; counted once however often it is looked back on."""
        return self._series(place, code, (place[3],), is_amount=is_amount)[0]

    def before(self, place: Place, code: str, count: int, *, is_amount: bool) -> list[int | None]:
        """The `count` periods up to and with a place, in ticks, the oldest first; the unknown are None."""
        ordinal = place[3]
        return self._series(place, code, range(ordinal - count + 1, ordinal + 1), is_amount=is_amount)

    def _series(self, place: Place, code: str, ordinals: Sequence[int], *, is_amount: bool) -> list[int | None]:
        unit, version, basis, _ = place
        counted = self.counted.setdefault((unit, version, basis, code), {})
        for ordinal in ordinals:
            if ordinal not in counted:
                number = self.level((unit, version, basis, ordinal), code).number
                counted[ordinal] = None if number is None else ticks(number, is_amount=is_amount)
        return [counted[ordinal] for ordinal in ordinals]

    def mark(self, place: Place) -> int:
        page = self.pages.get(place)
        return page.mark if page else 0

    def coverage(self, place: Place, code: str) -> str:
        page = self.pages.get(place)
        return page.coverage.get(code, page.coverage.get("*", "")) if page else ""

    def was_known(self, place: Place, code: str) -> bool:
        """Whether another number stood here when the thresholds were judged last."""
        return (place, code) in self.earlier

    def in_order(self, units: frozenset[int], place: Place, code: str, *, is_amount: bool) -> Sequence[int]:
        """What these units have at one place (whatever unit it names), the smallest first; the unknown left out."""
        key = units, place[1:], code  # a frozenset is hashed once, however many units it holds
        if key not in self.ranked:
            found = (self.ticks((unit, *place[1:]), code, is_amount=is_amount) for unit in units)
            self.ranked[key] = sorted(each for each in found if each is not None)
        return self.ranked[key]

    def expected(self, unit: int, code: str, ordinal: int) -> Expected | None:
        """What was forecast of a period from the newest cut-off before it."""
        before = [each for each in self.forecasts.get((unit, code, ordinal), ()) if each.cutoff < ordinal]
        return max(before, default=None)

    def expected_from(self, cutoff: int, unit: int, code: str, ordinal: int) -> Expected | None:
        """What was forecast of a period from one cut-off."""
        return next((each for each in self.forecasts.get((unit, code, ordinal), ()) if each.cutoff == cutoff), None)


@lru_cache(maxsize=4_096)
def is_complete(coverage: str) -> bool:
    """Whether "11 of 12" is all of it; no coverage at all claims no gap."""
    have, of, all_ = coverage.partition(" of ")
    return not of or have == all_
