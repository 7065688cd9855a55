"""What people do with alerts: acknowledge, start, assign, snooze, escalate, comment, resolve, reopen, and take back.

Every step is an event, a record and, where somebody else is concerned, news. A step is a compare-and-set:
whoever acts on an alert that has just been resolved, by the figures or by somebody else, is told so and
changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate

from alerts.models import Alert, AlertEvent
from alerts.outbox import tell
from audit.actions import record
from people.models import Person
from units.scope import Scope

WORK, ESCALATE = "alerts.work", "alerts.escalate"
LONGEST_SNOOZE = timedelta(days=92)
UNDO_WITHIN = timedelta(minutes=10)
OPEN, ACKNOWLEDGED, IN_PROGRESS, RESOLVED = Alert.Handling.values
NOBODY = "This person cannot work on alerts of the unit. Choose somebody who can."
UNDOABLE = {
    "acknowledged": "handling",
    "started": "handling",
    "resolved": "handling",
    "assigned": "owner_id",
    "snoozed": "snoozed_until",
    "passed_on": "escalated_to_id",
}


class HandlingRefused(ValueError):
    """A step that is not possible; the sentence says why."""


class NotAsItStands(HandlingRefused):
    """The step does not begin where the alert stands: whoever takes it believes something else of the alert."""


class AlreadyResolved(NotAsItStands):
    """The alert was resolved before the step came: by the figures, or by somebody else."""


@dataclass(frozen=True)
class Step:
    """What a verb does to an alert: the columns it sets, and its event. None from a verb means: nothing to do."""

    kind: str
    changes: dict[str, Any]
    before: str = ""
    after: str = ""
    text: str = ""
    tells: tuple[int | None, ...] = ()
    news: str = ""


Plan = Callable[[Alert], Step | None]


def acknowledge(*, actor: Scope, alert: Alert, at: datetime, text: str = "") -> Alert:
    """Say that one has seen it, and what follows. Acknowledging twice changes nothing."""

    def plan(alert: Alert) -> Step | None:
        _require_unresolved(alert)
        if alert.handling == IN_PROGRESS:
            raise NotAsItStands("Work on this alert has begun already; there is nothing left to acknowledge.")
        if alert.handling == ACKNOWLEDGED:
            return None
        return Step("acknowledged", {"handling": ACKNOWLEDGED}, alert.handling, ACKNOWLEDGED, text)

    return _take(actor, alert, plan, verb="alerts.alert.acknowledged", at=at)


def start(*, actor: Scope, alert: Alert, at: datetime, text: str = "") -> Alert:
    """Say that work on it has begun."""

    def plan(alert: Alert) -> Step | None:
        _require_unresolved(alert)
        if alert.handling == IN_PROGRESS:
            return None
        return Step("started", {"handling": IN_PROGRESS}, alert.handling, IN_PROGRESS, text)

    return _take(actor, alert, plan, verb="alerts.alert.started", at=at)


def assign(*, actor: Scope, alert: Alert, to: Person, at: datetime) -> Alert:
    """Give it to somebody who may work on alerts of the unit; that person is told."""
    _require_reader(to, alert, WORK, at)

    def plan(alert: Alert) -> Step | None:
        _require_unresolved(alert)
        if alert.owner_id == to.pk:
            return None
        return Step("assigned", {"owner_id": to.pk}, _id(alert.owner_id), _id(to.pk), tells=(to.pk,), news="assigned")

    return _take(actor, alert, plan, verb="alerts.alert.assigned", at=at)


def snooze(*, actor: Scope, alert: Alert, until: date, reason: str, at: datetime) -> Alert:
    """Be quiet about it until a day; a higher severity breaks the silence, and so does that day."""
    _require_text(reason, "Say why it can wait.")
    today = localdate(at)
    if not today < until <= today + LONGEST_SNOOZE:
        raise HandlingRefused(
            f"An alert is snoozed until a day from tomorrow on, at most {LONGEST_SNOOZE.days} days ahead."
        )

    def plan(alert: Alert) -> Step | None:
        _require_unresolved(alert)
        before = alert.snoozed_until.isoformat() if alert.snoozed_until else ""
        return Step("snoozed", {"snoozed_until": until}, before, until.isoformat(), reason)

    return _take(actor, alert, plan, verb="alerts.alert.snoozed", at=at, reason=reason)


def escalate(*, actor: Scope, alert: Alert, to: Person, reason: str, at: datetime) -> Alert:
    """Pass it on to somebody further up, with the reason; that person is told and the owner stays."""
    _require_text(reason, "Say why it goes further up.")
    _require_reader(to, alert, "alerts.read", at)
    if to.pk == alert.owner_id:
        raise HandlingRefused(f"{to.name} owns this alert already; choose somebody further up.")

    def plan(alert: Alert) -> Step | None:
        _require_unresolved(alert)
        if alert.escalated_to_id == to.pk:
            raise NotAsItStands(f"{to.name} has this alert already; say more in a comment, or choose somebody else.")
        before = _id(alert.escalated_to_id)
        changes = {"escalated_to_id": to.pk, "snoozed_until": None}
        return Step("passed_on", changes, before, _id(to.pk), reason, tells=(to.pk,), news="passed_on")

    return _take(actor, alert, plan, verb="alerts.alert.passed_on", at=at, reason=reason, ability=ESCALATE)


def comment(*, actor: Scope, alert: Alert, text: str, at: datetime) -> Alert:
    """Add words to it; possible on a resolved one too."""
    _require_text(text, "A comment needs words.")

    def plan(alert: Alert) -> Step | None:
        return Step("commented", {}, text=text)

    return _take(actor, alert, plan, verb="alerts.alert.commented", at=at)


def resolve(*, actor: Scope, alert: Alert, outcome: str, at: datetime, text: str = "") -> Alert:
    """Close the handling with what it came to: fixed, accepted or a false alarm.

    The condition stays what the figures say. What was called fixed comes back if the next period is still
    beyond the limit; what was accepted or a false alarm comes back only if it grows.
    """
    if outcome not in Alert.Outcome.values:
        raise HandlingRefused(f"Say what it came to: {', '.join(Alert.Outcome.values)}.")

    def plan(alert: Alert) -> Step | None:
        _require_unresolved(alert)
        changes = {"handling": RESOLVED, "outcome": outcome, "snoozed_until": None}
        return Step("resolved", changes, alert.handling, outcome, text)

    return _take(actor, alert, plan, verb="alerts.alert.resolved", at=at, reason=text)


def reopen(*, actor: Scope, alert: Alert, reason: str, at: datetime) -> Alert:
    """Open a resolved alert again while its breach lasts."""
    _require_text(reason, "Say why it is open again.")

    def plan(alert: Alert) -> Step | None:
        if alert.condition == Alert.Condition.ENDED:
            raise AlreadyResolved(f"The figures have ended this alert ({alert.ended_because}); it cannot be reopened.")
        if alert.handling != RESOLVED:
            raise NotAsItStands("This alert is not resolved; there is nothing to open again.")
        changes = {"handling": OPEN, "outcome": ""}
        return Step("reopened", changes, RESOLVED, OPEN, reason, tells=(alert.owner_id,), news="reopened")

    return _take(actor, alert, plan, verb="alerts.alert.reopened", at=at, reason=reason)


def wake_snoozed(*, actor: Scope, at: datetime) -> int:
    """Bring back the alerts whose snooze is over and whose breach has outlasted it, and tell their owners; how many."""
    today = localdate(at)
    over = (
        Alert.unscoped.exclude(condition=Alert.Condition.ENDED)
        .filter(snoozed_until__lte=today)
        .exclude(handling=RESOLVED)
        .select_related("unit")
    )

    def plan(alert: Alert) -> Step | None:
        if alert.snoozed_until is None or alert.snoozed_until > today or alert.condition == Alert.Condition.ENDED:
            return None
        before = alert.snoozed_until.isoformat()
        return Step(
            "woken", {"snoozed_until": None}, before, tells=(alert.owner_id, alert.escalated_to_id), news="woken"
        )

    woken = list(over)
    for alert in woken:
        _take(actor, alert, plan, verb="alerts.alert.woken", at=at)
    return len(woken)


def undo(*, actor: Scope, alert: Alert, at: datetime) -> Alert:
    """Take back one's own last step, within ten minutes; the step stays in the history and this is one more."""

    def plan(alert: Alert) -> Step | None:
        last = AlertEvent.unscoped.filter(alert=alert).order_by("-pk").first()
        column = UNDOABLE.get(last.kind) if last else None
        if last is None or column is None or last.actor != actor.actor or at - last.at > UNDO_WITHIN:
            raise NotAsItStands("Only your own last step can be taken back, within ten minutes.")
        if alert.condition == Alert.Condition.ENDED:
            _require_unresolved(alert)
        changes = {column: _value(column, last.before)}
        if last.kind == "resolved":
            changes["outcome"] = ""
        return Step("undone", changes, last.after, last.before, last.kind)

    return _take(actor, alert, plan, verb="alerts.alert.undone", at=at)


def _take(
    actor: Scope, alert: Alert, plan: Plan, *, verb: str, at: datetime, reason: str = "", ability: str = WORK
) -> Alert:
    """Carry out a step on the alert as it stands now; whoever came first wins and the other one looks again."""
    actor.require(ability, alert.unit)
    while True:
        with transaction.atomic():
            now = Alert.unscoped.select_related("unit").get(pk=alert.pk)
            step = plan(now)
            if step is None:
                return now
            same = Alert.unscoped.filter(pk=now.pk, transitions=now.transitions)
            if not same.update(**step.changes, changed=at, transitions=F("transitions") + 1):
                continue
            now.refresh_from_db()
            _note(actor, now, step, verb=verb, at=at, reason=reason)
            return now


def _note(actor: Scope, alert: Alert, step: Step, *, verb: str, at: datetime, reason: str) -> None:
    AlertEvent.unscoped.create(
        alert=alert,
        at=at,
        actor=actor.actor,
        kind=step.kind,
        period_id=alert.period_id,
        before=step.before,
        after=step.after,
        text=step.text,
    )
    record(
        actor=actor.actor,
        verb=verb,
        target=("alerts.alert", alert.public_id),
        unit=alert.unit_id,
        at=at,
        before=step.before or None,
        after=step.after or None,
        reason=reason,
    )
    others = [person for person in step.tells if person is not None and person != actor.person_id]
    if others:
        tell(alert, (step.news,), at=at, to=others)


def _require_unresolved(alert: Alert) -> None:
    if alert.condition == Alert.Condition.ENDED:
        raise AlreadyResolved(f"This alert is already resolved: {alert.ended_because}.")
    if alert.handling == RESOLVED:
        raise AlreadyResolved(f"This alert is already resolved: {alert.get_outcome_display().lower()}.")


def _require_reader(person: Person, alert: Alert, ability: str, at: datetime) -> None:
    """Nobody is handed an alert that he may not see: the same words whether the person or the right is missing."""
    if not Scope.of(person, at=at).may(ability, alert.unit):
        raise HandlingRefused(NOBODY)


def _require_text(text: str, sentence: str) -> None:
    if not text.strip():
        raise HandlingRefused(sentence)


def _id(person: int | None) -> str:
    return "" if person is None else str(person)


def _value(column: str, before: str) -> Any:
    if column == "handling":
        return before
    if not before:
        return None
    return date.fromisoformat(before) if column == "snoozed_until" else int(before)
