"""Making way for a real company. What was recorded cannot be deleted, so the whole database is set aside.

Entries, figures and the record are append-only: nothing takes single rows of the demonstration out again. An embedded
database is one file, though; it is moved beside itself, unchanged and still verifiable, and an empty one takes its
place. That is only right while the demonstration is alone in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from audit.models import Record
from ledger.models import Import
from people.models import Person
from sample.actions import note_removed
from sample.people import ACTOR
from units.models import Unit
from units.scope import Scope


class NotRemovable(ValueError):
    """The demonstration cannot be set aside here; the sentence says why and what to do."""


class InUse(NotRemovable):
    """Another process works on the database file."""


def is_loaded() -> bool:
    """Whether this database holds the demonstration."""
    return _loaded() is not None


def foreign() -> list[str]:
    """What stands here that the demonstration did not bring, in words; empty where it is alone."""
    return list(_foreign())


def set_aside(*, at: datetime) -> Path:
    """Move the embedded database away, make an empty one, and say where the old one is. Nothing is deleted."""
    if connection.vendor != "sqlite":
        raise NotRemovable(
            "On a database server the demonstration is removed with its database: make an empty one and set"
            " DATABASE_URL to it."
        )
    place = Path(str(connection.settings_dict["NAME"]))
    connection.close()
    _take_out_of_use(place)
    aside = place.with_name(f"{place.stem}.demonstration-{at:%Y%m%d-%H%M%S}{place.suffix}")
    place.rename(aside)
    call_command("migrate", interactive=False, verbosity=0)
    note_removed(actor=ACTOR, at=at, set_aside=aside.name)
    return aside


def _loaded() -> Record | None:
    return Record.objects.filter(verb="sample.loaded").order_by("pk").last()


def _foreign() -> Iterator[str]:
    loaded = _loaded()
    brought = (loaded.after if loaded is not None else None) or {}
    units = Unit.objects.within(Scope.system("demonstration")).exclude(pk__in=brought.get("units", [])).count()
    people = Person.objects.exclude(pk__in=brought.get("people", [])).count()
    imports = Import.objects.exclude(pk__in=brought.get("imports", [])).count()
    for count, one, many in ((units, "unit", "units"), (people, "person", "people"), (imports, "import", "imports")):
        if count:
            yield f"{count} {one if count == 1 else many} that the demonstration did not bring"


def _take_out_of_use(place: Path) -> None:
    """Fold the journal into the file, which only works while nobody else has it open."""
    alone = sqlite3.connect(place, timeout=2)
    try:
        mode = alone.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise InUse("Plumbline is running on this database. Stop it first, then remove the demonstration.") from error
    finally:
        alone.close()
    if mode != "delete":
        raise InUse("Plumbline is running on this database. Stop it first, then remove the demonstration.")
