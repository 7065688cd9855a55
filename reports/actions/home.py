"""What people arrange at home: pins on figures and units, and saved views. Each person's own, and opening nothing.

Every verb may be asked twice: what stands as wanted stays. Places are changed while the person's row is held, so that
two windows of one person do not meet.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404

from audit.actions import record
from metrics.definitions import definitions
from people.models import Person
from reports.models import Pin, SavedView
from reports.saved import Saved, read_address
from units.models import Unit
from units.scope import AbilityMissing, Scope

MOST_PINS, MOST_VIEWS = 24, 40
LONGEST_NAME = 80


class HomeRefused(ValueError):
    """Something cannot be kept at home like this; the sentence says why."""


@transaction.atomic
def pin(*, actor: Scope, unit: Unit, at: datetime, metric: str = "") -> Pin:
    """Keep a metric of a unit (without one: the unit) at home, at the end; what is pinned already stays where it is.

    Raises HomeRefused above MOST_PINS, which count those that are out of sight too, and Http404 for what there is not.
    """
    actor.require("figures.read", unit)
    if metric and metric not in definitions(None):
        raise Http404
    own = _held(actor, Pin.unscoped.filter(person_id=_person(actor)))
    standing: Pin | None = next((each for each in own if (each.unit_id, each.metric) == (unit.pk, metric)), None)
    if standing is not None:
        return standing
    if len(own) >= MOST_PINS:
        raise HomeRefused(f"Your home holds {MOST_PINS} pins. Take one off before you pin another.")
    made = Pin.unscoped.create(person_id=_person(actor), unit=unit, metric=metric, place=_behind(own), at=at)
    told = {"unit": unit.pk, "metric": metric}
    record(actor=actor.actor, verb="reports.pin.added", target=("pin", made.pk), at=at, unit=unit.pk, after=told)
    return made


@transaction.atomic
def unpin(*, actor: Scope, unit: Unit, at: datetime, metric: str = "") -> None:
    """Take a pin off; where there is none nothing changes."""
    own = _held(actor, Pin.objects.of(actor).filter(unit=unit, metric=metric))
    for each in own:
        told, key = {"unit": unit.pk, "metric": metric}, each.pk
        each.delete()
        record(actor=actor.actor, verb="reports.pin.removed", target=("pin", key), at=at, unit=unit.pk, before=told)


@transaction.atomic
def move_pin(*, actor: Scope, unit: Unit, at: datetime, metric: str = "", by: int) -> None:
    """Change places with the pin before (`by` −1) or behind (1), of those of its sort in sight; at an end it stays."""
    own = _held(actor, Pin.objects.of(actor))
    alike = [each for each in own if bool(each.metric) == bool(metric)]
    moved = next((each for each in alike if (each.unit_id, each.metric) == (unit.pk, metric)), None)
    if moved is not None and _swapped(alike, moved, by):
        told = {"place": moved.place}
        record(actor=actor.actor, verb="reports.pin.moved", target=("pin", moved.pk), at=at, unit=unit.pk, after=told)


@transaction.atomic
def save_view(*, actor: Scope, name: str, address: str, at: datetime) -> SavedView:
    """Keep an address under a name, at the end; the same address under the same name is kept once.

    Raises HomeRefused for a name or an address that cannot be kept and above MOST_VIEWS, and Http404 where the address
    is of a unit out of the actor's sight.
    """
    saved, called = _readable(actor, address), _named(name)
    own = _held(actor, SavedView.objects.filter(person_id=_person(actor)))
    standing: SavedView | None = next((each for each in own if each.name == called), None)
    if standing is not None and (standing.path, standing.query) == (saved.path, saved.query):
        return standing
    if standing is not None:
        raise HomeRefused("You have a view of this name already. Give this one another.")
    if len(own) >= MOST_VIEWS:
        raise HomeRefused(f"Your home holds {MOST_VIEWS} views. Drop one before you save another.")
    made = SavedView.objects.create(
        public_id=secrets.token_urlsafe(16),
        person_id=_person(actor),
        name=called,
        path=saved.path,
        query=saved.query,
        unit=saved.unit,
        place=_behind(own),
        at=at,
    )
    told = {"path": saved.path, "query": saved.query}
    record(actor=actor.actor, verb="reports.view.saved", target=("view", made.public_id), at=at, after=told)
    return made


@transaction.atomic
def rename_view(*, actor: Scope, view: SavedView, name: str, at: datetime) -> SavedView:
    """Call a view otherwise. Raises HomeRefused for a name that cannot be, or that another view has."""
    called = _named(name)
    own = _held(actor, SavedView.objects.filter(person_id=_person(actor)))
    if any(each.name == called and each.pk != view.pk for each in own):
        raise HomeRefused("You have a view of this name already. Give this one another.")
    if view.name != called:
        view.name = called
        view.save(update_fields=["name"])
        record(actor=actor.actor, verb="reports.view.renamed", target=("view", view.public_id), at=at)
    return view


@transaction.atomic
def move_view(*, actor: Scope, view: SavedView, by: int, at: datetime) -> None:
    """Change places with the view before (`by` −1) or behind (1) in sight; at an end it stays."""
    own = _held(actor, SavedView.objects.of(actor))
    moved = next((each for each in own if each.pk == view.pk), None)
    if moved is not None and _swapped(own, moved, by):
        told = {"place": moved.place}
        record(actor=actor.actor, verb="reports.view.moved", target=("view", view.public_id), at=at, after=told)


@transaction.atomic
def drop_view(*, actor: Scope, view: SavedView, at: datetime) -> None:
    """Keep a view no longer; the record keeps where it led."""
    told = {"path": view.path, "query": view.query}
    if SavedView.objects.filter(pk=view.pk).delete()[0]:
        record(actor=actor.actor, verb="reports.view.dropped", target=("view", view.public_id), at=at, before=told)


def _person(actor: Scope) -> int:
    """Whose home it is: people have one, processes have none."""
    if actor.person_id is None:
        raise AbilityMissing("Only people keep something at home.")
    return actor.person_id


def _held(actor: Scope, own: Any) -> list[Any]:
    """What a person keeps, read while nobody else changes it."""
    Person.objects.select_for_update().get(pk=_person(actor))
    return list(own)


def _behind(own: Sequence[Any]) -> int:
    return max((each.place for each in own), default=0) + 1


def _swapped(own: Sequence[Any], moved: Any, by: int) -> bool:
    """Whether it could change places with its neighbour."""
    place = own.index(moved) + by
    if not 0 <= place < len(own):
        return False
    other = own[place]
    moved.place, other.place = other.place, moved.place
    for each in (moved, other):
        each.save(update_fields=["place"])
    return True


def _named(name: str) -> str:
    called = " ".join(name.split())
    if not called:
        raise HomeRefused("A view needs a name.")
    if len(called) > LONGEST_NAME:
        raise HomeRefused(f"A name has at most {LONGEST_NAME} letters; this one has {len(called)}.")
    return called


def _readable(actor: Scope, address: str) -> Saved:
    """The address in its parts, of a page that is kept and of a unit in sight."""
    saved = read_address(address)
    if saved is None:
        raise HomeRefused("This address cannot be saved. Open a page of figures and save it from its period picker.")
    if saved.unit and not Unit.objects.within(actor).filter(code=saved.unit).exists():
        raise Http404
    return saved
