"""Receivers of the signals from below: they only write a job row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from jobs.actions import enqueue
from ledger.signals import figures_changed

RECOMPUTE = "metrics.recompute"
SHEETS = "sheets"


@receiver(figures_changed)
def recompute_later(*, actor: str, at: datetime, **news: Any) -> None:
    """Ask for a recompute once the deed commits; while one waits, asking again is the same."""
    enqueue(kind=RECOMPUTE, key=SHEETS, at=at, actor=actor)
