"""What the record says about the demonstration: that it was loaded, and that it made way for a real company."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from audit.actions import record
from ledger.models import Import
from sample.company import GROUP
from units.models import Unit

TARGET = ("sample", GROUP)


@transaction.atomic
def note_loaded(*, actor: str, at: datetime, people: Iterable[int]) -> None:
    """Record the ids of the units, imports and people that the demonstration brought. Changes nothing else.

    Ids, not codes: another company may well have an ELIM or a U01 of its own.
    """
    units = Unit.unscoped.order_by("pk").values_list("pk", flat=True)
    imports = Import.objects.order_by("pk").values_list("pk", flat=True)
    record(
        actor=actor,
        verb="sample.loaded",
        target=TARGET,
        at=at,
        after={"units": list(units), "imports": list(imports), "people": sorted(people)},
    )


@transaction.atomic
def note_removed(*, actor: str, at: datetime, set_aside: str) -> None:
    """Record, as the first deed of an empty database, under which file name the demonstration was set aside."""
    record(actor=actor, verb="sample.removed", target=TARGET, at=at, after={"set_aside": set_aside})
