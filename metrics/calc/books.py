"""A version's book: everything delivered for it, rolled up over units and accounts, ready to be read in any basis.

Accounts are rolled up over units (with translation and eliminations) and over accounts first, then over
time; formulas come after, so a ratio is always a ratio of sums. A book keeps running sums along its rows:
the flow of any window is one subtraction, exact because amounts are integers.

See `metrics.calc.reader` for how a book is read and what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .cells import Facts, cells_of
from .company import Company, Flags, Ints
from .coverage import Carriage, Counts, Coverage, Deliveries, coverage
from .elimination import differences, eliminating, eliminations
from .levels import Reasons
from .rollup import Errors, consolidated, spread
from .translation import Rates

DIFFERENCE = "elimination_difference"

Terms = Sequence[tuple[int, int]]
"""(account, factor) pairs whose sum is wanted."""


@dataclass(frozen=True)
class Book:
    """One version. Rows run from `first` to `last` of the axis, whole fiscal years; figures were delivered
    for some of the rows `opened` to `newest`.

    `running` holds sums along the rows, with a row of zeros before the first: accounts × (rows + 1) × units.
    `counts` holds the same of each carriage; `carriages` says which ones stand behind an account.
    """

    version: str
    company: Company
    first: int
    last: int
    opened: int
    newest: int
    running: Ints
    errors: Errors | None
    counts: Mapping[Carriage, Coverage]
    carriages: tuple[tuple[Carriage, ...], ...]
    spans: Mapping[int, tuple[int, int]]

    def terms(self, code: str) -> Terms | None:
        """The accounts behind `role:X` or `account:CODE`; None where the chart has none."""
        sort, _, name = code.partition(":")
        chart = self.company.chart
        if sort == "account":
            account = chart.by_code.get(name)
            return None if account is None else ((account, 1),)
        if name == DIFFERENCE:
            return ((chart.difference, 1),)
        return chart.terms.get(name)

    def rollup(self, account: int) -> str:
        """How an account adds up over time: sum, last or average."""
        accounts = self.company.chart.accounts
        return accounts[account].rollup if account < len(accounts) else "sum"

    def carried(self, terms: Terms) -> Terms:
        """Those of the accounts that somebody carries in this version."""
        return [(account, factor) for account, factor in terms if self.carriages[account]]

    @property
    def anybody(self) -> Carriage:
        """The carriage of all sources."""
        return self.carriages[self.company.chart.difference][0]

    def is_spanned(self, carriages: Iterable[Carriage], rows: Ints) -> Flags:
        """In which periods one of the carriages' sources takes part at all: in a chain each has its own years."""
        inside = (rows >= self.opened) & (rows <= self.newest)
        found = np.zeros(len(rows), dtype=bool)
        for sources, _ in carriages:
            for source in sources:
                first, last = self.spans.get(source, (self.opened, self.newest))
                found |= inside & (rows >= first) & (rows <= last)
        return found


def book_of(
    version: str, facts: Facts, deliveries: Deliveries, *, company: Company, rates: Rates, reasons: Reasons
) -> Book | None:
    """The book of a version from its entries and slices; None where nothing was delivered.

    `reasons` is shared by all books of a run.
    """
    if not len(deliveries.row):
        return None
    axis = company.axis
    opened, newest = int(deliveries.row.min()), int(deliveries.row.max())
    first = int(axis.window("year", np.array([opened]))[0][0])
    last = int(axis.window("year", np.array([newest]))[1][0])
    cells = cells_of(facts, company=company, rates=rates)
    taken = eliminations(cells, company=company)
    everything = cells.joined(taken).joined(differences(taken, company=company))
    cube = consolidated(everything, company=company, first=first, last=last)
    running = np.zeros((cube.shape[0], cube.shape[1] + 1, cube.shape[2]), dtype=np.int64)
    np.cumsum(cube, axis=1, out=running[:, 1:])
    carriages = _carriages(deliveries, company)
    wanted = sorted({each for found in carriages for each in found}, key=lambda each: (sorted(each[0]), each[1]))
    counts = {}
    for each in wanted:
        found = coverage(each, deliveries, company=company, first=first, last=last)
        counts[each] = _running(_with_eliminations(found, deliveries, company=company, first=first, last=last))
    return Book(
        version=version,
        company=company,
        first=first,
        last=last,
        opened=opened,
        newest=newest,
        running=running,
        errors=spread(everything, reasons, company=company, first=first, last=last),
        counts=counts,
        carriages=carriages,
        spans=deliveries.spans,
    )


def _carriages(deliveries: Deliveries, company: Company) -> tuple[tuple[Carriage, ...], ...]:
    """For each account the carriages behind it and the accounts summed into it, in a fixed order.

    The last place is the elimination difference, which everybody's figures stand behind.
    """
    chart = company.chart
    found: list[set[Carriage]] = [set() for _ in range(len(chart) + 1)]
    for account in reversed(range(len(chart))):
        node, parent = chart.accounts[account], chart.parent[account]
        sources = deliveries.carriers(account)
        if sources:
            found[account].add((sources, node.additive))
        if parent != -1 and node.weight and node.additive:
            found[parent] |= found[account]
    found[chart.difference] = {(frozenset(deliveries.carried), True)}
    return tuple(tuple(sorted(each, key=lambda one: (sorted(one[0]), one[1]))) for each in found)


def _with_eliminations(found: Coverage, deliveries: Deliveries, *, company: Company, first: int, last: int) -> Coverage:
    """An elimination unit that ever showed something is as complete as the group it belongs to."""
    have, of = found.have.copy(), found.of.copy()
    for span, pairs in deliveries.traded.items():
        start, stop = (first, last) if span is None else span
        rows = slice(max(start - first, 0), max(stop - first + 1, 0))
        for unit in eliminating(pairs, company=company):
            parent = company.tree.parent[unit]
            have[rows, unit], of[rows, unit] = found.have[rows, parent], found.of[rows, parent]
    return Coverage(have, of)


def _running(found: Coverage) -> Coverage:
    return Coverage(_sums(found.have), _sums(found.of))


def _sums(counts: Counts) -> Counts:
    running = np.zeros((counts.shape[0] + 1, counts.shape[1]), dtype=np.int32)
    np.cumsum(counts, axis=0, out=running[1:])
    return running
