"""Work of the alerts app: judging after a recompute, and sending what is to be told."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from alerts.actions import climb_unanswered, find_gaps, send_news, wake_snoozed
from alerts.actions import evaluate as evaluate_thresholds
from alerts.telling.outbox import RELAY, ask_for_what_is_due, stands_still
from jobs.actions import enqueue
from jobs.models import Heartbeat
from jobs.registry import Outcome, Work, handles
from ledger.querysets import holidays_of
from units.scope import Scope


@handles("alerts.evaluate")
def evaluate(work: Work) -> Outcome:
    """Judge the thresholds on what changed, find what is missing, bring back snoozes, pass on what nobody answers."""
    scope = Scope.system("alerts")
    evaluation = evaluate_thresholds(actor=scope, at=work.at)
    find_gaps(actor=scope, at=work.at)
    wake_snoozed(actor=scope, at=work.at)
    climb_unanswered(actor=scope, at=work.at, holidays=holidays_of)
    return None if evaluation is None else {"evaluation": evaluation.pk, **evaluation.counts}


@handles("alerts.send")
def send(work: Work) -> Outcome:
    """Send the news that is due, by mail or on the channel of the job."""
    return send_news(actor=Scope.system("alerts"), at=work.at, channel=work.payload.get("channel"))


@shared_task(name="alerts.relay")
def relay() -> None:
    """Ask for what is due and was forgotten; leave a sign of life as long as letters go out."""
    at = timezone.now()
    if not stands_still(at=at):
        Heartbeat.objects.update_or_create(name=RELAY, defaults={"at": at})
    ask_for_what_is_due(at=at)


@shared_task(name="alerts.look")
def look() -> None:
    """Ask for a judging without new figures: a period may have ended, and a snooze may be over."""
    enqueue(kind="alerts.evaluate", key="all", at=timezone.now(), actor="process:beat")
