"""A version's book: everything delivered for it, rolled up over units and accounts, ready to be read in any basis.

Accounts are rolled up over units (with translation and eliminations) and over accounts first, then over
time; formulas come after, so a ratio is always a ratio of sums. A book keeps running sums along its rows:
the flow of any window is one subtraction, exact because amounts are integers.

See `metrics.calc.reader` for how a book is read and what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.carriers import carriers, kin_of
from metrics.rates import PLAN, RateTable, version_and_manner

from .cells import ADJUSTMENT, GROUP_CURRENCY, SOURCE, TAKEN_OUT, Cells, Facts, cells_of
from .company import (
    BALANCE_DIFFERENCE,
    ELIMINATION,
    EQUITY,
    EQUITY_RESULT,
    FULL,
    LINES,
    MINORITY_SHARE,
    NET_INCOME,
    Company,
    Flags,
    Ints,
    Stretch,
    Tree,
)
from .coverage import Carriage, Counts, Coverage, Deliveries, coverage, reach
from .elimination import differences, eliminating, eliminations
from .levels import Reasons
from .ownership import equity_results, minority_shares
from .rollup import Errors, consolidated, spread

ADJUSTMENTS, ELIMINATIONS = "adjustments", "eliminations"
STAGES = (ADJUSTMENTS, ELIMINATIONS)

Terms = Sequence[tuple[int, int]]
"""(account, factor) pairs whose sum is wanted."""


class Planes(dict[int, Ints]):
    """Running sums of those accounts that have any; all others are zero everywhere."""

    def __init__(self, cube: Ints) -> None:
        touched = np.flatnonzero(cube.any(axis=(1, 2))).tolist()
        super().__init__((place, _running_sums(cube[place])) for place in touched)
        self._zero = np.zeros((cube.shape[1] + 1, cube.shape[2]), dtype=np.int64)
        self.units = frozenset(np.flatnonzero(cube.any(axis=(0, 1))).tolist())

    def __missing__(self, place: int) -> Ints:
        return self._zero


@dataclass(frozen=True)
class Book:
    """One version. Rows run from `first` to `last` of the axis, whole fiscal years of every
    calendar in use; figures were delivered
    for some of the rows `opened` to `newest`.

    `running` holds sums along the rows, with a row of zeros before the first: accounts × (rows + 1) × units.
    `counts` holds the same of each carriage, `reached` the rows × units that it carries at or below;
    `carriages` says which ones stand behind an account. `stages` are
    the parts of all figures that adjustments and eliminations make up, where there are any. `foreign` are the
    units with figures in other currencies below them.
    """

    version: str
    company: Company
    first: int
    last: int
    opened: int
    newest: int
    running: Ints | Planes
    errors: Errors | None
    counts: Mapping[Carriage, Coverage]
    reached: Mapping[Carriage, Flags]
    carriages: tuple[tuple[Carriage, ...], ...]
    stages: Mapping[str, Planes]
    foreign: frozenset[int]

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
        """Whether a line of consolidation says anything in this company at all."""
        methods = self.company.tree.methods
        if name == EQUITY_RESULT:
            return any(method == EQUITY for method, _ in methods)
        if name == MINORITY_SHARE:
            return (FULL, True) in methods
        signs = self.company.chart.profit_signs[: len(self.company.chart)]
        return name != NET_INCOME or bool(signs.any())

    def rollup(self, account: int) -> str:
        """How an account adds up over time: sum, last or average."""
        accounts = self.company.chart.accounts
        if account < len(accounts):
            return accounts[account].rollup
        return "last" if account == self.company.chart.line(BALANCE_DIFFERENCE) else "sum"

    def carried(self, terms: Terms) -> Terms:
        """Those of the accounts that somebody carries in this version."""
        return [(account, factor) for account, factor in terms if self.carriages[account]]

    @property
    def anybody(self) -> Carriage:
        """The carriage of all sources."""
        return self.carriages[-1][0]

    def reaches(self, carriages: Iterable[Carriage], rows: Ints) -> Flags:
        """Rows × units: where one of the carriages has a part at all, in the unit or below it."""
        inside = (rows >= self.opened) & (rows <= self.newest)
        found = np.zeros((len(rows), len(self.company.tree)), dtype=bool)
        for each in carriages:
            found |= self.reached[each][np.clip(rows - self.first, 0, self.last - self.first)]
        return found & inside[:, None]


def book_of(
    version: str, facts: Facts, deliveries: Deliveries, *, company: Company, rates: RateTable, reasons: Reasons
) -> Book | None:
    """The book of a version from its entries and slices; None where nothing was delivered.

    A version of constant currency (`actual@budget-rates`) has the entries and slices of the version it reads.

    `reasons` is shared by all books of a run.
    """
    if not len(deliveries.row):
        return None
    opened, newest = int(deliveries.row.min()), int(deliveries.row.max())
    first = max(min(int(each.window("year", np.array([opened]))[0][0]) for each in company.axes), 0)
    last = max(int(each.window("year", np.array([newest]))[1][0]) for each in company.axes)
    _, manner = version_and_manner(version)
    stretches = company.stretches(first, last, by_dates=manner != PLAN)
    everything = _everything(cells_of(facts, company=company, rates=rates, manner=manner), company, stretches)
    cube = consolidated(everything, company=company, stretches=stretches)
    running = np.zeros((cube.shape[0], cube.shape[1] + 1, cube.shape[2]), dtype=np.int64)
    np.cumsum(cube, axis=1, out=running[:, 1:])
    carriages = _carriages(deliveries, company)
    wanted = sorted({each for found in carriages for each in found}, key=lambda each: (sorted(each[0]), each[1]))
    counts, reached = {}, {}
    for each in wanted:
        found = coverage(each, deliveries, company=company, stretches=stretches)
        counts[each] = _running(_with_eliminations(found, deliveries, stretches))
        below = reach(each, deliveries, company=company, stretches=stretches)
        reached[each] = _with_eliminations(below, deliveries, stretches).of > 0
    return Book(
        version=version,
        company=company,
        first=first,
        last=last,
        opened=opened,
        newest=newest,
        running=running,
        errors=spread(everything, reasons, company=company, stretches=stretches),
        counts=counts,
        reached=reached,
        carriages=carriages,
        stages=dict(_stages(everything, company, stretches)),
        foreign=_with_above(np.unique(facts.unit[facts.currency != GROUP_CURRENCY]).tolist(), company.tree),
    )


def _with_above(units: Iterable[int], tree: Tree) -> frozenset[int]:
    """The units, all above them, and the elimination units of those."""
    above = {each for unit in units for each in tree.upward(unit)}
    return frozenset(above | {unit for group, unit in tree.eliminations.items() if group in above})


def _everything(cells: Cells, company: Company, stretches: Sequence[Stretch]) -> Cells:
    """The cells of a version with what consolidation makes of them: eliminations, equity, minorities."""
    taken = eliminations(cells, company=company, stretches=stretches)
    found = cells.joined(taken.cells)
    found = found.joined(equity_results(found, company=company, stretches=stretches))
    found = found.joined(minority_shares(found, company=company, stretches=stretches))
    return found.joined(differences(taken, company=company))


def _stages(cells: Cells, company: Company, stretches: Sequence[Stretch]) -> Iterator[tuple[str, Planes]]:
    """The parts of all figures that are adjustments, and that are eliminations.

    What somebody typed on an elimination unit is an elimination; what he adjusted there is an adjustment.
    """
    is_account = cells.account < len(company.chart)
    eliminates = np.array([unit.kind == ELIMINATION for unit in company.tree.units], dtype=bool)[cells.unit]
    is_elimination = (cells.layer == TAKEN_OUT) | (eliminates & (cells.layer == SOURCE))
    for stage, chosen in ((ADJUSTMENTS, cells.layer == ADJUSTMENT), (ELIMINATIONS, is_elimination)):
        part = cells.where(chosen & is_account)
        if len(part):
            yield stage, Planes(consolidated(part, company=company, stretches=stretches))


def _carriages(deliveries: Deliveries, company: Company) -> tuple[tuple[Carriage, ...], ...]:
    """For each account the carriages behind it and the accounts summed into it, in a fixed order.

    The places after the accounts are lines of consolidation, which everybody's figures stand behind.
    """
    chart = company.chart
    kin = kin_of((at, chart.parent[at], node.kind, node.additive) for at, node in enumerate(chart.accounts))
    carrying = carriers(
        deliveries.carried, kin, adjusting=deliveries.adjusting, link=lambda source: deliveries.spans.get(source)
    )
    found: list[set[Carriage]] = [set() for _ in range(len(chart))]
    for account in reversed(range(len(chart))):
        node, parent = chart.accounts[account], chart.parent[account]
        if carrying[account]:
            found[account].add((carrying[account], node.additive))
        if parent != -1 and node.weight and node.additive:
            found[parent] |= found[account]
    found += [{(deliveries.ever, True)} for _ in LINES]
    return tuple(tuple(sorted(each, key=lambda one: (sorted(one[0]), one[1]))) for each in found)


def _with_eliminations(found: Coverage, deliveries: Deliveries, stretches: Sequence[Stretch]) -> Coverage:
    """An elimination unit that ever showed something is as complete as the group it belongs to."""
    have, of = found.have.copy(), found.of.copy()
    for span, pairs in deliveries.traded.items():
        for stretch in stretches:
            first, last = (stretch.first, stretch.last) if span is None else span
            start, stop = max(first, stretch.first), min(last, stretch.last)
            rows = slice(start - stretches[0].first, max(stop - stretches[0].first + 1, 0))
            for unit in eliminating(pairs, tree=stretch.tree) if start <= stop else ():
                parent = stretch.tree.parent[unit]
                have[rows, unit], of[rows, unit] = found.have[rows, parent], found.of[rows, parent]
    return Coverage(have, of)


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
