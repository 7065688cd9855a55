"""What the queue calls. Only a job's id travels; figures never do."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from jobs.relay import RUN
from jobs.sweeping import sweep as sweep_jobs
from jobs.work import run as run_job


@shared_task(name=RUN)
def run(*, job_id: int) -> None:
    """Do one job, if nobody else does."""
    run_job(job_id, clock=timezone.now)


@shared_task(name="jobs.sweep")
def sweep() -> None:
    """One round of the sweeper, sent by beat."""
    sweep_jobs(at=timezone.now())
