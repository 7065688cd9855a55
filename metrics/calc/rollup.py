"""Up the two trees: accounts into their parents by weight, units into theirs by share.

A cube is accounts × rows × units of exact int64 ten-thousandths. A unit's own column is always at 100 %;
what its parent takes of it is decided by method and ownership and multiplied down the path. Where that part
is not the whole, each cell below is scaled on its own and rounded once, so that the shares of the leaves add
up to the parent exactly.

Errors (an entry without a rate) travel the same ways: a total that lacks a part nobody can translate is
missing with the same reason. Error cubes hold numbers of reasons, 0 where there is no error.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from .cells import Cells, scatter
from .company import NET_INCOME, NOTHING, WHOLE, Chart, Company, Flags, Ints, Stretch, Tree
from .levels import Reasons

Errors = npt.NDArray[np.int32]


def consolidated(cells: Cells, *, company: Company, stretches: Sequence[Stretch]) -> Ints:
    """The cube of all accounts and units with everything rolled up, eliminations being cells among others.

    Its rows are those of the stretches, each rolled up on its own terms. The places after the last account are
    the lines of consolidation, which have no parent account. Cells without a rate count 0 here; see `spread`.
    """
    chart, first = company.chart, stretches[0].first
    shape = (chart.places, stretches[-1].last - first + 1, len(company.tree))
    cube = scatter(cells, shape=shape, first=first)
    adding = cells.where(chart.additive[cells.account])
    for stretch in stretches:
        rows = slice(stretch.first - first, stretch.last - first + 1)
        for parent, share, below in _partial_shares(adding, stretch):
            np.add.at(cube[:, :, parent], (below.account, below.row - first), below.amounts(share))
        cube[:, rows] = over_units(cube[:, rows], tree=stretch.tree, additive=chart.additive)
    cube[chart.line(NET_INCOME)] = net_income(cube, chart=chart)
    return over_accounts(cube, chart=chart)


def net_income(cube: Ints, *, chart: Chart) -> Ints:
    """Income less expense over all accounts, each with what stands on it alone."""
    total = np.zeros(cube.shape[1:], dtype=np.int64)
    for place in np.flatnonzero(chart.profit_signs):
        total += chart.profit_signs[place] * cube[place]
    return total


def over_units(cube: Ints, *, tree: Tree, additive: Flags) -> Ints:
    """Each unit's column added to its parent's where it is consolidated whole, the lowest first.

    Partial shares are no sums of columns and are added by `consolidated` beforehand. Accounts that do not
    add up over units stay where they are.
    """
    total = cube.copy()
    for unit in reversed(range(len(tree))):
        parent = tree.parent[unit]
        if parent != -1 and tree.units[unit].factor == WHOLE:
            total[additive, :, parent] += total[additive, :, unit]
    return total


def over_accounts(cube: Ints, *, chart: Chart) -> Ints:
    """Each account added to its parent with its weight (+1, −1, 0), the lowest first; own entries stay in."""
    total = cube.copy()
    for account in reversed(range(len(chart))):
        node, parent = chart.accounts[account], chart.parent[account]
        if parent != -1 and node.weight and node.additive:
            total[parent] += node.weight * total[account]
    return total


def spread(cells: Cells, reasons: Reasons, *, company: Company, stretches: Sequence[Stretch]) -> Errors | None:
    """Where figures cannot be known for want of a rate, all the way up both trees; None where all can.

    Of several errors the one that comes first in the alphabet is kept, whatever the order of the entries.
    """
    lacking = sorted({multiplier.reason for multiplier in cells.multipliers if multiplier.reason})
    if not lacking:
        return None
    first = stretches[0].first
    errors = np.zeros((company.chart.places, stretches[-1].last - first + 1, len(company.tree)), dtype=np.int32)
    for reason in lacking:
        places = [place for place, multiplier in enumerate(cells.multipliers) if multiplier.reason == reason]
        without = cells.where(np.isin(cells.multiplier, places))
        for stretch in stretches:
            found = without.where((without.row >= stretch.first) & (without.row <= stretch.last))
            if len(found):
                _spread(errors, found, reasons.number(reason), company.chart, stretch.tree, first)
    return errors


def _spread(errors: Errors, found: Cells, number: int, chart: Chart, tree: Tree, first: int) -> None:
    rows, row = np.unique(found.row, return_inverse=True)
    here = np.zeros((errors.shape[0], len(rows), errors.shape[2]), dtype=bool)
    here[found.account, row, found.unit] = True
    part = errors[:, rows - first]
    part[(part == 0) & _touched(here, chart, tree)] = number
    errors[:, rows - first] = part


def _touched(here: Flags, chart: Chart, tree: Tree) -> Flags:
    """Everything that a cell somewhere is part of."""
    for unit in reversed(range(len(tree))):
        parent = tree.parent[unit]
        if parent != -1 and tree.units[unit].factor != NOTHING:
            here[chart.additive, :, parent] |= here[chart.additive, :, unit]
    here[chart.line(NET_INCOME)] |= here[chart.profit_signs != 0].any(axis=0)
    for account in reversed(range(len(chart))):
        node, parent = chart.accounts[account], chart.parent[account]
        if parent != -1 and node.weight and node.additive:
            here[parent] |= here[account]
    return here


def _partial_shares(adding: Cells, stretch: Stretch) -> list[tuple[int, Fraction, Cells]]:
    """For each parent that takes only a part of a child: the cells below that child, by their share."""
    tree = stretch.tree
    within = (adding.row >= stretch.first) & (adding.row <= stretch.last)
    found = []
    for child in range(len(tree)):
        if tree.units[child].factor in (WHOLE, NOTHING):
            continue
        parent = tree.parent[child]
        by_share: dict[Fraction, list[int]] = {}
        for unit in tree.below(child):
            by_share.setdefault(tree.share(unit, parent), []).append(unit)
        for share, units in by_share.items():
            if share != NOTHING:
                found.append((parent, share, adding.where(within & np.isin(adding.unit, units))))
    return found
