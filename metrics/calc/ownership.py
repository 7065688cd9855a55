"""Whose profit it is: the result of units held at equity, and the minority's share of profit and of net assets.

A unit that is consolidated in full enters line by line with 100 %, whatever is held of it; what is not held
is shown once, as the minority's share of net income. Control does not multiply, profit does: of a unit held
with 60 % by a unit held with 60 %, everything is in the group's revenue and 64 % of its profit is the minority's.
A unit held at equity enters no line; its holder takes the part held of the profit that belongs to its owners.

Net income is income less expense over all accounts, and the result of units at equity. What eliminations and
adjustments change in it is shared like the profit of the unit they stand on: an elimination belongs to the
first common parent of its two sides. Net assets are assets less liabilities, shared by the same parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from .cells import NOBODY, SOURCE, Cells
from .chart import EQUITY_RESULT, MINORITY_EQUITY, MINORITY_SHARE
from .company import Company, Stretch
from .matrix import Ints
from .tree import EQUITY, FULL, NOTHING, Tree


def equity_results(cells: Cells, *, company: Company, stretches: Iterable[Stretch]) -> Cells:
    """What holders of units at equity take of their profit: cells on the holder, each with its share."""
    found = cells.where(np.zeros(0, dtype=np.int64))
    if not any(method == EQUITY for method, _ in company.tree.methods):
        return found
    line = company.chart.line(EQUITY_RESULT)
    profit = _profit(cells, company)
    for stretch in stretches:
        within = _within(profit, stretch)
        for unit in stretch.tree.lowest_first:
            node, holder = stretch.tree.units[unit], stretch.tree.parent[unit]
            if node.method != EQUITY or not node.held or holder == -1:
                continue
            for share, units in _by_share(stretch.tree, unit).items():
                part = within.where(np.isin(within.unit, units))
                taken = _moved(part, to=holder, line=line, part=share * node.held)
                found, within = found.joined(taken), within.joined(taken)
    return found


def minority_shares(cells: Cells, *, company: Company, stretches: Iterable[Stretch]) -> Cells:
    """What of each group's net income and net assets belongs to others than its owners: cells on the group itself.

    For each group anew, because indirect shares multiply; a group's is not the sum of those below it.
    """
    found = cells.where(np.zeros(0, dtype=np.int64))
    if (FULL, True) not in company.tree.methods:
        return found
    chart = company.chart
    shared = {MINORITY_SHARE: _profit(cells, company), MINORITY_EQUITY: _signed(cells, chart.balance_signs)}
    for stretch in stretches:
        within = {chart.line(name): _within(each, stretch) for name, each in shared.items()}
        for group, part, units in minorities(stretch.tree):
            for line, each in within.items():
                taken = each.where(np.isin(each.unit, units))
                if len(taken):
                    found = found.joined(_moved(taken, to=group, line=line, part=part))
    return found


def minorities(tree: Tree) -> Iterator[tuple[int, Fraction, list[int]]]:
    """For each group and part the units of whose profit that part is in the group's and not its owners'."""
    found: dict[tuple[int, Fraction], list[int]] = {}
    for unit in range(len(tree)):
        for group in tree.upward(unit)[1:]:
            part = tree.share(unit, group) - tree.held(unit, group)
            if part != NOTHING:
                found.setdefault((group, part), []).append(unit)
    for (group, part), units in found.items():
        yield group, part, units


def _by_share(tree: Tree, unit: int) -> dict[Fraction, list[int]]:
    """The units below one, and itself, by the part of their profit that is its owners'."""
    found: dict[Fraction, list[int]] = {}
    for each in tree.below(unit):
        share = tree.held(each, unit)
        if share != NOTHING:
            found.setdefault(share, []).append(each)
    return found


def _profit(cells: Cells, company: Company) -> Cells:
    """The cells that make net income, expenses negative."""
    return _signed(cells, company.chart.profit_signs)


def _signed(cells: Cells, signs: Ints) -> Cells:
    """The cells on the places that have a sign, times that."""
    sign = signs[cells.account]
    return replace(cells, amount=cells.amount * sign).where(sign != 0)


def _within(cells: Cells, stretch: Stretch) -> Cells:
    return cells.where((cells.row >= stretch.first) & (cells.row <= stretch.last))


def _moved(cells: Cells, *, to: int, line: int, part: Fraction) -> Cells:
    """A part of these cells on a line of another unit."""
    return replace(
        cells,
        unit=_all(cells, to),
        account=_all(cells, line),
        counterparty=_all(cells, NOBODY),
        layer=_all(cells, SOURCE),
    ).multiplied(_all(cells, 0), [part])


def _all(cells: Cells, number: int) -> Ints:
    return np.full(len(cells), number, dtype=np.int64)
