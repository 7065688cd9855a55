"""Reads the sealed record from its first position and says whether it is what was sealed.

It finds an edit, a deletion in the middle, a cut tail below the newest block, a chain made anew without the
key, triggers dropped or changed, and blocks with an impossible time. A whole tail cut off, newest block
included, shows against a digest kept elsewhere: every block's digest is in the log, and `expect` takes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection

from audit import chain, triggers
from audit.models import Block, Guarding
from audit.sealing import columns

CHAIN, ANCHOR, GUARDS, BACKLOG, CLOCK = 1, 2, 4, 5, 7  # the exit codes of `audit_verify`
AT_ONCE = 10  # blocks read with one query
ENOUGH = 20  # problems; the first one is what matters
SKEW = timedelta(seconds=60)


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it was sealed, and where."""

    code: int
    reason: str
    block: int | None = None
    position: int | None = None


@dataclass
class Report:
    """What was read and what was wrong with it; `code` is the exit status."""

    blocks: int = 0
    position: int = 0
    head: str = chain.FIRST
    problems: list[Problem] = field(default_factory=list)

    @property
    def code(self) -> int:
        return min((problem.code for problem in self.problems), default=0)

    @property
    def first(self) -> Problem | None:
        """The problem that gives the exit status; of several the one at the lowest position."""
        same = [problem for problem in self.problems if problem.code == self.code]
        return min(same, key=lambda problem: problem.position or 0, default=None)

    def add(self, code: int, reason: str, **place: int | None) -> None:
        if len(self.problems) < ENOUGH:
            self.problems.append(Problem(code, reason, **place))


def verify(*, at: datetime, expect: tuple[int, str] | None = None) -> Report:
    """Read everything that is sealed; changes nothing. `expect` is a block's number and its digest from elsewhere."""
    report = Report()
    approved = _approved_guards(report)
    sealed_at: datetime | None = None
    blocks = Block.objects.order_by("number").iterator(chunk_size=1_000)
    for some in _in_turn(blocks):
        rows = _rows(report.position + 1, max(block.last_position for block in some))
        for block in some:
            _read_block(report, block, rows, approved)
            _check_clock(report, block, after=sealed_at, now=at)
            if expect and expect[0] == block.number and expect[1] != block.digest:
                report.add(
                    ANCHOR, f"Block {block.number} has another digest than the one expected.", block=block.number
                )
            sealed_at = block.sealed_at
            report.blocks, report.position, report.head = block.number, block.last_position, block.digest
    if expect and expect[0] > report.blocks:
        report.add(ANCHOR, f"Block {expect[0]} is expected and the record ends at block {report.blocks}.")
    _check_beyond(report)
    _check_guards(report, approved)
    _check_backlog(report, now=at)
    return report


def _in_turn(blocks: Iterator[Block]) -> Iterator[list[Block]]:
    while some := list(islice(blocks, AT_ONCE)):
        yield some


def _rows(first: int, last: int) -> dict[int, tuple[Any, ...]]:
    """Sealed positions with their records: position → (leaf, record id, the record's fields or Nones)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.position, s.leaf, s.record_id, {columns()}"  # noqa: S608 -- constants
            " FROM audit_seal s LEFT JOIN audit_record r ON r.id = s.record_id WHERE s.position BETWEEN %s AND %s",
            [first, last],
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _read_block(report: Report, block: Block, rows: dict[int, tuple[Any, ...]], approved: list[str]) -> None:
    """One block: where it stands, what it holds, who signed it, and under which triggers."""
    place = {"block": block.number, "position": block.first_position}
    if (block.number, block.first_position) != (report.blocks + 1, report.position + 1):
        report.add(
            CHAIN,
            f"Block {report.blocks + 1} should begin at position {report.position + 1};"
            f" found is block {block.number} from position {block.first_position}.",
            block=report.blocks + 1,
            position=report.position + 1,
        )
    elif block.previous != report.head:
        report.add(CHAIN, f"Block {block.number} does not follow the block before it.", **place)
    if not _is_signed(block):
        report.add(CHAIN, f"Block {block.number} was not sealed with our key, or its header was changed.", **place)
    leaves = _read_records(report, block, rows)
    if leaves is not None and (not leaves or chain.root(leaves) != block.root):
        report.add(CHAIN, f"The records of block {block.number} are not those that were sealed.", **place)
    if block.fingerprint not in approved:
        report.add(
            GUARDS, f"Block {block.number} was sealed while the triggers were not as a migration left them.", **place
        )


def _read_records(report: Report, block: Block, rows: dict[int, tuple[Any, ...]]) -> list[bytes] | None:
    """The leaves of a block's records; None when one is missing or was changed, which is then named."""
    leaves, whole = [], True
    for position in range(block.first_position, block.last_position + 1):
        row = rows.get(position)
        if row is None:
            reason = f"Position {position} is missing."
        elif row[2] is None:
            reason = f"Record {row[1]} at position {position} was deleted."
        else:
            leaf = chain.leaf(row[2:])  # type: ignore[arg-type]  # the columns of a record, in its order
            leaves.append(leaf)
            if leaf.hex() == row[0]:
                continue
            reason = f"Record {row[1]} at position {position} was changed."
        whole = False
        report.add(CHAIN, reason, block=block.number, position=position)
    return leaves if whole else None


def _is_signed(block: Block) -> bool:
    header = chain.Header(
        number=block.number,
        first=block.first_position,
        last=block.last_position,
        root=block.root,
        previous=block.previous,
        sealed_at=block.sealed_at,
        fingerprint=block.fingerprint,
    )
    return any(chain.digest(header, key=key) == block.digest for key in _keys())


def _keys() -> list[str]:
    return [settings.SEAL_KEY, *settings.SEAL_KEY_FALLBACKS]


def _check_clock(report: Report, block: Block, *, after: datetime | None, now: datetime) -> None:
    place = {"block": block.number, "position": block.first_position}
    if after is not None and block.sealed_at < after - SKEW:
        report.add(CLOCK, f"Block {block.number} was sealed before the block it follows.", **place)
    if block.sealed_at > now + SKEW:
        report.add(CLOCK, f"Block {block.number} was sealed in the future.", **place)


def _check_beyond(report: Report) -> None:
    """Seals no block answers for: a block was taken away, or somebody sealed by hand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(position) FROM audit_seal WHERE position > %s", [report.position])
        (beyond,) = cursor.fetchone()
        cursor.execute("SELECT min(position) FROM audit_seal WHERE position < 1")
        (before,) = cursor.fetchone()
    for position in (before, beyond):
        if position is not None:
            report.add(CHAIN, f"No block answers for position {position}.", position=position)


def _approved_guards(report: Report) -> list[str]:
    """The fingerprints migrations left, oldest first; a note without our signature counts as changed triggers."""
    approved = []
    for note in Guarding.objects.order_by("pk"):
        terms = (note.at, note.definition, note.fingerprint)
        if any(triggers.guarding_digest(*terms, key=key) == note.digest for key in _keys()):
            approved.append(note.fingerprint)
        else:
            report.add(GUARDS, f"The note of {note.at:%Y-%m-%d %H:%M} about the triggers was changed or forged.")
    return approved


def _check_guards(report: Report, approved: list[str]) -> None:
    missing = triggers.missing()
    if missing:
        report.add(GUARDS, f"Triggers are missing: {', '.join(missing)}.")
    elif not approved or triggers.fingerprint() != approved[-1]:
        report.add(GUARDS, "The triggers are not as the last migration left them.")


def _check_backlog(report: Report, *, now: datetime) -> None:
    """Committed records older than a minute that nobody sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_record r WHERE r.at < %s"
            " AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.record_id = r.id)",
            [connection.ops.adapt_datetimefield_value(now - SKEW)],
        )
        (waiting,) = cursor.fetchone()
    if waiting:
        report.add(
            BACKLOG, f"{waiting} {'record is' if waiting == 1 else 'records are'} older than a minute and not sealed."
        )
