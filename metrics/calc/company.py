"""The company as the engine sees it: the fiscal axis, the tree of units and the chart of accounts.

Everything here is small and plain; the matrices that hang on it are rows of the axis × columns of the
tree. Indexes (`row`, `unit`, `account`) are places in these tuples, never database ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ledger.periods import FiscalPeriod
from metrics import roles

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WHOLE = Fraction(1)
NOTHING = Fraction(0)
ELIMINATION = "elimination"


class TreeRefused(ValueError):
    """Units or accounts that are no tree: a parent that is missing, or a circle."""


@dataclass(frozen=True)
class Axis:
    """Consecutive fiscal periods, whole fiscal years: the rows of every matrix."""

    periods: tuple[FiscalPeriod, ...]
    periods_per_year: int

    def __len__(self) -> int:
        return len(self.periods)

    def row(self, ordinal: int) -> int:
        """The row of an ordinal; it may lie outside the axis."""
        return ordinal - self.periods[0].ordinal

    @cached_property
    def days(self) -> Ints:
        return np.array([(period.ends - period.starts).days + 1 for period in self.periods], dtype=np.int64)

    @cached_property
    def _first_of_year(self) -> Ints:
        return np.array([row - period.number + 1 for row, period in enumerate(self.periods)], dtype=np.int64)

    @cached_property
    def _first_of_quarter(self) -> Ints:
        firsts: dict[tuple[int, int], int] = {}
        return np.array(
            [firsts.setdefault((p.year, p.quarter), row) for row, p in enumerate(self.periods)], dtype=np.int64
        )

    def window(self, basis: str, rows: Ints) -> tuple[Ints, Ints]:
        """First and last row that a basis covers, as of each of these rows.

        Rows outside the axis keep a window outside it. `basis` is month, qtd, ytd, ltm, year or last:N.
        """
        if basis == "month":
            return rows, rows
        if basis == "ltm":
            return rows - self.periods_per_year + 1, rows
        if basis.startswith("last:"):
            return rows - int(basis[5:]) + 1, rows
        inside = (rows >= 0) & (rows < len(self))
        safe = np.where(inside, rows, 0)
        firsts = (self._first_of_quarter if basis == "qtd" else self._first_of_year)[safe]
        firsts = np.where(inside, firsts, rows)
        if basis == "year":
            return firsts, np.where(inside, firsts + self.periods_per_year - 1, rows)
        return firsts, rows

    def holds(self, first: Ints, last: Ints) -> Flags:
        """Where a window lies on the axis."""
        return (first >= 0) & (last < len(self))


@dataclass(frozen=True)
class UnitNode:
    """A unit with what its parent takes of it: all (full), its share (proportional), or nothing."""

    id: int
    code: str
    parent: int | None
    kind: str = "unit"
    currency: str = ""
    method: str = "full"
    ownership: Fraction = WHOLE
    starts: date | None = None
    ends: date | None = None

    @property
    def factor(self) -> Fraction:
        """The part of the unit's figures that enters its parent's; an elimination unit's are the parent's own."""
        if self.method == "full" or self.kind == ELIMINATION:
            return WHOLE
        return self.ownership if self.method == "proportional" else NOTHING


@dataclass(frozen=True)
class Tree:
    """The units, parents first. `parent` holds places in this tuple, −1 at the top."""

    units: tuple[UnitNode, ...]
    parent: tuple[int, ...]
    place: Mapping[int, int] = field(repr=False)
    by_code: Mapping[str, int] = field(repr=False)

    @classmethod
    def of(cls, nodes: Iterable[UnitNode]) -> Tree:
        """The tree of these nodes; their order among siblings is kept."""
        ordered = _parents_first({node.id: node for node in nodes}, "unit")
        place = {node.id: index for index, node in enumerate(ordered)}
        return cls(
            units=tuple(ordered),
            parent=tuple(-1 if node.parent is None else place[node.parent] for node in ordered),
            place=place,
            by_code={node.code: index for index, node in enumerate(ordered)},
        )

    def __len__(self) -> int:
        return len(self.units)

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

    def common_parent(self, unit: int, other: int) -> int | None:
        """The first unit whose figures hold both; None for a unit and itself, and for separate trees."""
        if unit == other:
            return None
        around = set(self.upward(other))
        return next((above for above in self.upward(unit) if above in around), None)

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
        """Units with nothing below them, elimination units aside."""
        leaf = np.ones(len(self), dtype=bool)
        for index, unit in enumerate(self.units):
            if self.parent[index] != -1 and unit.kind != ELIMINATION:
                leaf[self.parent[index]] = False
        return leaf

    def active(self, axis: Axis, first: int, last: int) -> Flags:
        """Rows first…last × units: whether the unit is in the company on some day of the period."""
        found = np.ones((last - first + 1, len(self)), dtype=bool)
        for index, unit in enumerate(self.units):
            if unit.starts is None and unit.ends is None:
                continue
            for row, period in enumerate(axis.periods[first : last + 1]):
                begun = unit.starts is None or unit.starts <= period.ends
                found[row, index] = begun and (unit.ends is None or unit.ends >= period.starts)
        return found


@dataclass(frozen=True)
class AccountNode:
    """A line of the chart. `is_money` decides on translation, `rollup` on time: sum, last or average.

    An account that is not `additive` (a score, a reported ratio) is summed neither over units nor into a
    parent account: a group has it only where somebody typed it on the group itself.
    """

    id: int
    code: str
    kind: str
    parent: int | None = None
    weight: int = 1
    rollup: str = "sum"
    rate_type: str = "average"
    role: str = ""
    is_money: bool = True
    additive: bool = True


@dataclass(frozen=True)
class Chart:
    """The accounts, parents first. The place after the last one holds what eliminations leave over."""

    accounts: tuple[AccountNode, ...]
    parent: tuple[int, ...]
    place: Mapping[int, int] = field(repr=False)
    by_code: Mapping[str, int] = field(repr=False)

    @classmethod
    def of(cls, nodes: Iterable[AccountNode]) -> Chart:
        ordered = _parents_first({node.id: node for node in nodes}, "account")
        place = {node.id: index for index, node in enumerate(ordered)}
        return cls(
            accounts=tuple(ordered),
            parent=tuple(-1 if node.parent is None else place[node.parent] for node in ordered),
            place=place,
            by_code={node.code: index for index, node in enumerate(ordered)},
        )

    def __len__(self) -> int:
        return len(self.accounts)

    @property
    def difference(self) -> int:
        """The place of the elimination difference, which no account declares."""
        return len(self.accounts)

    @cached_property
    def terms(self) -> Mapping[str, tuple[tuple[int, int], ...]]:
        """For each role the accounts, with their factors, that add up to it (see `metrics.roles`)."""
        parents = {node.id: node.code for node in self.accounts}
        chart = [
            roles.Node(
                code=node.code,
                parent="" if node.parent is None else parents[node.parent],
                kind=node.kind,
                weight=node.weight,
                role=node.role,
            )
            for node in self.accounts
        ]
        return {
            role: tuple((self.by_code[code], factor) for code, factor in found.items())
            for role, found in roles.terms(chart).items()
        }

    @cached_property
    def profit_signs(self) -> tuple[int, ...]:
        """What one unit of each account does to profit: +1 income, −1 expense, 0 neither, contra accounts turned."""
        signs = []
        for index, node in enumerate(self.accounts):
            sign = {"income": 1, "expense": -1}.get(node.kind, 0)
            at = index
            while sign and self.parent[at] != -1 and self.accounts[self.parent[at]].kind == node.kind:
                sign *= self.accounts[at].weight
                at = self.parent[at]
            signs.append(sign)
        return tuple(signs)


@dataclass(frozen=True)
class Company:
    """Axis, tree and chart together."""

    axis: Axis
    tree: Tree
    chart: Chart


Placed = TypeVar("Placed", UnitNode, AccountNode)


def _parents_first(nodes: Mapping[int, Placed], noun: str) -> list[Placed]:
    """The nodes, each after its parent, in the order they came in otherwise."""
    ordered: dict[int, Placed] = {}
    for node in nodes.values():
        path: list[Placed] = []
        at: Placed | None = node
        while at is not None and at.id not in ordered:
            if at in path:
                raise TreeRefused(f"The {noun} {at.code} hangs on itself.")
            path.append(at)
            if at.parent is not None and at.parent not in nodes:
                raise TreeRefused(f"The {noun} {at.code} hangs on a {noun} that is not there.")
            at = None if at.parent is None else nodes[at.parent]
        ordered.update((each.id, each) for each in reversed(path))
    return list(ordered.values())
