"""Who brought figures in: imports keep ids, names are looked up when shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat

from ledger.models import Import
from people.models import Person


def as_actors() -> Any:
    """All people, each with the `actor` that deeds and imports know them by."""
    return Person.objects.annotate(actor=Concat(Value("person:"), Cast("pk", CharField())))


def importers() -> QuerySet[Person]:
    """The people who ever brought a file in, as actors."""
    found: QuerySet[Person] = as_actors().filter(actor__in=Import.objects.values("actor")).order_by("pk")
    return found


def names_of(actors: Iterable[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the actors of imports are called: `person:7` by name, `process:demo` by its own.

    `known` are the names of all of them (`importers`) where they were read already.
    """
    actors = set(actors)
    if known is None:
        ids = {int(key) for sort, _, key in (actor.partition(":") for actor in actors) if sort == "person"}
        known = {f"person:{pk}": name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")}
    return {
        actor: known.get(actor, "former person") if sort == "person" else key
        for actor, (sort, _, key) in ((actor, actor.partition(":")) for actor in actors)
    }
