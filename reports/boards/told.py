"""Everything the page of an alert is made of, read once: its life, its evidence, its list, and who is asked next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.timezone import localdate

from alerts.actions.climbing import AFTER, BEGINS, CLIMBED
from alerts.judging.inheritance import Spot
from alerts.judging.manual import Manual
from alerts.models import Alert, AlertEvent, ChecklistItem, Mention
from alerts.rulebook import in_manual, in_times, manual_of, newest_mark, times_of
from alerts.telling.silences import with_silences
from alerts.together import Asked, Found, together
from alerts.working.around import Around, around_of, in_around
from alerts.working.realising import Sitting, sitting_today
from ledger.periods import working_day_after
from reports.boards.activity import people_in
from reports.boards.actors import Actor, named
from reports.boards.breach import Breach, breach_of, in_breach
from reports.boards.inbox import Filters
from reports.boards.todo import Item
from reports.rows import Rows
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
    events: Sequence[Any]
    names: Mapping[str, Actor]
    mentioned: Sequence[str]
    items: Sequence[Item]
    around: Around
    beside: Sequence[Any]
    asked_next: tuple[date, int] | None
    today: tuple[int, str] | None
    scope: Scope
    at: datetime
    filters: Filters
    show: str = ""
    asks: str = ""
    refusal: Refusal | None = None

    @property
    def kin(self) -> list[Alert]:
        """The unresolved alerts on the same metric, itself among them: one of them may tell of the same money."""
        metric = self.alert.version.metric
        return [each for each in self.beside if each.ended is None and each.version.metric == metric]

    @property
    def earlier(self) -> Alert | None:
        """The last one of the same rule on the same unit that has ended."""
        return next((each for each in self.beside if each.ended is not None), None)

    @property
    def silenced(self) -> list[Alert]:
        """Those of the reader that nothing is told of."""
        return [each for each in self.beside if each.ended is None and _is_silenced(each, self.at)]

    @property
    def may_work(self) -> bool:
        return self.scope.may("alerts.work", self.alert.unit)

    def href(self, **changes: str) -> str:
        """The address of this page with another part of it open."""
        query = self.filters.query(page=self.filters.page, **({"show": self.show} | changes))
        return reverse("alerts:detail", args=[self.alert.public_id]) + query


def told(
    alert: Alert,
    *,
    scope: Scope,
    at: datetime,
    filters: Filters,
    currency: str,
    show: str = "",
    asks: str = "",
    refusal: Refusal | None = None,
) -> Told:
    """Read what one alert shows: four queries however long its life, and whatever was promised of it."""
    events = _events(alert, scope)
    mentioned = [f"person:{person}" for event in reversed(events) for (person,) in event.asked]
    said = [*(event.actor for event in events), *people_in(events), *mentioned]
    found = _found(alert, said, scope, at)
    around, items, book = around_of(found), _items(found["items"]), manual_of(found)
    beside = _beside(alert, scope, at=at)
    asked_next = _asked_next(alert, events, beside, around, at=at)
    said += [*(item.done_by for item in items if item.done_by), *([f"person:{asked_next[1]}"] if asked_next else [])]
    sitting = _sitting(alert, found, book, at=at, currency=currency)
    beside_it = sitting.wanted if sitting else None
    breach = breach_of(alert, found, book, scope=scope, currency=currency, beside=beside_it)
    return Told(
        alert=alert,
        breach=breach,
        events=events,
        names=named(said, around.names),
        mentioned=mentioned,
        items=items,
        around=around,
        beside=beside,
        asked_next=asked_next,
        today=sitting.impacts(breach.book).get(alert.pk) if sitting else None,
        scope=scope,
        at=at,
        filters=filters,
        show=show,
        asks=asks,
        refusal=refusal,
    )


def _found(alert: Alert, said: Iterable[str], scope: Scope, at: datetime) -> Found:
    """The manual, the people around the alert and those who are named, its list, and what is drawn beside figures."""
    people = {int(key) for each in said if (key := each.removeprefix("person:")).isdigit()}
    return together(
        **in_manual(),
        **in_around(alert, at=at, named=people),
        **in_breach(alert, scope=scope),
        **(in_times(scope, mark=newest_mark()) if alert.promise else {}),
        items=_in_items(alert, scope),
    )


def _sitting(alert: Alert, found: Found, book: Manual, *, at: datetime, currency: str) -> Sitting | None:
    """Who judges what its figure costs today; None where nothing was promised, or that cannot be known."""
    if not alert.promise:
        return None
    return sitting_today([alert], known=times_of(found, at=at), manual=book, currency=currency)


def _events(alert: Alert, scope: Scope) -> list[Any]:
    """Its life, the newest first, each with the people it asked."""
    asked = Mention.objects.within(scope).filter(event=OuterRef("pk")).order_by("pk")
    found = AlertEvent.objects.within(scope).filter(alert=alert).annotate(asked=Rows(asked, "person_id"))
    return list(found.select_related("period").order_by("-pk"))


def _in_items(alert: Alert, scope: Scope) -> Asked:
    """What stands on its list."""
    standing = ChecklistItem.objects.within(scope).filter(alert=alert, struck__isnull=True)
    return standing, ("number", "text", "person__name", "due", TruncDate("done"), "done_by")


def _items(rows: list[list[Any]]) -> list[Item]:
    return [
        Item(number, text, person or "", _day(due), _day(done), done_by)
        for number, text, person, due, done, done_by in sorted(rows)
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _beside(alert: Alert, scope: Scope, *, at: datetime) -> list[Any]:
    """The alerts that `Told` calls its kin, silenced and earlier, in one query."""
    found = with_silences(Alert.objects.within(scope), at=at)
    others = Alert.objects.within(scope).filter(threshold=alert.threshold_id, unit=alert.unit_id, ended__isnull=False)
    last = others.exclude(pk=alert.pk).order_by("-pk").values("pk")[:1]
    standing = found.unresolved().filter(Q(version__metric=alert.version.metric) | Q(silenced_until__gt=at))
    wanted = found.filter(Q(pk__in=standing.values("pk")) | Q(pk__in=last))
    return list(wanted.select_related("unit", "version", "began").order_by("pk"))


def _is_silenced(alert: Any, at: datetime) -> bool:
    return alert.silenced_until is not None and alert.silenced_until > at


def _asked_next(
    alert: Alert, events: Sequence[AlertEvent], beside: Sequence[Any], around: Around, *, at: datetime
) -> tuple[date, int] | None:
    """The day on which, unanswered, it is passed on, and to whom; None where nobody is left, silenced or answered."""
    is_waiting = alert.condition in ("firing", "recovering") and alert.handling == Alert.Handling.OPEN
    if not is_waiting or alert.snoozed_until or alert.severity not in AFTER:
        return None
    itself = next(each for each in beside if each.pk == alert.pk)  # what waits is among those on its metric
    if _is_silenced(itself, at):
        return None
    since, asked = localdate(max(alert.opened, itself.silenced_until or alert.opened)), set()
    for event in events:  # the newest first
        if event.kind in BEGINS:
            since = max(since, localdate(event.at))
            break
        if event.kind == CLIMBED:
            asked.add(event.after)
    spot = Spot(alert.unit_id, alert.unit.left, alert.unit.right)
    for days, person in zip(AFTER[alert.severity], around.owners.chain(spot, alert.owner_id), strict=True):
        if person is not None and person != alert.owner_id and str(person) not in asked:
            return working_day_after(since, days, around.holidays), person
    return None
