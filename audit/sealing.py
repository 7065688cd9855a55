"""Seals committed records into hash-chained blocks, each exactly once.

On PostgreSQL a record with a lower id may commit after one with a higher id; a sealer that asks for "ids beyond
the last" loses it. Here a record is sealed when it can be seen and has no seal yet. A usual round looks among the
newest ids, down to a margin below the highest sealed one; a thorough round, once an hour and before every
verification, looks at all. Neither waits for transactions of others, and neither depends on transaction numbers,
which start over after a restore.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from audit import chain, triggers
from audit.models import Block, Seal

logger = logging.getLogger(__name__)

LOCK = 727_002  # the advisory lock that lets one sealer work at a time on PostgreSQL
BLOCK_SIZE = 1_000
MARGIN = 10_000  # ids below the highest sealed one at which a slow transaction may still commit unnoticed

_EXACT = {
    "postgresql": (
        "r.id, (extract(epoch FROM r.at) * 1000000)::bigint, r.actor, r.verb, r.target_type, r.target_id, r.unit_id,"
        " r.before::text, r.after::text, r.reason, replace(r.act::text, '-', ''), r.\"transaction\""
    ),
    "sqlite": (
        "r.id, CAST(strftime('%%s', r.at) AS INTEGER) * 1000000 + CAST(substr(r.at || '.000000', 21, 6) AS INTEGER),"
        ' r.actor, r.verb, r.target_type, r.target_id, r.unit_id, r.before, r.after, r.reason, r.act, r."transaction"'
    ),
}


def columns() -> str:
    """The fields of a record (as `r`) as text that is the same however the row was written."""
    return _EXACT[connection.vendor]


def seal(*, at: datetime, thorough: bool = False) -> list[Block]:
    """Seal all committed records that are not sealed yet; the new blocks, oldest first.

    `thorough` looks at all records and not only at the newest.
    """
    blocks = []
    while unsealed(limit=1, thorough=thorough):
        block = _seal_block(at=at, thorough=thorough)
        if block is None:
            break
        logger.info("Sealed up to position %s, digest %s:%s", block.last_position, block.number, block.digest)
        blocks.append(block)
    return blocks


def unsealed(*, limit: int, thorough: bool = False) -> list[chain.Row]:
    """Committed records without a seal, the lowest ids first."""
    highest = 0 if thorough else Seal.objects.aggregate(highest=Max("record_id"))["highest"] or 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns()} FROM audit_record r WHERE r.id > %s"  # noqa: S608 -- constants
            " AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.record_id = r.id) ORDER BY r.id LIMIT %s",
            [highest - MARGIN, limit],
        )
        return list(cursor.fetchall())


@transaction.atomic
def _seal_block(*, at: datetime, thorough: bool) -> Block | None:
    """Seal the next up to 1,000 records; None when another sealer was faster."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    rows = unsealed(limit=BLOCK_SIZE, thorough=thorough)
    if not rows:
        return None
    before = Block.objects.order_by("-number").first()
    first = before.last_position + 1 if before else 1
    leaves = [chain.leaf(row) for row in rows]
    Seal.objects.bulk_create(
        Seal(position=first + place, record_id=row[0], leaf=leaf.hex())
        for place, (row, leaf) in enumerate(zip(rows, leaves, strict=True))
    )
    header = chain.Header(
        number=before.number + 1 if before else 1,
        first=first,
        last=first + len(rows) - 1,
        root=chain.root(leaves),
        previous=before.digest if before else chain.FIRST,
        sealed_at=at,
        fingerprint=triggers.fingerprint(),
    )
    return Block.objects.create(
        number=header.number,
        first_position=header.first,
        last_position=header.last,
        sealed_at=header.sealed_at,
        previous=header.previous,
        root=header.root,
        fingerprint=header.fingerprint,
        digest=chain.digest(header, key=settings.SEAL_KEY),
    )
