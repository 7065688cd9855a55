"""Thresholds, the alerts they raise, and the telling of it.

A threshold is an identity; its terms are versions that never change. An alert is a standing state of
one threshold on one unit from the period the breach began; events are its history; news is the
outbox, written in the transaction of the change it tells.
"""

from alerts.models.alerts import Alert, AlertEvent
from alerts.models.evaluations import Evaluation
from alerts.models.gaps import Gap
from alerts.models.news import AlertNews, Channel, Letter
from alerts.models.proposals import ThresholdProposal
from alerts.models.telling import Deputy, Silence
from alerts.models.thresholds import Threshold, ThresholdVersion
from alerts.models.working import ChecklistItem, Mention

__all__ = [
    "Alert",
    "AlertEvent",
    "AlertNews",
    "Channel",
    "ChecklistItem",
    "Deputy",
    "Evaluation",
    "Gap",
    "Letter",
    "Mention",
    "Silence",
    "Threshold",
    "ThresholdProposal",
    "ThresholdVersion",
]
