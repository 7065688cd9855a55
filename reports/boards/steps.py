"""The steps a reader may take on an alert: their forms, their verbs, and when they are offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts import actions, forms
from alerts.actions.handling import UNDO_WITHIN, UNDOABLE
from alerts.models import Alert, AlertEvent
from units.scope import Scope

Verb = Callable[..., Alert]


@dataclass(frozen=True)
class Step:
    """One verb as the page offers it. `done` is said when it was taken; `fields` are what its form gives the verb."""

    label: str
    verb: Verb
    form: type[forms.StepForm]
    done: str
    fields: tuple[str, ...] = ()
    icon: str = ""
    key: str = ""
    ability: str = "alerts.work"

    @property
    def asks(self) -> bool:
        """Whether the button opens a form first."""
        return bool(self.fields)


STEPS: dict[str, Step] = {
    "snooze": Step(
        "Snooze", actions.snooze, forms.SnoozeForm, "The alert is snoozed.", ("until", "reason"), "clock", "s"
    ),
    "escalate": Step(
        "Escalate",
        actions.escalate,
        forms.EscalateForm,
        "The alert is escalated.",
        ("to", "reason"),
        "circle-arrow-up",
        "E",
        "alerts.escalate",
    ),
    "assign": Step("Assign", actions.assign, forms.AssignForm, "The alert is assigned.", ("to",)),
    "acknowledge": Step("Acknowledge", actions.acknowledge, forms.NothingForm, "The alert is acknowledged.", key="a"),
    "start": Step("Start work", actions.start, forms.NothingForm, "Work on the alert has begun."),
    "resolve": Step(
        "Resolve", actions.resolve, forms.ResolveForm, "The alert is resolved.", ("outcome", "text"), "check"
    ),
    "reopen": Step("Reopen", actions.reopen, forms.ReasonForm, "The alert is open again.", ("reason",)),
    "comment": Step("Comment", actions.comment, forms.CommentForm, "The comment is added.", ("text",), key="c"),
    "undo": Step("Undo", actions.undo, forms.NothingForm, "The step is taken back.", icon="rotate-ccw"),
}

MAIN = {"open": "acknowledge", "acknowledged": "start", "in_progress": "resolve"}
"""What usually comes next."""


def offered(alert: Alert, last: AlertEvent | None, *, scope: Scope, at: datetime) -> list[str]:
    """The steps that are possible on this alert, for this reader, now; the main one last."""
    if alert.condition == Alert.Condition.ENDED:
        return []
    if alert.handling == Alert.Handling.RESOLVED:
        names = ["reopen"]
    else:
        main = MAIN[alert.handling]
        names = ["snooze", "escalate", "assign", *(["resolve"] if main != "resolve" else []), main]
    if last is not None and _may_undo(last, scope=scope, at=at):
        names.insert(0, "undo")
    return [name for name in names if scope.may(STEPS[name].ability, alert.unit)]


def form_of(name: str, alert: Alert, *, scope: Scope, at: datetime, data: Any = None) -> forms.StepForm:
    """The form of a step; its ids carry the step's name, since a page holds several."""
    return STEPS[name].form(data, scope=scope, alert=alert, at=at, auto_id=f"id_{name}_%s")


def _may_undo(last: AlertEvent, *, scope: Scope, at: datetime) -> bool:
    return last.kind in UNDOABLE and last.actor == scope.actor and at - last.at <= UNDO_WITHIN
