"""The verbs of alerts, by noun: thresholds, their evaluation, the handling of alerts, and the news of them."""

from alerts.actions.channels import (
    ChannelRefused,
    Opened,
    add_channel,
    change_channel,
    retire_channel,
    rotate_secret,
)
from alerts.actions.checklist import put_on_list, strike, tick, untick
from alerts.actions.climbing import climb_unanswered
from alerts.actions.deputies import DeputyRefused, end_deputy, name_deputy
from alerts.actions.evaluation import evaluate
from alerts.actions.gaps import find_gaps
from alerts.actions.handling import (
    acknowledge,
    assign,
    escalate,
    label,
    reopen,
    resolve,
    snooze,
    start,
    undo,
    wake_snoozed,
)
from alerts.actions.news import NotDead, replay_letter, send_news
from alerts.actions.proposing import (
    ProposalOvertaken,
    ProposalRefused,
    approve,
    propose,
    refuse,
    submit,
    submit_retirement,
    withdraw,
)
from alerts.actions.silences import SilenceRefused, lift_silence, silence
from alerts.actions.talking import comment
from alerts.actions.thresholds import ApprovalNeeded, retire_threshold, set_threshold
from alerts.planned import ThresholdRefused
from alerts.working.steps import NOBODY, AlreadyResolved, HandlingRefused, NotAsItStands

__all__ = [
    "NOBODY",
    "AlreadyResolved",
    "ApprovalNeeded",
    "ChannelRefused",
    "DeputyRefused",
    "HandlingRefused",
    "NotAsItStands",
    "NotDead",
    "Opened",
    "ProposalOvertaken",
    "ProposalRefused",
    "SilenceRefused",
    "ThresholdRefused",
    "acknowledge",
    "add_channel",
    "approve",
    "assign",
    "change_channel",
    "climb_unanswered",
    "comment",
    "end_deputy",
    "escalate",
    "evaluate",
    "find_gaps",
    "label",
    "lift_silence",
    "name_deputy",
    "propose",
    "put_on_list",
    "refuse",
    "reopen",
    "replay_letter",
    "resolve",
    "retire_channel",
    "retire_threshold",
    "rotate_secret",
    "send_news",
    "set_threshold",
    "silence",
    "snooze",
    "start",
    "strike",
    "submit",
    "submit_retirement",
    "tick",
    "undo",
    "untick",
    "wake_snoozed",
    "withdraw",
]
