"""Passing on what nobody acknowledges: to the deputy, the leader above, an executive, by working days.

Days are counted by the company's calendar and the unit's holidays, from the end of the last silence on; nothing is
passed on on a day that is none. Whoever acknowledges, starts, snoozes or resolves an alert stops it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from alerts.actions.taking import Taking
from alerts.judging.inheritance import Spot
from alerts.models import Alert, AlertEvent
from alerts.telling.owners import Owners, owners
from alerts.telling.silences import told_since
from alerts.working.steps import Step
from ledger.periods import is_working_day, working_day_after
from units.models import Unit
from units.scope import Scope

UNANSWERED = "unanswered"
CLIMBED = "climbed"
BEGINS = ("opened", "fired", "returned", "reopened", "woken")
STEPS = ("the deputy", "the leader above", "an executive")
AFTER: Mapping[str, tuple[int, int, int]] = {
    Alert.Severity.EMERGENCY: (1, 1, 2),
    Alert.Severity.CRITICAL: (2, 3, 5),
    Alert.Severity.WARNING: (3, 5, 8),
}
"""Working days without an answer after which each is asked; what misses its target alone is passed on to nobody."""


HolidaysOf = Callable[[Iterable[Unit]], Mapping[int, frozenset[date]]]
"""By the id of a unit the days nobody works there."""


@dataclass(frozen=True)
class Ask:
    """Whom to pass an alert on to, and what is said of it."""

    person: int
    text: str


def climb_unanswered(*, actor: Scope, at: datetime, holidays: HolidaysOf) -> int:
    """Pass on the alerts that have waited too long for somebody to acknowledge them; how many steps were taken.

    Of each alert one step at a time, written with its event, its record and its news in one transaction, once:
    whoever was asked since the alert began to wait is not asked again.
    """
    today = localdate(at)
    waiting = Alert.unscoped.filter(
        condition__in=(Alert.Condition.FIRING, Alert.Condition.RECOVERING),
        handling=Alert.Handling.OPEN,
        snoozed_until__isnull=True,
        severity__in=AFTER,
    )
    alerts = list(waiting.select_related("unit", "version").order_by("pk"))
    heard = told_since(alerts, at=at)
    free = holidays({alert.unit_id: alert.unit for alert in alerts}.values())
    lives = _lives(alerts)
    there = owners(at=at)
    taken = 0
    for alert in alerts:
        days_off = free.get(alert.unit_id, frozenset())
        if alert.pk not in heard or not is_working_day(today, days_off):
            continue
        ask = _due(alert, lives.get(alert.pk, []), there, heard[alert.pk], today, days_off)
        if ask is not None:
            taken += _pass_on(actor, alert, ask, at=at).transitions > alert.transitions
    return taken


def _due(
    alert: Alert, life: list[AlertEvent], there: Owners, heard: datetime, today: date, holidays: Collection[date]
) -> Ask | None:
    """The next step whose days are over and that was not taken since the alert began to wait; `heard`: unsilenced."""
    began = max((index for index, event in enumerate(life) if event.kind in BEGINS), default=None)
    since = localdate(heard if began is None else max(heard, life[began].at))
    asked = {event.after for event in life[began or 0 :] if event.kind == CLIMBED}
    spot = Spot(alert.unit_id, alert.unit.left, alert.unit.right)
    for days, name, person in zip(AFTER[alert.severity], STEPS, there.chain(spot, alert.owner_id), strict=True):
        is_known = person is None or person == alert.owner_id or str(person) in asked
        if is_known or working_day_after(since, days, holidays) > today:
            continue
        assert person is not None
        return Ask(person, f"Nobody acknowledged it for {days} working {'day' if days == 1 else 'days'}: {name}.")
    return None


def _lives(alerts: list[Alert]) -> dict[int, list[AlertEvent]]:
    """By alert its events that matter here, the oldest first; one query."""
    found: dict[int, list[AlertEvent]] = {}
    events = AlertEvent.unscoped.filter(alert__in=alerts, kind__in=(*BEGINS, CLIMBED)).order_by("pk")
    for event in events:
        found.setdefault(event.alert_id, []).append(event)
    return found


def _pass_on(actor: Scope, alert: Alert, ask: Ask, *, at: datetime) -> Alert:
    """One step, if the alert still waits as it was read; the next look sees to it otherwise."""
    read = alert.transitions

    def plan(now: Alert) -> Step | None:
        if now.transitions != read:
            return None
        before = "" if now.escalated_to_id is None else str(now.escalated_to_id)
        to = {"escalated_to_id": ask.person}
        return Step(CLIMBED, to, before, str(ask.person), ask.text, tells=(ask.person,), news=UNANSWERED)

    return Taking(actor, alert, at).take(plan, verb="alerts.alert.climbed", reason=ask.text)
