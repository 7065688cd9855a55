"""Up the two trees: accounts into their parents by weight, units into theirs by share.

A cube is accounts × rows × units of exact int64 ten-thousandths. A unit's own column is always at 100 %;
what its parent takes of it is decided by method and ownership and multiplied down the path. Where that part
is not the whole, each cell below is scaled on its own and rounded once, so that the shares of the leaves add
up to the parent exactly.

Errors (an entry without a rate) travel the same ways: a total that lacks a part nobody can translate is
missing with the same reason. Error cubes hold numbers of reasons, 0 where there is no error.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from .cells import Cells, scatter
from .company import NOTHING, WHOLE, Chart, Company, Flags, Ints, Tree
from .levels import Reasons

Errors = npt.NDArray[np.int32]


def consolidated(cells: Cells, *, company: Company, first: int, last: int) -> Ints:
    """The cube of all accounts and units with everything rolled up, eliminations being cells among others.

    Rows run from `first` to `last` of the axis. The place after the last account is the elimination
    difference, which has no parent account. Cells without a rate count 0 here; see `spread`.
    """
    tree, chart = company.tree, company.chart
    shape = (len(chart) + 1, last - first + 1, len(tree))
    cube = scatter(cells, shape=shape, first=first)
    for parent, share, below in _partial_shares(cells, company):
        np.add.at(cube[:, :, parent], (below.account, below.row - first), below.amounts(share))
    return over_accounts(over_units(cube, tree=tree, additive=_additive(chart)), chart=chart)


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


def spread(cells: Cells, reasons: Reasons, *, company: Company, first: int, last: int) -> Errors | None:
    """Where figures cannot be known for want of a rate, all the way up both trees; None where all can.

    Of several errors the one that comes first in the alphabet is kept, whatever the order of the entries.
    """
    lacking = sorted({multiplier.reason for multiplier in cells.multipliers if multiplier.reason})
    if not lacking:
        return None
    tree, chart = company.tree, company.chart
    errors = np.zeros((len(chart) + 1, last - first + 1, len(tree)), dtype=np.int32)
    for reason in lacking:
        places = [place for place, multiplier in enumerate(cells.multipliers) if multiplier.reason == reason]
        found = cells.where(np.isin(cells.multiplier, places))
        if not len(found):
            continue
        number = reasons.number(reason)
        rows, row = np.unique(found.row, return_inverse=True)
        here = np.zeros((errors.shape[0], len(rows), errors.shape[2]), dtype=bool)
        here[found.account, row, found.unit] = True
        part = errors[:, rows - first]
        part[(part == 0) & _touched(here, company)] = number
        errors[:, rows - first] = part
    return errors


def _touched(here: npt.NDArray[np.bool_], company: Company) -> npt.NDArray[np.bool_]:
    """Everything that a cell somewhere is part of."""
    tree, chart = company.tree, company.chart
    additive = _additive(chart)
    for unit in reversed(range(len(tree))):
        parent = tree.parent[unit]
        if parent != -1 and tree.units[unit].factor != NOTHING:
            here[additive, :, parent] |= here[additive, :, unit]
    for account in reversed(range(len(chart))):
        node, parent = chart.accounts[account], chart.parent[account]
        if parent != -1 and node.weight and node.additive:
            here[parent] |= here[account]
    return here


def _partial_shares(cells: Cells, company: Company) -> list[tuple[int, Fraction, Cells]]:
    """For each parent that takes only a part of a child: the cells below that child, by their share."""
    tree = company.tree
    adding = cells.where(_additive(company.chart)[cells.account])
    found = []
    for child in range(len(tree)):
        if tree.units[child].factor in (WHOLE, NOTHING):
            continue
        parent = tree.parent[child]
        by_share: dict[Fraction, list[int]] = {}
        for unit in _below(tree, child):
            by_share.setdefault(tree.share(unit, parent), []).append(unit)
        for share, units in by_share.items():
            if share != NOTHING:
                found.append((parent, share, adding.where(np.isin(adding.unit, units))))
    return found


def _below(tree: Tree, unit: int) -> list[int]:
    """A unit and everything below it."""
    inside = {unit}
    for each in range(unit + 1, len(tree)):
        if tree.parent[each] in inside:
            inside.add(each)
    return sorted(inside)


def _additive(chart: Chart) -> Flags:
    """Which places of a cube add up over units; the elimination difference does."""
    return np.array([*(node.additive for node in chart.accounts), True], dtype=bool)
