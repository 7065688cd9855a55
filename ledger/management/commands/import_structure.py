"""`manage.py import_structure`: units, accounts, rates and the calendar from files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from audit.commands import counted
from ledger.actions import import_structure
from ledger.actions.structure import StructureFile
from ledger.report import PREVIEWED, UNCHANGED, StructureReport
from units.commands import HouseCommand, WrongCall


class Command(HouseCommand):
    help = "Import units, accounts, rates and the fiscal calendar; the same files again change nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_actor(parser)
        parser.add_argument("--units", metavar="U.csv")
        parser.add_argument("--accounts", metavar="A.csv")
        parser.add_argument("--rates", metavar="R.csv")
        parser.add_argument("--calendar", metavar="C.json")
        parser.add_argument("--dry-run", action="store_true", help="Print the difference and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        actor = self.actor(options, at=at)
        files = {name: self._file(options[name]) for name in ("units", "accounts", "rates")}
        calendar = self.json_file(options["calendar"]) if options["calendar"] else None
        if calendar is None and not any(files.values()):
            raise WrongCall("Nothing to import: name --units, --accounts, --rates or --calendar.")
        if calendar is not None and not isinstance(calendar, dict):
            raise WrongCall('The calendar is a JSON object such as {"start_month": 7}.')
        report = import_structure(actor=actor, at=at, calendar=calendar, dry_run=options["dry_run"], **files)
        if options["as_json"]:
            self.print_json(report.as_document())
        else:
            self._print(report)
        if report.is_refused:
            self.refuse(f"Refused for {counted(len(report.errors), 'reason')}; nothing was imported.")

    def _file(self, path: str | None) -> StructureFile | None:
        return StructureFile(Path(path).name, self.file(path)) if path else None

    def _print(self, report: StructureReport) -> None:
        for problem in report.errors:
            self.stderr.write(str(problem))
        for problem in report.warnings:
            self.stderr.write(f"Note: {problem}")
        if report.is_refused:
            return
        for each in report.differences:
            self.stdout.write(str(each))
        if report.status == PREVIEWED:
            self.stdout.write("Nothing was imported; this is what an import would do:")
        for noun, counts in (("units", report.units), ("accounts", report.accounts), ("rates", report.rates)):
            self.stdout.write(f"{noun}: {counts.new} new, {counts.changed} changed, {counts.same} as before")
        self.stdout.write(f"calendar: {report.calendar}")
        if report.status == UNCHANGED:
            self.stdout.write("Nothing changed: everything stood like this already.")
