"""The units that the rail lists, of however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from units.models import Unit
from units.scope import Scope

IN_RAIL = 24
LISTED = Q(tree="", depth__gt=0) & ~Q(kind=Unit.Kind.ELIMINATION)
"""What stands for itself: no root above others, no eliminations, no node of another tree."""


class Place(NamedTuple):
    """A unit, or a node of another tree, as far as the rail prints it."""

    pk: int
    code: str
    name: str


class Rail(NamedTuple):
    """What a reader's rail lists: the top of what he sees, the first units and how many there are, and of each other
    tree the node from which he looks down. `top` is None for who sees no unit. `waiting` counts what waits for him."""

    top: Place | None
    units: Sequence[Place]
    number: int
    trees: Sequence[Place]
    waiting: int = 0

    @classmethod
    def of(cls, scope: Scope, waiting: QuerySet[Any] | None = None) -> Rail:
        """One query that hands over what is printed only: of thousands of units, each row costs more than its line.

        `waiting` is what is to be counted along with them. What stands at the top of all is listed only where nothing
        else is.
        """
        standing = Unit.objects.within(scope).filter(left__gt=0)
        listed = standing.filter(LISTED)
        above = Q(tree="", depth=0) | ~Q(tree="")
        first = Q(pk__in=standing.filter(tree="").order_by("left").values("pk")[:1])
        found: list[Any] = list(
            standing.filter(above | first | Q(pk__in=listed.order_by("left").values("pk")[:IN_RAIL]))
            .annotate(number=how_many(listed), waiting=how_many(waiting) if waiting is not None else Value(0))
            .order_by("left")
        )
        own = [each for each in found if not each.tree]
        shown = [each for each in own if each.depth and each.kind != Unit.Kind.ELIMINATION]
        alone = [each for each in own if len(own) == 1 and each.kind != Unit.Kind.ELIMINATION]
        return cls(
            top=_place(own[0]) if own else None,
            units=[_place(each) for each in shown or alone],
            number=own[0].number if shown else len(alone),
            trees=_tops([each for each in found if each.tree]),
            waiting=found[0].waiting if found else 0,
        )


def how_many(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, beside rows of another table."""
    return Coalesce(Subquery(rows.order_by().values(one=Value(1)).annotate(n=Count("pk")).values("n")), 0)


def _tops(nodes: Sequence[Any]) -> list[Place]:
    """Of each other tree the node from which a reader looks down: its top, or the highest one he may see."""
    highest = {each.tree: each for each in sorted(nodes, key=lambda each: -each.depth)}
    return [_place(highest[tree]) for tree in dict.fromkeys(each.tree for each in nodes)]


def _place(unit: Any) -> Place:
    return Place(unit.pk, unit.code, unit.name)
