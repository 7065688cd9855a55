"""One run, many workers: whoever is free takes the next block, and the database says which ones are left.

The process that leads a run hands its blocks out, does them like everybody else, and waits for those that others took.
A worker that dies loses its lease and the block is done again; one that is told that its run is over writes nothing
any more. On SQLite, where one process writes at a time, the leader works alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from jobs.actions import enqueue
from metrics import store
from metrics.calc.blockwise import Share
from metrics.computing import Work
from metrics.models import Run, RunBlock

SUMS, SHEETS = RunBlock.Phase.SUMS, RunBlock.Phase.SHEETS
HELP = "metrics.help"
MOST_HELPERS = 15
LEASE = timedelta(seconds=120)
PATIENCE_SECONDS = 0.2

Clock = Callable[[], datetime]


def hand_out(work: Work, phase: str, *, at: datetime, actor: str) -> None:
    """Put the blocks of a phase where every worker can take them, and ask others to help; the run is the record."""
    RunBlock.objects.bulk_create(RunBlock(run_id=work.run, phase=phase, number=share.number) for share in work.todo)
    helpers = min(len(work.todo) - 1, MOST_HELPERS) if connection.vendor == "postgresql" else 0
    for number in range(helpers):
        enqueue(kind=HELP, key=f"{work.run}-{phase}-{number}", at=at, actor=actor, payload={"run": work.run})


def lead(work: Work, phase: str, *, clock: Clock, progress: Callable[[], None]) -> store.Written:
    """See a phase through: do what nobody took, wait for what others took; what all of them wrote.

    `progress` is called once for each block that is done, by whomever.
    """
    told = 0

    def tell() -> None:
        nonlocal told
        done = _done(work.run, phase)
        for _ in range(done - told):
            progress()
        told = done

    while not _is_over(work.run, phase):
        if not work_off(work, phase, clock=clock, progress=tell):
            time.sleep(PATIENCE_SECONDS)
        tell()
    blocks = RunBlock.objects.filter(run=work.run, phase=phase)
    return sum((store.Written(each.sheets, each.written, each.closed) for each in blocks), store.Written())


def work_off(work: Work, phase: str, *, clock: Clock, progress: Callable[[], None]) -> list[store.Written]:
    """Do blocks of a phase until none is left that nobody does; block by block what was written."""
    written = []
    for share, lease in _taken(work, phase, clock):
        found = store.Written()
        with lease:
            if phase == SUMS:
                work.add_up(share, lease.renew)
            else:
                sums = work.wanted(share, lease.renew) if work.looks_up else work.add_up(share, lease.renew)
                found = work.store_block(share, sums, lease.renew)
            lease.settle(found)
        written.append(found)
        progress()
    return written


def phase_of(run: int) -> str:
    """The phase a run is in."""
    return SHEETS if RunBlock.objects.filter(run=run, phase=SHEETS).exists() else SUMS


class Lease:
    """A block taken by this process alone, for as long as it says it is alive.

    Used as a context: a failure gives the block back, so that somebody else may try at once, and goes on. Who took
    the block after the lease ran out is left alone.
    """

    def __init__(self, block: QuerySet[RunBlock], clock: Clock) -> None:
        self._block, self._clock = block, clock
        self._until: datetime | None = None

    def take(self) -> bool:
        """Take the block where nobody has it, or who had it is dead; whether that was so."""
        at = self._clock()
        self._until = at + LEASE
        free = self._block.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at), is_done=False)
        return bool(free.update(lease_until=self._until))

    def renew(self) -> None:
        until = self._clock() + LEASE
        if self._mine().update(lease_until=until):
            self._until = until

    def settle(self, written: store.Written) -> None:
        """The block is done, and this is what was written."""
        self._mine().update(is_done=True, sheets=written.sheets, written=written.written, closed=written.closed)

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is not None:
            self._mine().update(lease_until=None)

    def _mine(self) -> QuerySet[RunBlock]:
        return self._block.filter(lease_until=self._until, is_done=False)


def _taken(work: Work, phase: str, clock: Clock) -> Iterator[tuple[Share, Lease]]:
    """Blocks one after the other, each with its lease."""
    for share in work.todo:
        lease = Lease(RunBlock.objects.filter(run=work.run, phase=phase, number=share.number), clock)
        if lease.take():
            yield share, lease


def _done(run: int, phase: str) -> int:
    return RunBlock.objects.filter(run=run, phase=phase, is_done=True).count()


def _is_over(run: int, phase: str) -> bool:
    return not RunBlock.objects.filter(run=run, phase=phase, is_done=False).exists()


def end_interrupted(*, at: datetime) -> None:
    """Mark runs that were cut off as failed, once nobody is writing for them any more, and forget their blocks."""
    with transaction.atomic():
        store.wait_for_writers()
        Run.objects.filter(state=Run.State.STARTED).update(
            state=Run.State.FAILED, ended=at, error="It was interrupted; a later run did its work."
        )
        RunBlock.objects.all().delete()
