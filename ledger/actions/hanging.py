"""Where units hang: the numbers of the tree of today, and parents of other days. Part of the verbs that move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import F, Q
from django.utils.timezone import localdate, make_aware

from jobs.actions import enqueue
from ledger.trees import Place, Places
from units.models import Assignment, FormerParent, Placement, PlannedParent, Unit
from units.scope import Scope
from units.tree import Place as Numbers
from units.tree import number

NOWHERE = Numbers(0, 0, 1)
"""Of a node that hangs on nothing any more: in nobody's part of any tree, and the top of none."""

TAKE_UP = "ledger.places.take_up"


@dataclass(frozen=True)
class Hanging:
    """All units of the company by their codes, and the code of what each hangs on today, in the order of siblings."""

    units: Mapping[str, Unit]
    parents: Mapping[str, str | None]

    def number(self, today: date) -> None:
        """Number the whole tree of today anew, and after it the nodes of other trees; what is as it was is not written.

        Whoever may see a part of the company sees no node by that, and a node opens none of the units below it.
        """
        nodes = {node.code: node for node in Unit.unscoped.exclude(tree="")}
        places = dict.fromkeys(nodes, NOWHERE) | number([*self.parents.items(), *self._nodes(today)])
        stale = []
        for code, place in places.items():
            unit = nodes.get(code) or self.units[code]
            if (unit.left, unit.right, unit.depth) != (place.left, place.right, place.depth):
                unit.left, unit.right, unit.depth = place.left, place.right, place.depth
                stale.append(unit)
        Unit.unscoped.bulk_update(stale, ["left", "right", "depth"], batch_size=500)

    @staticmethod
    def _nodes(today: date) -> Iterable[tuple[str, str | None]]:
        """The nodes of other trees, with the node each hangs on today; every node has one from the beginning."""
        standing = Assignment.unscoped.filter(until_mark__isnull=True).exclude(unit__tree="")
        begun = standing.filter(Q(starts__isnull=True) | Q(starts__lte=today))
        latest_last = begun.order_by(F("starts").asc(nulls_first=True), "tree", "position")
        found: dict[str, str | None] = dict(latest_last.values_list("unit__code", "parent__code"))
        return found.items()

    @property
    def places(self) -> Places:
        """Where every unit hangs, on other days as it stands."""
        formers: dict[str, list[tuple[date, str]]] = {}
        planned: dict[str, list[tuple[date, str]]] = {}
        before = FormerParent.unscoped.filter(until_mark__isnull=True).order_by("ends")
        for unit, ends, parent in before.values_list("unit__code", "ends", "parent__code"):
            formers.setdefault(unit, []).append((ends, parent))
        later = PlannedParent.unscoped.filter(until_mark__isnull=True).order_by("starts")
        for unit, starts, parent in later.values_list("unit__code", "starts", "parent__code"):
            planned.setdefault(unit, []).append((starts, parent))
        return {
            code: Place(parent, tuple(formers.get(code, ())), tuple(planned.get(code, ())))
            for code, parent in self.parents.items()
        }

    @staticmethod
    def hang(old: Placement, parent: int, mark: int) -> None:
        """Close a placement and write its successor under another parent, on the same terms."""
        Placement.unscoped.filter(pk=old.pk).update(until_mark=mark)
        Placement.unscoped.create(
            unit_id=old.unit_id,
            parent_id=parent,
            ownership=old.ownership,
            method=old.method,
            position=old.position,
            from_mark=mark,
        )

    @staticmethod
    def ask_to_take_up(days: Iterable[date], *, actor: Scope, at: datetime) -> None:
        """Ask the worker to take up what is planned for days that have not come, each at its beginning."""
        for day in sorted({day for day in days if day > localdate(at)}):
            begins = make_aware(datetime.combine(day, time.min))
            enqueue(kind=TAKE_UP, key=day.isoformat(), at=at, actor=actor.actor, due=begins)
