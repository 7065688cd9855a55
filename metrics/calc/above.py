"""The units above some columns of the tree, period by period: whose figures a share is a share of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from metrics.formula.syntax import PARENT

from .company import Company
from .matrix import Ints
from .tree import Tree

NOBODY = -1


@dataclass(frozen=True)
class Above:
    """Which unit stands above each column: the parent (PARENT; NOBODY at the top) or the top itself (GROUP)."""

    company: Company
    columns: Ints = field(repr=False)
    which: str

    @cached_property
    def units(self) -> Ints:
        """Rows of the axis × columns: the place in the tree of the unit above in that period."""
        found = np.empty((len(self.company.axis), len(self.columns)), dtype=np.int64)
        for stretch in self.company.stretches(0, len(self.company.axis) - 1, by_dates=False):
            found[stretch.first : stretch.last + 1] = self._in(stretch.tree)
        return found

    @cached_property
    def distinct(self) -> Ints:
        """Every unit that is above one of the columns at some time."""
        found: Ints = np.unique(self.units[self.units != NOBODY])
        return found

    def at(self, rows: Ints) -> Ints:
        """Rows asked for × columns: the place in `distinct` of the unit above, NOBODY where there is none."""
        units = self.units[np.clip(rows, 0, len(self.company.axis) - 1)]
        return np.where(units == NOBODY, NOBODY, np.searchsorted(self.distinct, units))

    def told_of(self) -> list[int]:
        """Column by column the id of the unit a share can tell about: of the unit itself where none is above.

        A unit that moved has had several parents, and a look back reads them all: its shares tell about the whole
        company. Where even the top was another one, they tell about nobody a reader could be asked for: 0.
        """
        tops = Above(self.company, self.columns, "").units if self.which == PARENT else self.units
        found = []
        for column, unit in enumerate(self.columns.tolist()):
            seen = {*self.units[:, column].tolist()}
            seen = seen if len(seen) == 1 else {*tops[:, column].tolist()}
            only = next(iter(seen)) if len(seen) == 1 else None
            place = unit if only == NOBODY else only
            found.append(0 if place is None else self.company.tree.units[place].id)
        return found

    def _in(self, tree: Tree) -> list[int]:
        if self.which == PARENT:
            return [tree.parent[unit] for unit in self.columns.tolist()]
        return [tree.upward(unit)[-1] for unit in self.columns.tolist()]
