"""The list of what is to be done: put on, ticked by somebody at a time, struck off; each step recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from alerts import actions
from alerts.actions import AlreadyResolved, HandlingRefused
from alerts.actions.checklist import LONGEST
from alerts.models import Alert, AlertEvent, ChecklistItem
from audit.models import Record
from people.models import Person
from units.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person) -> Alert:
    return breach()


@pytest.fixture
def hers(alert: Alert, retail_lead: Person, at: datetime) -> Scope:
    return Scope.of(retail_lead, at=at)


def listed(alert: Alert) -> list[tuple[int, str, bool]]:
    rows = ChecklistItem.unscoped.filter(alert=alert, struck__isnull=True).order_by("number")
    return [(row.number, row.text, row.done is not None) for row in rows]


def test_items_are_put_on_the_list_ticked_and_struck_off(
    alert: Alert, hers: Scope, retail_lead: Person, group_lead: Person, at: datetime
):
    due = date(2026, 10, 16)
    actions.put_on_list(
        actor=hers,
        alert=alert,
        texts=["Confirm the roles", " ", "End the contracts"],
        person=group_lead,
        due=due,
        at=at,
    )
    actions.tick(actor=hers, alert=alert, item=1, at=at)
    actions.tick(actor=hers, alert=alert, item=2, at=at)
    actions.untick(actor=hers, alert=alert, item=2, at=at)
    actions.put_on_list(actor=hers, alert=alert, texts=["Tell the unit"], at=at)
    actions.strike(actor=hers, alert=alert, item=2, at=at)

    assert listed(alert) == [(1, "Confirm the roles", True), (3, "Tell the unit", False)]
    done = ChecklistItem.unscoped.get(number=1)
    assert (done.person, done.due, done.done, done.done_by) == (group_lead, due, at, f"person:{retail_lead.pk}")
    events = AlertEvent.unscoped.filter(alert=alert).exclude(kind="opened").order_by("pk")
    assert list(events.values_list("kind", "text")) == [
        ("listed", "Confirm the roles\nEnd the contracts"),
        ("ticked", "Confirm the roles"),
        ("ticked", "End the contracts"),
        ("unticked", "End the contracts"),
        ("listed", "Tell the unit"),
        ("struck", "End the contracts"),
    ]
    steps = {
        "alerts.alert.listed": 2,
        "alerts.alert.ticked": 2,
        "alerts.alert.unticked": 1,
        "alerts.alert.struck": 1,
    }
    assert {verb: Record.objects.filter(verb=verb).count() for verb in steps} == steps


def test_the_same_twice_is_once(alert: Alert, hers: Scope, at: datetime):
    for _ in range(2):
        actions.put_on_list(actor=hers, alert=alert, texts=["Confirm the roles", "Confirm the roles"], at=at)
        actions.tick(actor=hers, alert=alert, item=1, at=at)

    assert listed(alert) == [(1, "Confirm the roles", True)]
    assert AlertEvent.unscoped.filter(alert=alert).exclude(kind="opened").count() == 2


def test_what_is_no_item_is_refused(alert: Alert, hers: Scope, wholesale_lead: Person, at: datetime):
    with pytest.raises(HandlingRefused, match="Say what is to be done"):
        actions.put_on_list(actor=hers, alert=alert, texts=[" "], at=at)
    with pytest.raises(HandlingRefused, match="at most 200 characters"):
        actions.put_on_list(actor=hers, alert=alert, texts=["x" * 201], at=at)
    with pytest.raises(HandlingRefused, match=f"at most {LONGEST} items"):
        actions.put_on_list(actor=hers, alert=alert, texts=[str(each) for each in range(LONGEST + 1)], at=at)
    with pytest.raises(HandlingRefused, match="cannot work on"):
        actions.put_on_list(actor=hers, alert=alert, texts=["x"], person=wholesale_lead, at=at)
    with pytest.raises(HandlingRefused, match="no such item"):
        actions.tick(actor=hers, alert=alert, item=1, at=at)


def test_the_list_of_a_resolved_alert_is_closed(alert: Alert, hers: Scope, at: datetime):
    actions.put_on_list(actor=hers, alert=alert, texts=["Confirm the roles"], at=at)
    actions.resolve(actor=hers, alert=alert, outcome="fixed", at=at)

    for step in (actions.tick, actions.untick, actions.strike):
        with pytest.raises(AlreadyResolved):
            step(actor=hers, alert=alert, item=1, at=at)


def test_readers_do_not_tick(alert: Alert, hers: Scope, auditor: Person, at: datetime):
    actions.put_on_list(actor=hers, alert=alert, texts=["Confirm the roles"], at=at)

    with pytest.raises(PermissionDenied):
        actions.tick(actor=Scope.of(auditor, at=at), alert=alert, item=1, at=at)
