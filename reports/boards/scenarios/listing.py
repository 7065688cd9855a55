"""The scenarios of a reader: those made by him, and those he is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from ledger.amounts import parse
from reports.boards.naming import unit_name
from reports.figures import ScenarioLink, ScenarioListing
from reports.formatting import day
from reports.models import Scenario
from units.scope import Scope

MOST = 100


def scenario_listing(scope: Scope, *, form: Any = None) -> ScenarioListing:
    """The newest of them, in one query; `form` makes a new one."""
    found = Scenario.objects.within(scope).select_related("unit", "owner").newest_first()
    listed = list(found[: MOST + 1])
    links = [_link(each, scope) for each in listed[:MOST]]
    return ScenarioListing(
        mine=tuple(each for each in links if each.is_mine),
        shared=tuple(each for each in links if not each.is_mine),
        form=form,
        more=f"Only the {MOST} saved last are listed." if len(listed) > MOST else "",
    )


def _link(scenario: Scenario, scope: Scope) -> ScenarioLink:
    is_mine = scenario.owner_id == scope.person_id
    return ScenarioLink(
        public_id=scenario.public_id,
        name=scenario.name,
        href=reverse("scenario", args=[scenario.public_id]),
        unit=unit_name(scenario.unit),
        drivers=_moved(scenario.drivers),
        owner=scenario.owner.name,
        saved=day(localtime(scenario.saved)),
        is_mine=is_mine,
    )


def _moved(drivers: Sequence[Mapping[str, str]]) -> str:
    moved = sum(1 for each in drivers if parse(each["value"]))
    return f"{moved} of {len(drivers)} moved" if moved else "none moved"
