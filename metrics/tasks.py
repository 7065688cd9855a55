"""The jobs of the engine."""

from __future__ import annotations

from django.utils import timezone

from jobs.registry import Outcome, Work, handles
from metrics.recompute import recompute


@handles("metrics.recompute")
def recompute_sheets(work: Work) -> Outcome:
    """Bring the sheets up to what is known now; the job with the key `everything` computes them all anew."""
    run = recompute(
        actor=work.actor,
        clock=timezone.now,
        full=work.key == "everything",
        progress=lambda done, steps: work.progress(done, of=steps),
    )
    return None if run is None else {"run": run.pk, "sheets": run.sheets, "written": run.written, "closed": run.closed}
