"""What the commands have in common that bring one file about the company in: try it, or import it, and say what became
of it."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from audit.commands import counted
from ledger.actions.structure import StructureFile
from ledger.report import PREVIEWED, UNCHANGED, FileReport
from units.commands import HouseCommand
from units.scope import Scope


class FileCommand(HouseCommand):
    """`manage.py import_… FILE --actor NAME [--dry-run] [--json]`; the same file again changes nothing."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_actor(parser)
        parser.add_argument("--dry-run", action="store_true", help="Print the difference and change nothing.")
        parser.add_argument("path", metavar="FILE")

    @abstractmethod
    def bring_in(
        self, *, actor: Scope, file: StructureFile, at: datetime, dry_run: bool, options: dict[str, Any]
    ) -> FileReport:
        """The verb of the command."""

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        report = self.bring_in(
            actor=self.actor(options, at=at),
            file=StructureFile(Path(options["path"]).name, self.file(options["path"])),
            at=at,
            dry_run=bool(options["dry_run"]),
            options=options,
        )
        if options["as_json"]:
            self.print_json(report.as_document())
        else:
            self._tell(report)
        if report.is_refused:
            self.refuse(f"Refused for {counted(len(report.errors), 'reason')}; nothing was imported.")

    def _tell(self, report: FileReport) -> None:
        for problem in (*report.errors, *report.warnings):
            self.stderr.write(str(problem))
        for each in report.differences:
            self.stdout.write(str(each))
        counts = report.counts
        if report.status == UNCHANGED:
            self.stdout.write("Nothing changed: everything stood like this already.")
        elif report.status == PREVIEWED:
            self.stdout.write("Nothing was imported; this is what an import would do.")
        elif not report.is_refused:
            self.stdout.write(
                f"{report.noun}: {counts.new} new, {counts.changed} changed, {counts.closed} taken back,"
                f" {counts.same} as before"
            )
