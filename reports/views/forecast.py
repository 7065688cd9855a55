"""A forecast explained: as a page, and as the content of the drawer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from metrics.statement import FORECAST_METRICS
from reports.boards.foreseen import foreseen
from reports.boards.frame import frame
from reports.boards.naming import full_name
from reports.boards.picker import as_of
from reports.explanation import Explanation
from reports.figures import Crumb
from reports.footing import footing
from reports.foresight import Foresight
from reports.selection import NothingYet, NotKnownThen, select
from reports.views.empty import not_known_then
from units.models import Unit
from units.scope import Scope


@require_safe
def forecast(request: HttpRequest, code: str, metric: str) -> HttpResponse:
    """How a forecast was made, from what, how wrong that was before, and the parts it is the sum of."""
    scope = Scope.of_request(request)
    on = footing(Unit.objects.within(scope).filter(code=code), request.GET)
    if on is None or metric not in FORECAST_METRICS:
        raise Http404
    unit, today = on.unit, localdate(timezone.now())
    try:
        selection = select(request.GET, scope=scope, unit=unit, basis="month", today=today, on=on)
    except NotKnownThen as missing:
        return not_known_then(request, frame(request, current="units", unit=unit.code), missing)
    except NothingYet as error:
        raise Http404 from error
    figures = Explanation(scope, selection.mark, selection.calendars, on=on).figure(unit.pk, selection.period.ordinal)
    board = foreseen(
        Foresight(figures.evidence, metric),
        selection,
        currency=on.currency,
        crumbs=(Crumb(full_name(unit), reverse("unit", args=[unit.code]) + selection.query()),),
    )
    if request.headers.get("HX-Target") == "drawer":
        return render(request, "reports/forecast_drawer.html", {"board": board})
    around = frame(request, current="units", unit=unit.code)
    return render(request, "reports/forecast.html", {"frame": around, "board": board, "as_of": as_of(selection)})
