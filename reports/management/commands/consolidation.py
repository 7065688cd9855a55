"""`manage.py consolidation`: how a group's figure comes about, column by column."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from metrics.consolidation import NAMES, Columns
from metrics.definitions import definitions
from metrics.formula import BASES
from metrics.querysets import computed_mark
from metrics.rates import CONSTANT
from metrics.wire import as_wire, measure_of
from reports.consolidation import Consolidation, consolidation, document
from reports.explanation import Explanation, MetricUnknown
from reports.picking import picked
from units.commands import HouseCommand, WrongCall, moment_of
from units.scope import Scope


class Command(HouseCommand):
    help = "Print a figure in columns: units, adjustments, eliminations, fx, minority, group; and what was left over."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--metric", default="net_income", help="A metric's code, or account:CODE.")
        parser.add_argument("--unit", default="", help="Left out: the topmost unit.")
        parser.add_argument("--period", default="", help="Left out: the newest with figures.")
        parser.add_argument("--basis", default="month", choices=BASES)
        parser.add_argument("--rates", default=CONSTANT[0], choices=CONSTANT, help="What fx is told against.")
        parser.add_argument("--as-of", help="As known then: a date (its end) or an ISO 8601 time.")
        parser.add_argument("--person", help="Read with this person's scope; left out: as the system.")

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        scope = Scope.of(self.person(options["person"]), at=at) if options["person"] else Scope.system("consolidation")
        scope.require("figures.read")
        explanation = Explanation(scope, computed_mark(moment_of(options["as_of"])))
        unit, period = picked(scope, explanation.mark, unit=options["unit"], period=options["period"])
        if unit is None:
            raise WrongCall(f"There is no unit {options['unit']}." if options["unit"] else "There are no units yet.")
        if period is None:
            raise WrongCall(f"{unit.code} has no figures{' in ' if options['period'] else ''}{options['period']}.")
        asked = {"unit": unit, "ordinal": period.ordinal, "basis": options["basis"], "rates": options["rates"]}
        try:
            found = consolidation(explanation, options["metric"], **asked)
        except MetricUnknown as error:
            raise WrongCall(str(error)) from error
        kind = measure_of(options["metric"], definitions(explanation.mark))
        if options["as_json"]:
            self.print_json(document(found, kind))
        else:
            self._print(found, kind)

    def _print(self, found: Consolidation, kind: str) -> None:
        rates = f", first columns at {found.rates.replace('-', ' ')}" if found.rates else ""
        self.stdout.write(f"{found.label}, {found.unit}, {found.period} {found.basis}{rates}")
        rows = [("", "taken", *NAMES)]
        rows += [
            (line.code if line.sort != "own" else "own", line.taken, *_cells(line.columns, kind))
            for line in found.lines
        ]
        rows.append((found.unit, "", *_cells(found.total, kind)))
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        for first, *others in rows:
            cells = [
                first.ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)),
            ]
            self.stdout.write("  ".join(cells).rstrip())
        for reason in (found.total.reason, found.total.fx_reason, *found.notes):
            if reason:
                self.stdout.write(reason)
        for code, number in found.left_over.items():
            if number:
                self.stdout.write(
                    f"{code}: {as_wire(number, 'money')} (owned by {', '.join(found.owners) or found.unit})"
                )
        for pair in found.pairs:
            self.stdout.write(f"  {pair.unit} / {pair.counterparty}: {as_wire(pair.amount, 'money')}")


def _cells(found: Columns, kind: str) -> list[str]:
    return ["–" if (number := as_wire(getattr(found, name), kind)) is None else str(number) for name in NAMES]
