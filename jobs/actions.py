"""Asking for work. Who asks names the actor, in whose name the work will be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from audit.actions import record
from jobs.models import Job
from jobs.relay import send_on_commit


class NotFailed(ValueError):
    """Only a job that has failed can be tried again."""


def enqueue(
    *,
    kind: str,
    key: str,
    at: datetime,
    actor: str,
    payload: Mapping[str, Any] | None = None,
    due: datetime | None = None,
) -> Job:
    """Ask for work of a kind; asking again while it waits changes payload and actor of the same job.

    Writes a job row in the caller's transaction and, once that commits, sends its id. Touching the
    waiting row also locks it until then: a worker cannot start it between this transaction's reading
    and its commit and so miss what was written. `key` says what the work is about; at most one job of
    a kind and key waits, and at most one runs. The row names its actor and is its own record.
    """
    terms = {"payload": dict(payload or {}), "actor": actor}
    due = due or at
    while True:
        job = Job.objects.asked_for(kind, key).waiting().first()
        if job is None:
            try:
                with transaction.atomic():
                    job = Job.objects.create(kind=kind, key=key, created=at, due=due, **terms)
            except IntegrityError:
                continue  # another transaction asked for the same at the same moment
        elif not Job.objects.waiting().filter(pk=job.pk).update(due=min(due, job.due), **terms):
            continue  # a worker took it between the look and the touch
        if due <= at:
            send_on_commit(job.pk)
        return job


def retry(*, job: int, at: datetime, actor: str, reason: str = "") -> None:
    """Give a failed job its attempts back, unless the same work is asked for already; recorded."""
    with transaction.atomic():
        dead = Job.objects.failed().select_for_update().filter(pk=job).first()
        if dead is None:
            raise NotFailed("Only a job that has failed can be tried again.")
        record(actor=actor, verb="jobs.job.retried", target=("job", dead.pk), at=at, reason=reason)
        if not Job.objects.asked_for(dead.kind, dead.key).waiting().exists():
            Job.objects.filter(pk=dead.pk).update(state=Job.State.WAITING, attempts=0, due=at, ended=None)
            send_on_commit(dead.pk)
