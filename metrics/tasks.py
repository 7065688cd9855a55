"""The jobs of the engine."""

from __future__ import annotations

from django.utils import timezone

from jobs.actions import enqueue
from jobs.registry import Outcome, Work, handles
from metrics.forecasting import make_forecasts
from metrics.recompute import help_out, recompute
from metrics.studying import make_studies
from units.scope import Scope

STUDY = "metrics.study"


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


@handles("metrics.help")
def help_with_a_run(work: Work) -> Outcome:
    """Do some of the blocks of a run that another worker leads."""
    written = help_out(
        run=work.payload["run"],
        clock=timezone.now,
        progress=lambda done, steps: work.progress(done, of=steps),
    )
    return {"sheets": written.sheets, "written": written.written, "closed": written.closed}


@handles("metrics.forecast")
def forecast_the_statement(work: Work) -> Outcome:
    """Bring the forecasts up to the sheets; cash ahead stands on them, so the months are studied after that."""
    made = make_forecasts(actor=Scope.system("forecasts"), at=work.at)
    enqueue(kind=STUDY, key="units", at=work.at, actor=work.actor)
    return None if made is None else {"forecasts": made.forecasts, "written": made.written, "closed": made.closed}


@handles(STUDY)
def study_the_months(work: Work) -> Outcome:
    """Bring statistics and cash ahead up to sheets and forecasts."""
    made = make_studies(actor=Scope.system("studies"), at=work.at)
    return None if made is None else {"studied": made.studied, "written": made.written, "closed": made.closed}
