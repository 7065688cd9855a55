"""Words for tests of scenarios: a company with months and cash ahead, people who plan in it, and a scenario begun."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from people.models import Person
from reports.actions.scenarios import begin
from reports.boards.scenarios.seen import ground_for
from reports.models import Scenario
from tests.cast import person
from tests.company import Company
from tests.metrics.studied import study, with_cash
from units import roles
from units.models import Unit
from units.scope import Scope


def planned() -> Company:
    """Shops with more than two years of months, customers that owe and cash; forecast and studied."""
    company = with_cash()
    study()
    return company


def planner(name: str = "Pia Planner", unit: Unit | None = None) -> Person:
    """Somebody who makes scenarios: an executive, or the leader of a unit."""
    return person(name, roles.UNIT_LEADER if unit else roles.EXECUTIVE, unit)


def driver(kind: str, value: str, *, unit: str = "SHOPS", first: str = "") -> dict[str, str]:
    return {"unit": unit, "kind": kind, "value": value, "first": first}


def scenario(owner: Person, unit: Unit, *drivers: dict[str, str], at: datetime, name: str = "Raise prices") -> Scenario:
    """A scenario of a unit, as its owner began it."""
    scope = Scope.of(owner, at=at)
    ground = ground_for(scope, unit, {each["unit"] for each in drivers})
    return begin(actor=scope, unit=unit, name=name, drivers=drivers, ground=ground, at=at)


def form(*drivers: dict[str, str], **more: Any) -> dict[str, Any]:
    """What the form of a scenario posts."""
    return {name: [each[name] for each in drivers] for name in ("unit", "kind", "value", "first")} | more


UP = driver("price", "10.0000")


def page_of(found: Scenario, query: str = "") -> str:
    """The address of a scenario."""
    return f"/scenarios/{found.public_id}/{query}"


def picture(answer: Any) -> Any:
    """What follows from the drivers, as it is shown."""
    return answer.context["page"].picture
