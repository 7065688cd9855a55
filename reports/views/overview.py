"""The overview: one group, its units, one stretch of time."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.models import Alert
from ledger.company import group_currency
from reports.boards.frame import Statuses, frame
from reports.boards.overview import overview as board
from reports.boards.picture import picture
from reports.selection import NothingYet, home_unit, select
from reports.views.empty import nothing_yet
from units.models import Unit
from units.scope import Scope


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The units right below one unit: the reader's topmost, or the one asked for."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    scope.require("figures.read")
    unit = _unit(scope, request.GET.get("unit"))
    at = timezone.now()
    waiting = list(Alert.objects.within(scope).to_handle(at.date()).select_related("unit", "owner"))
    standing = Statuses((alert.unit_id, alert.severity) for alert in waiting)
    around = frame(request, current="overview", standing=standing)
    if unit is None:
        return nothing_yet(request, around)
    try:
        selection = select(request.GET, scope=scope, unit=unit, basis="qtd")
    except NothingYet:
        return nothing_yet(request, around)
    seen = picture(scope, selection, currency=group_currency(), standing=standing)
    shown = board(
        seen,
        alerts=waiting,
        at=at,
        sort=request.GET.get("sort", ""),
        measure=request.GET.get("measure", ""),
        page=_page(request.GET.get("page", "1")),
    )
    template = "reports/overview_board.html" if request.headers.get("HX-Request") else "reports/overview.html"
    return render(request, template, {"frame": around, "board": shown})


def _unit(scope: Scope, code: str | None) -> Any:
    if not code:
        return home_unit(scope)
    unit = Unit.objects.within(scope).filter(code=code).first()
    if unit is None:
        raise Http404
    return unit


def _page(text: str) -> int:
    return max(int(text), 1) if text.isdigit() and len(text) < 6 else 1
