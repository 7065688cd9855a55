"""The company as the engine sees it: the fiscal axis, the tree of units and the chart of accounts.

Everything here is small and plain; the matrices that hang on it are rows of the axis × columns of the
tree. Indexes (`row`, `unit`, `account`) are places in these tuples, never database ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
FULL, PROPORTIONAL, EQUITY, NONE = "full", "proportional", "equity", "none"

DIFFERENCE, ROUNDING, BALANCE_DIFFERENCE = "elimination_difference", "elimination_rounding", "balance_difference"
NET_INCOME, EQUITY_RESULT, MINORITY_SHARE = "net_income", "equity_result", "minority_share"
LINES = (DIFFERENCE, ROUNDING, BALANCE_DIFFERENCE, NET_INCOME, EQUITY_RESULT, MINORITY_SHARE)
"""What consolidation adds to the chart: lines that no account declares, in the places after the last account."""


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
    def weeks_of_ltm(self) -> Ints:
        """The weeks of the last regular year's worth of periods as of each row; 0 in a calendar of months."""
        running = np.cumsum([0, *(period.weeks for period in self.periods)])
        stop = np.arange(1, len(self) + 1)
        found: Ints = running[stop] - running[np.maximum(stop - self.periods_per_year, 0)]
        return found

    @cached_property
    def _first_of_year(self) -> Ints:
        return np.array([row - period.number + 1 for row, period in enumerate(self.periods)], dtype=np.int64)

    @cached_property
    def _last_of_year(self) -> Ints:
        lasts = {period.year: row for row, period in enumerate(self.periods)}
        return np.array([lasts[period.year] for period in self.periods], dtype=np.int64)

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
            return firsts, np.where(inside, self._last_of_year[safe], rows)
        return firsts, rows

    def holds(self, first: Ints, last: Ints) -> Flags:
        """Where a window lies on the axis."""
        return (first >= 0) & (last < len(self))


@dataclass(frozen=True)
class Holding:
    """From a day on the parent holds this part of a unit and consolidates it by this method."""

    starts: date
    method: str = FULL
    ownership: Fraction = WHOLE


@dataclass(frozen=True)
class UnitNode:
    """A unit with what its parent holds of it and takes of it: all (full), its share (proportional), or nothing.

    `holdings` change both from a day on, the earliest first; until then `method` and `ownership` are in force.
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

    def in_company(self, period: FiscalPeriod) -> bool:
        """Whether the unit is in the company on some day of a period."""
        begun = self.starts is None or self.starts <= period.ends
        return begun and (self.ends is None or self.ends >= period.starts)

    def during(self, period: FiscalPeriod, *, by_dates: bool) -> UnitNode:
        """The unit on the terms of a period: those in force on its last day, and none at all outside its dates.

        A period has one set of terms, so that nothing is blended and nothing earlier is restated.
        """
        if by_dates and self.kind != ELIMINATION and not self.in_company(period):
            return replace(self, method=NONE)
        terms = [each for each in self.holdings if each.starts <= period.ends]
        return replace(self, method=terms[-1].method, ownership=terms[-1].ownership) if terms else self


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
        inside = {unit}
        for each in range(unit + 1, len(self)):
            if self.parent[each] in inside:
                inside.add(each)
        return sorted(inside)

    def common_parent(self, unit: int, other: int) -> int | None:
        """The first unit whose figures hold both; None for a unit and itself, and for separate trees."""
        if unit == other:
            return None
        around = set(self.upward(other))
        return next((above for above in self.upward(unit) if above in around), None)

    def on_terms(self, nodes: Iterable[UnitNode]) -> Tree:
        """The same tree with some of its units held on other terms."""
        changed = {node.id: node for node in nodes}
        return replace(self, units=tuple(changed.get(unit.id, unit) for unit in self.units))

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
            if unit.starts is not None or unit.ends is not None:
                found[:, index] = [unit.in_company(period) for period in axis.periods[first : last + 1]]
        return found

    @cached_property
    def changing(self) -> tuple[UnitNode, ...]:
        """The units whose terms are not the same all the time."""
        return tuple(unit for unit in self.units if unit.holdings or unit.starts or unit.ends)

    @cached_property
    def methods(self) -> frozenset[tuple[str, bool]]:
        """Each method that is in force somewhere at some time, with whether less than all is held."""
        units = [unit for unit in self.units if unit.kind != ELIMINATION]
        first = {(unit.method, unit.ownership != WHOLE) for unit in units}
        later = {(each.method, each.ownership != WHOLE) for unit in units for each in unit.holdings}
        return frozenset(first | later)


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
    """The accounts, parents first. The places after the last one hold the lines of consolidation (`LINES`)."""

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
    def places(self) -> int:
        """How many lines a cube has: the accounts, and those of consolidation."""
        return len(self.accounts) + len(LINES)

    def line(self, name: str) -> int:
        """The place of a line of consolidation."""
        return len(self.accounts) + LINES.index(name)

    @cached_property
    def additive(self) -> Flags:
        """Which places add up over units; a group's minority share is its own, and no sum of those below."""
        lines = [name != MINORITY_SHARE for name in LINES]
        return np.array([*(node.additive for node in self.accounts), *lines], dtype=bool)

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
    def profit_signs(self) -> Ints:
        """What one unit of each place does to profit: +1 income, −1 expense, 0 neither, contra accounts turned."""
        return self._signs({"income": 1, "expense": -1}, EQUITY_RESULT)

    @cached_property
    def balance_signs(self) -> Ints:
        """What one unit of each place does to net assets: +1 asset, −1 liability, 0 neither, contra accounts turned."""
        return self._signs({"asset": 1, "liability": -1})

    def _signs(self, kinds: Mapping[str, int], *lines: str) -> Ints:
        signs = np.zeros(self.places, dtype=np.int64)
        for index, node in enumerate(self.accounts):
            sign = kinds.get(node.kind, 0)
            at = index
            while sign and self.parent[at] != -1 and self.accounts[self.parent[at]].kind == node.kind:
                sign *= self.accounts[at].weight
                at = self.parent[at]
            signs[index] = sign
        for name in lines:
            signs[self.line(name)] = 1
        return signs


@dataclass(frozen=True)
class Stretch:
    """Rows of the axis, both included, over which every unit is held on the same terms: those of `tree`."""

    first: int
    last: int
    tree: Tree


@dataclass(frozen=True)
class Company:
    """Axis, tree and chart together. `own` holds, by place, the axes of units whose year ends in another month: the
    same periods, in other quarters and years. What is held of a unit changes: `stretches` have it period by period.
    """

    axis: Axis
    tree: Tree
    chart: Chart
    own: Mapping[int, Axis] = field(default_factory=dict)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Every axis there is, the company's first."""
        return self.axis, *dict.fromkeys(self.own.values())

    def stretches(self, first: int, last: int, *, by_dates: bool = True) -> list[Stretch]:
        """The rows first…last cut where a unit's terms change.

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
        terms: tuple[UnitNode, ...] = ()
        for row, period in enumerate(self.axis.periods):
            now = tuple(unit.during(period, by_dates=by_dates) for unit in self.tree.changing)
            if found and now == terms:
                found[-1] = replace(found[-1], last=row)
            else:
                found.append(Stretch(row, row, self.tree.on_terms(now)))
            terms = now
        return found

    def seen_from(self, axis: Axis) -> Company:
        """The company with its quarters and years counted on another axis."""
        return replace(self, axis=axis)


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
