"""Who an alert belongs to: the threshold's owner, else the leader of the unit, else the nearest leader above.

Read from the grants in force at a moment, once for a whole judging: people leave and units change hands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from alerts.inheritance import Spot
from people.models import Person
from units.models import Grant, Unit
from units.roles import ABILITIES, UNIT_LEADER
from units.scope import EVERYTHING, Span


@dataclass(frozen=True)
class Holding:
    """A grant as far as owning alerts goes: who, on which part of the tree, as its leader or not."""

    person: int
    left: int
    right: int
    is_leader: bool


@dataclass(frozen=True)
class Owners:
    """The grants that let people see alerts, the narrowest part of the tree first."""

    holdings: tuple[Holding, ...]

    def of(self, spot: Spot, *, named: int | None) -> int | None:
        """The person an alert on this unit belongs to; None where nobody leads it."""
        here = [each for each in self.holdings if each.left <= spot.left and spot.right <= each.right]
        if named is not None and any(each.person == named for each in here):
            return named
        return next((each.person for each in here if each.is_leader), None)


def owners(*, at: datetime) -> Owners:
    """Everybody who may see alerts at a moment."""
    readers = [role for role, abilities in ABILITIES.items() if "alerts.read" in abilities]
    grants = Grant.objects.filter(
        Q(ends__isnull=True) | Q(ends__gt=at), starts__lte=at, role__in=readers, person__is_active=True
    )
    rows = grants.order_by("starts", "pk").values_list("person_id", "role", "unit__left", "unit__right")
    return Owners(tuple(sorted(_holdings(rows), key=lambda each: each.right - each.left)))


def _holdings(rows: Iterable[tuple[int, str, int | None, int | None]]) -> Iterable[Holding]:
    for person, role, left, right in rows:
        span = EVERYTHING if left is None or right is None else (left, right)
        yield Holding(person, *span, is_leader=role == UNIT_LEADER)


def people_who_may(ability: str, *, at: datetime, spans: Iterable[Span]) -> QuerySet[Person]:
    """The people, by name, who hold an ability somewhere in these parts of the tree: what a drop-down offers."""
    roles = [role for role, abilities in ABILITIES.items() if ability in abilities]
    reach = Q(unit__isnull=True)
    for left, right in spans:
        reach |= Q(unit__left__lte=right, unit__right__gte=left)
    grants = Grant.objects.filter(Q(ends__isnull=True) | Q(ends__gt=at), reach, starts__lte=at, role__in=roles)
    return Person.objects.filter(pk__in=grants.values("person"), is_active=True).order_by("name")


def span_of(unit: Unit) -> Span:
    """A unit alone: a grant reaches it from itself or from above."""
    return unit.left, unit.left
