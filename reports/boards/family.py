"""The units around one: those right below it, and those of its type beside it; handed over with the unit itself."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import OuterRef

from reports.boards.picture import Part, below
from reports.footing import Footing, at_mark
from reports.rows import Rows
from reports.selection import Selection
from units.models import Placement, Unit
from units.scope import Scope


class Peer(NamedTuple):
    """A unit of the same type."""

    pk: int
    code: str
    name: str
    left: int


def children_of(scope: Scope) -> Rows:
    """The units right below the one that is read."""
    placed = Placement.objects.within(scope).filter(at_mark(), parent=OuterRef("pk"))
    return Rows(placed.order_by("position", "unit__left"), "unit_id", "unit__code", "unit__name", "unit__kind")


def alike_of(scope: Scope) -> Rows:
    """The other units of the kind of the one that is read; nodes of other trees and eliminations have none."""
    alike = Unit.objects.within(scope).filter(tree="", left__gt=0, kind=OuterRef("kind")).filter(tree=OuterRef("tree"))
    others = alike.exclude(kind=Unit.Kind.ELIMINATION).exclude(pk=OuterRef("pk"))
    return Rows(others.order_by("left"), *Peer._fields)


def children(scope: Scope, selection: Selection, on: Footing) -> list[Part]:
    """The units right below in the selected period; they are asked for once more where units came or left since."""
    if selection.unit.tree or selection.has_moves:
        return below(scope, selection)
    return [Part(*row) for row in on.beside["children"]]


def alike(on: Footing) -> list[Peer]:
    """The units of its kind beside it."""
    return [Peer(*row) for row in on.beside["alike"]]
