"""Who may do a job, and for how long: leases taken, kept and given back by compare-and-set.

`attempts` is the token of a lease: every change after the claim asks for the number it was claimed
with, so a worker that was thought dead and comes back changes nothing. One UPDATE decides the winner,
on both databases, with no lock held while the work is done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F

from audit.actions import record
from jobs.models import Job
from jobs.registry import GiveUp
from jobs.relay import send_on_commit

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=40)
RENEWAL = 10.0  # seconds between renewals
LONGEST = timedelta(seconds=600)  # a job that shows no progress for longer is given to somebody else
ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=15)  # then four times as long each time
WORKER = "process:worker"

Clock = Callable[[], datetime]


def claim(job_id: int, *, at: datetime) -> Job | None:
    """Take the lease of a job that is due; None when somebody else has it, or the same work runs already."""
    try:
        with transaction.atomic():
            taken = (
                Job.objects.claimable(at)
                .filter(pk=job_id, attempts__lt=ATTEMPTS)
                .update(
                    state=Job.State.RUNNING,
                    lease_until=at + LEASE,
                    attempts=F("attempts") + 1,
                    done_steps=0,
                    all_steps=0,
                )
            )
    except IntegrityError:
        return None  # a job of the same kind and key runs; it will send this one when it ends
    return Job.objects.get(pk=job_id) if taken else None


def pause_after(attempt: int) -> timedelta:
    """How long to wait after the n-th failed attempt: 15 s, 1 min, 4 min, 16 min."""
    return FIRST_PAUSE * int(4 ** (attempt - 1))


class Attempt:
    """One attempt at a claimed job: keeps the lease while it lasts, notes how it ended.

    Used as a context. What the handler raises ends here, on the row, where people can read it; only
    what is meant to end the process (SystemExit, KeyboardInterrupt) goes on, and then the lease simply
    runs out.
    """

    def __init__(self, job: Job, *, clock: Clock) -> None:
        self.job = job
        self.clock = clock
        self.began = self._moved = clock()
        self.outcome: Mapping[str, Any] | None = None
        self._over = Event()
        self._keeper = Thread(target=self._keep_lease, name=f"lease of job {job.pk}", daemon=True)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._over.set()
        self._keeper.join()
        if error is None:
            self._end(Job.State.DONE, outcome=dict(self.outcome or {}))
            return True
        if not isinstance(error, Exception):
            return False
        self._note_failure(error)
        return True

    def progress(self, done: int, of: int) -> None:
        """Note the steps done; the lease is renewed with it, and lasts as long as there are more."""
        self._moved = self.clock()
        self._mine().update(done_steps=done, all_steps=of, lease_until=self.clock() + LEASE)

    def _mine(self) -> Any:
        return Job.objects.running().filter(pk=self.job.pk, attempts=self.job.attempts)

    def _keep_lease(self) -> None:
        """Renew until the attempt is over or has stood still too long; a busy database is asked again next time."""
        try:
            while not self._over.wait(RENEWAL) and self.clock() < self._moved + LONGEST:
                try:
                    self._mine().update(lease_until=self.clock() + LEASE)
                except OperationalError:
                    connection.close()
        finally:
            connection.close()

    def _note_failure(self, error: Exception) -> None:
        said = str(error) if isinstance(error, GiveUp) else f"{type(error).__name__}: {error}"
        if isinstance(error, GiveUp) or self.job.attempts >= ATTEMPTS:
            bury(self.job, said, at=self.clock())
            return
        due = self.clock() + pause_after(self.job.attempts)
        try:
            with transaction.atomic():
                self._mine().update(state=Job.State.WAITING, due=due, lease_until=None, error=said)
        except IntegrityError:  # the same work was asked for again meanwhile: that job is the next attempt
            self._end(Job.State.FAILED, error=f"{said} (asked for again meanwhile)")

    def _end(self, state: Job.State, **terms: Any) -> None:
        with transaction.atomic():
            self._mine().update(state=state, ended=self.clock(), lease_until=None, **terms)
            send_follower(self.job)


def bury(job: Job, said: str, *, at: datetime) -> None:
    """End a job as failed for good, with a record and a line in the log: work that must happen did not."""
    with transaction.atomic():
        held = Job.objects.running().filter(pk=job.pk, attempts=job.attempts)
        if not held.update(state=Job.State.FAILED, error=said, ended=at, lease_until=None):
            return
        record(
            actor=WORKER,
            verb="jobs.job.failed",
            target=("job", job.pk),
            at=at,
            after={"kind": job.kind, "key": job.key, "attempts": job.attempts},
        )
        send_follower(job)
    logger.error("Job %s (%s %s) was given up at attempt %s: %s", job.pk, job.kind, job.key, job.attempts, said)


def send_follower(job: Job) -> None:
    """Send the job that waited for this one to end, if the same work was asked for again."""
    follower = Job.objects.asked_for(job.kind, job.key).waiting().values_list("pk", flat=True).first()
    if follower is not None:
        send_on_commit(follower)
