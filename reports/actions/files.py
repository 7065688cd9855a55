"""Handing figures out as a file: what leaves the house is recorded."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from audit.actions import record
from units.models import Unit
from units.scope import Scope


def hand_out(*, actor: Scope, what: str, unit: Unit, content: bytes, asked: dict[str, Any], at: datetime) -> bytes:
    """Hand a table of figures of a unit out. `asked` are the parts of the address it was asked by.

    The record names them, the rows and a hash of the file. Raises Http404 for a unit out of sight, AbilityMissing
    for one whose figures may not be read.
    """
    actor.require("figures.read", unit)
    rows = sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))) - 1
    told = {"what": what, **asked, "rows": rows, "sha256": sha256(content).hexdigest()}
    with transaction.atomic():
        record(
            actor=actor.actor,
            verb="reports.file.downloaded",
            target=("units.unit", unit.pk),
            unit=unit.pk,
            at=at,
            after=told,
        )
    return content
