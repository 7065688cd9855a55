"""Scenarios: begun, saved, named, put on a new base, shared, handed out and deleted.

Every step is recorded in the same transaction and taken by compare-and-set on the scenario's number: of two people who
change one at a time the second is told and loses nothing. The record keeps the drivers as they were before, so that
what was saved over can be read there. A share opens nothing: it is given only to people who may see the unit, and
whoever may not any more sees the scenario as little as the unit.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from audit.actions import record
from reports.models import Scenario, ScenarioShare
from reports.scenarios import rights
from units.models import Unit
from units.scope import Scope

LONGEST_NAME = 120
MOST_SHARES = 50
OVERTAKEN = "Somebody else has changed this scenario meanwhile. What you typed stands below; look, and save again."
Drivers = Sequence[Mapping[str, str]]


class ScenarioRefused(ValueError):
    """What is asked for cannot be done; the sentence says why."""


class ScenarioOvertaken(ScenarioRefused):
    """Somebody else was faster."""


@dataclass(frozen=True)
class Ground:
    """What a scenario was saved on: the mark its base was read at, and the hash over that base."""

    mark: int
    base: str


def begin(*, actor: Scope, unit: Unit, name: str, drivers: Drivers, ground: Ground, at: datetime) -> Scenario:
    """Keep a new scenario of a unit, its maker's own until it is shared. Raises ScenarioRefused for a bad name."""
    actor.require(rights.MAKE, unit)
    if actor.person_id is None:
        raise ScenarioRefused("A scenario is somebody's own; a program has none.")
    with transaction.atomic():
        begun = Scenario.unscoped.create(
            public_id=secrets.token_urlsafe(12),
            unit=unit,
            owner_id=actor.person_id,
            name=_named(name),
            drivers=list(drivers),
            mark=ground.mark,
            base=ground.base,
            saved=at,
            saved_by=actor.actor,
        )
        _record(actor, begun, at, verb="reports.scenario.begun", after={"drivers": begun.drivers, "mark": begun.mark})
    return begun


def save(
    *, actor: Scope, scenario: Scenario, drivers: Drivers, ground: Ground, at: datetime, seen: int | None = None
) -> Scenario:
    """Keep other drivers; saving what stands changes nothing. Raises ScenarioOvertaken, and AbilityMissing."""
    rights.require_save(actor, scenario)
    changes = {"drivers": list(drivers), "mark": ground.mark, "base": ground.base}
    if changes["drivers"] == scenario.drivers and ground.base == scenario.base:
        return scenario
    return _step(actor, scenario, changes, at, verb="reports.scenario.saved", seen=seen)


def rename(*, actor: Scope, scenario: Scenario, name: str, at: datetime, seen: int | None = None) -> Scenario:
    """Call it otherwise. Only its owner does."""
    rights.require_own(actor, scenario)
    return _step(actor, scenario, {"name": _named(name)}, at, verb="reports.scenario.renamed", seen=seen)


def rebase(*, actor: Scope, scenario: Scenario, ground: Ground, at: datetime, seen: int | None = None) -> Scenario:
    """Let it stand on the figures of now; its drivers stay."""
    rights.require_save(actor, scenario)
    changes = {"mark": ground.mark, "base": ground.base}
    return _step(actor, scenario, changes, at, verb="reports.scenario.rebased", seen=seen)


def share(*, actor: Scope, scenario: Scenario, person: int, may_edit: bool, at: datetime) -> ScenarioShare:
    """Show it to somebody who may see the unit; sharing again says anew whether it may be changed.

    Raises ScenarioRefused for anybody else, whether that person exists or not.
    """
    rights.require_own(actor, scenario)
    if person == scenario.owner_id:
        raise ScenarioRefused("It is yours already.")
    if not rights.readers(scenario.unit, at=at).filter(pk=person).exists():
        raise ScenarioRefused("Choose somebody who may see the unit.")
    if ScenarioShare.unscoped.filter(scenario=scenario).count() >= MOST_SHARES:
        raise ScenarioRefused(f"A scenario is shared with at most {MOST_SHARES} people.")
    with transaction.atomic():
        shared, _ = ScenarioShare.unscoped.update_or_create(
            scenario=scenario, person_id=person, defaults={"may_edit": may_edit, "at": at}
        )
        after = {"person": person, "may_edit": may_edit}
        _record(actor, scenario, at, verb="reports.scenario.shared", after=after)
    return shared


def unshare(*, actor: Scope, scenario: Scenario, person: int, at: datetime) -> None:
    """Show it to somebody no more; nothing happens where it was not shared."""
    rights.require_own(actor, scenario)
    with transaction.atomic():
        gone, _ = ScenarioShare.unscoped.filter(scenario=scenario, person_id=person).delete()
        if gone:
            _record(actor, scenario, at, verb="reports.scenario.unshared", before={"person": person})


def delete(*, actor: Scope, scenario: Scenario, at: datetime, seen: int | None = None) -> None:
    """Delete it for everybody; the record keeps its drivers. Only its owner does."""
    rights.require_own(actor, scenario)
    with transaction.atomic():
        standing = Scenario.unscoped.select_for_update().get(pk=scenario.pk)
        if seen is not None and seen != standing.number:
            raise ScenarioOvertaken(OVERTAKEN)
        _record(actor, standing, at, verb="reports.scenario.deleted", before=_told(standing))
        standing.delete()


def hand_out(*, actor: Scope, scenario: Scenario, content: bytes, at: datetime) -> bytes:
    """Hand a scenario out as a file. Downloads are recorded."""
    actor.require(rights.READ, scenario.unit)
    with transaction.atomic():
        _record(actor, scenario, at, verb="reports.file.downloaded", after={"what": "scenario"})
    return content


def _named(name: str) -> str:
    told = " ".join(name.split())
    if not told:
        raise ScenarioRefused("A scenario needs a name.")
    if len(told) > LONGEST_NAME:
        raise ScenarioRefused(f"A name has at most {LONGEST_NAME} characters; this one has {len(told)}.")
    return told


def _step(
    actor: Scope, scenario: Scenario, changes: Mapping[str, Any], at: datetime, *, verb: str, seen: int | None
) -> Scenario:
    """Change a scenario as it stands; whoever came first wins and the other one looks again."""
    expected = scenario.number if seen is None else seen
    with transaction.atomic():
        before = _told(scenario)
        same = Scenario.unscoped.filter(pk=scenario.pk, number=expected)
        if not same.update(**changes, saved=at, saved_by=actor.actor, number=F("number") + 1):
            raise ScenarioOvertaken(OVERTAKEN)
        scenario.refresh_from_db()
        _record(actor, scenario, at, verb=verb, before=before, after=_told(scenario))
    return scenario


def _told(scenario: Scenario) -> dict[str, Any]:
    return {"name": scenario.name, "drivers": scenario.drivers, "mark": scenario.mark}


def _record(
    actor: Scope, scenario: Scenario, at: datetime, *, verb: str, before: Any = None, after: Any = None
) -> None:
    target = ("reports.scenario", scenario.public_id)
    record(actor=actor.actor, verb=verb, target=target, unit=scenario.unit_id, at=at, before=before, after=after)
