"""Everything the page of an alert is made of, read once: its life, its evidence, its list, and who is asked next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from alerts.actions.climbing import AFTER, BEGINS, CLIMBED
from alerts.judging.inheritance import Spot
from alerts.models import Alert, AlertEvent, ChecklistItem, Mention
from alerts.telling.owners import owners
from alerts.telling.silences import told_since
from alerts.working.realising import impacts_today
from ledger.periods import working_day_after
from ledger.querysets import holidays_of
from metrics.declaration import Metric
from reports.boards.activity import people_in
from reports.boards.actors import Actor, actors
from reports.boards.breach import Breach, breach_of
from reports.boards.inbox import Filters
from units.scope import Scope


@dataclass(frozen=True)
class Refusal:
    """A step that was asked for and not taken: which, its form as it was typed, and why."""

    name: str
    form: Any
    words: str = ""


@dataclass(frozen=True)
class Told:
    """Everything the page of an alert is made of, read once."""

    alert: Alert
    breach: Breach
    events: Sequence[AlertEvent]
    names: Mapping[str, Actor]
    mentioned: Sequence[str]
    items: Sequence[ChecklistItem]
    kin: Sequence[Alert]
    earlier: Alert | None
    asked_next: tuple[date, int] | None
    today: tuple[int, str] | None
    scope: Scope
    at: datetime
    filters: Filters
    show: str = ""
    asks: str = ""
    refusal: Refusal | None = None

    @property
    def may_work(self) -> bool:
        return self.scope.may("alerts.work", self.alert.unit)

    def href(self, **changes: str) -> str:
        """The address of this page with another part of it open."""
        query = self.filters.query(page=self.filters.page, **({"show": self.show} | changes))
        return reverse("alerts:detail", args=[self.alert.public_id]) + query


def told(
    alert: Alert,
    metric: Metric | None,
    *,
    scope: Scope,
    at: datetime,
    filters: Filters,
    currency: str,
    show: str = "",
    asks: str = "",
    refusal: Refusal | None = None,
) -> Told:
    """Read what one alert shows; the same number of queries however long its life."""
    events = list(AlertEvent.objects.within(scope).filter(alert=alert).select_related("period").order_by("-pk"))
    mentions = Mention.objects.within(scope).filter(event__alert=alert).order_by("pk")
    mentioned = [f"person:{person}" for person in mentions.values_list("person", flat=True)]
    items = _items(alert, scope)
    others = Alert.objects.within(scope).filter(threshold=alert.threshold_id, unit=alert.unit_id, ended__isnull=False)
    asked_next = _asked_next(alert, events, at=at)
    next_one = [f"person:{asked_next[1]}"] if asked_next else []
    done_by = [item.done_by for item in items if item.done_by]
    return Told(
        alert=alert,
        breach=breach_of(alert, metric, scope=scope, currency=currency),
        events=events,
        names=actors([*(event.actor for event in events), *people_in(events), *mentioned, *next_one, *done_by]),
        mentioned=mentioned,
        items=items,
        kin=_kin(alert, scope),
        earlier=others.exclude(pk=alert.pk).select_related("began").order_by("-pk").first(),
        asked_next=asked_next,
        today=impacts_today([alert], scope=scope, at=at).get(alert.pk) if alert.promise else None,
        scope=scope,
        at=at,
        filters=filters,
        show=show,
        asks=asks,
        refusal=refusal,
    )


def _items(alert: Alert, scope: Scope) -> list[ChecklistItem]:
    """What stands on its list, in order."""
    standing = ChecklistItem.objects.within(scope).filter(alert=alert, struck__isnull=True)
    return list(standing.select_related("person").order_by("number"))


def _kin(alert: Alert, scope: Scope) -> list[Alert]:
    """The unresolved alerts on the same metric, itself among them: one of them may tell of the same money."""
    found = Alert.objects.within(scope).unresolved().filter(version__metric=alert.version.metric)
    return list(found.select_related("unit", "version"))


def _asked_next(alert: Alert, events: Sequence[AlertEvent], *, at: datetime) -> tuple[date, int] | None:
    """The day on which, unanswered, it is passed on, and to whom; None where nobody is left, silenced or answered."""
    is_waiting = alert.condition in ("firing", "recovering") and alert.handling == Alert.Handling.OPEN
    if not is_waiting or alert.snoozed_until or alert.severity not in AFTER:
        return None
    heard = told_since([alert], at=at).get(alert.pk)
    if heard is None:
        return None
    since, asked = localdate(heard), set()
    for event in events:  # the newest first
        if event.kind in BEGINS:
            since = max(since, localdate(event.at))
            break
        if event.kind == CLIMBED:
            asked.add(event.after)
    spot = Spot(alert.unit_id, alert.unit.left, alert.unit.right)
    holidays = holidays_of([alert.unit])[alert.unit_id]
    for days, person in zip(AFTER[alert.severity], owners(at=at).chain(spot, alert.owner_id), strict=True):
        if person is not None and person != alert.owner_id and str(person) not in asked:
            return working_day_after(since, days, holidays), person
    return None
