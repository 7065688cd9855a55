"""The tree of units, and what each parent holds of a unit: the columns of every matrix are places in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

import numpy as np

from ledger.periods import FiscalPeriod

from .axis import Axis
from .matrix import Flags
from .order import parents_first

WHOLE = Fraction(1)
NOTHING = Fraction(0)
ELIMINATION = "elimination"
FULL, PROPORTIONAL, EQUITY, NONE = "full", "proportional", "equity", "none"


@dataclass(frozen=True)
class Holding:
    """From a day on the parent holds this part of a unit and consolidates it by this method."""

    starts: date
    method: str = FULL
    ownership: Fraction = WHOLE


@dataclass(frozen=True)
class Former:
    """Up to this day, and including it, a unit hung on another parent."""

    ends: date
    parent: int


@dataclass(frozen=True)
class Planned:
    """From this day on, which has not come, a unit will hang on another parent."""

    starts: date
    parent: int


@dataclass(frozen=True)
class UnitNode:
    """A unit with what its parent holds of it and takes of it: all (full), its share (proportional), or nothing.

    `holdings` change both from a day on, the earliest first; until then `method` and `ownership` are in force.
    `parent` is that of today; `formers` are the ones before and `planned` those to come, the earliest first. A node of
    another tree (`tree`) owns no figures and hangs on nothing in the company's.
    """

    id: int
    code: str
    parent: int | None
    kind: str = "unit"
    currency: str = ""
    method: str = FULL
    ownership: Fraction = WHOLE
    starts: date | None = None
    ends: date | None = None
    holdings: tuple[Holding, ...] = ()
    formers: tuple[Former, ...] = ()
    planned: tuple[Planned, ...] = ()
    tree: str = ""

    @property
    def factor(self) -> Fraction:
        """The part of the unit's figures that enters its parent's; an elimination unit's are the parent's own."""
        if self.method == FULL or self.kind == ELIMINATION:
            return WHOLE
        return self.ownership if self.method == PROPORTIONAL else NOTHING

    @property
    def held(self) -> Fraction:
        """The part of the unit's profit that is its parent's."""
        if self.kind == ELIMINATION:
            return WHOLE
        return NOTHING if self.method == NONE else self.ownership

    @property
    def moves(self) -> bool:
        """Whether the unit hangs elsewhere at some time than it does today."""
        return bool(self.formers or self.planned)

    @property
    def parents(self) -> list[int | None]:
        """Every parent the unit has at some time, that of today first."""
        return [self.parent, *(each.parent for each in self.formers), *(each.parent for each in self.planned)]

    def parent_in(self, period: FiscalPeriod) -> int | None:
        """The parent on the last day of a period."""
        before = [each.parent for each in self.formers if each.ends >= period.ends]
        later = [each.parent for each in self.planned if each.starts <= period.ends]
        return before[0] if before else later[-1] if later else self.parent

    def in_company(self, period: FiscalPeriod) -> bool:
        """Whether the unit is in the company on some day of a period."""
        begun = self.starts is None or self.starts <= period.ends
        return begun and (self.ends is None or self.ends >= period.starts)

    def during(self, period: FiscalPeriod, *, by_dates: bool) -> UnitNode:
        """The unit where it hangs and on the terms of a period: those of its last day, and none outside its dates.

        A period has one parent and one set of terms, so that nothing is blended and nothing earlier is restated.
        """
        parent = self.parent_in(period)
        placed = self if parent == self.parent else replace(self, parent=parent)
        if by_dates and self.kind != ELIMINATION and not self.in_company(period):
            return replace(placed, method=NONE)
        terms = [each for each in self.holdings if each.starts <= period.ends]
        return replace(placed, method=terms[-1].method, ownership=terms[-1].ownership) if terms else placed


@dataclass(frozen=True)
class Hung:
    """Another tree over the same units: by place the place of the parent in it, from a day on (the first: always).

    `today` is how everything hangs today.
    """

    dated: tuple[tuple[date | None, Mapping[int, int]], ...]
    today: Mapping[int, int]

    def during(self, period: FiscalPeriod) -> Mapping[int, int]:
        """How everything hangs on the last day of a period."""
        return [hung for starts, hung in self.dated if starts is None or starts <= period.ends][-1]

    @property
    def changes(self) -> bool:
        """Whether something hangs elsewhere at some time than today."""
        return any(hung != self.today for _, hung in self.dated)

    @property
    def as_is_now(self) -> Hung:
        """The tree of today at all times."""
        return Hung(((None, self.today),), self.today)


@dataclass(frozen=True)
class Tree:
    """The units, parents first. `parent` holds places in this tuple, −1 at the top.

    The tree of an earlier period has the same places, where a parent may come after its children.
    """

    units: tuple[UnitNode, ...]
    parent: tuple[int, ...]
    place: Mapping[int, int] = field(repr=False)
    by_code: Mapping[str, int] = field(repr=False)

    @classmethod
    def of(cls, nodes: Iterable[UnitNode]) -> Tree:
        """The tree of these nodes; their order among siblings is kept."""
        ordered = parents_first({node.id: node for node in nodes}, "unit")
        place = {node.id: index for index, node in enumerate(ordered)}
        return cls(
            units=tuple(ordered),
            parent=tuple(-1 if node.parent is None else place[node.parent] for node in ordered),
            place=place,
            by_code={node.code: index for index, node in enumerate(ordered)},
        )

    def __len__(self) -> int:
        return len(self.units)

    @cached_property
    def lowest_first(self) -> tuple[int, ...]:
        """All places, each before its parent's."""
        ordered = parents_first({unit.id: unit for unit in self.units}, "unit")
        return tuple(self.place[unit.id] for unit in reversed(ordered))

    @cached_property
    def _children(self) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = {}
        for unit, parent in enumerate(self.parent):
            found.setdefault(parent, []).append(unit)
        return found

    @property
    def currency(self) -> str:
        """The group currency: the first root's."""
        return self.units[0].currency if self.units else ""

    def currency_of(self, unit: int) -> str:
        return self.units[unit].currency or self.currency

    def upward(self, unit: int) -> list[int]:
        """The unit itself and every unit above it, nearest first."""
        found = []
        while unit != -1:
            found.append(unit)
            unit = self.parent[unit]
        return found

    def share(self, unit: int, above: int) -> Fraction:
        """The part of a unit's figures that is in those of a unit above it; shares multiply down the path."""
        part = WHOLE
        while unit != above:
            part *= self.units[unit].factor
            unit = self.parent[unit]
        return part

    def held(self, unit: int, above: int) -> Fraction:
        """The part of a unit's profit that belongs to the owners of a unit above it, indirect ownership multiplied.

        Control does not multiply: 60 % of 60 % are 36 % of the profit, and all of the revenue. Nothing of a unit
        that is not taken in line by line on the way.
        """
        part = WHOLE
        while unit != above:
            node = self.units[unit]
            part *= node.held if node.factor != NOTHING else NOTHING
            unit = self.parent[unit]
        return part

    def below(self, unit: int) -> list[int]:
        """A unit and everything below it."""
        inside = [unit]
        for each in inside:
            inside += self._children.get(each, [])
        return sorted(inside)

    def common_parent(self, unit: int, other: int) -> int | None:
        """The first unit whose figures hold both; None for a unit and itself, and for separate trees."""
        if unit == other:
            return None
        around = set(self.upward(other))
        return next((above for above in self.upward(unit) if above in around), None)

    def on_terms(self, nodes: Iterable[UnitNode]) -> Tree:
        """The same tree with some of its units held on other terms, or by other parents."""
        changed = {node.id: node for node in nodes}
        units = tuple(changed.get(unit.id, unit) for unit in self.units)
        parents = tuple(-1 if unit.parent is None else self.place[unit.parent] for unit in units)
        return replace(self, units=units, parent=parents)

    @cached_property
    def as_is_now(self) -> Tree:
        """The tree of today at all times."""
        return self.on_terms(replace(unit, formers=(), planned=()) for unit in self.units if unit.moves)

    def rehung(self, hung: Mapping[int, int]) -> Tree:
        """The same units below the nodes of another tree: by place the place of the parent there.

        Each unit brings the part of it that is in the figures at the top of this tree. Elimination units are units
        like others there: what two units trade is taken out at their first common node.
        """
        return self.on_terms(
            replace(self._as_held_at_the_top(place), parent=self.units[hung[place]].id if place in hung else None)
            for place in range(len(self))
        )

    def _as_held_at_the_top(self, place: int) -> UnitNode:
        unit = self.units[place]
        kind = "unit" if unit.kind == ELIMINATION else unit.kind
        if 0 not in self.upward(place):
            return replace(unit, kind=kind, method=FULL, ownership=WHOLE)
        share, held = self.share(place, 0), self.held(place, 0)
        if share == WHOLE:
            return replace(unit, kind=kind, method=FULL, ownership=held)
        if share == NOTHING:
            return replace(unit, kind=kind, method=EQUITY if unit.method == EQUITY else NONE)
        return replace(unit, kind=kind, method=PROPORTIONAL, ownership=share)

    @cached_property
    def moved(self) -> frozenset[int]:
        """The units that do not hang at all times where they hang today."""
        return frozenset(place for place, unit in enumerate(self.units) if unit.moves)

    @cached_property
    def eliminations(self) -> Mapping[int, int]:
        """For each group that has one, the elimination unit below it (the first)."""
        found: dict[int, int] = {}
        for index, unit in enumerate(self.units):
            if unit.kind == ELIMINATION and self.parent[index] != -1:
                found.setdefault(self.parent[index], index)
        return found

    @cached_property
    def is_leaf(self) -> Flags:
        """Units that never had anything below them, elimination units aside."""
        leaf = np.ones(len(self), dtype=bool)
        for unit in self.units:
            parents = unit.parents if unit.kind != ELIMINATION else []
            leaf[[self.place[parent] for parent in parents if parent is not None]] = False
        return leaf

    def active(self, axis: Axis, first: int, last: int) -> Flags:
        """Rows first…last × units: whether the unit is in the company on some day of the period."""
        found = np.ones((last - first + 1, len(self)), dtype=bool)
        for index, unit in enumerate(self.units):
            if unit.starts is not None or unit.ends is not None:
                found[:, index] = [unit.in_company(period) for period in axis.periods[first : last + 1]]
        return found

    @cached_property
    def changing(self) -> tuple[UnitNode, ...]:
        """The units whose parent or terms are not the same all the time."""
        return tuple(unit for unit in self.units if unit.holdings or unit.moves or unit.starts or unit.ends)

    @cached_property
    def methods(self) -> frozenset[tuple[str, bool]]:
        """Each method that is in force somewhere at some time, with whether less than all is held."""
        units = [unit for unit in self.units if unit.kind != ELIMINATION]
        first = {(unit.method, unit.ownership != WHOLE) for unit in units}
        later = {(each.method, each.ownership != WHOLE) for unit in units for each in unit.holdings}
        return frozenset(first | later)
