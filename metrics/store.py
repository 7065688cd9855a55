"""Storing sheets: the difference between what was computed and what stands, a slice at a time.

A slice is a version, some units and some periods. Sheets that differ are closed at the run's mark and written
anew; equal ones (by their digest) are left alone, so a recompute that changes nothing writes nothing. Every sheet
written stands from the mark of its inputs. Readers stay at the mark of the last run that was done
(`metrics.querysets`), where a closed sheet still stands and a new one does not yet: slices may land one after the
other, a killed run may leave some of them, and nobody reads half of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from ledger import rows
from metrics.calc.sheets import SheetRow
from metrics.models import Run, Sheet

WRITING = 727_003  # the advisory lock between those who write for a run and who ends it
BATCH_ROWS = 500
PAUSE_SECONDS = 0.005
COLUMNS = (
    "unit", "period", "basis", "version", "numbers", "reasons", "coverage", "parts", "digest", "run", "from_mark",
)  # fmt: skip
Key = tuple[int, int, str]


class RunOver(RuntimeError):
    """The run was ended while a worker computed for it: what it would write is another run's work now."""


@dataclass(frozen=True)
class Slice:
    """Which sheets the computed ones stand for: those of a version, of these units and periods.

    `units` and `periods` give the ids for places in the tree and rows of the axis.
    """

    version: str
    units: Mapping[int, int]
    periods: Mapping[int, int]

    def key(self, sheet: SheetRow) -> Key:
        return self.units[sheet.unit], self.periods[sheet.row], sheet.basis


@dataclass(frozen=True)
class Written:
    """What storing did: how many sheets were compared, written anew, and closed."""

    sheets: int = 0
    written: int = 0
    closed: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(self.sheets + other.sheets, self.written + other.written, self.closed + other.closed)


def store(sheets: Sequence[SheetRow], *, of: Slice, run: int, mark: int) -> Written:
    """Make a slice stand as computed, from a mark on: write what differs, close what it replaces."""
    standing = _standing(of)
    todo: list[tuple[int | None, SheetRow | None]] = []
    for sheet in sheets:
        pk, digest = standing.pop(of.key(sheet), (None, None))
        if digest != sheet.digest:
            todo.append((pk, sheet))
    todo += [(pk, None) for pk, _ in standing.values()]
    found = Written(sheets=len(sheets))
    for part in _parts(todo):
        found += _replace(part, of=of, run=run, mark=mark)
        _pause()
    return found


def close_others(version: str, *, first: int, last: int, mark: int) -> int:
    """Close what stands of a version outside the periods it has figures for; how many sheets that were."""
    gone = Sheet.unscoped.filter(version=version, until_mark__isnull=True).exclude(period__ordinal__range=(first, last))
    return gone.update(until_mark=mark)


def close_versions_except(versions: Iterable[str], *, mark: int) -> int:
    """Close the sheets of versions that have no figures any more; how many there were."""
    return Sheet.unscoped.filter(until_mark__isnull=True).exclude(version__in=list(versions)).update(until_mark=mark)


def _standing(of: Slice) -> dict[Key, tuple[int | None, UUID | None]]:
    """The ids and digests of the sheets that stand in a slice."""
    found = Sheet.unscoped.filter(
        version=of.version,
        unit_id__in=list(of.units.values()),
        period_id__in=list(of.periods.values()),
        until_mark__isnull=True,
    ).values_list("unit_id", "period_id", "basis", "pk", "digest")
    return {(unit, period, basis): (pk, digest) for unit, period, basis, pk, digest in found.iterator(10_000)}


def _replace(part: Sequence[tuple[int | None, SheetRow | None]], *, of: Slice, run: int, mark: int) -> Written:
    """Close sheets and write their successors, in one transaction."""
    closing = [pk for pk, _ in part if pk is not None]
    fresh = [_row(sheet, of, run, mark) for _, sheet in part if sheet is not None]
    with transaction.atomic():
        while_it_lasts(run)
        rows.close(Sheet.unscoped, closing, mark=mark)
        rows.insert(Sheet, COLUMNS, fresh)
    return Written(0, len(fresh), len(closing))


def while_it_lasts(run: int) -> None:
    """Until the end of this transaction nobody ends the run; raises `RunOver` where somebody did before.

    A worker that was believed dead would else close what a later run wrote.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WRITING])
    if not Run.objects.filter(pk=run, state=Run.State.STARTED).exists():
        raise RunOver(f"Run {run} is over; another one does its work.")


def wait_for_writers() -> None:
    """Wait until no worker is in the middle of writing, and let none begin before this transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITING])


def _row(sheet: SheetRow, of: Slice, run: int, mark: int) -> tuple[Any, ...]:
    digest = sheet.digest
    return (
        *of.key(sheet), of.version,
        sheet.numbers, sheet.reasons, sheet.coverage, sheet.parts,
        digest if connection.features.has_native_uuid_field else digest.hex, run, mark,
    )  # fmt: skip


def _parts(todo: Sequence[Any]) -> list[Sequence[Any]]:
    """PostgreSQL takes a slice at once; on SQLite each transaction is short, so that people get their turn."""
    size = max(len(todo), 1) if connection.vendor == "postgresql" else BATCH_ROWS
    return [todo[start : start + size] for start in range(0, len(todo), size)]


def _pause() -> None:
    """Between two writes on SQLite, so that people who click get their turn."""
    if connection.vendor != "postgresql" and not connection.in_atomic_block:
        time.sleep(PAUSE_SECONDS)
