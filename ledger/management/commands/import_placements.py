"""`manage.py import_placements`: on what units hang from a day on, from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from audit.commands import counted
from ledger.actions import import_placements
from ledger.actions.structure import StructureFile
from ledger.report import PREVIEWED, UNCHANGED
from units.commands import HouseCommand


class Command(HouseCommand):
    help = "Move units from a day on (unit,from,parent); the same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_actor(parser)
        parser.add_argument("--dry-run", action="store_true", help="Print the difference and change nothing.")
        parser.add_argument("path", metavar="FILE")

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        file = StructureFile(Path(options["path"]).name, self.file(options["path"]))
        report = import_placements(actor=self.actor(options, at=at), file=file, at=at, dry_run=bool(options["dry_run"]))
        if options["as_json"]:
            self.print_json(report.as_document())
        else:
            for problem in (*report.errors, *report.warnings):
                self.stderr.write(str(problem))
            for each in report.differences:
                self.stdout.write(str(each))
            if report.status == UNCHANGED:
                self.stdout.write("Nothing changed: everything stood like this already.")
            elif report.status == PREVIEWED:
                self.stdout.write("Nothing was imported; this is what an import would do.")
            elif not report.is_refused:
                self.stdout.write(f"{counted(report.units.changed, 'unit')} placed anew")
        if report.is_refused:
            self.refuse(f"Refused for {counted(len(report.errors), 'reason')}; nothing was imported.")
