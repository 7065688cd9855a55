"""Records as they were sealed, for whoever verifies them elsewhere: the exact fields, their leaf and their block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from audit.sealing import columns

FIELDS = (
    "id", "microseconds", "actor", "verb", "target_type", "target_id", "unit_id", "before", "after", "reason", "act",
    "transaction",
)  # fmt: skip
CHAIN = ("position", "leaf", "block", "first", "last", "root", "previous", "sealed_at", "fingerprint", "digest")
BATCH = 500


def exact(records: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Rows of FIELDS and CHAIN for records by id, in that order; what is not sealed yet has no chain (None).

    FIELDS are the text a leaf is taken over (`audit.chain.leaf`). One query for each BATCH.
    """
    for begins in range(0, len(records), BATCH):
        part = list(records[begins : begins + BATCH])
        marks = ", ".join(["%s"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns()}, s.position, s.leaf, b.number, b.first_position, b.last_position, b.root,"  # noqa: S608 -- constants
                " b.previous, b.sealed_at, b.fingerprint, b.digest FROM audit_record r"
                " LEFT JOIN audit_seal s ON s.record_id = r.id"
                " LEFT JOIN audit_block b ON s.position BETWEEN b.first_position AND b.last_position"
                f" WHERE r.id IN ({marks})",
                part,
            )
            found = {row[0]: row for row in cursor.fetchall()}
        yield from (found[pk] for pk in part)
