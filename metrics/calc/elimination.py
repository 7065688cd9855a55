"""What units sold to each other, taken out at the first unit that holds both sides, and above.

An entry with a counterparty counts in its own unit and in every group that holds only that side. At the
first common parent it is taken out: there the elimination unit below that group shows it with the opposite
sign (a group without one carries it in its own figures), so a parent is always the sum of its children.
What is taken out is the part of the trade that the group does with itself: the shares of both sides
multiplied, which is all of it where both are fully consolidated and nothing where one is held at equity.
A counterparty outside the company is no counterparty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from .cells import NOBODY, Cells
from .company import ELIMINATION, NOTHING, Company, Tree


def taken_out(tree: Tree, unit: int, counterparty: int) -> tuple[int, Fraction] | None:
    """Where a pair's figures are eliminated, and which part of them; None where they are not.

    The place is the elimination unit below the first common parent, or that parent itself.
    """
    parent = tree.common_parent(unit, counterparty)
    if parent is None:
        return None
    part = tree.share(unit, parent) * tree.share(counterparty, parent)
    return None if part == NOTHING else (tree.eliminations.get(parent, parent), part)


def eliminations(cells: Cells, *, company: Company) -> Cells:
    """The cells that take internal trade out again: placed where it is eliminated, with the opposite sign."""
    internal = cells.where(cells.counterparty != NOBODY)
    pairs, inverse = np.unique(np.stack([internal.unit, internal.counterparty]), axis=1, return_inverse=True)
    found = [taken_out(company.tree, unit, other) for unit, other in pairs.T.tolist()]
    places = np.array([-1 if each is None else each[0] for each in found], dtype=np.int64)
    parts = [NOTHING if each is None else each[1] for each in found]
    inverse = inverse.ravel()
    unit = places[inverse] if len(places) else internal.unit
    moved = replace(internal, unit=unit, amount=-internal.amount, counterparty=np.full(len(internal), NOBODY))
    moved = moved.multiplied(inverse.astype(np.int64), parts) if len(internal) else moved
    return moved.where(moved.unit != NOBODY)


def differences(taken: Cells, *, company: Company) -> Cells:
    """What eliminations leave over: income less expense taken out, where it was taken out.

    0 where both sides booked the same; stands on the place after the last account.
    """
    signs = np.array([*company.chart.profit_signs, 0], dtype=np.int64)
    sign = signs[taken.account] if len(taken) else taken.account
    found = replace(
        taken,
        account=np.full(len(taken), company.chart.difference, dtype=np.int64),
        amount=-taken.amount * sign,
    )
    return found.where(sign != 0)


def eliminating(traded: Iterable[tuple[int, int]], *, company: Company) -> set[int]:
    """The elimination units that show what these pairs of unit and counterparty ever did with one another."""
    found = (taken_out(company.tree, unit, other) for unit, other in traded)
    return {each[0] for each in found if each is not None and company.tree.units[each[0]].kind == ELIMINATION}
