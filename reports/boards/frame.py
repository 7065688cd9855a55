"""The frame around every page: who reads, where to go, which units are off plan.

Its links carry the stretch of time, the comparator and the as-of that the page was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from alerts.models import Alert
from reports.boards.naming import number_of
from reports.boards.proposals import waiting_for
from reports.boards.rail import Rail
from reports.carried import carried, link
from reports.figures import Frame, NavigationItem, Status, UnitLink
from units.roles import LABELS
from units.scope import Scope

OFF_PLAN = frozenset({"emergency", "critical"})
IN_TABS = ("overview", "alerts")
"""The places that a phone's bottom bar has room for, beside units, search and more."""


def frame(
    request: HttpRequest,
    *,
    current: str = "",
    unit: str = "",
    standing: Statuses | None = None,
    is_lost: bool = False,
) -> Frame:
    """What `base.html` prints around a page; two queries, one where the page knows the statuses already.

    Where nothing was found (`is_lost`) the links lead to the newest figures: what was asked for may be why.
    """
    kept, here = ({}, "") if is_lost else (carried(request.GET), request.path)
    search = link(reverse("search"), {**kept, "from": here} if here else kept)
    scope = Scope.of_request(request)
    person: Any = request.user
    standing = standing or statuses(scope, today=timezone.localdate())
    places = _places(scope, kept, waiting=sum(standing.counts.values()))
    rail = Rail.of(scope, waiting_for(scope, at=timezone.now()))
    return Frame(
        workspace=rail.top.name if rail.top else "Plumbline",
        person=person.name,
        role=", ".join(LABELS[role] for role in scope.roles) or "No role yet",
        initials=person.initials,
        theme=person.theme,
        current=current,
        current_unit=unit,
        home=link(reverse("home"), kept),
        search=search,
        account=link(reverse("account"), kept),
        kept=tuple(kept.items()),
        here=here,
        navigation=(*_own(scope, kept), *places),
        control=_control(scope, kept, waiting=rail.waiting),
        units=tuple(
            UnitLink(
                code=each.code,
                short=number_of(each.code),
                name=each.name,
                href=link(reverse("unit", args=[each.code]), kept),
                status=standing.of(each.pk),
            )
            for each in rail.units
        ),
        trees=tuple(
            NavigationItem(each.code, each.name, link(reverse("unit", args=[each.code]), kept), "layers")
            for each in rail.trees
        ),
        units_label="Units" if rail.number > 1 else "My unit",
        more_units=_more(rail.number - len(rail.units), kept),
        tabs=_tabs(places, kept, search, has_units=rail.top is not None),
        alert_count=sum(standing.counts.values()),
    )


class Statuses:
    """Which units are off plan or to watch, by the unresolved alerts on them, and how many of those wait.

    Rows are (unit, severity, day it is snoozed until). Putting an alert off takes it from what waits, and changes
    nothing about the unit.
    """

    def __init__(self, rows: Iterable[tuple[int, str, date | None]], *, today: date) -> None:
        self.counts: dict[int, int] = {}
        self._watch: set[int] = set()
        self._off: set[int] = set()
        for unit, severity, snoozed_until in rows:
            if snoozed_until is None or snoozed_until <= today:
                self.counts[unit] = self.counts.get(unit, 0) + 1
            (self._off if severity in OFF_PLAN else self._watch).add(unit)

    def __repr__(self) -> str:
        counts = sorted(self.counts.items())
        return f"Statuses(counts={counts}, watch={sorted(self._watch)}, off={sorted(self._off)})"

    def of(self, unit: int) -> Status:
        """Off plan or to watch; empty without an alert, which says nothing about the plan."""
        return "h" if unit in self._off else "m" if unit in self._watch else ""


def statuses(scope: Scope, *, today: date) -> Statuses:
    """The standing of the units in scope; one query."""
    unresolved = Alert.objects.within(scope).unresolved()
    return Statuses(unresolved.values_list("unit_id", "severity", "snoozed_until"), today=today)


def pages(scope: Scope, kept: Mapping[str, str], *, has_units: bool) -> tuple[NavigationItem, ...]:
    """Every page this reader may jump to, the often used first."""
    found = [*_own(scope, kept), *_places(scope, kept, waiting=0)]
    if has_units:
        found.append(NavigationItem("units", "Units", link(reverse("units"), kept), "building-2"))
    if scope.may("alerts.read"):
        found.append(NavigationItem("rules", "What alerts were worth", link(reverse("alerts:rules"), kept), "gauge"))
        found.append(NavigationItem("silences", "Silences", link(reverse("silences"), kept), "bell"))
    account = NavigationItem("account", "Account, theme and signing out", link(reverse("account"), kept), "user-round")
    return (*found, *_control(scope, kept, waiting=0), account)


def _own(scope: Scope, kept: Mapping[str, str]) -> tuple[NavigationItem, ...]:
    """The home that people arrange, for whoever has figures to keep there."""
    home = NavigationItem("own-home", "Home", link(reverse("own-home"), kept), "house")
    return (home,) if scope.may("figures.read") else ()


def _places(scope: Scope, kept: Mapping[str, str], *, waiting: int) -> tuple[NavigationItem, ...]:
    places = []
    if scope.may("figures.read"):
        places.append(NavigationItem("overview", "Overview", link(reverse("overview"), kept), "layout-dashboard"))
    if scope.may("alerts.read"):
        alerts = link(reverse("alerts:list"), kept)
        item = NavigationItem("alerts", "Alerts", alerts, "bell", waiting, is_hot=True, live=reverse("waiting"))
        places.append(item)
    if scope.may("figures.read"):
        places.append(NavigationItem("resources", "Resources", link(reverse("resources"), kept), "users"))
        places.append(NavigationItem("scenarios", "Scenarios", link(reverse("scenarios"), kept), "sliders-horizontal"))
    return tuple(places)


def _control(scope: Scope, kept: Mapping[str, str], *, waiting: int) -> tuple[NavigationItem, ...]:
    """What is only some people's; Django's admin takes no part of an address along."""
    places = []
    if scope.may("figures.read"):
        places.append(NavigationItem("completeness", "Completeness", link(reverse("completeness"), kept), "table-2"))
    if scope.may("commentary.read"):
        places.append(NavigationItem("commentary", "Commentary", link(reverse("commentary"), kept), "message-square"))
    if scope.may("plans.make"):
        places.append(NavigationItem("planning", "Planning", link(reverse("planning"), kept), "sliders-horizontal"))
    if scope.may("figures.import") or scope.may("imports.read"):
        places.append(NavigationItem("imports", "Imports", link(reverse("imports"), kept), "upload"))
    if scope.may("recompute.run"):
        places.append(NavigationItem("runs", "Recomputes", link(reverse("runs"), kept), "rotate-ccw"))
    if scope.may("thresholds.read"):
        places.append(NavigationItem("thresholds", "Thresholds", link(reverse("thresholds"), kept), "gauge"))
    if scope.may("thresholds.set") or scope.may("thresholds.approve"):
        approvals = link(reverse("proposals:list"), kept)
        places.append(NavigationItem("proposals", "Approvals", approvals, "circle-check", waiting, is_hot=True))
    if scope.may("telling.manage"):
        places.append(NavigationItem("channels", "Channels", reverse("admin:alerts_channel_changelist"), "bell"))
    if scope.may("record.read"):
        places.append(NavigationItem("record", "Audit trail", link(reverse("record"), kept), "scroll-text"))
    if scope.may("admin.enter"):
        places.append(NavigationItem("admin", "Administration", reverse("admin:index"), "key-round"))
    return tuple(places)


def _more(left: int, kept: Mapping[str, str]) -> NavigationItem | None:
    units = NavigationItem("units", f"{left} more units", link(reverse("units"), kept), "building-2")
    return units if left > 0 else None


def _tabs(
    places: tuple[NavigationItem, ...], kept: Mapping[str, str], search: str, *, has_units: bool
) -> tuple[NavigationItem, ...]:
    units = (NavigationItem("units", "Units", link(reverse("units"), kept), "building-2"),) if has_units else ()
    account = NavigationItem("account", "More", link(reverse("account"), kept), "menu")
    first = tuple(each for each in places if each.key in IN_TABS)
    return (*first, *units, NavigationItem("search", "Search", search, "search"), account)
