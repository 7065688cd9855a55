"""What units sold to each other, taken out at the first unit that holds both sides, and above.

An entry with a counterparty counts in its own unit and in every group that holds only that side. At the
first common parent it is taken out: there the elimination unit below that group shows it with the opposite
sign (a group without one carries it in its own figures), so a parent is always the sum of its children.
What is taken out is the part of the trade that the group does with itself: the shares of both sides
multiplied, which is all of it where both are fully consolidated and nothing where one is held at equity.
A counterparty outside the company is no counterparty.

What the two sides leave over stands on a line of its own in the same place: of sales and purchases on
`elimination_difference`, or on `elimination_rounding` where it is no more than rounding and different rates
(`metrics.matching`); of receivables and payables on `balance_difference`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from metrics.matching import ACROSS_AMOUNT, ACROSS_SHARE
from metrics.rates import ONE

from .cells import NOBODY, TAKEN_OUT, Cells
from .chart import BALANCE_DIFFERENCE, DIFFERENCE, ROUNDING
from .company import Company, Stretch
from .matrix import Flags, Ints
from .tree import ELIMINATION, NOTHING, Tree


@dataclass(frozen=True)
class Taken:
    """Cells taken out, placed where they are eliminated and with the opposite sign.

    `pair` numbers the two units that trade, whichever of them booked; `is_first` tells their sides apart.
    """

    cells: Cells
    pair: Ints
    is_first: Flags


def taken_out(tree: Tree, unit: int, counterparty: int) -> tuple[int, Fraction] | None:
    """Where a pair's figures are eliminated, and which part of them; None where they are not.

    The place is the elimination unit below the first common parent, or that parent itself.
    """
    parent = tree.common_parent(unit, counterparty)
    if parent is None:
        return None
    part = tree.share(unit, parent) * tree.share(counterparty, parent)
    return None if part == NOTHING else (tree.eliminations.get(parent, parent), part)


def eliminations(cells: Cells, *, company: Company, stretches: Iterable[Stretch]) -> Taken:
    """The cells that take internal trade out again, each on the terms of its own period."""
    internal = cells.where(cells.counterparty != NOBODY)
    found = _nothing(internal)
    for stretch in stretches:
        chosen = (internal.row >= stretch.first) & (internal.row <= stretch.last)
        if chosen.any():
            part = _taken(internal.where(chosen), stretch.tree)
            found = Taken(
                found.cells.joined(part.cells),
                np.concatenate([found.pair, part.pair]),
                np.concatenate([found.is_first, part.is_first]),
            )
    return found


def _nothing(cells: Cells) -> Taken:
    none = np.zeros(0, dtype=np.int64)
    return Taken(cells.where(none), none, none.astype(bool))


def _taken(internal: Cells, tree: Tree) -> Taken:
    pairs, inverse = np.unique(np.stack([internal.unit, internal.counterparty]), axis=1, return_inverse=True)
    inverse = inverse.ravel()
    found = [taken_out(tree, unit, other) for unit, other in pairs.T.tolist()]
    places = np.array([NOBODY if each is None else each[0] for each in found], dtype=np.int64)
    moved = replace(
        internal,
        unit=places[inverse],
        amount=-internal.amount,
        counterparty=np.full(len(internal), NOBODY),
        layer=np.full(len(internal), TAKEN_OUT),
    ).multiplied(inverse.astype(np.int64), [NOTHING if each is None else each[1] for each in found])
    low, high = np.minimum(internal.unit, internal.counterparty), np.maximum(internal.unit, internal.counterparty)
    chosen = moved.unit != NOBODY
    return Taken(moved.where(chosen), (low * len(tree) + high)[chosen], (internal.unit == low)[chosen])


def differences(taken: Taken, *, company: Company) -> Cells:
    """What eliminations leave over, where it was taken out; 0 where both sides booked the same.

    Income less expense of a pair and period is a mismatch, or rounding and currency; assets less liabilities
    are a mismatch of balances.
    """
    chart, cells = company.chart, taken.cells
    signs = chart.profit_signs + chart.balance_signs
    sign = signs[cells.account]
    found = replace(cells, amount=-cells.amount * sign)
    is_profit = (chart.profit_signs != 0)[cells.account]
    account = np.where(is_profit, chart.line(DIFFERENCE), chart.line(BALANCE_DIFFERENCE))
    account[is_profit & _is_rounding(replace(taken, cells=found), is_profit)] = chart.line(ROUNDING)
    return replace(found, account=account).where(sign != 0)


def _is_rounding(taken: Taken, chosen: Flags) -> Flags:
    """For each cell whether its pair leaves no more over in its period than `metrics.matching` allows."""
    cells = taken.cells
    if not chosen.any():
        return chosen
    keys = np.stack([cells.unit, taken.pair, cells.row])[:, chosen]
    groups, inverse = np.unique(keys, axis=1, return_inverse=True)
    inverse, number = inverse.ravel(), groups.shape[1]
    amount, multiplier = cells.amounts()[chosen], cells.multiplier[chosen]
    sides = np.zeros((2, number), dtype=np.int64)
    np.add.at(sides, (taken.is_first[chosen].astype(np.int64), inverse), amount)
    gap, larger = np.abs(sides.sum(axis=0)), np.abs(sides).max(axis=0)
    least, most = np.full(number, len(cells.multipliers)), np.full(number, -1)
    np.minimum.at(least, inverse, multiplier)
    np.maximum.at(most, inverse, multiplier)
    exact = np.array([each.factor == ONE for each in cells.multipliers], dtype=bool)
    rounded = np.zeros(number, dtype=np.int64)
    np.add.at(rounded, inverse, 1)
    allowed = np.where((least == most) & exact[most], 0, rounded)
    across = np.maximum(ACROSS_AMOUNT, larger * ACROSS_SHARE.numerator // ACROSS_SHARE.denominator)
    allowed = np.where(least == most, allowed, np.maximum(allowed, across))
    found = np.zeros(len(cells), dtype=bool)
    found[chosen] = (gap <= allowed)[inverse]
    return found


def eliminating(traded: Iterable[tuple[int, int]], *, tree: Tree) -> set[int]:
    """The elimination units that show what these pairs of unit and counterparty ever did with one another."""
    found = (taken_out(tree, unit, other) for unit, other in traded)
    return {each[0] for each in found if each is not None and tree.units[each[0]].kind == ELIMINATION}
