"""Doing work: one job by its id, or all that is due, in the caller's process."""

from __future__ import annotations

import logging

from jobs.leases import Attempt, Clock, claim
from jobs.models import Job
from jobs.registry import Work, handler_of

logger = logging.getLogger(__name__)


def run(job_id: int, *, clock: Clock) -> bool:
    """Do a job if it is free and due; False when it was not. Holds no transaction while the handler works."""
    job = claim(job_id, at=clock())
    if job is None:
        return False
    with Attempt(job, clock=clock) as attempt:
        work = Work(
            job=job.pk,
            kind=job.kind,
            key=job.key,
            payload=job.payload,
            actor=job.actor,
            at=attempt.began,
            attempt=job.attempts,
            report=attempt.progress,
        )
        attempt.outcome = handler_of(job.kind)(work)
    logger.info("Job %s (%s %s): attempt %s ended.", job.pk, job.kind, job.key, job.attempts)
    return True


def drain(*, clock: Clock, kinds: frozenset[str] | None = None) -> int:
    """Do everything that is due, and what that asks for, until nothing is left; how many attempts it took."""
    attempts = 0
    while True:
        due = Job.objects.claimable(clock()).order_by("due", "pk")
        if kinds is not None:
            due = due.filter(kind__in=kinds)
        done = [run(job_id, clock=clock) for job_id in list(due.values_list("pk", flat=True))]
        if not any(done):
            return attempts
        attempts += sum(done)
