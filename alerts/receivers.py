"""Receivers of the signals from below: they only write a job row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from jobs.actions import enqueue
from metrics.signals import values_recomputed


@receiver(values_recomputed, dispatch_uid="alerts.evaluate")
def judge_again(sender: Any, *, actor: str, at: datetime | None = None, **news: Any) -> None:
    """New values are judged against the thresholds, in the transaction that closed the run."""
    enqueue(kind="alerts.evaluate", key="all", at=at or timezone.now(), actor=actor)
