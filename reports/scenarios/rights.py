"""Who may do what with a scenario: who reads the unit's figures may be shown one, who plans there makes them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet

from alerts.telling.owners import people_who_may, span_of
from people.models import Person
from reports.models import Scenario, ScenarioShare
from units.guard import GuardedQuerySet
from units.models import Unit
from units.scope import AbilityMissing, Scope

READ, MAKE = "figures.read", "scenarios.make"


def is_owner(scope: Scope, scenario: Scenario) -> bool:
    """Whether it is this person's own."""
    return scope.person_id is not None and scenario.owner_id == scope.person_id


def may_save(scope: Scope, scenario: Scenario) -> bool:
    """Whether somebody may change it: the owner, and with whom it is shared to be changed, while they plan there.

    A scenario read with `may_edit` (see `with_shares`) is not asked about again.
    """
    if scope.person_id is None or not scope.may(MAKE, scenario.unit):
        return False
    if is_owner(scope, scenario):
        return True
    known: bool | None = getattr(scenario, "may_edit", None)
    return _editing(scope).filter(scenario=scenario).count() > 0 if known is None else known


def with_shares(scope: Scope, scenarios: QuerySet[Scenario]) -> QuerySet[Scenario]:
    """Scenarios that bring along with how many they are `shared`, and whether the reader `may_edit` them by a share."""
    mine = Exists(_editing(scope).filter(scenario=OuterRef("pk")))
    return scenarios.annotate(shared=Count("shares"), may_edit=mine)


def readers(unit: Unit, *, at: datetime) -> QuerySet[Person]:
    """The people, by name, who may see a unit's figures."""
    return people_who_may(READ, at=at, spans=[span_of(unit)])


def _editing(scope: Scope) -> GuardedQuerySet[ScenarioShare]:
    """The shares by which this person may change scenarios."""
    return ScenarioShare.objects.within(scope).filter(person_id=scope.person_id or 0, may_edit=True)


def require_save(scope: Scope, scenario: Scenario) -> None:
    """Go on, or raise: 404 for a unit that is not this person's, 403 for who may only look."""
    scope.require(MAKE, scenario.unit)
    if not may_save(scope, scenario):
        raise AbilityMissing("This scenario is changed by its owner, and by people it is shared with to change.")


def require_own(scope: Scope, scenario: Scenario) -> None:
    """The same for what only its owner does: naming, sharing, deleting."""
    scope.require(MAKE, scenario.unit)
    if not is_owner(scope, scenario):
        raise AbilityMissing("Only its owner does this with a scenario.")
