"""The one verb that appends to the record."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from audit.models import Record
from audit.verbs import VERBS


class UnknownVerb(ValueError):
    """A verb that `audit.verbs` does not list: the registry is what auditors filter by."""


def record(
    *,
    actor: str,
    verb: str,
    target: tuple[str, Any],
    at: datetime,
    unit: int | None = None,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    act: UUID | None = None,
) -> Record:
    """Append one deed, in the transaction of the deed.

    `actor` is "person:ID" or "process:NAME" and never empty; `target` is (type, id); `unit` a unit's
    id; `before` and `after` are JSON-ready and hold ids and figures, never names. Raises UnknownVerb.
    """
    if verb not in VERBS:
        raise UnknownVerb(verb)
    if not actor:
        raise ValueError("A deed needs an actor.")
    if not connection.in_atomic_block:
        raise RuntimeError("A deed is recorded in its own transaction.")
    return Record.objects.create(
        at=at,
        actor=actor,
        verb=verb,
        target_type=target[0],
        target_id=str(target[1]),
        unit_id=unit,
        before=before,
        after=after,
        reason=reason,
        act=act or uuid4(),
    )
