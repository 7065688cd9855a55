"""The inbox of alerts: tabs by what becomes of them, chips that narrow, the costliest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from alerts.judging.money import repeated
from alerts.models import Alert
from metrics.catalogue import SEVERITY_WORDS
from reports.boards.missing import missing_note
from reports.boards.naming import place, short_name
from reports.boards.telling import silenced_note
from reports.boards.waiting import item
from reports.carried import carried, link
from reports.figures import Action, AlertDetail, AlertItem, AlertsBoard, Choice, Menu, Pager
from units.models import Unit
from units.scope import Scope

PAGE = 50
MOST = 100
TABS = {"open": "Open", "snoozed": "Snoozed", "resolved": "Resolved", "mine": "Mine"}
EMPTY = {
    "open": "Nothing waits for anybody: every figure is inside its limits or taken care of.",
    "snoozed": "No alert is snoozed.",
    "resolved": "No alert has been resolved yet.",
    "mine": "No alert waits for you.",
}
SORTS = {"impact": "Sorted by impact", "newest": "Newest first", "severity": "Gravest first"}
SEVERITIES: dict[str, str] = {word: word.capitalize() for word in dict.fromkeys(SEVERITY_WORDS.values())}
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
    threshold: str = ""
    sort: str = "impact"
    page: int = 1
    carried: tuple[tuple[str, str], ...] = ()

    def query(self, **changes: Any) -> str:
        """The address part of these filters with some changed; the stretch of time looked at elsewhere goes along."""
        names = ("tab", "unit", "owner", "severity", "condition", "handling", "threshold", "sort")
        parts = {name: getattr(self, name) for name in names} | {"page": 1} | changes
        default = {"tab": "open", "sort": "impact", "page": 1}
        kept = {name: value for name, value in parts.items() if value and value != default.get(name)}
        return link("", kept | dict(self.carried))


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
        threshold=asked.get("threshold", ""),
        sort=asked.get("sort") or "impact",
        page=int(page) if page.isdigit() and len(page) < 6 else 0,
        carried=tuple(carried(asked).items()),
    )
    is_known = (
        found.tab in TABS
        and found.sort in SORTS
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
        """The inbox, and the open alert beside it; seven queries, eight where something is silenced."""
        filters, counts = self.filters, self._counts()
        start = PAGE * (filters.page - 1)
        rows = self._of(filters.tab, self._narrowed())
        found = list(rows.in_order(filters.sort).shown_on_pages()[start : start + PAGE + 1])
        parts = repeated(found)
        here = reverse("alerts:list")
        plain = Filters(tab=filters.tab, sort=filters.sort, carried=filters.carried)
        is_narrow = filters.query() != plain.query()
        return AlertsBoard(
            tabs=tuple(
                Choice(label, here + filters.query(tab=tab), tab == filters.tab, counts[tab])
                for tab, label in TABS.items()
            ),
            items=self._folded(found[:PAGE], parts, selected),
            count=counts[filters.tab],
            list_href=here + filters.query(page=filters.page),
            filters=self._chips(),
            menus=self._menus(),
            detail=detail,
            empty="Nothing matches these filters." if is_narrow else EMPTY[filters.tab],
            empty_action=Action("Clear the filters", here + plain.query()) if is_narrow else None,
            pager=Pager(
                newer=here + filters.query(page=filters.page - 1) if filters.page > 1 else "",
                older=here + filters.query(page=filters.page + 1) if len(found) > PAGE else "",
                older_label="Show more",
                newer_label="Back",
            ),
            silenced=silenced_note(self.scope, at=self.at, currency=self.currency),
            missing=missing_note(self.scope),
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
        if filters.threshold:
            alerts = alerts.filter(threshold__code=filters.threshold)
        return alerts

    def _counts(self) -> dict[str, int]:
        """How many alerts each tab holds under these filters; one query."""
        inside = {tab: Count("pk", filter=Q(pk__in=self._of(tab, self._visible()).values("pk"))) for tab in TABS}
        return dict(self._narrowed().aggregate(**inside))

    def _chips(self) -> tuple[Choice, ...]:
        """What is on beside unit and owner: each is a link that takes it off."""
        here, filters = reverse("alerts:list"), self.filters
        words = {"severity": SEVERITIES, "condition": CONDITIONS, "handling": HANDLINGS}
        chips = [
            Choice(labels[value], here + filters.query(**{name: ""}), True)
            for name, labels in words.items()
            if (value := getattr(filters, name))
        ]
        if filters.threshold:
            chips.append(Choice(f"Rule {filters.threshold}", here + filters.query(threshold=""), True))
        return tuple(chips)

    def _menus(self) -> tuple[Menu, ...]:
        """What the list can be narrowed and sorted by."""
        filters = self.filters
        units = {unit.code: place(unit) for unit in self._units()}
        owners = {str(key): name for key, name in self._owners()} | self.narrowed
        return (
            Menu(
                "Filter",
                (
                    *self._choices("severity", SEVERITIES),
                    *self._choices("handling", HANDLINGS),
                    *self._choices("condition", {name: CONDITIONS[name] for name in ("firing", "recovering")}),
                ),
                bool(filters.severity or filters.handling or filters.condition),
                icon="list-filter",
            ),
            Menu("Sort", self._choices("sort", SORTS), icon="arrow-down-wide-narrow"),
            Menu(SORTS[filters.sort], self._choices("sort", SORTS), True),
            Menu(
                short_name(filters.unit) if filters.unit else "All units",
                (*self._choices("unit", {"": "All units"}), *self._choices("unit", units)),
                bool(filters.unit),
            ),
            Menu(
                self.narrowed.get(filters.owner, "Any owner"),
                (*self._choices("owner", {"": "Any owner"}), *self._choices("owner", owners)),
                bool(filters.owner),
            ),
        )

    def _choices(self, name: str, labels: Mapping[str, str]) -> tuple[Choice, ...]:
        """The values of one filter; what is on is a link that takes it off."""
        here, standing = reverse("alerts:list"), getattr(self.filters, name)
        off = "impact" if name == "sort" else ""
        return tuple(
            Choice(label, here + self.filters.query(**{name: off if value == standing else value}), value == standing)
            for value, label in labels.items()
        )

    def _units(self) -> list[Unit]:
        """The units that have alerts under this tab."""
        waiting = self._of(self.filters.tab, self._visible()).values("unit")
        units = Unit.objects.within(self.scope, ability="alerts.read").filter(pk__in=waiting).order_by("left")
        return list(units[:MOST])

    def _owners(self) -> list[tuple[int, str]]:
        """The owners of alerts under this tab, by name."""
        owned = self._of(self.filters.tab, self._visible()).filter(owner__isnull=False)
        return list(owned.values_list("owner", "owner__name").distinct().order_by("owner__name")[:MOST])

    def _folded(self, alerts: Sequence[Alert], parts: Mapping[int, Alert], selected: int) -> tuple[AlertItem, ...]:
        """The alerts in their order; one that only repeats another of the list stands under it."""
        here = {alert.pk for alert in alerts}
        under: dict[int, list[Alert]] = {}
        for alert in alerts:
            if (part := parts.get(alert.pk)) is not None and part.pk in here:
                under.setdefault(part.pk, []).append(alert)
        folded = {alert.pk for whole in under.values() for alert in whole}

        def shown(alert: Alert) -> AlertItem:
            below = tuple(shown(each) for each in under.get(alert.pk, ()))
            return replace(self._item(alert, parts.get(alert.pk), selected), folded=below)

        return tuple(shown(alert) for alert in alerts if alert.pk not in folded)

    def _item(self, alert: Alert, part: Alert | None, selected: int) -> AlertItem:
        shown = item(alert, at=self.at, currency=self.currency, part=part)
        state, label = _state(alert, self.at) or (shown.state, shown.state_label)
        return replace(
            shown,
            title=alert.title,
            href=shown.href + self.filters.query(page=self.filters.page),
            unit=place(alert.unit),
            age=_short(shown.age),
            is_selected=alert.pk == selected,
            state=state,
            state_label=label,
        )


def _short(age: str) -> str:
    """`12 d`, where a narrow column stands for days."""
    return age.replace(" days", " d").replace(" day", " d")


def _state(alert: Alert, at: datetime) -> tuple[str, str] | None:
    """What has become of it, as a word and a label, where that is more than its handling."""
    if alert.condition == Alert.Condition.ENDED:
        return "ended", alert.ended_because.capitalize()
    if alert.handling == Alert.Handling.RESOLVED:
        return "resolved", f"Resolved, {alert.get_outcome_display().lower()}"
    if alert.snoozed_until and alert.snoozed_until > localdate(at):
        close = f"the close of {alert.snoozed_to.code}" if alert.snoozed_to else f"{alert.snoozed_until:%-d %b}"
        return "snoozed", f"Snoozed until {close}"
    if alert.condition == Alert.Condition.RECOVERING:
        return alert.handling, f"{alert.get_handling_display()}, recovering"
    return None
