"""Where a reader may go: the pages of his roles, his units, and what a phone's bottom bar has room for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from reports.boards.naming import number_of
from reports.boards.rail import Place
from reports.carried import link
from reports.figures import NavigationItem, Status, UnitLink
from units.scope import Scope

IN_TABS = ("overview", "alerts")
"""The places that a phone's bottom bar has room for, beside units, search and more."""


@dataclass(frozen=True)
class Ways:
    """The ways open to a reader; `kept` is what each link carries along of the present selection."""

    scope: Scope
    kept: Mapping[str, str]

    def to(self, key: str, label: str, route: str, icon: str, waiting: int = 0, **more: Any) -> NavigationItem:
        """A way to a page, and how much waits for the reader there."""
        return NavigationItem(key, label, self.href(route), icon, waiting, **more)

    def href(self, route: str, *arguments: str) -> str:
        return link(reverse(route, args=arguments), self.kept)

    def pages(self, *, has_units: bool) -> tuple[NavigationItem, ...]:
        """Every page this reader may jump to, the often used first."""
        found = [*self.own(), *self.places(waiting=0)]
        if has_units:
            found.append(self._units())
        if self.scope.may("alerts.read"):
            found.append(self.to("rules", "What alerts were worth", "alerts:rules", "gauge"))
            found.append(self.to("silences", "Silences", "silences", "bell"))
        if self.scope.may("figures.read"):
            found.append(self.to("terms", "Terms and definitions", "terms", "file-text"))
        account = self.to("account", "Account, theme and signing out", "account", "user-round")
        return (*found, *self.control(waiting=0), account)

    def own(self) -> tuple[NavigationItem, ...]:
        """The home that people arrange, for whoever has figures to keep there."""
        return (self.to("own-home", "Home", "own-home", "house"),) if self.scope.may("figures.read") else ()

    def places(self, *, waiting: int) -> tuple[NavigationItem, ...]:
        """What is read every week; `waiting` is of alerts."""
        found = []
        if self.scope.may("figures.read"):
            found.append(self.to("overview", "Overview", "overview", "layout-dashboard"))
        if self.scope.may("alerts.read"):
            live = reverse("waiting")
            found.append(self.to("alerts", "Alerts", "alerts:list", "bell", waiting, is_hot=True, live=live))
        if self.scope.may("figures.read"):
            found.append(self.to("resources", "Resources", "resources", "users"))
            found.append(self.to("scenarios", "Scenarios", "scenarios", "sliders-horizontal"))
        return tuple(found)

    def control(self, *, waiting: int) -> tuple[NavigationItem, ...]:
        """What is only some people's; `waiting` is of approvals. Django's admin takes no part of an address along."""
        may, found = self.scope.may, []
        if may("figures.read"):
            found.append(self.to("completeness", "Completeness", "completeness", "table-2"))
        if may("commentary.read"):
            found.append(self.to("commentary", "Commentary", "commentary", "message-square"))
        if may("plans.make"):
            found.append(self.to("planning", "Planning", "planning", "sliders-horizontal"))
        if may("figures.import") or may("imports.read"):
            found.append(self.to("imports", "Imports", "imports", "upload"))
        if may("recompute.run"):
            found.append(self.to("runs", "Recomputes", "runs", "rotate-ccw"))
        if may("thresholds.read"):
            found.append(self.to("thresholds", "Thresholds", "thresholds", "gauge"))
        if may("thresholds.set") or may("thresholds.approve"):
            found.append(self.to("proposals", "Approvals", "proposals:list", "circle-check", waiting, is_hot=True))
        if may("telling.manage"):
            found.append(NavigationItem("channels", "Channels", reverse("admin:alerts_channel_changelist"), "bell"))
        if may("record.read"):
            found.append(self.to("record", "Audit trail", "record", "scroll-text"))
        if may("admin.enter"):
            found.append(NavigationItem("admin", "Administration", reverse("admin:index"), "key-round"))
        return tuple(found)

    def tabs(self, places: tuple[NavigationItem, ...], search: str, *, has_units: bool) -> tuple[NavigationItem, ...]:
        """A phone's bottom bar."""
        first = tuple(each for each in places if each.key in IN_TABS)
        units = (self._units(),) if has_units else ()
        found = NavigationItem("search", "Search", search, "search")
        return (*first, *units, found, self.to("account", "More", "account", "menu"))

    def unit(self, place: Place, status: Status) -> UnitLink:
        short, href = number_of(place.code), self.href("unit", place.code)
        return UnitLink(code=place.code, short=short, name=place.name, href=href, status=status)

    def tree(self, place: Place) -> NavigationItem:
        """The node from which the reader looks down another tree."""
        return NavigationItem(place.code, place.name, self.href("unit", place.code), "layers")

    def more_units(self, left: int) -> NavigationItem | None:
        """The way to those the rail has no room for; None where it lists all."""
        return self._units(f"{left} more units") if left > 0 else None

    def _units(self, label: str = "Units") -> NavigationItem:
        return self.to("units", label, "units", "building-2")
