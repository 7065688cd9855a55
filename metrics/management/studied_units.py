"""What `statistics` and `cash` have in common: whose studies are read, as known when, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from metrics.models import Study
from metrics.querysets import computed_mark, times_of
from metrics.studies import studies
from metrics.studying import make_studies
from units.commands import HouseCommand, WrongCall, moment_of
from units.models import Unit
from units.scope import Scope

NOTHING = "There is nothing yet. Months are studied after a recompute, or at once with --refresh."


class StudiesCommand(HouseCommand):
    """A command that prints stored studies, a unit at a time."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", action="append", help="A unit's code; repeat it, or leave it out for all.")
        parser.add_argument("--as-of", help="As known then: a date (its end) or an ISO 8601 time.")
        parser.add_argument("--refresh", action="store_true", help="Study what is due first.")
        parser.add_argument("--person", help="Read with this person's scope; left out: as the system.")

    def rows(self, options: Mapping[str, Any], *, system: Scope) -> list[tuple[Study, datetime]]:
        """The studies asked for, each with the moment since when it stands; a WrongCall for a unit nobody knows.

        Read with the scope of the person named, else as the `system`, which also studies what is due.
        """
        at = timezone.now()
        scope = Scope.of(self.person(options["person"]), at=at) if options["person"] else system
        scope.require("figures.read")
        units = options["unit"] and [_unit(code, scope) for code in options["unit"]]
        mark = computed_mark(moment_of(options["as_of"]))
        if options["refresh"]:
            make_studies(actor=system, at=at)
        found = studies(scope, mark)
        rows = list(found if not units else found.of_units(units))
        times = times_of({row.from_mark for row in rows})
        return [(row, timezone.localtime(times[row.from_mark])) for row in rows]

    def print_table(self, lines: Sequence[Sequence[str]]) -> None:
        """Lines of equally many cells, one below the other; the first are the names of the columns."""
        if len(lines) < 2:
            self.stdout.write(NOTHING)
            return
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def shown(cell: Any) -> str:
    """A cell of a table; a dash where nothing is known."""
    if cell is None:
        return "–"
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def _unit(code: str, scope: Scope) -> int:
    found: int | None = Unit.objects.within(scope).filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise WrongCall(f"There is no unit “{code}”.")
    return found
