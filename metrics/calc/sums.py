"""What figures amount to in some columns of the tree, in a form that adds up: the company is the sum of its blocks.

Every cell goes up the tree on its own terms and is rounded on its own (`metrics.calc.rollup`), and every slice is
counted on its own (`metrics.calc.coverage`). So what a *block* of units amounts to, in its own columns and in those of
all units above, follows from its own rows; blocks add up to the company, and what a unit's rows were can be taken off
again. Only what two units did with one another needs both: see `metrics.calc.books`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .coverage import Counts, Coverage
from .matrix import Flags, Ints

NOBODY = -1


@dataclass(frozen=True)
class Count:
    """The slices of accounts that are carried alike, month by month: rows × columns.

    `reached` counts the units at or below that carry them at all. `additive` accounts are counted up the tree.
    """

    coverage: Coverage
    reached: Counts
    additive: bool


@dataclass(frozen=True)
class Sums:
    """What some rows amount to in the columns (places in the tree, ascending), from row `first` of the axis on.

    `amounts` are accounts and lines × rows × columns, exact ten-thousandths, rolled up over units and accounts;
    `stages` the parts of them that adjustments and eliminations make up; `lacking` where they cannot be known, by
    the reason. `counted` gives for each account or line the place in `counts` of its own slices, NOBODY where nobody
    carries it. `foreign` are all units that have figures in other currencies below them, elimination units beside them
    included: they need not be among the columns.
    """

    columns: Ints
    first: int
    amounts: Ints
    stages: Mapping[str, Ints]
    lacking: Mapping[str, Flags]
    counts: tuple[Count, ...]
    counted: tuple[int, ...]
    foreign: frozenset[int]

    @property
    def rows(self) -> int:
        return int(self.amounts.shape[1])

    def of(self, columns: Ints) -> Sums:
        """The sums in some of the columns."""
        at = np.searchsorted(self.columns, columns)
        return replace(
            self,
            columns=columns,
            amounts=self.amounts[:, :, at],
            stages={name: amounts[:, :, at] for name, amounts in self.stages.items()},
            lacking={reason: where[:, :, at] for reason, where in self.lacking.items()},
            counts=tuple(
                replace(each, coverage=_columns(each.coverage, at), reached=each.reached[:, at]) for each in self.counts
            ),
        )

    def negative(self) -> Sums:
        """What takes these sums off again. What is lacking cannot be taken off: somebody else may lack it too."""
        assert not self.lacking
        return replace(
            self,
            amounts=-self.amounts,
            stages={name: -amounts for name, amounts in self.stages.items()},
            counts=tuple(
                replace(each, coverage=Coverage(-each.coverage.have, -each.coverage.of), reached=-each.reached)
                for each in self.counts
            ),
        )


def total(parts: Sequence[Sums], *, columns: Ints, first: int, rows: int) -> Sums:
    """The sum of several; each counts in those of its columns and rows that are asked for."""
    spots = [_Spot.of(part, columns, first, rows) for part in parts]
    places = len(parts[0].counted)
    whole = places, rows, len(columns)
    stages = sorted({name for part in parts for name in part.stages})
    reasons = sorted({reason for part in parts for reason in part.lacking})
    kinds: dict[tuple[int, ...], int] = {}
    counted = []
    for place in range(places):
        kind = tuple(part.counted[place] for part in parts)
        counted.append(kinds.setdefault(kind, len(kinds)) if any(each != NOBODY for each in kind) else NOBODY)
    return Sums(
        columns=columns,
        first=first,
        amounts=_added([(spot, spot.part.amounts) for spot in spots], np.zeros(whole, dtype=np.int64)),
        stages={
            name: _added([(s, s.part.stages[name]) for s in spots if name in s.part.stages], np.zeros(whole, np.int64))
            for name in stages
        },
        lacking={
            reason: _either([(s, s.part.lacking[reason]) for s in spots if reason in s.part.lacking], whole)
            for reason in reasons
        },
        counts=tuple(_count(spots, kind, whole[1:]) for kind in kinds),
        counted=tuple(counted),
        foreign=frozenset().union(*(part.foreign for part in parts)),
    )


@dataclass(frozen=True)
class _Spot:
    """Where a part lies in the whole: its rows and columns there, and which of its own those are."""

    part: Sums
    rows: slice
    columns: Ints
    own_rows: slice
    own_columns: Ints

    @classmethod
    def of(cls, part: Sums, columns: Ints, first: int, rows: int) -> _Spot:
        start, stop = max(part.first, first), min(part.first + part.rows, first + rows)
        stop = max(stop, start)
        shared, own, there = np.intersect1d(part.columns, columns, assume_unique=True, return_indices=True)
        assert len(shared) == len(own)
        return cls(part, slice(start - first, stop - first), there, slice(start - part.first, stop - part.first), own)

    def add(self, into: Ints | Counts, numbers: Ints | Counts) -> None:
        into[..., self.rows, self.columns] += numbers[..., self.own_rows, self.own_columns]


def _added(parts: Sequence[tuple[_Spot, Ints]], into: Ints) -> Ints:
    for spot, amounts in parts:
        spot.add(into, amounts)
    return into


def _either(parts: Sequence[tuple[_Spot, Flags]], shape: tuple[int, ...]) -> Flags:
    found = np.zeros(shape, dtype=bool)
    for spot, where in parts:
        found[..., spot.rows, spot.columns] |= where[..., spot.own_rows, spot.own_columns]
    return found


def _count(spots: Sequence[_Spot], kind: Sequence[int], shape: tuple[int, ...]) -> Count:
    have, of, reached = (np.zeros(shape, dtype=np.int32) for _ in range(3))
    additive = True
    for spot, at in zip(spots, kind, strict=True):
        if at != NOBODY:
            each = spot.part.counts[at]
            spot.add(have, each.coverage.have)
            spot.add(of, each.coverage.of)
            spot.add(reached, each.reached)
            additive = each.additive
    return Count(Coverage(have, of), reached, additive)


def _columns(coverage: Coverage, at: Ints) -> Coverage:
    return Coverage(coverage.have[:, at], coverage.of[:, at])
