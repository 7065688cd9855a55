"""The net under the queue: every 15 seconds what was lost is sent again and what kills its workers is buried."""

from __future__ import annotations

from datetime import datetime, timedelta

from jobs.leases import ATTEMPTS, bury
from jobs.models import Heartbeat, Job
from jobs.relay import send

SWEEPER = "sweeper"
AT_ONCE = 500  # ids sent in one round
KEPT = timedelta(days=90)  # how long a job that was done can be looked up


def sweep(*, at: datetime) -> int:
    """One round: bury, send again, forget old jobs, leave a sign of life; how many ids were sent.

    Stops sending at the first refusal of the broker; the next round starts over.
    """
    for job in Job.objects.given_up_by(at, attempts=ATTEMPTS):
        bury(job, f"Its worker died {job.attempts} times while doing it.", at=at)
    sent = 0
    due = Job.objects.claimable(at).order_by("due", "pk").values_list("pk", flat=True)
    for job_id in list(due[:AT_ONCE]):
        if not send(job_id):
            break
        sent += 1
    Job.objects.filter(state=Job.State.DONE, due__lt=at - KEPT).delete()
    Heartbeat.objects.update_or_create(name=SWEEPER, defaults={"at": at})
    return sent
