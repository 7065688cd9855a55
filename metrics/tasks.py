"""The jobs of the engine."""

from __future__ import annotations

from django.utils import timezone

from jobs.registry import Outcome, Work, handles
from metrics.forecasting import make_forecasts
from metrics.recompute import recompute
from units.scope import Scope


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


@handles("metrics.forecast")
def forecast_the_statement(work: Work) -> Outcome:
    """Bring the forecasts up to the sheets."""
    made = make_forecasts(actor=Scope.system("forecasts"), at=work.at)
    return None if made is None else {"forecasts": made.forecasts, "written": made.written, "closed": made.closed}
