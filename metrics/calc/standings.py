"""How figures stand: why they are missing, and how complete they are.

Most figures of a unit stand alike: one source delivers all its accounts in one month, so what is late for revenue is
late for cost, and for all that is made of them. A *standing* is therefore an object of its own that figures share:
what stands alike has the very same one, and what two of them make together is worked out once. What is left for
each formula to do is its arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .coverage import Coverage, least_complete, uncounted
from .matrix import Flags, Ints

Marks = npt.NDArray[np.int32]
Shape = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Standing:
    """Rows × units: the place of the `reason` in a list of them (`metrics.calc.levels.Reasons`), 0 where a figure
    has a number; and its `coverage`. Neither is ever changed in place."""

    reason: Marks
    coverage: Coverage

    @cached_property
    def present(self) -> Flags:
        found: Flags = self.reason == 0
        return found

    @cached_property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return bool(self.present.all())

    @cached_property
    def is_empty(self) -> bool:
        """Whether there is no number at all."""
        return not self.present.any()

    def take(self, rows: Ints) -> Standing:
        return Standing(self.reason[rows], self.coverage.take(rows))


class Standings:
    """All standings of figures that are evaluated together."""

    def __init__(self) -> None:
        self._known: dict[tuple[Shape, bytes, bytes, bytes], Standing] = {}
        self._joint: dict[tuple[Standing, Standing], Standing] = {}
        self._uncounted: dict[tuple[Shape, int], Standing] = {}
        self._at: dict[tuple[Standing, bytes], Standing] = {}

    def of(self, reason: Marks, coverage: Coverage) -> Standing:
        """The standing of this content: the one there is, if there is one."""
        reason = reason.astype(np.int32, copy=False)
        shape = reason.shape[0], reason.shape[1]
        key = shape, reason.tobytes(), coverage.have.tobytes(), coverage.of.tobytes()
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Standing(reason, coverage)
        return found

    def uncounted(self, shape: Shape, reason: int = 0) -> Standing:
        """That of what nobody delivers: everywhere the same, and nothing expected."""
        if (shape, reason) not in self._uncounted:
            self._uncounted[shape, reason] = self.of(np.full(shape, reason, dtype=np.int32), uncounted(shape))
        return self._uncounted[shape, reason]

    def at(self, standing: Standing, rows: Ints) -> Standing:
        """The standing at some of its rows."""
        key = standing, rows.tobytes()
        if key not in self._at:
            self._at[key] = self.of(standing.reason[rows], standing.coverage.take(rows))
        return self._at[key]

    def because(self, standing: Standing, chosen: Flags, reason: int) -> Standing:
        """The standing, but missing for this reason at the places chosen."""
        return self.of(np.where(chosen, np.int32(reason), standing.reason), standing.coverage)

    def joint(self, left: Standing, right: Standing) -> Standing:
        """Of what takes two operands: the left one's reason, else the right one's; the less complete one's coverage."""
        if left is right:
            return left
        found = self._joint.get((left, right))
        if found is None:
            coverage = least_complete(left.coverage, right.coverage)
            found = self._joint[left, right] = self.of(np.where(left.present, right.reason, left.reason), coverage)
        return found
