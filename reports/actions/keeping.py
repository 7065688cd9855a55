"""Keeping the house: asking for a recompute, and verifying the record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actions import record
from audit.sealing import seal
from audit.verification import Report, verify
from jobs.actions import enqueue
from jobs.models import Job
from units.scope import AbilityMissing, Scope

RECOMPUTE = "metrics.recompute"
STALE, EVERYTHING = "sheets", "everything"


def ask_recompute(*, actor: Scope, at: datetime, full: bool = False) -> Job:
    """Ask the worker to compute what is stale, or (full) everything anew.

    Writes a job and the record of who asked. Raises AbilityMissing unless the actor may do this for the
    whole company: a run covers all of it.
    """
    if not actor.may_everywhere("recompute.run"):
        raise AbilityMissing("Recomputing needs the ability recompute.run on the whole company.")
    with transaction.atomic():
        job = enqueue(kind=RECOMPUTE, key=EVERYTHING if full else STALE, at=at, actor=actor.actor)
        record(actor=actor.actor, verb="metrics.recompute.asked", target=("job", job.pk), at=at, after={"full": full})
    return job


def verify_record(*, actor: Scope, at: datetime) -> Report:
    """Seal what is committed and read the whole record, as `audit_verify` does.

    Writes new blocks and, as a deed of its own, what was found. Raises AbilityMissing unless the actor may
    do this for the whole company.
    """
    if not actor.may_everywhere("record.verify"):
        raise AbilityMissing("Verifying the record needs the ability record.verify on the whole company.")
    seal(at=at, thorough=True)
    report = verify(at=at)
    found = {"code": report.code, "position": report.position, "digest": report.head}
    if report.first is not None:
        found["problem"] = report.first.reason
    with transaction.atomic():
        record(actor=actor.actor, verb="audit.verified", target=("block", report.blocks), at=at, after=found)
    return report
