"""What people do with an alert: acknowledge, start, assign, snooze, escalate, resolve, reopen, label, and take back.

Every step is an event, a record and, where somebody else is concerned, news. What is said about an alert and what is
ticked off a list stand beside it: `alerts.actions.talking`, `alerts.actions.checklist`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from alerts.actions.packing import withdraw
from alerts.actions.taking import Taking
from alerts.models import Alert, AlertEvent
from alerts.working.savings import promise
from alerts.working.steps import (
    ESCALATE,
    WORK,
    AlreadyResolved,
    HandlingRefused,
    NotAsItStands,
    Step,
    as_stored,
    require_reader,
    require_text,
    require_unresolved,
)
from ledger.actions.closing import Closed
from ledger.models import Period
from people.models import Person
from units.scope import Scope

LONGEST_SNOOZE = timedelta(days=92)
LONGEST_DUE = timedelta(days=366)
UNDO_WITHIN = timedelta(minutes=10)
OPEN, ACKNOWLEDGED, IN_PROGRESS, RESOLVED = Alert.Handling.values
UNDOABLE = ("acknowledged", "started", "assigned", "snoozed", "passed_on", "resolved", "labelled")
AWAKE: dict[str, Any] = {"snoozed_until": None, "snoozed_to_id": None}
NOT_YOURS_TO_UNDO = "Only your own last step can be taken back, within ten minutes."


def acknowledge(
    *, actor: Scope, alert: Alert, at: datetime, text: str = "", due: date | None = None, seen: int | None = None
) -> Alert:
    """Say that one has seen it, what follows, and by when. Acknowledging twice changes nothing."""
    today = localdate(at)
    if due is not None and not today <= due <= today + LONGEST_DUE:
        raise HandlingRefused("An alert is due today or on a day to come, at most a year ahead.")

    def plan(alert: Alert) -> Step | None:
        require_unresolved(alert)
        if alert.handling == IN_PROGRESS:
            raise NotAsItStands("Work on this alert has begun already; there is nothing left to acknowledge.")
        if alert.handling == ACKNOWLEDGED:
            if (not text.strip() and due in (None, alert.due)) or _was_said(actor, alert, text):
                return None
            raise NotAsItStands("This alert is acknowledged already; put your words into a comment.")
        changes: dict[str, Any] = {"handling": ACKNOWLEDGED} | ({} if due is None else {"due": due})
        return Step("acknowledged", changes, alert.handling, ACKNOWLEDGED, text)

    return Taking(actor, alert, at, seen).take(plan, verb="alerts.alert.acknowledged")


def start(*, actor: Scope, alert: Alert, at: datetime, text: str = "", seen: int | None = None) -> Alert:
    """Say that work on it has begun; what its action is expected to bring is kept as it is computed then."""

    def plan(alert: Alert) -> Step | None:
        require_unresolved(alert)
        if alert.handling == IN_PROGRESS:
            return None
        changes = {"handling": IN_PROGRESS, "promise": promise(alert)}
        return Step("started", changes, alert.handling, IN_PROGRESS, text)

    return Taking(actor, alert, at, seen).take(plan, verb="alerts.alert.started")


def assign(*, actor: Scope, alert: Alert, to: Person, at: datetime, seen: int | None = None) -> Alert:
    """Give it to somebody who may work on alerts of the unit; that person is told."""
    require_reader(to, alert, WORK, at)

    def plan(alert: Alert) -> Step | None:
        require_unresolved(alert)
        if alert.owner_id == to.pk:
            return None
        return Step("assigned", {"owner_id": to.pk}, _id(alert.owner_id), _id(to.pk), tells=(to.pk,), news="assigned")

    return Taking(actor, alert, at, seen).take(plan, verb="alerts.alert.assigned")


def snooze(
    *,
    actor: Scope,
    alert: Alert,
    reason: str,
    at: datetime,
    until: date | None = None,
    to_close: bool = False,
    seen: int | None = None,
) -> Alert:
    """Be quiet about it until a day or the next close of its unit; a higher severity breaks the silence before.

    A close that does not come ends the snooze after LONGEST_SNOOZE all the same.
    """
    require_text(reason, "Say why it can wait.")
    if to_close == (until is not None):
        raise HandlingRefused("Say until when: a day, or the next close.")
    today = localdate(at)
    latest = today + LONGEST_SNOOZE
    if until is not None and not today < until <= latest:
        raise HandlingRefused(
            f"An alert is snoozed until a day from tomorrow on, at most {LONGEST_SNOOZE.days} days ahead."
        )

    def plan(alert: Alert) -> Step | None:
        require_unresolved(alert)
        period = _next_close(alert) if to_close else None
        changes = {"snoozed_until": until or latest, "snoozed_to_id": period.pk if period else None}
        after = f"close of {period.code}" if period else (until or latest).isoformat()
        return Step("snoozed", changes, _snoozed(alert), after, reason)

    return Taking(actor, alert, at, seen).take(plan, verb="alerts.alert.snoozed", reason=reason)


def escalate(*, actor: Scope, alert: Alert, to: Person, reason: str, at: datetime, seen: int | None = None) -> Alert:
    """Pass it on to somebody further up, with the reason; that person is told, the owner stays, a snooze is over."""
    require_text(reason, "Say why it goes further up.")
    require_reader(to, alert, "alerts.read", at)
    if to.pk == alert.owner_id:
        raise HandlingRefused(f"{to.name} owns this alert already; choose somebody further up.")

    def plan(alert: Alert) -> Step | None:
        require_unresolved(alert)
        if alert.escalated_to_id == to.pk:
            raise NotAsItStands(f"{to.name} has this alert already; say more in a comment, or choose somebody else.")
        before = _id(alert.escalated_to_id)
        changes = {"escalated_to_id": to.pk, **AWAKE}
        return Step("passed_on", changes, before, _id(to.pk), reason, tells=(to.pk,), news="passed_on")

    return Taking(actor, alert, at, seen).take(plan, verb="alerts.alert.passed_on", reason=reason, ability=ESCALATE)


def resolve(
    *, actor: Scope, alert: Alert, outcome: str, at: datetime, text: str = "", seen: int | None = None
) -> Alert:
    """Close the handling with what it came to: fixed, accepted or a false alarm.

    The condition stays what the figures say. What was called fixed comes back if the next period is still
    beyond the limit; what was accepted or a false alarm comes back only if it grows.
    """
    if outcome not in Alert.Outcome.values:
        raise HandlingRefused(f"Say what it came to: {', '.join(Alert.Outcome.values)}.")

    def plan(alert: Alert) -> Step | None:
        require_unresolved(alert)
        changes = {"handling": RESOLVED, "outcome": outcome, **AWAKE}
        return Step("resolved", changes, alert.handling, outcome, text)

    return Taking(actor, alert, at, seen).take(plan, verb="alerts.alert.resolved", reason=text)


def reopen(*, actor: Scope, alert: Alert, reason: str, at: datetime, seen: int | None = None) -> Alert:
    """Open a resolved alert again while its breach lasts."""
    require_text(reason, "Say why it is open again.")

    def plan(alert: Alert) -> Step | None:
        if alert.condition == Alert.Condition.ENDED:
            raise AlreadyResolved(f"The figures have ended this alert ({alert.ended_because}); it cannot be reopened.")
        if alert.handling != RESOLVED:
            raise NotAsItStands("This alert is not resolved; there is nothing to open again.")
        changes = {"handling": OPEN, "outcome": ""}
        return Step("reopened", changes, RESOLVED, OPEN, reason, tells=(alert.owner_id,), news="reopened")

    return Taking(actor, alert, at, seen).take(plan, verb="alerts.alert.reopened", reason=reason)


def label(*, actor: Scope, alert: Alert, verdict: str, at: datetime, text: str = "", seen: int | None = None) -> Alert:
    """Say what the alert was worth to those who work on it: useful, known already, or noise.

    Possible at any time, also when it has ended; the last word stands, and what its rule is judged by is made of it.
    """
    if verdict not in Alert.Verdict.values:
        raise HandlingRefused(f"Say what it was worth: {', '.join(Alert.Verdict.values)}.")

    def plan(alert: Alert) -> Step | None:
        if alert.verdict == verdict:
            return None
        return Step("labelled", {"verdict": verdict}, alert.verdict, verdict, text)

    return Taking(actor, alert, at, seen).take(plan, verb="alerts.alert.labelled", reason=text)


def wake_snoozed(*, actor: Scope, at: datetime) -> int:
    """Bring back the alerts whose snooze is over and whose breach has outlasted it, and tell their owners; how many.

    It is over on its day, and on the close it waits for.
    """
    today = localdate(at)
    asleep = list(
        Alert.unscoped.exclude(condition=Alert.Condition.ENDED)
        .filter(snoozed_until__isnull=False)
        .exclude(handling=RESOLVED)
        .select_related("unit", "snoozed_to")
    )
    closed = Closed.among({alert.snoozed_to.ordinal for alert in asleep if alert.snoozed_to})

    def is_over(alert: Alert) -> bool:
        if alert.snoozed_until is None:
            return False
        waits_for = alert.snoozed_to
        return alert.snoozed_until <= today or (
            waits_for is not None and closed.holds(waits_for.ordinal, alert.unit.left)
        )

    def plan(alert: Alert) -> Step | None:
        if not is_over(alert) or alert.condition == Alert.Condition.ENDED or alert.handling == RESOLVED:
            return None
        told = (alert.owner_id, alert.escalated_to_id)
        return Step("woken", AWAKE, _snoozed(alert), tells=told, news="woken")

    over = [alert for alert in asleep if is_over(alert)]
    for alert in over:
        Taking(actor, alert, at).take(plan, verb="alerts.alert.woken")
    return len(over)


def undo(*, actor: Scope, alert: Alert, at: datetime, step: int | None = None) -> Alert:
    """Take back one's own last step, within ten minutes, with everything it changed; what waits to be told of it is
    not told.

    The step stays in the history and this is one more. `step` is the number of the very step that is meant: where
    another has come after it, nothing is taken back.
    """

    def plan(alert: Alert) -> Step | None:
        last = _last_step(actor, alert)
        if last is None or last.kind not in UNDOABLE or last.actor != actor.actor or at - last.at > UNDO_WITHIN:
            raise NotAsItStands(NOT_YOURS_TO_UNDO)
        if step is not None and last.number != step:
            raise NotAsItStands("Another step has come after it. Only your last step can be taken back.")
        if alert.condition == Alert.Condition.ENDED and last.kind != "labelled":
            require_unresolved(alert)
        restored = {column: as_stored(column, value) for column, value in last.restores.items()}

        def unsay(event: AlertEvent) -> None:
            withdraw(actor=actor, alert=alert, number=last.number, at=at)

        return Step("undone", restored, last.after, last.before, last.kind, then=unsay)

    return Taking(actor, alert, at).take(plan, verb="alerts.alert.undone")


def _next_close(alert: Alert) -> Period:
    """The first period, from the one last judged on, that is not closed for the unit."""
    ahead = list(Period.objects.filter(ordinal__gte=alert.period.ordinal).order_by("ordinal")[:15])
    closed = Closed.among(period.ordinal for period in ahead)
    for period in ahead:
        if not closed.holds(period.ordinal, alert.unit.left):
            return period
    raise HandlingRefused("No period ahead is known whose close could be waited for. Choose a day.")


def _last_step(actor: Scope, alert: Alert) -> AlertEvent | None:
    """The newest thing that happened to the alert itself."""
    last: AlertEvent | None = AlertEvent.objects.within(actor).of_itself(alert).last()
    return last


def _was_said(actor: Scope, alert: Alert, text: str) -> bool:
    """Whether the same person acknowledged it in the same words just before: a form sent twice."""
    last = _last_step(actor, alert)
    return last is not None and (last.kind, last.actor, last.text) == ("acknowledged", actor.actor, text)


def _snoozed(alert: Alert) -> str:
    """Until when it is snoozed, as an event says it; empty where it is not."""
    if alert.snoozed_until is None:
        return ""
    return f"close of {alert.snoozed_to.code}" if alert.snoozed_to else alert.snoozed_until.isoformat()


def _id(person: int | None) -> str:
    return "" if person is None else str(person)
