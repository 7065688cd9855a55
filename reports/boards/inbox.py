"""The inbox of alerts: tabs by what becomes of them, chips that narrow, the costliest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from alerts.inheritance import repeated
from alerts.models import Alert
from metrics.catalogue import SEVERITY_WORDS
from reports.boards.naming import short_name
from reports.boards.waiting import item
from reports.figures import Action, AlertDetail, AlertItem, AlertsBoard, Choice, Pager
from units.models import Unit
from units.scope import Scope

PAGE = 50
MOST_UNITS = 6
TABS = {"open": "Open", "snoozed": "Snoozed", "resolved": "Resolved", "mine": "Mine"}
EMPTY = {
    "open": "Nothing waits for anybody: every figure is inside its limits or taken care of.",
    "snoozed": "No alert is snoozed.",
    "resolved": "No alert has been resolved yet.",
    "mine": "No alert waits for you.",
}
CONDITIONS = dict(Alert.Condition.choices)
HANDLINGS = dict(Alert.Handling.choices)


@dataclass(frozen=True)
class Filters:
    """What the reader narrowed the inbox to. All of it stands in the address."""

    tab: str = "open"
    unit: str = ""
    owner: str = ""
    severity: str = ""
    condition: str = ""
    handling: str = ""
    page: int = 1

    def query(self, **changes: Any) -> str:
        """The address part of these filters with some changed."""
        parts = {name: getattr(self, name) for name in ("tab", "unit", "owner", "severity", "condition", "handling")}
        parts |= {"page": 1} | changes
        default = {"tab": "open", "page": 1}
        kept = {name: value for name, value in parts.items() if value and value != default.get(name)}
        return f"?{urlencode(kept)}" if kept else ""


def filters_of(asked: Mapping[str, str]) -> Filters:
    """Read the filters of an address; a word that is none of them is not found."""
    page = asked.get("page") or "1"
    found = Filters(
        tab=asked.get("tab") or "open",
        unit=asked.get("unit", ""),
        owner=asked.get("owner", ""),
        severity=asked.get("severity", ""),
        condition=asked.get("condition", ""),
        handling=asked.get("handling", ""),
        page=int(page) if page.isdigit() and len(page) < 6 else 0,
    )
    is_known = (
        found.tab in TABS
        and found.page > 0
        and found.severity in ("", *SEVERITY_WORDS.values())
        and found.condition in ("", *CONDITIONS)
        and found.handling in ("", *HANDLINGS)
        and (not found.owner or (found.owner.isdigit() and len(found.owner) < 19))
    )
    if not is_known:
        raise Http404
    return found


@dataclass(frozen=True)
class Inbox:
    """The alerts of one reader, narrowed."""

    scope: Scope
    filters: Filters
    at: datetime
    currency: str
    person: int
    narrowed: dict[str, str] = field(default_factory=dict)

    def board(self, detail: AlertDetail | None = None, *, selected: int = 0) -> AlertsBoard:
        """The inbox, and the open alert beside it; three queries whatever its length."""
        filters, counts = self.filters, self._counts()
        start = PAGE * (filters.page - 1)
        rows = self._of(filters.tab, self._narrowed())
        found = list(rows.by_impact().shown_on_pages()[start : start + PAGE + 1])
        parts = repeated(found)
        here = reverse("alerts:list")
        is_narrow = filters.query() != Filters(tab=filters.tab).query()
        return AlertsBoard(
            tabs=tuple(
                Choice(label, here + filters.query(tab=tab), tab == filters.tab, counts[tab])
                for tab, label in TABS.items()
            ),
            items=tuple(self._item(alert, parts.get(alert.pk), selected) for alert in found[:PAGE]),
            count=counts[filters.tab],
            list_href=here + filters.query(page=filters.page),
            filters=self._chips(),
            detail=detail,
            empty="Nothing matches these filters." if is_narrow else EMPTY[filters.tab],
            empty_action=Action("Clear the filters", here + Filters(tab=filters.tab).query()) if is_narrow else None,
            pager=Pager(
                newer=here + filters.query(page=filters.page - 1) if filters.page > 1 else "",
                older=here + filters.query(page=filters.page + 1) if len(found) > PAGE else "",
                older_label="Show more",
                newer_label="Back",
            ),
        )

    def _visible(self) -> QuerySet[Alert]:
        return Alert.objects.within(self.scope)

    def _of(self, tab: str, alerts: Any) -> Any:
        today = localdate(self.at)
        match tab:
            case "snoozed":
                return alerts.snoozed(today)
            case "resolved":
                return alerts.done()
            case "mine":
                return alerts.to_handle(today).filter(Q(owner=self.person) | Q(escalated_to=self.person))
        return alerts.to_handle(today)

    def _narrowed(self) -> Any:
        filters, alerts = self.filters, self._visible()
        if filters.unit:
            alerts = alerts.filter(unit__code=filters.unit)
        if filters.owner:
            alerts = alerts.filter(owner=int(filters.owner))
        if filters.severity:
            words = [name for name, word in SEVERITY_WORDS.items() if word == filters.severity]
            alerts = alerts.filter(severity__in=words)
        if filters.condition:
            alerts = alerts.filter(condition=filters.condition)
        if filters.handling:
            alerts = alerts.filter(handling=filters.handling)
        return alerts

    def _counts(self) -> dict[str, int]:
        """How many alerts each tab holds under these filters; one query."""
        inside = {tab: Count("pk", filter=Q(pk__in=self._of(tab, self._visible()).values("pk"))) for tab in TABS}
        return dict(self._narrowed().aggregate(**inside))

    def _chips(self) -> tuple[Choice, ...]:
        """Severities first, then the units that have alerts here; what is on is a link that takes it off."""
        here, filters = reverse("alerts:list"), self.filters

        def chip(name: str, value: str, label: str) -> Choice:
            is_on = getattr(filters, name) == value
            return Choice(label, here + filters.query(**{name: "" if is_on else value}), is_on)

        severities = [chip("severity", word, word.capitalize()) for word in ("high", "medium", "low")]
        on = [
            chip(name, getattr(filters, name), words.get(getattr(filters, name), getattr(filters, name)))
            for name, words in (("condition", CONDITIONS), ("handling", HANDLINGS), ("owner", self.narrowed))
            if getattr(filters, name)
        ]
        units = [chip("unit", code, short_name(code)) for code in self._units()]
        return (*severities, *on, *units)

    def _units(self) -> list[str]:
        if self.filters.unit:
            return [self.filters.unit]
        waiting = self._of(self.filters.tab, self._visible()).values("unit")
        units = Unit.objects.within(self.scope, ability="alerts.read").filter(pk__in=waiting).order_by("left")
        codes = list(units.values_list("code", flat=True)[: MOST_UNITS + 1])
        return codes if 1 < len(codes) <= MOST_UNITS else []

    def _item(self, alert: Alert, part: Alert | None, selected: int) -> AlertItem:
        shown = item(alert, at=self.at, currency=self.currency, part=part)
        state, label = _state(alert, self.at) or (shown.state, shown.state_label)
        return replace(
            shown,
            title=alert.title,
            href=shown.href + self.filters.query(page=self.filters.page),
            unit=place(alert.unit),
            is_selected=alert.pk == selected,
            state=state,
            state_label=label,
        )


def place(unit: Unit) -> str:
    """`Unit 4, Field Services`, or the name alone where there is no number."""
    return unit.name if short_name(unit.code) == unit.code else f"{short_name(unit.code)}, {unit.name}"


def _state(alert: Alert, at: datetime) -> tuple[str, str] | None:
    """What has become of it, as a word and a label, where that is more than its handling."""
    if alert.condition == Alert.Condition.ENDED:
        return "ended", alert.ended_because.capitalize()
    if alert.handling == Alert.Handling.RESOLVED:
        return "resolved", f"Resolved, {alert.get_outcome_display().lower()}"
    if alert.snoozed_until and alert.snoozed_until > localdate(at):
        return "snoozed", f"Snoozed until {alert.snoozed_until:%-d %b}"
    if alert.condition == Alert.Condition.RECOVERING:
        return alert.handling, f"{alert.get_handling_display()}, recovering"
    return None
