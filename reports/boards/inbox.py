"""The inbox of alerts: tabs by what becomes of them, chips that narrow, the costliest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from alerts.judging.money import repeated, within
from alerts.models import Alert, Gap
from ledger.company import root_currency
from metrics.catalogue import SEVERITY_WORDS
from people.models import Person
from reports.boards.missing import missing_note
from reports.boards.naming import place, short_name
from reports.boards.rail import how_many
from reports.boards.telling import silenced_note
from reports.boards.waiting import item
from reports.carried import carried, link
from reports.figures import Action, AlertDetail, AlertItem, AlertsBoard, Choice, Menu, Pager
from reports.rows import Rows
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
    person: int

    def board(self, silenced: Sequence[Alert], detail: AlertDetail | None = None, *, selected: int = 0) -> AlertsBoard:
        """The inbox, and the open alert beside it; `silenced` are those that nothing is told of. Two queries."""
        filters, counts = self.filters, self.beside
        start = PAGE * (filters.page - 1)
        rows = self._of(filters.tab, self._narrowed())
        found = list(rows.in_order(filters.sort).shown_on_pages()[start : start + PAGE + 1])
        parts = repeated(found)
        here = reverse("alerts:list")
        plain = Filters(tab=filters.tab, sort=filters.sort, carried=filters.carried)
        is_narrow = filters.query() != plain.query()
        return AlertsBoard(
            tabs=tuple(
                Choice(label, here + filters.query(tab=tab), tab == filters.tab, getattr(counts, tab))
                for tab, label in TABS.items()
            ),
            items=self._folded(found[:PAGE], parts, selected),
            count=getattr(counts, filters.tab),
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
            silenced=silenced_note(silenced, currency=self.currency),
            missing=missing_note([owner for (owner,) in self.beside.gaps], self.scope),
        )

    @property
    def currency(self) -> str:
        """The group's, in which all impacts are."""
        return str(self.beside.currency)

    @cached_property
    def beside(self) -> Any:
        """What stands around the list, in one query: what each tab holds under these filters, the units and owners
        with alerts under this tab, the owners of gaps, the group's currency, and whose alerts are asked for.
        """
        here = self._of(self.filters.tab, self._visible())
        units = Unit.objects.within(self.scope, ability="alerts.read").filter(pk__in=here.values("unit"))
        owned = here.filter(owner__isnull=False).values("owner", "owner__name").distinct()
        asked = self._visible().told().filter(owner=int(self.filters.owner or 0)).values("owner__name")
        return Person.objects.annotate(
            **{tab: how_many(self._of(tab, self._narrowed())) for tab in TABS},
            units=Rows(units.order_by("left")[:MOST], "code", "name"),
            owners=Rows(owned.order_by("owner__name")[:MOST], "owner", "owner__name"),
            gaps=Rows(Gap.objects.within(self.scope).standing(), "owner_id"),
            currency=Coalesce(Subquery(root_currency()[:1]), Value("")),
            owner_name=Subquery(asked[:1]),
        ).get(pk=self.person)

    def _visible(self) -> Any:
        return Alert.objects.within(self.scope)

    def first(self) -> Alert | None:
        """The alert at the top of the list, as its own page reads it. One query."""
        rows = self._of(self.filters.tab, self._narrowed()).in_order(self.filters.sort)
        found: Alert | None = rows.shown_on_pages().select_related("version__threshold__unit").first()
        return found

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
        units = {code: place(Unit(code=code, name=name)) for code, name in self.beside.units}
        owner = {filters.owner: self.beside.owner_name or "Owner"} if filters.owner else {}
        owners = {str(key): name for key, name in self.beside.owners} | owner
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
                owner.get(filters.owner, "Any owner"),
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

    def _folded(self, alerts: Sequence[Alert], parts: Mapping[int, Alert], selected: int) -> tuple[AlertItem, ...]:
        """The alerts in their order; one that only repeats another of the list stands under it."""
        here = {alert.pk for alert in alerts}
        under: dict[int, list[Alert]] = {}
        for alert in alerts:
            if (part := parts.get(alert.pk)) is not None and part.pk in here:
                under.setdefault(part.pk, []).append(alert)
        folded = {alert.pk for whole in under.values() for alert in whole}
        held = within(alerts)

        def shown(alert: Alert) -> AlertItem:
            below = tuple(shown(each) for each in under.get(alert.pk, ()))
            return replace(self._item(alert, parts.get(alert.pk), held.get(alert.pk), selected), folded=below)

        return tuple(shown(alert) for alert in alerts if alert.pk not in folded)

    def _item(self, alert: Alert, part: Alert | None, held: Alert | None, selected: int) -> AlertItem:
        shown = item(alert, at=self.at, currency=self.currency, part=part, held=held)
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
