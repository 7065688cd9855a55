"""Where units hang: the numbers of the tree of today, and the parents units had before. Part of the verbs that move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from units.models import Assignment, FormerParent, Unit
from units.tree import Place, number

NOWHERE = Place(0, 0, 1)
"""Of a node that hangs on nothing any more: in nobody's part of any tree, and the top of none."""


@dataclass(frozen=True)
class Hanging:
    """All units of the company by their codes, and the code of what each hangs on today, in the order of siblings."""

    units: Mapping[str, Unit]
    parents: Mapping[str, str | None]

    def number(self) -> None:
        """Number the whole tree of today anew, and after it the nodes of other trees; what is as it was is not written.

        Whoever may see a part of the company sees no node by that, and a node opens none of the units below it.
        """
        nodes = {node.code: node for node in Unit.unscoped.exclude(tree="")}
        places = dict.fromkeys(nodes, NOWHERE) | number([*self.parents.items(), *self._nodes()])
        stale = []
        for code, place in places.items():
            unit = nodes.get(code) or self.units[code]
            if (unit.left, unit.right, unit.depth) != (place.left, place.right, place.depth):
                unit.left, unit.right, unit.depth = place.left, place.right, place.depth
                stale.append(unit)
        Unit.unscoped.bulk_update(stale, ["left", "right", "depth"], batch_size=500)

    @staticmethod
    def _nodes() -> Iterable[tuple[str, str | None]]:
        """The nodes of other trees as they stand, with the node each hangs on."""
        standing = Assignment.unscoped.filter(until_mark__isnull=True).exclude(unit__tree="")
        return standing.order_by("tree", "position").values_list("unit__code", "parent__code")

    @staticmethod
    def before() -> dict[str, list[tuple[date, str]]]:
        """By unit the last day on each parent of before and the parent, the earliest first; codes, as they stand."""
        found: dict[str, list[tuple[date, str]]] = {}
        standing = FormerParent.unscoped.filter(until_mark__isnull=True).order_by("ends")
        for unit, ends, parent in standing.values_list("unit__code", "ends", "parent__code"):
            found.setdefault(unit, []).append((ends, parent))
        return found
