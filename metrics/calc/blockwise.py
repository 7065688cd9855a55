"""The company in blocks: which units are computed together, and which of them a run has to touch.

Nothing hangs below the units of a block, so a block needs only its own rows. The *groups*, all other units, are
computed last, from what the blocks amount to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .affected import Area, Change
from .company import Company
from .matrix import Ints
from .tree import ELIMINATION

BLOCKS = 12
LEAST_UNITS = 50


@dataclass(frozen=True)
class Partition:
    """All units: `blocks` of those that never had anything below them, in the order of the tree, and the `groups`,
    nodes of other trees among them."""

    blocks: tuple[tuple[int, ...], ...]
    groups: tuple[int, ...]

    @classmethod
    def of(cls, company: Company, most: int) -> Partition:
        """Blocks of at most so many units: enough of them for several workers, and none too small to be worth it."""
        tree = company.tree
        alone = [
            place
            for place, unit in enumerate(tree.units)
            if tree.is_leaf[place] and unit.kind != ELIMINATION and not unit.tree
        ]
        inside = set(alone)
        size = min(most, max(LEAST_UNITS, -(-len(alone) // BLOCKS)))
        return cls(
            blocks=tuple(tuple(alone[start : start + size]) for start in range(0, len(alone), size)),
            groups=tuple(place for place in range(len(tree)) if place not in inside),
        )


@dataclass(frozen=True)
class Share:
    """What a run has to do in a block: `changed` units of which rows moved (None: any, or all of them), and the
    sheets to compute by version."""

    number: int
    units: tuple[int, ...]
    changed: frozenset[int] | None
    areas: Mapping[str, Area]

    @property
    def has_moved(self) -> bool:
        return self.changed is None or bool(self.changed)

    @property
    def wanted(self) -> frozenset[int]:
        """The units of which sheets are computed."""
        return frozenset(unit for area in self.areas.values() for unit in area.units)


def shares(
    partition: Partition, areas: Mapping[str, Area], moved: Mapping[str, Change] | None, *, kept: Collection[int]
) -> list[Share]:
    """Block by block what to do; blocks that nothing moved in are left out.

    `moved` None: everything may have. Blocks that nothing is `kept` of are added up anew.
    """
    found = []
    for number, units in enumerate(partition.blocks):
        changed = None if moved is None or number not in kept else changed_in(units, moved)
        share = Share(number, units, changed, within(areas, units))
        if share.has_moved or share.areas:
            found.append(share)
    return found


def changed_in(units: Sequence[int], moved: Mapping[str, Change]) -> frozenset[int] | None:
    """The units among these whose rows moved in some version; None where all may have."""
    parts = [change.units for change in moved.values()]
    known = [each for each in parts if each is not None]
    return frozenset().union(*known) & frozenset(units) if len(known) == len(parts) else None


def within(areas: Mapping[str, Area], units: Sequence[int]) -> dict[str, Area]:
    """The part of the areas that lies in some of the units."""
    inside = frozenset(units)
    cut = {
        version: Area(tuple(unit for unit in area.units if unit in inside), area.first, area.last)
        for version, area in areas.items()
    }
    return {version: area for version, area in cut.items() if area.units}


def columns(units: Sequence[int] | frozenset[int]) -> Ints:
    """Places as columns, ascending."""
    return np.array(sorted(units), dtype=np.int64)
