"""Who did something: the record keeps ids, names are looked up when shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import CharField, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from people.models import Person
from reports.formatting import apart

M = TypeVar("M", bound=Model)
PROCESSES = {
    "process:worker": "Worker",
    "process:engine": "Engine",
    "process:alerts": "Rule engine",
    "process:beat": "Schedule",
    "process:sign-in": "Sign-in",
    "process:audit_verify": "Verification command",
}


@dataclass(frozen=True)
class Actor:
    """A name and its initials for the round badge."""

    name: str
    initials: str


def actors(ids: Iterable[str]) -> Mapping[str, Actor]:
    """The actors of some deeds; one query. A person who was erased is told by the number."""
    wanted = set(ids)
    keys = [actor.removeprefix("person:") for actor in wanted if actor.startswith("person:")]
    people = {
        f"person:{each.pk}": each for each in Person.objects.filter(pk__in=[key for key in keys if key.isdigit()])
    }
    return {actor: _actor(actor, people.get(actor)) for actor in wanted}


def named(ids: Iterable[str], names: Mapping[int, str]) -> Mapping[str, Actor]:
    """The same where the names of people were read already, by their ids."""
    people = {f"person:{person}": Person(name=name) for person, name in names.items()}
    return {actor: _actor(actor, people.get(actor)) for actor in set(ids)}


def actors_of(ids: Iterable[str], names: Mapping[str, str]) -> Mapping[str, Actor]:
    """The same where the names of the people among them are known, by actor."""
    return {actor: _actor(actor, Person(name=names[actor]) if actor in names else None) for actor in set(ids)}


def with_author(rows: QuerySet[M], path: str = "author") -> Any:
    """Rows with the name of the person whom a field (along relations) names; for `authors`, that asks no more."""
    people = Person.objects.annotate(actor=Concat(Value("person:"), Cast("pk", CharField())))
    return rows.annotate(author_name=Subquery(people.filter(actor=OuterRef(path)).values("name")[:1]))


def authors(rows: Iterable[Any], path: str = "author") -> Mapping[str, Actor]:
    """The same as `actors`, of rows that were read with those names."""
    said = attrgetter(path.replace("__", "."))
    found = {said(each): each.author_name for each in rows}
    return {actor: _actor(actor, None if name is None else Person(name=name)) for actor, name in found.items()}


def _actor(actor: str, person: Person | None) -> Actor:
    if person is not None:
        return Actor(apart(person.name), person.initials)
    kind, _, name = actor.partition(":")
    if kind == "person":
        return Actor(f"Person {name}", "–")
    label = PROCESSES.get(actor) or name.replace("_", " ").replace("-", " ").capitalize()
    return Actor(label, label[:2].upper())
