"""Who delivered what, and who was expected to: the counts behind "11 of 12".

A *slice* is what one source delivered for a unit, a period and a version. Inside a delivered slice an
account without a row is 0. An account is there for a unit and period as soon as one of the sources that
carry it delivered that slice; it is *expected* where the unit is in the company and ever delivered such a
source. Units that never did are left out: they make nothing late and nothing partial.

Accounts carried by the same sources share their counts, so counts are kept per *carriage* (a set of
sources, and whether the account adds up over units).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .company import NOTHING, Company, Flags, Ints

Carriage = tuple[frozenset[int], bool]
Counts = npt.NDArray[np.int32]
NONE = np.int32(0)


@dataclass(frozen=True)
class Deliveries:
    """The delivered slices of one version: columns of the same length, and what sources ever carried.

    `ever` holds (source, unit) pairs that delivered at some time, even if the slice was emptied since;
    `carried` the accounts each source ever delivered a row of, `traded` the (unit, counterparty) pairs that
    ever had figures. Where a version is a chain of others, each of them has its own years: `spans` limits a
    source to some rows of the axis, and `traded` is kept by such rows (None: all of them).
    """

    source: Ints
    unit: Ints
    row: Ints
    ever: frozenset[tuple[int, int]]
    carried: Mapping[int, frozenset[int]]
    spans: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    traded: Mapping[tuple[int, int] | None, frozenset[tuple[int, int]]] = field(default_factory=dict)

    def carriers(self, account: int) -> frozenset[int]:
        """The sources that carry an account."""
        return frozenset(source for source, accounts in self.carried.items() if account in accounts)


@dataclass(frozen=True)
class Coverage:
    """How many unit-periods were delivered (`have`) of how many expected (`of`): rows × units."""

    have: Counts
    of: Counts

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(self.have + other.have, self.of + other.of)

    def where(self, chosen: Flags) -> Coverage:
        """The counts where chosen; elsewhere nothing is expected."""
        return Coverage(np.where(chosen, self.have, NONE), np.where(chosen, self.of, NONE))

    def take(self, rows: Ints) -> Coverage:
        return Coverage(self.have[rows], self.of[rows])


def uncounted(shape: tuple[int, int]) -> Coverage:
    """The coverage of what nobody delivers: literals, the calendar."""
    nothing = np.zeros(shape, dtype=np.int32)
    return Coverage(nothing, nothing)


def least_complete(left: Coverage, right: Coverage) -> Coverage:
    """The less complete of two, the left one where they are equally so; what expects nothing has no say."""
    if left is right:
        return left
    is_less = right.have.astype(np.int64) * left.of < left.have.astype(np.int64) * right.of
    chosen = (right.of > 0) & (is_less | (left.of == 0))
    return Coverage(np.where(chosen, right.have, left.have), np.where(chosen, right.of, left.of))


def coverage(carriage: Carriage, deliveries: Deliveries, *, company: Company, first: int, last: int) -> Coverage:
    """Delivered and expected slices of a carriage, rolled up the tree, for rows first…last of the axis.

    A delivered slice always counts as expected, even outside the unit's dates. Months to come of a fiscal
    year that is under way are expected too; whether they are late is not asked before they have come.
    Units that are not consolidated (equity, none) do not count in their parent.
    """
    sources, additive = carriage
    delivered = np.zeros((last - first + 1, len(company.tree)), dtype=bool)
    chosen = np.isin(deliveries.source, list(sources))
    delivered[deliveries.row[chosen] - first, deliveries.unit[chosen]] = True
    awaited = _awaited(sources, deliveries, np.arange(first, last + 1), len(company.tree))
    expected = delivered | (awaited & company.tree.active(company.axis, first, last))
    found = Coverage(delivered.astype(np.int32), expected.astype(np.int32))
    return _rolled_up(found, company) if additive else found


def _awaited(sources: frozenset[int], deliveries: Deliveries, rows: Ints, units: int) -> Flags:
    """Rows × units: where one of the sources is a source of the unit at all."""
    found = np.zeros((len(rows), units), dtype=bool)
    for source, unit in deliveries.ever:
        if source in sources:
            first, last = deliveries.spans.get(source, (rows[0], rows[-1]))
            found[(rows >= first) & (rows <= last), unit] = True
    return found


def _rolled_up(found: Coverage, company: Company) -> Coverage:
    have, of = found.have.copy(), found.of.copy()
    tree = company.tree
    for unit in reversed(range(len(tree))):
        parent = tree.parent[unit]
        if parent != -1 and tree.units[unit].factor != NOTHING:
            have[:, parent] += have[:, unit]
            of[:, parent] += of[:, unit]
    return Coverage(have, of)
