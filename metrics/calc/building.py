"""From cells to sums: what some units delivered, rolled up the tree, counted, and what they did with one another.

The company is computed in blocks (`metrics.calc.sums`). A block of units that nothing hangs below needs only its own
rows. The groups above are the sum of their blocks, of what was delivered for the groups themselves, and of what
consolidation makes of the trade between any two units: eliminations, and the differences they leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from metrics.carriers import carriers, kin_of
from metrics.rates import PLAN, RateTable, version_and_manner

from .books import ADJUSTMENTS, ELIMINATIONS, Book, Span
from .cells import ADJUSTMENT, GROUP_CURRENCY, SOURCE, TAKEN_OUT, Cells, Facts, cells_of
from .chart import LINES
from .company import Company, Stretch
from .coverage import Coverage, Deliveries, Slices, coverage, reach
from .elimination import differences, eliminating, eliminations
from .levels import Reasons
from .matrix import Ints
from .ownership import equity_results, minority_shares
from .rollup import consolidated, lacking
from .sums import NOBODY, Count, Sums, total
from .tree import ELIMINATION


@dataclass(frozen=True)
class Rows:
    """What was delivered of one version for some units: entries, and the slices they came in."""

    facts: Facts
    deliveries: Deliveries


@dataclass(frozen=True)
class Building:
    """What all sums of one version are made with. `name` is the version's or that of a variant of it
    (`actual@budget-rates`), which has the rows of the version it reads."""

    name: str
    version: str
    company: Company
    rates: RateTable
    span: Span

    @property
    def manner(self) -> str:
        return version_and_manner(self.name)[1]

    @property
    def stretches(self) -> list[Stretch]:
        first, last = self.span.rows(self.company)
        return self.company.stretches(first, last, by_dates=self.manner != PLAN)

    def block(self, rows: Rows, *, columns: Ints) -> Sums:
        """What the rows of some units amount to in their own columns and those above; trade is left as it is."""
        return self._sums(self._shared(self._cells(rows.facts)), rows, columns)

    def groups(self, rows: Rows, trade: Facts, *, columns: Ints, blocks: Sequence[Sums] = ()) -> Sums:
        """The sums of the units above others: what `blocks` amount to there, what was delivered for themselves,
        and what the `trade` of all units with one another takes out.

        `rows.deliveries` knows of all units which ones ever traded.
        """
        taken = eliminations(self._cells(trade), company=self.company, stretches=self.stretches)
        cells = self._shared(self._cells(rows.facts).joined(taken.cells))
        own = self._sums(cells.joined(differences(taken, company=self.company)), rows, columns)
        first, last = self.span.rows(self.company)
        found = total([own, *blocks], columns=columns, first=first, rows=last - first + 1)
        return _with_eliminations(found, rows.deliveries, self.stretches)

    def book(self, sums: Sums, reasons: Reasons) -> Book:
        return Book.of(self.name, sums, company=self.company, span=self.span, reasons=reasons)

    def _cells(self, facts: Facts) -> Cells:
        return cells_of(facts, company=self.company, rates=self.rates, manner=self.manner)

    def _shared(self, cells: Cells) -> Cells:
        """The cells with what belongs to others of the profit they make, and what holders at equity take of it."""
        found = cells.joined(equity_results(cells, company=self.company, stretches=self.stretches))
        return found.joined(minority_shares(found, company=self.company, stretches=self.stretches))

    def _sums(self, cells: Cells, rows: Rows, columns: Ints) -> Sums:
        company, stretches, facts = self.company, self.stretches, rows.facts
        counts, counted = _counts(rows.deliveries, company, stretches, columns)
        return Sums(
            columns=columns,
            first=stretches[0].first,
            amounts=consolidated(cells, company=company, stretches=stretches, columns=columns),
            stages=dict(_stages(cells, company, stretches, columns)),
            lacking=lacking(cells, company=company, stretches=stretches, columns=columns),
            counts=counts,
            counted=counted,
            foreign=company.with_above(np.unique(facts.unit[facts.currency != GROUP_CURRENCY]).tolist()),
        )


def book_of(
    version: str, facts: Facts, deliveries: Deliveries, *, company: Company, rates: RateTable, reasons: Reasons
) -> Book | None:
    """The book of a version for all units at once, from its entries and slices; None where nothing was delivered.

    A version of constant currency (`actual@budget-rates`) has the entries and slices of the version it reads.
    """
    if not len(deliveries.row):
        return None
    span = Span(int(deliveries.row.min()), int(deliveries.row.max()))
    building = Building(version, version_and_manner(version)[0], company, rates, span)
    everybody = np.arange(len(company.tree), dtype=np.int64)
    trade = facts.where(facts.counterparty != NOBODY)
    return building.book(building.groups(Rows(facts, deliveries), trade, columns=everybody), reasons)


def _stages(cells: Cells, company: Company, stretches: Sequence[Stretch], columns: Ints) -> Iterator[tuple[str, Ints]]:
    """The parts of all figures that are adjustments, and that are eliminations.

    What somebody typed on an elimination unit is an elimination; what he adjusted there is an adjustment.
    """
    is_account = cells.account < len(company.chart)
    eliminates = np.array([unit.kind == ELIMINATION for unit in company.tree.units], dtype=bool)[cells.unit]
    is_elimination = (cells.layer == TAKEN_OUT) | (eliminates & (cells.layer == SOURCE))
    for stage, chosen in ((ADJUSTMENTS, cells.layer == ADJUSTMENT), (ELIMINATIONS, is_elimination)):
        part = cells.where(chosen & is_account)
        if len(part):
            yield stage, consolidated(part, company=company, stretches=stretches, columns=columns)


def _counts(
    deliveries: Deliveries, company: Company, stretches: Sequence[Stretch], columns: Ints
) -> tuple[tuple[Count, ...], tuple[int, ...]]:
    """The counts of accounts that are carried alike, and for each account or line which ones are its own.

    The places after the accounts are lines of consolidation, which everybody's figures stand behind.
    """
    chart = company.chart
    kin = kin_of((at, chart.parent[at], node.kind, node.additive) for at, node in enumerate(chart.accounts))
    carrying = carriers(
        deliveries.carried, kin, adjusting=deliveries.adjusting, link=lambda source: deliveries.spans.get(source)
    )
    alike: dict[Slices, int] = {}
    counted = [
        alike.setdefault((carrying[account], node.additive), len(alike)) if carrying[account] else NOBODY
        for account, node in enumerate(chart.accounts)
    ]
    counted += [alike.setdefault((deliveries.ever, True), len(alike)) for _ in LINES]
    return tuple(_count(each, deliveries, company, stretches, columns) for each in alike), tuple(counted)


def _count(
    slices: Slices, deliveries: Deliveries, company: Company, stretches: Sequence[Stretch], columns: Ints
) -> Count:
    found = coverage(slices, deliveries, company=company, stretches=stretches)
    below = reach(slices, deliveries, company=company, stretches=stretches)
    return Count(Coverage(found.have[:, columns], found.of[:, columns]), below.of[:, columns], slices[1])


def _with_eliminations(sums: Sums, deliveries: Deliveries, stretches: Sequence[Stretch]) -> Sums:
    """An elimination unit that ever showed something is as complete as the group it belongs to."""
    spots = list(_elimination_spots(sums, deliveries, stretches))
    return replace(sums, counts=tuple(_as_the_group(each, spots) for each in sums.counts)) if spots else sums


def _elimination_spots(
    sums: Sums, deliveries: Deliveries, stretches: Sequence[Stretch]
) -> Iterator[tuple[slice, int, int]]:
    """Rows of the sums, the column of an elimination unit in them, and that of its group."""
    at = {unit: column for column, unit in enumerate(sums.columns.tolist())}
    for span, pairs in deliveries.traded.items():
        for stretch in stretches:
            first, last = (stretch.first, stretch.last) if span is None else span
            start, stop = max(first, stretch.first), min(last, stretch.last)
            for unit in eliminating(pairs, tree=stretch.tree) if start <= stop else ():
                yield slice(start - sums.first, stop - sums.first + 1), at[unit], at[stretch.tree.parent[unit]]


def _as_the_group(count: Count, spots: Iterable[tuple[slice, int, int]]) -> Count:
    have, of, reached = count.coverage.have.copy(), count.coverage.of.copy(), count.reached.copy()
    for rows, unit, group in spots:
        for table in (have, of, reached):
            table[rows, unit] = table[rows, group]
    return replace(count, coverage=Coverage(have, of), reached=reached)
