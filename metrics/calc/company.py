"""The company as the engine sees it: the fiscal axis, the tree of units and the chart of accounts.

Everything here is small and plain; the matrices that hang on it are rows of the axis × columns of the
tree. Indexes (`row`, `unit`, `account`) are places in these tuples, never database ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from .axis import Axis
from .chart import Chart
from .tree import Hung, Tree, UnitNode


@dataclass(frozen=True)
class Stretch:
    """Rows of the axis, both included, over which every unit hangs and is held in the same way: that of `tree`."""

    first: int
    last: int
    tree: Tree


@dataclass(frozen=True)
class Company:
    """Axis, tree and chart together. `own` holds, by place, the axes of units whose year ends in another month: the
    same periods, in other quarters and years. Where units hang and what is held of them changes: `stretches` have it
    period by period, `tree` is that of today.

    `others` are other trees over the same units (legal, regions) by name. `hung` is the one this company is seen in.
    """

    axis: Axis
    tree: Tree
    chart: Chart
    own: Mapping[int, Axis] = field(default_factory=dict)
    others: Mapping[str, Hung] = field(default_factory=dict)
    hung: Hung | None = None

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Every axis there is, the company's first."""
        return self.axis, *dict.fromkeys(self.own.values())

    def stretches(self, first: int, last: int, *, by_dates: bool = True) -> list[Stretch]:
        """The rows first…last cut where a unit's parent or terms change.

        `by_dates` leaves units out of their parent outside their dates; a budget keeps what was agreed for them.
        """
        whole = self._stretches[by_dates]
        cut = [Stretch(max(each.first, first), min(each.last, last), each.tree) for each in whole]
        return [each for each in cut if each.first <= each.last]

    @cached_property
    def _stretches(self) -> dict[bool, list[Stretch]]:
        return {by_dates: self._cut(by_dates=by_dates) for by_dates in (False, True)}

    def _cut(self, *, by_dates: bool) -> list[Stretch]:
        found: list[Stretch] = []
        before: tuple[tuple[UnitNode, ...], Mapping[int, int] | None] | None = None
        for row, period in enumerate(self.axis.periods):
            terms = tuple(unit.during(period, by_dates=by_dates) for unit in self.tree.changing)
            hung = None if self.hung is None else self.hung.during(period)
            if before is not None and before[0] == terms and before[1] is hung:
                found[-1] = replace(found[-1], last=row)
            else:
                tree = self.tree.on_terms(terms)
                found.append(Stretch(row, row, tree if hung is None else tree.rehung(hung)))
            before = terms, hung
        return found

    @cached_property
    def nodes(self) -> Mapping[str, tuple[int, ...]]:
        """The places of each other tree's nodes."""
        found: dict[str, tuple[int, ...]] = {}
        for place, unit in enumerate(self.tree.units):
            if unit.tree:
                found[unit.tree] = (*found.get(unit.tree, ()), place)
        return found

    def seen_in(self, tree: str) -> Company:
        """The company with its units below the nodes of another tree."""
        return replace(self, hung=self.others[tree])

    @cached_property
    def trees(self) -> tuple[Tree, ...]:
        """Today's tree, and every other arrangement of the units that is in force in some period."""
        others = {stretch.tree.parent: stretch.tree for stretch in self._stretches[False]}
        return tuple(({self.tree.parent: self.tree} | others).values())

    def upward(self, units: Iterable[int]) -> frozenset[int]:
        """The units, and all that are above them at some time."""
        return frozenset(each for unit in units for tree in self.trees for each in tree.upward(unit))

    def with_above(self, units: Iterable[int]) -> frozenset[int]:
        """The units, all that are above them at some time, and the elimination units of those."""
        above = self.upward(units)
        return frozenset(above | {unit for group, unit in self.tree.eliminations.items() if group in above})

    @cached_property
    def as_is_now(self) -> Company | None:
        """The company on today's tree at all times; None where that is the tree of all times.

        Seen in another tree, that one is as it is today too.
        """
        if not self.tree.moved and (self.hung is None or not self.hung.changes):
            return None
        return replace(self, tree=self.tree.as_is_now, hung=self.hung and self.hung.as_is_now)

    @cached_property
    def rearranged(self) -> frozenset[int]:
        """The units that may read differently on today's tree: all that ever were above one that moved; seen in another
        tree, every node of it, because what a unit brings there follows from where it hangs here."""
        if self.hung is not None:
            return frozenset(place for place, unit in enumerate(self.tree.units) if unit.tree)
        return self.with_above({tree.parent[unit] for tree in self.trees for unit in self.tree.moved} - {-1})

    def seen_from(self, axis: Axis) -> Company:
        """The company with its quarters and years counted on another axis."""
        return replace(self, axis=axis)
