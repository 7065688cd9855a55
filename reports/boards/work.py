"""How far work in the background is: an upload, a recompute, a verification."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localtime

from jobs.models import Heartbeat, Job
from metrics.models import Run
from metrics.querysets import computed_mark
from reports.actions.keeping import RECOMPUTE
from reports.figures import Progress

SWEEPER = "sweeper"
SILENT = "No worker has given a sign of life lately. The work starts as soon as one runs."
RELOAD = "You can leave this page; reload it to see how far it is."


def newest_job(*kinds: str, key: str = "") -> Job | None:
    """The job asked for last among some kinds."""
    found = Job.objects.filter(kind__in=kinds)
    return (found.filter(key=key) if key else found).order_by("-pk").first()


def progress_of(job: Job | None, *, label: str, href: str, at: datetime) -> Progress:
    """How far one job is. Steps count where it reports them; else it waits, runs or has ended."""
    if job is None or job.state == Job.State.WAITING:
        return Progress(label, 0, _waiting(job, at), href)
    if job.state == Job.State.RUNNING:
        share = 100 * job.done_steps // job.all_steps if job.all_steps else 50
        return Progress(label, max(5, min(share, 99)), RELOAD, href)
    return Progress(label, 100, "", href, is_done=True)


def recompute_progress(mark: int | None, *, href: str, at: datetime) -> Progress:
    """Whether readers see figures of a mark already; None asks for nothing."""
    if mark is None or computed_mark() >= mark:
        return Progress("The figures on all pages are up to date", 100, is_done=True)
    run = Run.objects.filter(state=Run.State.STARTED).order_by("-pk").first()
    if run is not None and run.all_steps:
        share = 100 * run.done_steps // run.all_steps
        return Progress(
            "Figures are being computed", min(share, 99), f"{run.done_steps} of {run.all_steps} parts", href
        )
    job = newest_job(RECOMPUTE)
    if job is not None and job.state == Job.State.FAILED:
        return Progress("The figures could not be computed", 0, "Start it again on the page of recomputes.")
    return progress_of(
        None if job is None or job.state == Job.State.DONE else job,
        label="Figures are being computed",
        href=href,
        at=at,
    )


def _waiting(job: Job | None, at: datetime) -> str:
    if job is not None and job.attempts:
        return f"Attempt {job.attempts} failed; the next one is at {localtime(job.due):%H:%M:%S}."
    return RELOAD if Heartbeat.objects.beating(SWEEPER, at) else SILENT
