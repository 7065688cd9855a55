"""Receivers of the signals from below: they only write a job row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from jobs.actions import enqueue
from ledger.signals import figures_changed
from metrics.signals import values_recomputed

RECOMPUTE = "metrics.recompute"
SHEETS = "sheets"
FORECAST = "metrics.forecast"
STATEMENT = "statement"


@receiver(figures_changed)
def recompute_later(*, actor: str, at: datetime, **news: Any) -> None:
    """Ask for a recompute once the deed commits; while one waits, asking again is the same."""
    enqueue(kind=RECOMPUTE, key=SHEETS, at=at, actor=actor)


@receiver(values_recomputed, dispatch_uid="metrics.forecast")
def forecast_later(*, actor: str, at: datetime, **news: Any) -> None:
    """New values are looked ahead from, once the run that computed them is done."""
    enqueue(kind=FORECAST, key=STATEMENT, at=at, actor=actor)
