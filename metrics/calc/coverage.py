"""Who delivered what, and who was expected to: the counts behind "11 of 12".

A *slice* is what one source delivered for a unit, a period and a version. Inside a delivered slice an
account without a row is 0. An account is there for a unit and period as soon as one of the sources that
carry it there delivered that slice; it is *expected* where the unit is in the company and ever delivered such
a source. Units that never did are left out: they make nothing late and nothing partial.

Which source carries an account is decided unit by unit: see `metrics.carriers`.

Accounts carried alike share their counts, so counts are kept per *carriage* (pairs of source and unit, and
whether the account adds up over units).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from metrics.carriers import Pair

from .company import Company, Stretch
from .matrix import Flags, Ints
from .tree import NOTHING

Slices = tuple[frozenset[Pair], bool]
Counts = npt.NDArray[np.int32]
NONE = np.int32(0)


@dataclass(frozen=True)
class Deliveries:
    """The delivered slices of one version: columns of the same length, and what sources ever carried.

    `ever` holds (source, unit) pairs that delivered at some time, even if the slice was emptied since;
    `carried` the accounts each of them ever delivered a row of, `traded` the (unit, counterparty) pairs that
    ever had figures. Where a version is a chain of others, each of them has its own years: `spans` limits a
    source to some rows of the axis, and `traded` is kept by such rows (None: all of them).

    `adjusting` sources adjust what others deliver: nobody waits for them, and nothing is complete because of
    them. Only where no other source is awaited they count as delivered.
    """

    source: Ints
    unit: Ints
    row: Ints
    ever: frozenset[Pair]
    carried: Mapping[Pair, frozenset[int]]
    spans: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    traded: Mapping[tuple[int, int] | None, frozenset[tuple[int, int]]] = field(default_factory=dict)
    adjusting: frozenset[int] = frozenset()


@dataclass(frozen=True, eq=False)
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


def coverage(carriage: Slices, deliveries: Deliveries, *, company: Company, stretches: Sequence[Stretch]) -> Coverage:
    """Delivered and expected slices of a carriage, rolled up the tree, for the rows of the stretches.

    A delivered slice always counts as expected, even outside the unit's dates. Months to come of a fiscal
    year that is under way are expected too; whether they are late is not asked before they have come.
    Units that are not consolidated (equity, none) do not count in their parent.
    """
    pairs, additive = carriage
    first, last = stretches[0].first, stretches[-1].last
    adjusting = frozenset(pair for pair in pairs if pair[0] in deliveries.adjusting)
    delivered = _delivered(pairs - adjusting, deliveries, (last - first + 1, len(company.tree)), first)
    awaited = _awaited(pairs - adjusting, deliveries, np.arange(first, last + 1), len(company.tree))
    expected = delivered | (awaited & company.tree.active(company.axis, first, last))
    if adjusting:
        adjusted = _delivered(adjusting, deliveries, delivered.shape, first) & ~expected
        delivered, expected = delivered | adjusted, expected | adjusted
    found = Coverage(delivered.astype(np.int32), expected.astype(np.int32))
    return _rolled_up(found, stretches) if additive else found


def reach(carriage: Slices, deliveries: Deliveries, *, company: Company, stretches: Sequence[Stretch]) -> Coverage:
    """How many units at or below each are carried at all, delivered or not, for the rows of the stretches.

    Scores too are counted up the tree: that a group has none is another thing than that no unit below it has.
    """
    rows = np.arange(stretches[0].first, stretches[-1].last + 1)
    found = _awaited(carriage[0], deliveries, rows, len(company.tree)).astype(np.int32)
    return _rolled_up(Coverage(found, found), stretches)


def _delivered(pairs: frozenset[Pair], deliveries: Deliveries, shape: tuple[int, ...], first: int) -> Flags:
    """Rows × units: where one of the pairs delivered."""
    found = np.zeros(shape, dtype=bool)
    chosen = np.isin(
        deliveries.source * shape[1] + deliveries.unit, [source * shape[1] + unit for source, unit in pairs]
    )
    found[deliveries.row[chosen] - first, deliveries.unit[chosen]] = True
    return found


def _awaited(pairs: frozenset[Pair], deliveries: Deliveries, rows: Ints, units: int) -> Flags:
    """Rows × units: where one of the pairs' sources is a source of its unit at all."""
    found = np.zeros((len(rows), units), dtype=bool)
    for source, unit in pairs:
        first, last = deliveries.spans.get(source, (rows[0], rows[-1]))
        found[(rows >= first) & (rows <= last), unit] = True
    return found


def _rolled_up(found: Coverage, stretches: Sequence[Stretch]) -> Coverage:
    have, of = found.have.copy(), found.of.copy()
    for stretch in stretches:
        rows, tree = slice(stretch.first - stretches[0].first, stretch.last - stretches[0].first + 1), stretch.tree
        for unit in tree.lowest_first:
            parent = tree.parent[unit]
            if parent != -1 and tree.units[unit].factor != NOTHING:
                have[rows, parent] += have[rows, unit]
                of[rows, parent] += of[rows, unit]
    return Coverage(have, of)
