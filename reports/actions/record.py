"""The record as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from itertools import chain

from django.db import transaction

from audit.actions import record
from audit.exporting import CHAIN, FIELDS, exact
from audit.querysets import RecordQuerySet
from reports.querysets import RECORD
from reports.spreadsheets import harmless
from units.scope import Scope

MOST = 10_000
"""Deeds in one file, the newest; a narrower filter reaches older ones."""
TELLS_OF_OTHERS = ("id", "transaction")
"""Fields whose gaps would tell how much others did."""


def hand_out_record(*, actor: Scope, deeds: RecordQuerySet, filters: str, at: datetime) -> bytes:
    """The newest deeds of a selection as CSV, at most MOST; the download is recorded with its count and hash.

    Whoever reads the whole record gets with each deed its leaf and its block, so that the chain can be verified
    elsewhere; others get neither, nor what would number the deeds of others. A text that a spreadsheet would take for
    a formula has an apostrophe in front, which the leaf does not have. Raises AbilityMissing.
    """
    actor.require(RECORD)
    names = FIELDS + CHAIN
    kept: Sequence[int] = range(len(names))
    if not actor.may_everywhere(RECORD):
        kept = [place for place, name in enumerate(FIELDS) if name not in TELLS_OF_OTHERS]
    ids = list(deeds.newest_first().values_list("pk", flat=True)[:MOST])
    text = io.StringIO()
    out = csv.writer(text)
    for row in chain([names], exact(ids)):
        out.writerow([harmless(row[place]) for place in kept])
    content = text.getvalue().encode("utf-8-sig")
    with transaction.atomic():
        record(
            actor=actor.actor,
            verb="reports.file.downloaded",
            target=("record", "export"),
            at=at,
            after={"what": "record", "filters": filters, "rows": len(ids), "sha256": sha256(content).hexdigest()},
        )
    return content
