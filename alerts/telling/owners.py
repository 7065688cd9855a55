"""Who an alert belongs to, who answers for it when its owner cannot, and who is above; and who brings figures.

An alert belongs to the threshold's owner, else to the leader of the unit, else to the nearest leader above. Read from
the grants and deputies in force at a moment, once for a whole judging or sending: people leave, units change hands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from alerts.judging.inheritance import Spot
from alerts.models import Deputy
from alerts.together import Asked, Found
from people.models import Person
from units.models import Grant, Unit
from units.roles import ABILITIES, EXECUTIVE, FINANCE_ADMIN, UNIT_LEADER
from units.scope import EVERYTHING, Span

IMPORTS = "figures.import"
IN_THE_END = (EXECUTIVE, FINANCE_ADMIN)
"""The roles that answer for what nobody else answers for."""


@dataclass(frozen=True)
class Holding:
    """A grant as far as alerts go: who, on which part of the tree, in which role."""

    person: int
    left: int
    right: int
    role: str

    def reaches(self, spot: Spot) -> bool:
        return self.left <= spot.left and spot.right <= self.right


@dataclass(frozen=True)
class Owners:
    """The grants that let people see alerts, the narrowest part of the tree first, and who stands in for whom."""

    holdings: tuple[Holding, ...]
    deputies: Mapping[int, int] = field(default_factory=dict)
    away: frozenset[int] = frozenset()

    def of(self, spot: Spot, *, named: int | None) -> int | None:
        """The person an alert on this unit belongs to; None where nobody leads it."""
        if named is not None and self.may_see(named, spot):
            return named
        return next(self._leaders(spot), None)

    def may_see(self, person: int, spot: Spot) -> bool:
        """Whether this person may see alerts on this unit."""
        return any(each.person == person and each.reaches(spot) for each in self.holdings)

    def answering(self, spot: Spot, owner: int | None) -> int | None:
        """Who is told instead: the owner if there, else the deputy, a leader of the unit, in the end a role."""
        asked: list[int | None] = [] if owner is None else [owner, self.deputies.get(owner)]
        asked += [*self._with_deputies(self._leaders(spot)), *self._in_the_end(spot)]
        return self._first_there(asked, spot)

    def bringing(self, spot: Spot, owner: int | None) -> int | None:
        """Who is told instead that figures are missing: the owner if there, else the deputy, else whoever may bring
        them, the narrowest reach first.
        """
        able = (each.person for each in self.holdings if IMPORTS in ABILITIES[each.role] and each.reaches(spot))
        asked = ([] if owner is None else [owner, self.deputies.get(owner)]) + list(self._with_deputies(able))
        return self._first_there(asked, spot)

    def chain(self, spot: Spot, owner: int | None) -> tuple[int | None, int | None, int | None]:
        """Who is asked next, and after: the owner's deputy, the leader of a unit above, an executive; None: nobody.

        Somebody away is asked through the deputy.
        """
        deputy = self.deputies.get(owner) if owner is not None else None
        above = (each.person for each in self._led(spot) if each.left < spot.left or spot.right < each.right)
        leader = next((person for person in above if person != owner), None)
        executives: Iterator[int] = (
            each.person for each in self.holdings if each.role == EXECUTIVE and each.reaches(spot)
        )
        executive = next(executives, None)
        return self._there(deputy, spot), self._there(leader, spot), self._there(executive, spot)

    def _first_there(self, asked: Iterable[int | None], spot: Spot) -> int | None:
        for person in asked:
            if person is not None and person not in self.away and self.may_see(person, spot):
                return person
        return None

    def _there(self, person: int | None, spot: Spot) -> int | None:
        found = self.deputies.get(person) if person in self.away and person is not None else person
        return found if found is not None and found not in self.away and self.may_see(found, spot) else None

    def _led(self, spot: Spot) -> Iterator[Holding]:
        return (each for each in self.holdings if each.role == UNIT_LEADER and each.reaches(spot))

    def _leaders(self, spot: Spot) -> Iterator[int]:
        return (each.person for each in self._led(spot))

    def _with_deputies(self, people: Iterable[int]) -> Iterator[int | None]:
        for person in people:
            yield person
            yield self.deputies.get(person)

    def _in_the_end(self, spot: Spot) -> Iterator[int]:
        for role in IN_THE_END:
            yield from (each.person for each in self.holdings if each.role == role and each.reaches(spot))


def owners(*, at: datetime) -> Owners:
    """Everybody who may see alerts at a moment, and who stands in for whom on that day."""
    standing = deputies(localdate(at))
    return Owners(
        holdings("alerts.read", at=at),
        deputies={each.person_id: each.deputy_id for each in standing},
        away=frozenset(each.person_id for each in standing if each.instead),
    )


def leaders(*, at: datetime) -> Owners:
    """The same for whoever only asks whose alerts are: nobody stands in for anybody."""
    return Owners(holdings("alerts.read", at=at))


def holdings(ability: str, *, at: datetime) -> tuple[Holding, ...]:
    """Who holds an ability at a moment, the narrowest part of the tree first, of equal ones the oldest grant."""
    rows = _grants(ability, at).order_by("starts", "pk")
    return _holdings(rows.values_list("person_id", "role", "unit__left", "unit__right"))


def deputies(today: date) -> list[Deputy]:
    """Who stands in on a day, the one named last counting, and one for an absence before one for good."""
    return list(_deputies(today).order_by("instead", "pk"))


def in_owners(unit: Unit, *, at: datetime) -> dict[str, Asked]:
    """What `owners_of` needs to know of one unit, to be read together with what else a page asks for."""
    reach = Q(unit__isnull=True) | Q(unit__left__lte=unit.left, unit__right__gte=unit.left)
    grant = ("starts", "pk", "person_id", "role", "unit__left", "unit__right")
    return {
        "grants": (_grants("alerts.read", at).filter(reach), grant),
        "deputies": (_deputies(localdate(at)), ("instead", "pk", "person_id", "deputy_id")),
    }


def owners_of(found: Found) -> Owners:
    """Who may see the alerts of one unit, and who stands in for whom, of what `in_owners` asks for."""
    standing = sorted(found["deputies"])
    return Owners(
        _holdings(grant for _, _, *grant in sorted(found["grants"], key=lambda each: each[:2])),
        deputies={person: deputy for _, _, person, deputy in standing},
        away=frozenset(person for instead, _, person, _ in standing if instead),
    )


def _grants(ability: str, at: datetime) -> QuerySet[Grant]:
    roles = [role for role, abilities in ABILITIES.items() if ability in abilities]
    in_force = Q(ends__isnull=True) | Q(ends__gt=at)
    return Grant.objects.filter(in_force, starts__lte=at, role__in=roles, person__is_active=True)


def _deputies(today: date) -> QuerySet[Deputy]:
    return Deputy.objects.filter(Q(ends__isnull=True) | Q(ends__gte=today), starts__lte=today)


def _holdings(rows: Iterable[Sequence[Any]]) -> tuple[Holding, ...]:
    """The narrowest part of the tree first, of equal ones in the order they came in."""
    found = []
    for person, role, left, right in rows:
        low, high = EVERYTHING if left is None else (left, right)
        found.append(Holding(person, low, high, role))
    return tuple(sorted(found, key=lambda each: each.right - each.left))


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
