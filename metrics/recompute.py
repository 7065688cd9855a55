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
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from audit.actions import record
from ledger.company import budgets_in_force
from ledger.models import Period
from ledger.periods import document
from ledger.querysets import company_calendars, period_row
from metrics import frames, store
from metrics.calc.affected import Area, Reach, affected, changes, in_blocks, with_the_chain
from metrics.calc.blocks import Blocks
from metrics.calc.books import Book, book_of
from metrics.calc.cells import GROUP_CURRENCY
from metrics.calc.inputs import Inputs
from metrics.calc.levels import Reasons
from metrics.declaration import Metric
from metrics.definitions import definitions
from metrics.models import Run
from metrics.querysets import has_budget_rates
from metrics.rates import AT_BUDGET, CONSTANT, CONSTANT_OF, at_rates, is_constant, version_and_manner
from metrics.signals import values_recomputed
from units.marks import newest_mark, take_mark

ENGINE = 2
"""Raise this when the same inputs give other numbers than before: everything is stale then."""

BLOCK_UNITS = 64
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
    with _alone():
        Run.objects.filter(state=Run.State.STARTED).update(
            state=Run.State.FAILED, ended=clock(), error="It was interrupted; a later run did its work."
        )
        metrics = definitions()
        meaning = fingerprint(metrics)
        stale = _stale(meaning, full=full, at=clock())
        if stale is None:
            return None
        with _Running(stale, meaning, actor=actor, clock=clock) as running:
            written = _compute(running.run, stale, metrics, progress or (lambda done, steps: None))
            running.finish(written)
        return running.run


def fingerprint(metrics: Mapping[str, Metric]) -> str:
    """A hash over everything but figures that decides what sheets hold."""
    mark = newest_mark()
    parts = [
        ENGINE,
        document(company_calendars()),
        frames.tree(mark).units,
        frames.chart().accounts,
        has_budget_rates(mark),
        sorted((year, version.code) for year, version in budgets_in_force(mark).items()),
        [asdict(metric) for metric in metrics.values()],
    ]
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


def _stale(meaning: str, *, full: bool, at: datetime) -> Stale | None:
    """What has to be computed, or None.

    Where the newest mark was computed before and something other than figures changed, a mark is taken for
    it: what stood at the old one was shown to people and stays readable.
    """
    last = Run.objects.filter(state=Run.State.DONE).order_by("-pk").first()
    mark = newest_mark()
    if last is None:
        return Stale(0, mark, full=True) if mark else None
    everything = full or last.fingerprint != meaning
    if mark > last.mark:
        return Stale(last.mark, mark, everything)
    if not everything:
        return None
    with transaction.atomic():
        return Stale(last.mark, take_mark(at).pk, full=True)


def _compute(run: Run, stale: Stale, metrics: Mapping[str, Metric], progress: Progress) -> store.Written:
    inputs = frames.inputs(stale.mark)
    if inputs is None:
        return store.Written(closed=store.close_versions_except([], mark=stale.mark))
    reasons = Reasons()
    books = _books(inputs, reasons)
    areas = _areas(inputs, books, metrics, stale)
    compute = Blocks(books, metrics, inputs.company, reasons)
    blocks = [
        (version, Area(units, area.first, area.last))
        for version, area in areas.items()
        for units in in_blocks(area.units, BLOCK_UNITS)
    ]
    Run.objects.filter(pk=run.pk).update(all_steps=len(blocks), slice=_summary(inputs, areas))
    written = store.Written()
    for done, (version, area) in enumerate(blocks, start=1):
        written += _store_block(version, area, inputs, compute, run=run, mark=stale.mark)
        Run.objects.filter(pk=run.pk).update(done_steps=done)
        progress(done, len(blocks))
    return written + store.Written(closed=_close_what_is_gone(inputs, books, areas, stale.mark))


def _books(inputs: Inputs, reasons: Reasons) -> dict[str, Book]:
    """The book of every version, and of those in constant currency where there is another currency at all."""
    found = {}
    for version, facts in sorted(inputs.facts.items()):
        manners = CONSTANT if version == CONSTANT_OF and (facts.currency != GROUP_CURRENCY).any() else ()
        for name in (version, *(at_rates(version, manner) for manner in manners)):
            if name == at_rates(version, AT_BUDGET) and not inputs.rates.planned:
                continue
            found[name] = book_of(
                name,
                facts,
                inputs.deliveries[version],
                company=inputs.company,
                rates=inputs.rates,
                reasons=reasons,
            )
    return {version: book for version, book in found.items() if book is not None}


def _areas(inputs: Inputs, books: Mapping[str, Book], metrics: Mapping[str, Metric], stale: Stale) -> dict[str, Area]:
    """Which sheets to compute: everything, or what the changes since the last run can move.

    Those in constant currency go with the version they read.
    """
    books = {version: book for version, book in books.items() if not is_constant(version)}
    company = inputs.company
    if stale.full:
        everybody = tuple(range(len(company.tree)))
        return {version: Area(everybody, book.opened, book.newest) for version, book in books.items()}
    moved = changes(
        inputs,
        since=stale.since,
        touched=frames.changed(stale.since, stale.mark),
        rates=frames.changed_rates(stale.since, stale.mark),
    )
    moved = with_the_chain(moved, axis=company.axis, in_force=inputs.in_force)
    return affected(moved, books=books, tree=company.tree, axes=company.axes, reach=Reach.of(metrics))


def _store_block(version: str, area: Area, inputs: Inputs, compute: Blocks, *, run: Run, mark: int) -> store.Written:
    """Compute and store some units' sheets of a version, as reported and in constant currency."""
    rows = np.arange(area.first, area.last + 1, dtype=np.int64)
    units = {column: inputs.company.tree.units[column].id for column in area.units}
    of = store.Slice(version, units, _period_ids(inputs, area))
    reported = compute.sheets(version, area.units, rows)
    written = store.store(reported, of=of, run=run.pk, mark=mark)
    for name, sheets in compute.constant(version, area.units, rows, reported=reported):
        written += store.store(sheets, of=replace(of, version=name), run=run.pk, mark=mark)
    return written


def _period_ids(inputs: Inputs, area: Area) -> dict[int, int]:
    """The ids of the area's periods by row; a period nobody delivered gets its row of the table here."""
    axis = inputs.company.axis
    wanted = {axis.row(period.ordinal): period for period in axis.periods[area.first : area.last + 1]}
    ordinals = [period.ordinal for period in wanted.values()]
    found = dict(Period.objects.filter(ordinal__in=ordinals).values_list("ordinal", "pk"))
    if len(found) < len(wanted):
        missing = [period_row(period) for period in wanted.values() if period.ordinal not in found]
        Period.objects.bulk_create(missing, ignore_conflicts=True)
        found = dict(Period.objects.filter(ordinal__in=ordinals).values_list("ordinal", "pk"))
    return {row: found[period.ordinal] for row, period in wanted.items()}


def _close_what_is_gone(inputs: Inputs, books: Mapping[str, Book], areas: Mapping[str, Area], mark: int) -> int:
    """Close sheets of periods and versions that have no figures any more."""
    periods = inputs.company.axis.periods
    closed = store.close_versions_except(books, mark=mark)
    for version, book in books.items():
        if version_and_manner(version)[0] in areas:
            first, last = periods[book.opened].ordinal, periods[book.newest].ordinal
            closed += store.close_others(version, first=first, last=last, mark=mark)
    return closed


def _summary(inputs: Inputs, areas: Mapping[str, Area]) -> dict[str, object]:
    """What a run covers, for the list of runs: how many units, and from which period to which."""
    periods = inputs.company.axis.periods
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
def _alone() -> Iterator[None]:
    """Only one recompute at a time, in whatever process: a lock of the database, or of a file beside SQLite."""
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
