"""Any figure explained: as a page, and as the content of the drawer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from metrics.formula import BASES
from metrics.rates import CONSTANT, CONSTANT_OF
from metrics.shelf import context_of
from reports.attribution import Question, want
from reports.boards.contributors import baselines_of, of_figure
from reports.boards.explained import Asked, explained
from reports.boards.frame import frame
from reports.boards.naming import explain_href, full_name
from reports.boards.picker import as_of
from reports.explanation import Explanation, Figures, MetricUnknown, beside
from reports.figures import Contributors, Crumb
from reports.footing import footing
from reports.provenance import Input
from reports.selection import NothingYet, NotKnownThen, Selection, select
from reports.views.empty import not_known_then
from units.models import Unit
from units.scope import Scope


@require_safe
def explain(request: HttpRequest, code: str, metric: str) -> HttpResponse:
    """Formula, inputs, files and rows, and earlier values of one number of one unit."""
    scope = Scope.of_request(request)
    on = footing(Unit.objects.within(scope).filter(code=code), request.GET, **beside(scope))
    if on is None:
        raise Http404
    unit, at = on.unit, timezone.now()
    try:
        selection = select(request.GET, scope=scope, unit=unit, basis="month", today=localdate(at), on=on)
        explanation = Explanation(scope, selection.mark, selection.calendars, is_now=selection.is_now, on=on)
        figures = explanation.figure(unit.pk, selection.period.ordinal, is_own=selection.is_own)
        asked = _asked(request.GET.get("version") or "", metric, figures, selection, currency=on.currency, at=at)
    except NotKnownThen as missing:
        return not_known_then(request, frame(request, current="units", unit=unit.code), missing)
    except (NothingYet, MetricUnknown) as error:
        raise Http404 from error
    question = _question(asked, selection, by=request.GET.get("by", ""))
    if question is not None:
        want(explanation, question)
    board = explained(figures, asked)
    if question is not None:
        board = replace(board, contributors=_gap(explanation, asked, question, selection))
    if request.headers.get("HX-Target") == "drawer":
        return render(request, "reports/explanation_drawer.html", {"board": board})
    around = frame(request, current="units", unit=unit.code)
    context = {"frame": around, "board": board, "as_of": as_of(selection)}
    return render(request, "reports/explanation.html", context)


def _asked(version: str, metric: str, figures: Figures, selection: Selection, *, currency: str, at: datetime) -> Asked:
    """What is to be explained; another version than the one picked is named. Raises MetricUnknown."""
    unit, whole = selection.unit, ", whole periods" if selection.like else ""
    title = f"{figures.label(metric)}, {full_name(unit)}, {selection.label}{whole}"
    if version and selection.rates:
        raise Http404
    read = version or selection.version
    return Asked(
        code=metric,
        context=context_of(selection.basis, read),
        title=title if read == selection.version else f"{title}, {read}",
        currency=currency,
        href=lambda found: _href(found, figures, selection),
        here=explain_href(unit.code, metric, selection.query(version=version or None)),
        at=at,
        against=selection.against,
        crumbs=(Crumb(full_name(unit), reverse("unit", args=[unit.code]) + selection.query()),),
    )


def _question(asked: Asked, selection: Selection, *, by: str) -> Question | None:
    """Which gap the figure has to what was picked to compare with; None where there is nothing to compare."""
    if asked.context.version != CONSTANT_OF or not selection.may_compare:
        return None
    unit, ordinal = selection.unit, selection.period.ordinal
    return Question(asked.code, unit.pk, ordinal, selection.basis, baseline=selection.baseline, by=by)


def _gap(explanation: Explanation, asked: Asked, question: Question, selection: Selection) -> Contributors | None:
    """What accounts for the gap."""
    choices = baselines_of(selection, lambda query: explain_href(selection.unit.code, asked.code, query))
    return of_figure(explanation, question, currency=asked.currency, here=asked.here, baselines=choices)


def _href(found: Input, figures: Figures, selection: Selection) -> str:
    """Where an input explains itself; empty where it stands on no sheet (three months, a year, a month unused)."""
    period = figures.evidence.calendar.at(found.ordinal).code
    if found.basis not in BASES or period not in {each.code for each in selection.periods}:
        return ""
    plain, _, manner = found.version.partition("@")
    if manner and manner not in CONSTANT:  # last year at this year's budget rates
        return ""
    version = None if plain == "actual" else found.version
    basis = figures.evidence.kept_as(found.basis)
    query = selection.query(period=period, basis=basis, version=version, rates=manner or None)
    return explain_href(figures.evidence.company.units[found.unit].code, found.code, query)
