"""Who brought figures in: imports keep ids, names are looked up when shown."""

from __future__ import annotations

from collections.abc import Iterable

from people.models import Person


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """What the actors of imports are called: `person:7` by name, `process:demo` by its own."""
    actors = set(actors)
    ids = {int(key) for sort, _, key in (actor.partition(":") for actor in actors) if sort == "person"}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return {
        actor: names.get(int(key), "former person") if sort == "person" else key
        for actor, (sort, _, key) in ((actor, actor.partition(":")) for actor in actors)
    }
