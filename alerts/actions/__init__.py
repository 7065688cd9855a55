"""The verbs of alerts, by noun: thresholds, their evaluation, the handling of alerts, and the news of them."""

from alerts.actions.evaluation import evaluate
from alerts.actions.handling import (
    NOBODY,
    AlreadyResolved,
    HandlingRefused,
    NotAsItStands,
    acknowledge,
    assign,
    comment,
    escalate,
    reopen,
    resolve,
    snooze,
    start,
    undo,
    wake_snoozed,
)
from alerts.actions.news import send_news
from alerts.actions.thresholds import ThresholdRefused, retire_threshold, set_threshold

__all__ = [
    "NOBODY",
    "AlreadyResolved",
    "HandlingRefused",
    "NotAsItStands",
    "ThresholdRefused",
    "acknowledge",
    "assign",
    "comment",
    "escalate",
    "evaluate",
    "reopen",
    "resolve",
    "retire_threshold",
    "send_news",
    "set_threshold",
    "snooze",
    "start",
    "undo",
    "wake_snoozed",
]
