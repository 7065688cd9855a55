"""Up the two trees: accounts into their parents by weight, units into theirs by share.

A cube is accounts × rows × columns of exact int64 ten-thousandths. Its columns are some units of the tree, with each
of them every unit above it, so that whatever a cell is part of is there. A unit's own column is always at 100 %;
what its parent takes of it is decided by method and ownership and multiplied down the path. Where that part
is not the whole, each cell below is scaled on its own and rounded once, so that the shares of the leaves add
up to the parent exactly.

Errors (an entry without a rate) travel the same ways: a total that lacks a part nobody can translate is
missing with the same reason. Error cubes hold numbers of reasons, 0 where there is no error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from .cells import NOBODY, Cells, scatter
from .chart import NET_INCOME, Chart
from .company import Company, Stretch
from .levels import Reasons
from .matrix import Flags, Ints
from .tree import NOTHING, WHOLE, Tree

Errors = npt.NDArray[np.int32]


def consolidated(cells: Cells, *, company: Company, stretches: Sequence[Stretch], columns: Ints) -> Ints:
    """The cube of all accounts and some units with everything rolled up, eliminations being cells among others.

    Its rows are those of the stretches, each rolled up on its own terms. The places after the last account are
    the lines of consolidation, which have no parent account. Cells without a rate count 0 here; see `spread`.
    """
    chart, first, at = company.chart, stretches[0].first, columns_of(company.tree, columns)
    shape = (chart.places, stretches[-1].last - first + 1, len(columns))
    cube = scatter(replace(cells, unit=at[cells.unit]), shape=shape, first=first)
    for stretch in stretches:
        rows = slice(stretch.first - first, stretch.last - first + 1)
        for parent, share, below in _partial_shares(cells, chart, stretch):
            np.add.at(cube[:, :, at[parent]], (below.account, below.row - first), below.amounts(share))
        cube[:, rows] = over_units(cube[:, rows], tree=stretch.tree, additive=chart.additive, at=at)
    cube[chart.line(NET_INCOME)] = net_income(cube, chart=chart)
    return over_accounts(cube, chart=chart)


def columns_of(tree: Tree, columns: Ints) -> Ints:
    """For each place in the tree its column, NOBODY where it has none."""
    found = np.full(len(tree), NOBODY, dtype=np.int64)
    found[columns] = np.arange(len(columns))
    return found


def net_income(cube: Ints, *, chart: Chart) -> Ints:
    """Income less expense over all accounts, each with what stands on it alone."""
    total = np.zeros(cube.shape[1:], dtype=np.int64)
    for place in np.flatnonzero(chart.profit_signs):
        total += chart.profit_signs[place] * cube[place]
    return total


def over_units(cube: Ints, *, tree: Tree, additive: Flags, at: Ints) -> Ints:
    """Each unit's column added to its parent's where it is consolidated whole, the lowest first.

    Partial shares are no sums of columns and are added by `consolidated` beforehand. Accounts that do not
    add up over units stay where they are.
    """
    total = cube.copy()
    for unit in tree.lowest_first:
        parent = tree.parent[unit]
        if at[unit] != NOBODY and parent != -1 and tree.units[unit].factor == WHOLE:
            total[additive, :, at[parent]] += total[additive, :, at[unit]]
    return total


def over_accounts(cube: Ints, *, chart: Chart) -> Ints:
    """Each account added to its parent with its weight (+1, −1, 0), the lowest first; own entries stay in."""
    total = cube.copy()
    for account in reversed(range(len(chart))):
        node, parent = chart.accounts[account], chart.parent[account]
        if parent != -1 and node.weight and node.additive:
            total[parent] += node.weight * total[account]
    return total


def lacking(cells: Cells, *, company: Company, stretches: Sequence[Stretch], columns: Ints) -> dict[str, Flags]:
    """Where figures cannot be known for want of a rate, all the way up both trees, by the reason."""
    found = {}
    for reason in sorted({multiplier.reason for multiplier in cells.multipliers if multiplier.reason}):
        places = [place for place, multiplier in enumerate(cells.multipliers) if multiplier.reason == reason]
        without = cells.where(np.isin(cells.multiplier, places))
        if len(without):
            found[reason] = _touched(without, company, stretches, columns)
    return found


def spread(lacking: Mapping[str, Flags], reasons: Reasons) -> Errors | None:
    """One number of a reason for each place, 0 where nothing is lacking; None where nothing is anywhere.

    Of several reasons the one that comes first in the alphabet is kept, whatever the order of the entries.
    """
    errors: Errors | None = None
    for reason in sorted(lacking, reverse=True):
        errors = np.where(lacking[reason], reasons.number(reason), 0 if errors is None else errors).astype(np.int32)
    return errors


def _touched(cells: Cells, company: Company, stretches: Sequence[Stretch], columns: Ints) -> Flags:
    """Everything that a cell somewhere is part of."""
    chart, first, at = company.chart, stretches[0].first, columns_of(company.tree, columns)
    here = np.zeros((chart.places, stretches[-1].last - first + 1, len(columns)), dtype=bool)
    here[cells.account, cells.row - first, at[cells.unit]] = True
    for stretch in stretches:
        rows, tree = slice(stretch.first - first, stretch.last - first + 1), stretch.tree
        for unit in tree.lowest_first:
            parent = tree.parent[unit]
            if at[unit] != NOBODY and parent != -1 and tree.units[unit].factor != NOTHING:
                here[chart.additive, rows, at[parent]] |= here[chart.additive, rows, at[unit]]
    here[chart.line(NET_INCOME)] |= here[chart.profit_signs != 0].any(axis=0)
    for account in reversed(range(len(chart))):
        node, parent = chart.accounts[account], chart.parent[account]
        if parent != -1 and node.weight and node.additive:
            here[parent] |= here[account]
    return here


def _partial_shares(cells: Cells, chart: Chart, stretch: Stretch) -> list[tuple[int, Fraction, Cells]]:
    """For each parent that takes only a part of a child: the cells below that child that add up, by their share."""
    tree = stretch.tree
    partial = [child for child, unit in enumerate(tree.units) if unit.factor not in (WHOLE, NOTHING)]
    if not partial:
        return []
    within = (cells.row >= stretch.first) & (cells.row <= stretch.last)
    adding = cells.where(within & chart.additive[cells.account])
    found = []
    for child in partial:
        parent = tree.parent[child]
        by_share: dict[Fraction, list[int]] = {}
        for unit in tree.below(child):
            by_share.setdefault(tree.share(unit, parent), []).append(unit)
        for share, units in by_share.items():
            if share != NOTHING:
                found.append((parent, share, adding.where(np.isin(adding.unit, units))))
    return found
