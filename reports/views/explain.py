"""Any figure explained: as a page, and as the content of the drawer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from metrics.formula import BASES
from metrics.rates import CONSTANT, CONSTANT_OF
from metrics.shelf import context_of
from reports.actions.files import hand_out
from reports.attribution import Question, want
from reports.boards.contributors import baselines_of, of_figure
from reports.boards.explained import Asked, explained
from reports.boards.frame import frame
from reports.boards.naming import explain_href, full_name
from reports.boards.picker import as_of
from reports.boards.problems import said_here, said_of, with_problems
from reports.boards.rows_file import TooManyRows, rows_file
from reports.explanation import Explanation, Figures, MetricUnknown, beside
from reports.figures import Contributors, Crumb
from reports.footing import footing
from reports.provenance import Input
from reports.selection import NothingYet, NotKnownThen, Selection, select
from reports.views.downloads import as_csv
from reports.views.empty import not_known_then
from units.models import Unit
from units.scope import Scope


@require_safe
def explain(request: HttpRequest, code: str, metric: str) -> HttpResponse:
    """Formula, inputs, files and rows, and earlier values of one number of one unit."""
    try:
        opened = open_figure(Scope.of_request(request), code, metric, request.GET)
    except NotKnownThen as missing:
        return not_known_then(request, frame(request, current="units", unit=code), missing)
    question = _question(opened.asked, opened.selection, by=request.GET.get("by", ""))
    if question is not None:
        want(opened.explanation, question)
    board = explained(opened.figures, opened.asked)
    if question is not None:
        board = replace(board, contributors=_gap(opened.explanation, opened.asked, question, opened.selection))
    board = with_problems(board, opened.explanation.scope, opened.selection, opened.asked, said=opened.said)
    if request.headers.get("HX-Target") == "drawer":
        return render(request, "reports/explanation_drawer.html", {"board": board})
    around = frame(request, current="units", unit=code)
    context = {"frame": around, "board": board, "as_of": as_of(opened.selection)}
    return render(request, "reports/explanation.html", context)


@require_POST
def explain_rows(request: HttpRequest, code: str, metric: str) -> HttpResponse:
    """The imported rows behind the number as a file; posted, because a download is recorded."""
    try:
        opened = open_figure(Scope.of_request(request), code, metric, request.GET)
    except NotKnownThen as missing:
        raise Http404 from missing
    scope, selection, asked = opened.explanation.scope, opened.selection, opened.asked
    scope.require("figures.read", selection.unit)
    try:
        content = rows_file(opened.figures, asked.code, asked.context)
    except TooManyRows as too_many:
        messages.error(request, str(too_many))
        return redirect(asked.here)
    told = {**selection.parts(), "figure": asked.code, "version": asked.context.version}
    content = hand_out(actor=scope, what="rows", unit=selection.unit, content=content, asked=told, at=asked.at)
    return as_csv(content, name="rows")


@dataclass(frozen=True)
class Opened:
    """A figure that was found: what the address picks, what explains it, and the kinds of what was said of it."""

    selection: Selection
    explanation: Explanation
    figures: Figures
    asked: Asked
    said: Sequence[str] = ()


def open_figure(scope: Scope, code: str, metric: str, picked: Mapping[str, Any]) -> Opened:
    """The figure that an address names. Raises Http404, and NotKnownThen for a day before there was anything."""
    on = footing(Unit.objects.within(scope).filter(code=code), picked, **beside(scope), said=said_of(scope, metric))
    if on is None:
        raise Http404
    unit, at = on.unit, timezone.now()
    try:
        selection = select(picked, scope=scope, unit=unit, basis="month", today=localdate(at), on=on)
        explanation = Explanation(scope, selection.mark, selection.calendars, is_now=selection.is_now, on=on)
        figures = explanation.figure(unit.pk, selection.period.ordinal, is_own=selection.is_own)
        version = picked.get("version") or ""
        asked = _asked(version, metric, figures, selection, currency=on.currency, at=at)
        if scope.may("imports.read"):
            asked = replace(asked, import_href=lambda public_id: reverse("import", args=[public_id]))
    except (NothingYet, MetricUnknown) as error:
        raise Http404 from error
    return Opened(selection, explanation, figures, asked, said_here(on.beside["said"] or (), selection))


def _asked(version: str, metric: str, figures: Figures, selection: Selection, *, currency: str, at: datetime) -> Asked:
    """What is to be explained; another version than the one picked is named. Raises MetricUnknown."""
    unit, whole = selection.unit, ", whole periods" if selection.like else ""
    title = f"{figures.label(metric)}, {full_name(unit)}, {selection.label}{whole}"
    if version and selection.rates:
        raise Http404
    read, query = version or selection.version, selection.query(version=version or None)
    return Asked(
        code=metric,
        context=context_of(selection.basis, read),
        title=title if read == selection.version else f"{title}, {read}",
        currency=currency,
        href=lambda found: _href(found, figures, selection),
        here=explain_href(unit.code, metric, query),
        rows=reverse("explain-rows", args=[unit.code, metric]) + query,
        problems=reverse("explain-problems", args=[unit.code, metric]) + query,
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
