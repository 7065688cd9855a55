"""What all verbs have in common that bring in one file about the company: all rows of it or none.

A file is read and checked as a whole, compared with what stands, and what differs is written under one mark, recorded
and told. The same file again changes nothing; a dry run says what would change. A verb brings the rest: what
its rows are, what is wrong with them, and what they change (`Plan`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from audit.actions import record
from ledger.actions.structure import ABILITY, StructureFile
from ledger.changes import Change
from ledger.reading import FileRejected, Sheet, read
from ledger.report import IMPORTED, PREVIEWED, REFUSED, UNCHANGED, Counts, FileReport, Problem
from ledger.signals import figures_changed
from ledger.structure import StructureTable
from units.marks import hold_marks, take_mark
from units.models import Unit
from units.scope import AbilityMissing, Scope


class RowsRefused(ValueError):
    """Rows that cannot stand; `problems` say why, each at its row."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems

    @classmethod
    def where(cls, problems: list[Problem]) -> None:
        """Go on, or raise where there is a problem."""
        if problems:
            raise cls(problems)


@dataclass(frozen=True)
class Plan:
    """What a file would change: counted, named one by one, and written by `write` under a mark.

    `before` and `after` are what the record keeps of it.
    """

    counts: Counts
    differences: tuple[Change, ...]
    write: Callable[[int], None]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Bringing:
    """One file on its way in: who brings it, when, and whether it is only tried."""

    actor: Scope
    file: StructureFile
    at: datetime
    dry_run: bool = False

    def of(
        self,
        noun: str,
        *,
        verb: str,
        table: Callable[..., StructureTable],
        plan: Callable[[StructureTable], Plan],
    ) -> FileReport:
        """Bring the file in: `table` reads its rows, `plan` says what they change or raises RowsRefused.

        Writes under one mark, leaves a record and tells `figures_changed`, where there is a difference and this is no
        dry run. Raises AbilityMissing unless the actor may do this for the whole company.
        """
        if not self.actor.may_everywhere(ABILITY):
            raise AbilityMissing(f"Importing {noun} needs the ability on the whole company.", ability=ABILITY)
        try:
            sheet: Sheet = read(self.file.content, name=self.file.name)[0]
        except FileRejected as rejected:
            return FileReport(REFUSED, noun, errors=(Problem(self.file.name, str(rejected)),))
        rows = table(sheet, file=self.file.name)
        report = FileReport(REFUSED, noun, warnings=tuple(rows.warnings))
        with transaction.atomic():
            hold_marks()
            try:
                found = plan(rows)
            except RowsRefused as refused:
                return replace(report, errors=tuple(refused.problems))
            if found.differences and not self.dry_run:
                self._write(found, verb)
        status = PREVIEWED if self.dry_run else IMPORTED if found.differences else UNCHANGED
        return replace(report, status=status, counts=found.counts, differences=found.differences)

    def _write(self, plan: Plan, verb: str) -> None:
        mark = take_mark(self.at).pk
        plan.write(mark)
        digest = sha256(self.file.content).hexdigest()
        record(
            actor=self.actor.actor,
            verb=verb,
            target=("ledger.structure", mark),
            at=self.at,
            before=dict(plan.before),
            after={"digest": digest, **plan.after, "mark": mark},
        )
        figures_changed.send(sender=Unit, mark=mark, actor=self.actor.actor, at=self.at)
