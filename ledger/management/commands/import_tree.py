"""`manage.py import_tree`: another tree over the same units, from a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from audit.commands import counted
from ledger.actions import import_tree
from ledger.actions.structure import StructureFile
from ledger.report import PREVIEWED, UNCHANGED
from units.commands import HouseCommand, WrongCall

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


class Command(HouseCommand):
    help = "Import another tree over the same units (code,name,parent); the same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_actor(parser)
        parser.add_argument("--tree", required=True, metavar="NAME", help="Such as legal or region.")
        parser.add_argument("--dry-run", action="store_true", help="Print the difference and change nothing.")
        parser.add_argument("path", metavar="FILE")

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        if not NAME.fullmatch(options["tree"]):
            raise WrongCall("A tree is named in small letters, such as legal or region.")
        report = import_tree(
            actor=self.actor(options, at=at),
            tree=options["tree"],
            file=StructureFile(Path(options["path"]).name, self.file(options["path"])),
            at=at,
            dry_run=bool(options["dry_run"]),
        )
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
        if report.is_refused:
            self.refuse(f"Refused for {counted(len(report.errors), 'reason')}; nothing was imported.")
