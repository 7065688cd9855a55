"""The overview: one group, its units, one stretch of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from alerts.models import Alert
from ledger.company import with_group_currency
from reports.boards.frame import Statuses, frame
from reports.boards.overview import overview as board
from reports.boards.picture import below, picture
from reports.boards.waiting import summary
from reports.carried import carried, link
from reports.kept import Parts, kept
from reports.selection import NothingYet, NotKnownThen, home_unit, select
from reports.views.empty import not_known_then, nothing_yet
from units.models import Unit
from units.scope import Scope


@dataclass(frozen=True)
class Options:
    """How the board is laid out: the column its units are sorted by, what the small charts show, the page of units."""

    sort: str
    measure: str
    page: int


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The units right below one unit: the reader's topmost, or the one asked for."""
    scope = Scope.of_request(request)
    scope.require("figures.read")
    unit = _unit(scope, request.GET.get("unit"))
    at = timezone.now()
    today = localdate(at)
    unresolved = list(Alert.objects.within(scope).unresolved().select_related("unit", "owner", "version"))
    standing = Statuses(((each.unit_id, each.severity, each.snoozed_until) for each in unresolved), today=today)
    waiting = [each for each in unresolved if not each.is_snoozed(today)]
    around = frame(request, current="overview", standing=standing)
    if unit is None:
        return nothing_yet(request, around)
    try:
        selection = select(request.GET, scope=scope, unit=unit, basis="qtd", today=today)
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    children = below(scope, selection)
    if not children:  # a unit that stands for itself has its whole story on its own page
        return redirect(link(reverse("unit", args=[unit.code]), carried(request.GET)))
    currency = unit.group_currency
    told = summary(waiting, at=at, currency=currency)
    options = Options(request.GET.get("sort", ""), request.GET.get("measure", ""), _page(request.GET.get("page", "1")))

    def make() -> Parts:
        seen = picture(scope, selection, children=children, currency=currency, standing=standing)
        shown = {"board": board(seen, alerts=told, sort=options.sort, measure=options.measure, page=options.page)}
        return {part: render_to_string(f"reports/overview_{part}.html", shown) for part in ("top", "board")}

    parts = kept((scope.key, selection.facts, currency, told, standing, options, children), make)
    if request.headers.get("HX-Request"):
        return HttpResponse(parts["board"])
    return render(request, "reports/overview.html", {"frame": around, "label": selection.label, "parts": parts})


def _unit(scope: Scope, code: str | None) -> Any:
    units = with_group_currency(Unit.objects.within(scope))
    if not code:
        return home_unit(units)
    unit = units.filter(code=code).first()
    if unit is None:
        raise Http404
    return unit


def _page(text: str) -> int:
    return max(int(text), 1) if text.isdigit() and len(text) < 6 else 1
