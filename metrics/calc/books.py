"""A version's book: everything delivered for it, rolled up over units and accounts, ready to be read in any basis.

Accounts are rolled up over units (with translation and eliminations) and over accounts first, then over
time; formulas come after, so a ratio is always a ratio of sums. A book keeps running sums along its rows:
the flow of any window is one subtraction, exact because amounts are integers.

A book may hold some of the units only. What they are sums of is in `metrics.calc.building`; see
`metrics.calc.reader` for how a book is read and what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .chart import BALANCE_DIFFERENCE, EQUITY_RESULT, LINES, MINORITY_EQUITY, MINORITY_SHARE, NET_INCOME
from .company import Company
from .coverage import Counts, Coverage
from .levels import Reasons
from .matrix import Flags, Ints
from .rollup import Errors, columns_of, spread
from .sums import NOBODY, Sums

ADJUSTMENTS, ELIMINATIONS = "adjustments", "eliminations"
STAGES = (ADJUSTMENTS, ELIMINATIONS)

Terms = Sequence[tuple[int, int]]
"""(account, factor) pairs whose sum is wanted."""


class Planes(dict[int, Ints]):
    """Running sums of those accounts that have any; all others are zero everywhere. `units` have some of it."""

    def __init__(self, cube: Ints, columns: Ints) -> None:
        touched = np.flatnonzero(cube.any(axis=(1, 2))).tolist()
        super().__init__((place, _running_sums(cube[place])) for place in touched)
        self._zero = np.zeros((cube.shape[1] + 1, cube.shape[2]), dtype=np.int64)
        self.units = frozenset(columns[cube.any(axis=(0, 1))].tolist())

    def __missing__(self, place: int) -> Ints:
        return self._zero

    def at(self, columns: Ints) -> Planes:
        """The same at some of its columns."""
        found = copy(self)
        found.update((place, plane[:, columns]) for place, plane in self.items())
        found._zero = self._zero[:, columns]
        return found


@dataclass(frozen=True)
class Span:
    """The first and the last period of a version that somebody delivered, as rows of the axis."""

    opened: int
    newest: int

    def rows(self, company: Company) -> tuple[int, int]:
        """The rows a book of it has: whole fiscal years of every calendar in use, first and last included."""
        opened, newest = np.array([self.opened]), np.array([self.newest])
        first = max(min(int(each.window("year", opened)[0][0]) for each in company.axes), 0)
        last = max(int(each.window("year", newest)[1][0]) for each in company.axes)
        return first, last


@dataclass(frozen=True)
class Carriage:
    """The slices of accounts that are carried alike: running counts, and the rows × columns that are reached."""

    running: Coverage
    reached: Flags
    additive: bool

    def at(self, columns: Ints) -> Carriage:
        """The same at some of its columns."""
        running = Coverage(self.running.have[:, columns], self.running.of[:, columns])
        return Carriage(running, self.reached[:, columns], self.additive)


@dataclass(frozen=True)
class Book:
    """One version for some units, the `columns`: places in the tree. Rows run from `first` to `last` of the axis;
    figures were delivered for some of the rows `opened` to `newest`.

    `running` holds sums along the rows, with a row of zeros before the first: accounts × (rows + 1) × columns.
    `behind` says for each account which of the `carriages` stand behind it. `stages` are the parts of all figures
    that adjustments and eliminations make up, where there are any. `foreign` are the units with figures in other
    currencies below them.
    """

    version: str
    company: Company
    columns: Ints
    first: int
    last: int
    opened: int
    newest: int
    running: Ints | Planes
    errors: Errors | None
    carriages: tuple[Carriage, ...]
    behind: tuple[tuple[int, ...], ...]
    stages: Mapping[str, Planes]
    foreign: frozenset[int]

    @classmethod
    def of(cls, version: str, sums: Sums, *, company: Company, span: Span, reasons: Reasons) -> Book:
        """The book of what a version's rows amount to; `reasons` is shared by all books of a run."""
        amounts = sums.amounts
        running = np.zeros((amounts.shape[0], amounts.shape[1] + 1, amounts.shape[2]), dtype=np.int64)
        np.cumsum(amounts, axis=1, out=running[:, 1:])
        return cls(
            version=version,
            company=company,
            columns=sums.columns,
            first=sums.first,
            last=sums.first + sums.rows - 1,
            opened=span.opened,
            newest=span.newest,
            running=running,
            errors=spread(sums.lacking, reasons),
            carriages=tuple(Carriage(_running(each.coverage), each.reached > 0, each.additive) for each in sums.counts),
            behind=_behind(sums, company),
            stages={name: Planes(amounts, sums.columns) for name, amounts in sums.stages.items()},
            foreign=sums.foreign,
        )

    @cached_property
    def _at(self) -> Ints:
        return columns_of(self.company.tree, self.columns)

    def of_units(self, units: Ints) -> Book:
        """The book of some of its units, in this order, without the parts of its figures."""
        at: Ints = self._at[units]
        assert (at != NOBODY).all(), "A book was asked for units it does not hold."
        return replace(
            self,
            columns=units,
            running=self.running.at(at) if isinstance(self.running, Planes) else self.running[:, :, at],
            errors=None if self.errors is None else self.errors[:, :, at],
            carriages=tuple(each.at(at) for each in self.carriages),
            stages={},
        )

    @cached_property
    def mistaken(self) -> frozenset[int]:
        """The accounts that have an error anywhere."""
        return frozenset() if self.errors is None else frozenset(np.flatnonzero(self.errors.any(axis=(1, 2))).tolist())

    def terms(self, code: str) -> Terms | None:
        """The accounts behind `role:X` or `account:CODE`; None where the chart has none."""
        sort, _, name = code.partition(":")
        chart = self.company.chart
        if sort == "account":
            account = chart.by_code.get(name)
            return None if account is None else ((account, 1),)
        if name in LINES:
            return ((chart.line(name), 1),) if self._has_line(name) else None
        return chart.terms.get(name)

    def _has_line(self, name: str) -> bool:
        """Whether the chart has what a line of consolidation is made of.

        It is not asked who is held how: that nobody else owns a part is a 0, and would tell of other units otherwise.
        """
        chart = self.company.chart
        if name == MINORITY_EQUITY:
            return bool(chart.balance_signs.any())
        if name in (NET_INCOME, EQUITY_RESULT, MINORITY_SHARE):
            return bool(chart.profit_signs[: len(chart)].any())
        return True

    def rollup(self, account: int) -> str:
        """How an account adds up over time: sum, last or average."""
        accounts = self.company.chart.accounts
        if account < len(accounts):
            return accounts[account].rollup
        balances = (BALANCE_DIFFERENCE, MINORITY_EQUITY)
        return "last" if LINES[account - len(accounts)] in balances else "sum"

    @property
    def anybody(self) -> int:
        """The carriage of all sources."""
        return self.behind[-1][0]

    def reaches(self, carriages: Iterable[int], rows: Ints) -> Flags:
        """Rows × columns: where one of the carriages has a part at all, in the unit or below it."""
        inside = (rows >= self.opened) & (rows <= self.newest)
        at = np.where(inside, rows - self.first, 0)
        found = np.zeros((len(rows), len(self.columns)), dtype=bool)
        for each in carriages:
            found |= self.carriages[each].reached[at]
        return found & inside[:, None]


def _behind(sums: Sums, company: Company) -> tuple[tuple[int, ...], ...]:
    """For each account or line the places of the carriages behind it and the accounts summed into it, in order."""
    chart = company.chart
    found: list[set[int]] = [{each} - {NOBODY} for each in sums.counted]
    for account in reversed(range(len(chart))):
        node, parent = chart.accounts[account], chart.parent[account]
        if parent != -1 and node.weight and node.additive:
            found[parent] |= found[account]
    return tuple(tuple(sorted(each)) for each in found)


def _running_sums(plane: Ints) -> Ints:
    """Sums along the rows, with a row of zeros before the first."""
    running = np.zeros((plane.shape[0] + 1, plane.shape[1]), dtype=np.int64)
    np.cumsum(plane, axis=0, out=running[1:])
    return running


def _running(found: Coverage) -> Coverage:
    return Coverage(_sums(found.have), _sums(found.of))


def _sums(counts: Counts) -> Counts:
    running = np.zeros((counts.shape[0] + 1, counts.shape[1]), dtype=np.int32)
    np.cumsum(counts, axis=0, out=running[1:])
    return running
