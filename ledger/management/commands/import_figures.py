"""`manage.py import_figures`: figures from a CSV or XLSX file, all of them or none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.utils import timezone

from audit.commands import counted
from ledger.actions import import_figures
from ledger.actions.figures import SourceMissing
from ledger.amounts import as_text
from ledger.layout import VersionTwice
from ledger.mapping import Mapping, MappingRefused
from ledger.models import Layer
from ledger.reading.limits import AT_THE_CONSOLE
from ledger.report import PREVIEWED, UNCHANGED, ImportReport
from units.commands import HouseCommand, WrongCall


class Command(HouseCommand):
    help = "Import figures; what the file states replaces what its source stated before, period by period."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_actor(parser)
        parser.add_argument("path", metavar="FILE")
        parser.add_argument("--source", required=True, metavar="NAME", help="Where the figures come from.")
        parser.add_argument("--version", metavar="V", help="actual (default), budget, budget-2026, forecast-2026-06.")
        parser.add_argument("--mapping", metavar="M.json", help="How the file's words read in ours.")
        parser.add_argument("--sheet", metavar="S", help="The sheet of a workbook.")
        parser.add_argument(
            "--layer", default=Layer.SOURCE, choices=Layer.values, help="adjustment: for the group, delivers nothing."
        )
        parser.add_argument("--dry-run", action="store_true", help="Print the difference and change nothing.")
        parser.add_argument("--recompute", action="store_true", help="Compute what depends on it before returning.")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            report = import_figures(
                limits=AT_THE_CONSOLE,
                actor=self.actor(options, at=at),
                content=self.file(options["path"]),
                filename=Path(options["path"]).name,
                source=options["source"],
                at=at,
                version=options["version"],
                mapping=Mapping.of(self.json_file(options["mapping"])) if options["mapping"] else None,
                sheet=options["sheet"],
                dry_run=options["dry_run"],
                layer=Layer(options["layer"]),
            )
        except (MappingRefused, SourceMissing, VersionTwice) as wrong:
            raise WrongCall(str(wrong)) from wrong
        if options["recompute"] and not report.is_refused and not options["dry_run"]:
            call_command("recompute", stdout=sys.stderr)
        if options["as_json"]:
            self.print_json(report.as_document())
        else:
            self._print(report)
        if report.is_refused:
            self.refuse(f"Refused for {counted(len(report.errors), 'reason')}; nothing was imported.")

    def _print(self, report: ImportReport) -> None:
        for problem in report.errors:
            self.stderr.write(str(problem))
        for problem in report.warnings:
            self.stderr.write(f"Note: {problem}")
        if report.rows:
            totals = ", ".join(f"{name} {amount}" for name, amount in report.totals.as_document().items())
            self.stdout.write(f"{counted(report.rows, 'row')}; {totals}")
        if report.is_refused:
            return
        for line in report.differences:
            before, after = ("–" if amount is None else as_text(amount) for amount in (line.before, line.after))
            self.stdout.write(f"{line.unit} {line.account} {line.period} {line.version}: {before} → {after}")
        counts = report.entries
        if report.status == PREVIEWED:
            self.stdout.write("Nothing was imported; this is what an import would do:")
        self.stdout.write(
            f"{counts.new} new, {counts.changed} changed, {counts.closed} closed, {counts.same} as before"
        )
        if report.status == UNCHANGED:
            self.stdout.write("Nothing changed: these figures stood like this already.")
