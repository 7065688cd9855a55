"""The list of what is to be done about an alert: putting things on it, ticking them, and striking them off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from alerts.actions.taking import Taking
from alerts.models import Alert, AlertEvent, ChecklistItem
from alerts.working.steps import WORK, HandlingRefused, Step, require_reader, require_text, require_unresolved
from people.models import Person
from units.scope import Scope

LONGEST = 30
NO_ITEM = "There is no such item on the list of this alert."


def put_on_list(
    *,
    actor: Scope,
    alert: Alert,
    texts: Sequence[str],
    at: datetime,
    person: Person | None = None,
    due: date | None = None,
) -> Alert:
    """Put things to do on the list, of one person and for one day where given. What stands there is left out."""
    wanted = [text.strip() for text in texts if text.strip()]
    require_text("".join(wanted), "Say what is to be done.")
    if any(len(text) > 200 for text in wanted):
        raise HandlingRefused("An item has at most 200 characters; the rest belongs into a comment.")
    if person is not None:
        require_reader(person, alert, WORK, at)

    def plan(alert: Alert) -> Step | None:
        require_unresolved(alert)
        listed = list(ChecklistItem.unscoped.filter(alert=alert).order_by("number"))
        standing = {item.text for item in listed if item.struck is None}
        new = [text for text in dict.fromkeys(wanted) if text not in standing]
        if not new:
            return None
        if len(standing) + len(new) > LONGEST:
            raise HandlingRefused(f"A list has at most {LONGEST} items.")

        def write(event: AlertEvent) -> None:
            ChecklistItem.unscoped.bulk_create(
                ChecklistItem(alert=alert, number=number, text=text, person=person, due=due)
                for number, text in enumerate(new, start=len(listed) + 1)
            )

        return Step("listed", text="\n".join(new), then=write)

    return Taking(actor, alert, at).take(plan, verb="alerts.alert.listed")


def tick(*, actor: Scope, alert: Alert, item: int, at: datetime) -> Alert:
    """Say that an item is done, by whom and when. Ticking twice changes nothing."""

    def plan(alert: Alert) -> Step | None:
        require_unresolved(alert)
        found = _item(alert, item)
        if found.done is not None:
            return None

        def write(event: AlertEvent) -> None:
            ChecklistItem.unscoped.filter(pk=found.pk).update(done=at, done_by=actor.actor)

        return Step("ticked", text=found.text, then=write)

    return Taking(actor, alert, at).take(plan, verb="alerts.alert.ticked")


def untick(*, actor: Scope, alert: Alert, item: int, at: datetime) -> Alert:
    """Say that an item is not done after all."""

    def plan(alert: Alert) -> Step | None:
        require_unresolved(alert)
        found = _item(alert, item)
        if found.done is None:
            return None

        def write(event: AlertEvent) -> None:
            ChecklistItem.unscoped.filter(pk=found.pk).update(done=None, done_by="")

        return Step("unticked", text=found.text, then=write)

    return Taking(actor, alert, at).take(plan, verb="alerts.alert.unticked")


def strike(*, actor: Scope, alert: Alert, item: int, at: datetime) -> Alert:
    """Take an item off the list; it stays in the history."""

    def plan(alert: Alert) -> Step | None:
        require_unresolved(alert)
        found = _item(alert, item)

        def write(event: AlertEvent) -> None:
            ChecklistItem.unscoped.filter(pk=found.pk).update(struck=at)

        return Step("struck", text=found.text, then=write)

    return Taking(actor, alert, at).take(plan, verb="alerts.alert.struck")


def _item(alert: Alert, number: int) -> ChecklistItem:
    found = ChecklistItem.unscoped.filter(alert=alert, number=number, struck__isnull=True).first()
    if found is None:
        raise HandlingRefused(NO_ITEM)
    return found
