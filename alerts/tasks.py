"""Work of the alerts app: judging after a recompute, and sending what is to be told."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from alerts.actions import evaluate as evaluate_thresholds
from alerts.actions import send_news, wake_snoozed
from jobs.actions import enqueue
from jobs.registry import Outcome, Work, handles
from units.scope import Scope


@handles("alerts.evaluate")
def evaluate(work: Work) -> Outcome:
    """Judge the thresholds on what changed, and bring back what was snoozed until today."""
    scope = Scope.system("alerts")
    evaluation = evaluate_thresholds(actor=scope, at=work.at)
    wake_snoozed(actor=scope, at=work.at)
    return None if evaluation is None else {"evaluation": evaluation.pk, **evaluation.counts}


@handles("alerts.send")
def send(work: Work) -> Outcome:
    """Send the news that is due."""
    return send_news(actor=Scope.system("alerts"), at=work.at)


@shared_task(name="alerts.look")
def look() -> None:
    """Ask for a judging without new figures: a period may have ended, and a snooze may be over."""
    enqueue(kind="alerts.evaluate", key="all", at=timezone.now(), actor="process:beat")
