"""The units around one: those right below it, and those of its type beside it; handed over with the unit itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Value

from reports.boards.picture import NAMED, Part, below
from reports.footing import Footing, at_mark
from reports.rows import Rows
from reports.selection import Selection
from units.models import Placement, Unit
from units.scope import Scope

NEAREST = 12
"""How many units of its type stand on either side of a unit on its page: those next to it in the tree."""


class Peer(NamedTuple):
    """A unit of the same type."""

    pk: int
    code: str
    name: str
    left: int


class Peers(NamedTuple):
    """The units of its type next to a unit, in the order of the tree, and how many of its type there are in all."""

    nearest: Sequence[Peer]
    number: int


def children_of(scope: Scope) -> Rows:
    """The units right below the one that is read."""
    placed = Placement.objects.within(scope).filter(at_mark(), parent=OuterRef("pk"))
    return Rows(placed.order_by("position", "unit__left"), "unit_id", *(f"unit__{name}" for name in NAMED))


def alike_of(scope: Scope) -> Rows:
    """The other units of the kind of the one that is read; nodes of other trees and eliminations have none."""
    return Rows(_others(scope).order_by("left"), *Peer._fields)


def nearest_of(scope: Scope) -> dict[str, Rows]:
    """Of the same those that stand next to it in the tree, on either side, and how many there are in all: of thousands
    few are printed. What is above or below it is none of them."""
    before, after = Q(right__lt=OuterRef("left")), Q(left__gt=OuterRef("right"))
    others = _others(scope).filter(before | after)
    number = others.order_by().values(one=Value(1)).annotate(number=Count("pk"))
    return {
        "before": Rows(others.filter(before).order_by("-left")[:NEAREST], *Peer._fields),
        "after": Rows(others.filter(after).order_by("left")[:NEAREST], *Peer._fields),
        "number_alike": Rows(number, "number"),
    }


def _others(scope: Scope) -> QuerySet[Unit]:
    alike = Unit.objects.within(scope).filter(tree="", left__gt=0, kind=OuterRef("kind")).filter(tree=OuterRef("tree"))
    return alike.exclude(kind=Unit.Kind.ELIMINATION).exclude(pk=OuterRef("pk"))


def children(scope: Scope, selection: Selection, on: Footing) -> list[Part]:
    """The units right below in the selected period; they are asked for once more where units came or left since."""
    if selection.unit.tree or selection.has_moves:
        return below(scope, selection)
    return [Part(*row) for row in on.beside["children"]]


def alike(on: Footing) -> list[Peer]:
    """The units of its kind beside it."""
    return [Peer(*row) for row in on.beside["alike"]]


def nearest(on: Footing) -> Peers:
    """Those of them that stand next to it."""
    rows = [*reversed(on.beside["before"]), *on.beside["after"]]
    return Peers([Peer(*row) for row in rows], on.beside["number_alike"][0][0] if rows else 0)
