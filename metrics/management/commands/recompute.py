"""`manage.py recompute`: bring the stored figures up to what is known, in this process."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from audit.commands import counted
from metrics.models import Run
from metrics.recompute import recompute
from units.commands import HouseCommand


class Command(HouseCommand):
    help = "Compute what became stale since the last run, and store it; returns when the sheets are stored."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--all", action="store_true", help="Compute everything, stale or not.")

    def handle(self, **options: Any) -> None:
        run = recompute(actor="process:recompute", clock=timezone.now, full=options["all"])
        if options["as_json"]:
            self.print_json(as_document(run))
        elif run is None:
            self.stdout.write("Nothing to do: the figures are up to date.")
        else:
            self.stdout.write(
                f"Computed {counted(run.sheets, 'sheet')} in {_seconds(run):.1f} s:"
                f" {run.written} written, {run.closed} closed."
            )


def as_document(run: Run | None) -> dict[str, Any]:
    """What a script reads of a run; `unchanged` where there was nothing to do."""
    if run is None:
        return {"status": "unchanged", "run": None, "sheets": 0, "written": 0, "closed": 0}
    return {
        "status": run.state,
        "run": run.pk,
        "full": run.full,
        "mark": run.mark,
        "sheets": run.sheets,
        "written": run.written,
        "closed": run.closed,
        "seconds": round(_seconds(run), 3),
        "versions": run.slice,
    }


def _seconds(run: Run) -> float:
    assert run.ended is not None
    return (run.ended - run.started).total_seconds()
