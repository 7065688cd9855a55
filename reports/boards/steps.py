"""The steps a reader may take on an alert: their forms, their verbs, and when they are offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts import actions
from alerts.actions.handling import UNDOABLE
from alerts.models import Alert, AlertEvent
from alerts.working import asking
from alerts.working.around import Around
from units.scope import Scope

Verb = Callable[..., Alert]
UNDO_OFFERED = timedelta(seconds=6)


@dataclass(frozen=True)
class Step:
    """One verb as the page offers it. `done` is said when it was taken; `asks`: the button opens a form first.

    `leaves` is the event by which the step is known afterwards.
    """

    label: str
    verb: Verb
    form: type[asking.StepForm] | type[asking.UndoForm]
    done: str
    leaves: str
    asks: bool = True
    icon: str = ""
    key: str = ""
    ability: str = "alerts.work"


STEPS: dict[str, Step] = {
    "snooze": Step("Snooze", actions.snooze, asking.SnoozeForm, "Alert snoozed", "snoozed", icon="clock", key="s"),
    "escalate": Step(
        "Escalate",
        actions.escalate,
        asking.EscalateForm,
        "Alert escalated",
        "passed_on",
        icon="circle-arrow-up",
        key="E",
        ability="alerts.escalate",
    ),
    "assign": Step("Assign", actions.assign, asking.AssignForm, "Alert assigned", "assigned"),
    "acknowledge": Step(
        "Acknowledge", actions.acknowledge, asking.AcknowledgeForm, "Alert acknowledged", "acknowledged", key="a"
    ),
    "start": Step("Start work", actions.start, asking.StartForm, "Work has begun", "started", asks=False, key="a"),
    "resolve": Step("Resolve", actions.resolve, asking.ResolveForm, "Alert resolved", "resolved", icon="check"),
    "reopen": Step("Reopen", actions.reopen, asking.ReopenForm, "The alert is open again.", "reopened"),
    "label": Step("Say", actions.label, asking.VerdictForm, "Noted what it was worth", "labelled"),
    "comment": Step("Comment", actions.comment, asking.CommentForm, "The comment is added.", "commented", key="c"),
    "list": Step("Add", actions.put_on_list, asking.ListForm, "It is on the list.", "listed"),
    "tick": Step("Done", actions.tick, asking.ItemForm, "Ticked.", "ticked", asks=False),
    "untick": Step("Not done", actions.untick, asking.ItemForm, "No longer ticked.", "unticked", asks=False),
    "strike": Step(
        "Strike off", actions.strike, asking.ItemForm, "It is off the list.", "struck", asks=False, icon="x"
    ),
    "undo": Step("Undo", actions.undo, asking.UndoForm, "The step is taken back.", "undone", asks=False, key="z"),
}

MAIN = {"open": "acknowledge", "acknowledged": "start", "in_progress": "resolve"}
"""What usually comes next."""
ON_BAR = ("snooze", "escalate", "assign")


def offered(alert: Alert, *, scope: Scope) -> list[str]:
    """The steps of the bar that are possible on this alert, for this reader; the main one last."""
    if alert.condition == Alert.Condition.ENDED:
        return []
    if alert.handling == Alert.Handling.RESOLVED:
        names = ["reopen"]
    else:
        main = MAIN[alert.handling]
        names = [*(["resolve"] if main != "resolve" else []), *ON_BAR, main]
    return [name for name in names if scope.may(STEPS[name].ability, alert.unit)]


def form_of(name: str, alert: Alert, *, around: Around, at: datetime, data: Any = None) -> Any:
    """The form of a step; its ids carry the step's name, since a page holds several."""
    return STEPS[name].form(data, around=around, alert=alert, at=at, auto_id=f"id_{name}_%s")


def undoable(last: AlertEvent | None, *, scope: Scope, at: datetime) -> str | None:
    """What is said of the reader's own last step while undoing it is offered; None where it is not."""
    if last is None or last.kind not in UNDOABLE or last.actor != scope.actor or at - last.at > UNDO_OFFERED:
        return None
    return next(step.done for step in STEPS.values() if step.leaves == last.kind)
