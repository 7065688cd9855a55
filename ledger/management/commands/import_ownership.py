"""`manage.py import_ownership`: what is held of units from a day on, from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from audit.commands import counted
from ledger.actions import import_ownership
from ledger.actions.structure import StructureFile
from ledger.report import UNCHANGED
from units.commands import HouseCommand


class Command(HouseCommand):
    help = "Import ownership and method by date (unit,from,ownership,method); the same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_actor(parser)
        parser.add_argument("path", metavar="FILE")

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        file = StructureFile(Path(options["path"]).name, self.file(options["path"]))
        report = import_ownership(actor=self.actor(options, at=at), file=file, at=at)
        if options["as_json"]:
            self.print_json(report.as_document())
        else:
            for problem in (*report.errors, *report.warnings):
                self.stderr.write(str(problem))
            counts = report.holdings
            if report.status == UNCHANGED:
                self.stdout.write("Nothing changed: everything stood like this already.")
            elif not report.is_refused:
                self.stdout.write(f"{counts.new} new, {counts.changed} changed, {counts.closed} taken back")
        if report.is_refused:
            self.refuse(f"Refused for {counted(len(report.errors), 'reason')}; nothing was imported.")
