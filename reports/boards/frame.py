"""The frame around every page: who reads, where to go, which units are off plan.

Its links carry the stretch of time, the comparator and the as-of that the page was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from alerts.models import Alert
from reports.boards.navigation import Ways
from reports.boards.proposals import waiting_for
from reports.boards.rail import Rail
from reports.carried import carried, link
from reports.figures import Frame, Status
from reports.recalled import recall
from units.roles import LABELS
from units.scope import Scope

OFF_PLAN = frozenset({"emergency", "critical"})


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
    ways = Ways(scope, kept)
    standing = standing or statuses(scope, today=timezone.localdate())
    alert_count = sum(standing.counts.values())
    places = ways.places(waiting=alert_count)
    at = timezone.now()
    rail = recall(request)(("rail", scope.person_id), lambda: Rail.of(scope, waiting_for(scope, at=at)))
    return Frame(
        workspace=rail.top.name if rail.top else "Plumbline",
        person=person.name,
        role=", ".join(LABELS[role] for role in scope.roles) or "No role yet",
        initials=person.initials,
        theme=person.theme,
        current=current,
        current_unit=unit,
        home=ways.href("home"),
        search=search,
        account=ways.href("account"),
        kept=tuple(kept.items()),
        here=here,
        navigation=(*ways.own(), *places),
        control=ways.control(waiting=rail.waiting),
        units=tuple(ways.unit(each, standing.of(each.pk)) for each in rail.units),
        trees=tuple(ways.tree(each) for each in rail.trees),
        units_label="Units" if rail.number > 1 else "My unit",
        more_units=ways.more_units(rail.number - len(rail.units)),
        tabs=ways.tabs(places, search, has_units=rail.top is not None),
        alert_count=alert_count,
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
