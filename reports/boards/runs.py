"""The recomputes: what each covered, what it wrote, and whether anything waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from metrics.models import Run
from reports.boards.actors import actors
from reports.figures import ONE_PAGE, Deed, Pager, Progress, RunRow, RunsBoard
from reports.formatting import digits, moment

STATES = {"started": ("Running", "info"), "done": ("Done", "good"), "failed": ("Failed", "bad")}


def runs_board(
    runs: Sequence[Run], *, is_stale: bool, at: datetime, progress: Progress | None, pager: Pager = ONE_PAGE
) -> RunsBoard:
    """The list, with what may be asked for while nothing is under way."""
    who = actors(run.actor for run in runs)
    here = reverse("runs")
    heading = "Figures are being computed" if progress else "Changes wait to be computed" if is_stale else UP_TO_DATE
    return RunsBoard(
        title="Recomputes",
        heading=heading,
        text="Every import, closing and rate asks for a recompute by itself; it computes what the change can move.",
        rows=tuple(_row(run, who[run.actor].name, at=at) for run in runs),
        progress=progress,
        deeds=()
        if progress
        else (
            Deed("Compute what changed", here, "rotate-ccw", is_primary=is_stale),
            Deed("Compute everything anew", here, "history", fields=(("full", "1"),)),
        ),
        pager=pager,
    )


UP_TO_DATE = "The figures on all pages are up to date"


def _row(run: Run, who: str, *, at: datetime) -> RunRow:
    label, tone = STATES[run.state]
    return RunRow(
        number=f"{run.pk:,}",
        when=moment(localtime(run.started), now=localtime(at)),
        who=who,
        state=label,
        covers=_covers(run.slice, is_full=run.full),
        sheets=f"{run.sheets:,}",
        written=f"{run.written:,}",
        closed=f"{run.closed:,}",
        seconds=digits((run.ended - run.started).total_seconds(), 1) if run.ended else "",
        tone=tone,
        problem=run.error,
    )


def _covers(versions: Mapping[str, Any], *, is_full: bool) -> str:
    """`Everything: actual 2025-10 to 2026-09, budget-2026 2026-01 to 2026-12`."""
    spans = [f"{version} {span['from']} to {span['to']}" for version, span in sorted(versions.items())]
    shown = ", ".join(spans[:3]) + (f" and {len(spans) - 3} more versions" if len(spans) > 3 else "")
    if not shown:
        return "Everything" if is_full else "Nothing"
    return f"Everything: {shown}" if is_full else shown
