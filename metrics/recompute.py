"""Recompute: what became stale since the last run is computed again and stored.

Stale is what entries, slices and rates with a later mark can move (`metrics.calc.affected`); when what gives
figures their meaning changed (units, accounts, metrics, the calendar, the budgets in force, this engine), all
of it is. Everything is read at one mark and stored as from that mark; running twice is running once, and a run
that was killed is simply run again.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from audit.actions import record
from ledger.company import budgets_in_force
from ledger.periods import document
from ledger.querysets import company_calendars
from metrics import frames, store
from metrics.calc.affected import Area, Change, Reach, affected, changes, edges, with_the_chain
from metrics.calc.blockwise import Partition, shares
from metrics.calc.inputs import Outline
from metrics.computing import Work
from metrics.declaration import Metric
from metrics.definitions import definitions
from metrics.models import Run
from metrics.querysets import has_budget_rates, inflated
from metrics.sharing import SHEETS, SUMS, end_interrupted, hand_out, lead, phase_of, work_off
from metrics.signals import values_recomputed
from metrics.subtotals import blocks as blocks_kept
from metrics.subtotals import forget_beyond
from units.marks import newest_mark, take_mark

ENGINE = 5
"""Raise this when the same inputs give other numbers than before: everything is stale then."""

LOCK = 727_002

Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Stale:
    """What has to be computed: since which mark, up to which, and whether all of it."""

    since: int
    mark: int
    full: bool


def recompute(*, actor: str, clock: Clock, full: bool = False, progress: Progress | None = None) -> Run | None:
    """Bring the sheets up to the newest mark; None where they are there already.

    Writes a run and keeps its progress, closes and writes sheets, leaves a record and tells
    `values_recomputed`. `full` computes everything, stale or not. Only one recompute works at a time; a second
    one waits and then finds little or nothing left to do.
    """
    with alone():
        return bring_up_to_date(actor=actor, clock=clock, full=full, progress=progress)


def bring_up_to_date(*, actor: str, clock: Clock, full: bool = False, progress: Progress | None = None) -> Run | None:
    """The same for who sees to it that nobody else recomputes (`alone`)."""
    end_interrupted(at=clock())
    metrics = definitions()
    meaning = fingerprint(metrics)
    stale = _stale(meaning, full=full, at=clock())
    if stale is None:
        return None
    with _Running(stale, meaning, actor=actor, clock=clock) as running:
        written = _compute(running.run, metrics, progress or _to_nobody, clock)
        running.finish(written)
    return running.run


def fingerprint(metrics: Mapping[str, Metric]) -> str:
    """A hash over everything but figures that decides what sheets hold."""
    mark = newest_mark()
    parts = [
        ENGINE,
        settings.BLOCK_UNITS,
        document(company_calendars()),
        (tree := frames.tree(mark)).units,
        frames.other_trees(mark, tree),
        frames.chart().accounts,
        has_budget_rates(mark),
        inflated(mark),
        sorted(frames.foreign(mark, tree.currency)),
        sorted((year, version.code) for year, version in budgets_in_force(mark).items()),
        [asdict(metric) for metric in metrics.values()],
    ]
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


def _stale(meaning: str, *, full: bool, at: datetime) -> Stale | None:
    """What has to be computed, or None.

    Where the newest mark was computed before and something other than figures changed, a mark is taken for
    it: what stood at the old one was shown to people and stays readable. A run that was cut off and meant something
    else may have left sheets behind: everything is computed again.
    """
    last = Run.objects.filter(state=Run.State.DONE).order_by("-pk").first()
    mark = newest_mark()
    if last is None:
        return Stale(0, mark, full=True) if mark else None
    begun = Run.objects.filter(pk__gt=last.pk).exclude(fingerprint=meaning)
    everything = full or last.fingerprint != meaning or begun.exists()
    if mark > last.mark:
        return Stale(last.mark, mark, everything)
    if not everything:
        return None
    with transaction.atomic():
        return Stale(last.mark, take_mark(at).pk, full=True)


def help_out(*, run: int, clock: Clock, progress: Progress | None = None) -> store.Written:
    """Do blocks of a run that another process leads, until none of its present phase is left; what was written.

    Does nothing where the run is over, or where the figures have another meaning by now: its leader does the rest.
    """
    found = Run.objects.filter(pk=run, state=Run.State.STARTED).first()
    metrics = definitions()
    work = _work(found, metrics) if found else None
    if found is None or work is None or found.fingerprint != fingerprint(metrics):
        return store.Written()
    done = count(1)
    tell = progress or _to_nobody
    written = work_off(work, phase_of(run), clock=clock, progress=lambda: tell(next(done), len(work.todo)))
    return sum(written, store.Written())


def _to_nobody(done: int, steps: int) -> None:
    pass


def _compute(run: Run, metrics: Mapping[str, Metric], progress: Progress, clock: Clock) -> store.Written:
    work = _work(run, metrics)
    if work is None:
        return store.Written(closed=store.close_versions_except([], mark=run.mark))
    phases = (SUMS, SHEETS) if work.looks_up else (SHEETS,)
    steps = _Steps(run, len(work.todo) * len(phases) + 1, progress)
    Run.objects.filter(pk=run.pk).update(slice=_summary(work.outline, work.areas))
    written = store.Written()
    for phase in phases:
        hand_out(work, phase, at=clock(), actor=run.actor)
        written += lead(work, phase, clock=clock, progress=steps.done)
    written += work.store_groups()
    steps.done()
    forget_beyond(len(work.partition.blocks))
    return written + store.Written(closed=_close_what_is_gone(work) if work.edges_moved else 0)


def _work(run: Run, metrics: Mapping[str, Metric]) -> Work | None:
    """What a run has to compute: everything, or what became known since the run before can move.

    The same for every process that asks, because it is read at the run's marks. None without any figures.
    """
    outline = frames.outline(run.mark)
    if outline is None:
        return None
    company, spans, reach = outline.company, outline.spans(), Reach.of(metrics)
    news = None if run.full else frames.news(run.since_mark, run.mark)
    moved: Mapping[str, Change] | None = None
    if news is None:
        everybody = tuple(range(len(company.tree)))
        areas = {version: Area(everybody, span.opened, span.newest) for version, span in spans.items()}
    else:
        moved = with_the_chain(changes(outline, news), axis=company.axis, in_force=outline.in_force)
        areas = affected(moved, spans=spans, company=company, reach=reach)
    partition = Partition.of(company, settings.BLOCK_UNITS)
    return Work(
        run=run.pk,
        meaning=run.fingerprint,
        outline=outline,
        metrics=metrics,
        partition=partition,
        areas=areas,
        todo=shares(partition, areas, moved, kept=blocks_kept(meaning=run.fingerprint)),
        looks_up=bool(reach.above),
        edges_moved=news is None or edges(news.before) != edges(outline.delivered),
        rates_moved=bool(news and news.rates),
    )


class _Steps:
    """How far a run is, on its row and for whoever asked for it."""

    def __init__(self, run: Run, steps: int, progress: Progress) -> None:
        self._run, self._all, self._progress, self._number = run, steps, progress, 0
        Run.objects.filter(pk=run.pk).update(all_steps=steps)

    def done(self) -> None:
        self._number += 1
        Run.objects.filter(pk=self._run.pk).update(done_steps=self._number)
        self._progress(self._number, self._all)


def _close_what_is_gone(work: Work) -> int:
    """Close sheets of periods and versions that have no figures any more."""
    periods = work.outline.company.axis.periods
    closed = store.close_versions_except(work.stored, mark=work.mark)
    for name, building in work.kept.items():
        first, last = periods[building.span.opened].ordinal, periods[building.span.newest].ordinal
        closed += store.close_others(name, first=first, last=last, mark=work.mark)
    return closed


def _summary(outline: Outline, areas: Mapping[str, Area]) -> dict[str, object]:
    """What a run covers, for the list of runs: how many units, and from which period to which."""
    periods = outline.company.axis.periods
    return {
        version: {"units": len(area.units), "from": periods[area.first].code, "to": periods[area.last].code}
        for version, area in areas.items()
    }


class _Running:
    """A run from STARTED to DONE, or to FAILED with what went wrong."""

    def __init__(self, stale: Stale, meaning: str, *, actor: str, clock: Clock) -> None:
        self.clock = clock
        self.run = Run(
            full=stale.full,
            actor=actor,
            since_mark=stale.since,
            mark=stale.mark,
            fingerprint=meaning,
            started=clock(),
        )

    def __enter__(self) -> _Running:
        self.run.save()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is not None:
            Run.objects.filter(pk=self.run.pk).update(
                state=Run.State.FAILED, ended=self.clock(), error=f"{type(error).__name__}: {error}"
            )

    def finish(self, written: store.Written) -> None:
        """Close the run, record it and tell the news, in one transaction."""
        with transaction.atomic():
            at = self.clock()
            Run.objects.filter(pk=self.run.pk).update(
                state=Run.State.DONE,
                ended=at,
                sheets=written.sheets,
                written=written.written,
                closed=written.closed,
            )
            self.run.refresh_from_db()
            record(
                actor=self.run.actor,
                verb="metrics.recomputed",
                target=("run", self.run.pk),
                at=at,
                after={"mark": self.run.mark, "full": self.run.full, **asdict(written)},
            )
            values_recomputed.send(sender=Run, run=self.run.pk, mark=self.run.mark, actor=self.run.actor, at=at)


@contextmanager
def alone() -> Iterator[None]:
    """Only one recompute at a time, in whatever process: a lock of the database, or of a file beside SQLite.

    Taken before any transaction: who recomputes already may wait for what that one holds.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return
    path = Path(settings.VAR) / "recompute.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
