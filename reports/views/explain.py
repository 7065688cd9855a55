"""Any figure explained: as a page, and as the content of the drawer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ledger.company import group_currency
from metrics.formula import BASES, Context
from reports.boards.explained import Asked, explained
from reports.boards.frame import frame
from reports.boards.naming import explain_href, short_name
from reports.explanation import Explanation, Figures, MetricUnknown
from reports.figures import Crumb
from reports.provenance import Input
from reports.selection import NothingYet, Selection, select
from units.models import Unit
from units.scope import Scope


@require_safe
def explain(request: HttpRequest, code: str, metric: str) -> HttpResponse:
    """Formula, inputs, files and rows, and earlier values of one number of one unit."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    unit = Unit.objects.within(scope).filter(code=code).first()
    if unit is None:
        raise Http404
    try:
        selection = select(request.GET, scope=scope, unit=unit, basis="month")
        figures = Explanation(scope, selection.mark).figure(unit.pk, selection.period.ordinal)
        title = f"{figures.label(metric)}, {short_name(unit.code)}, {selection.label}"
    except (NothingYet, MetricUnknown) as error:
        raise Http404 from error
    version = request.GET.get("version") or "actual"
    board = explained(
        figures,
        Asked(
            code=metric,
            context=Context(version, selection.basis),
            title=title if version == "actual" else f"{title}, {version}",
            currency=group_currency(),
            href=lambda found: _href(found, figures, selection),
            here=explain_href(unit.code, metric, selection.query(version=None if version == "actual" else version)),
            at=timezone.now(),
            crumbs=(Crumb(short_name(unit.code), reverse("unit", args=[unit.code]) + selection.query()),),
        ),
    )
    if request.headers.get("HX-Target") == "drawer":
        return render(request, "reports/explanation_drawer.html", {"board": board})
    around = frame(request, current="units", unit=unit.code)
    return render(request, "reports/explanation.html", {"frame": around, "board": board})


def _href(found: Input, figures: Figures, selection: Selection) -> str:
    """Where an input explains itself; empty where it stands on no sheet (three months, a year, a month unused)."""
    period = figures.evidence.calendar.at(found.ordinal).code
    if found.basis not in BASES or period not in {each.code for each in selection.periods}:
        return ""
    version = None if found.version == "actual" else found.version
    query = selection.query(period=period, basis=found.basis, version=version)
    return explain_href(figures.evidence.company.units[found.unit].code, found.code, query)
