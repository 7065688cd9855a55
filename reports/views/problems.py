"""Problems with a figure: one is reported and answered on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reports.actions import commentary as verbs
from reports.boards.frame import frame
from reports.boards.problems import problems_page, read_problems, read_seen
from reports.commentary import rights
from reports.commentary.asking import ProblemForm
from reports.commentary.words import CommentaryRefused, NotAsItStands
from reports.models import Commentary
from reports.selection import NotKnownThen
from reports.views.empty import not_known_then
from reports.views.explain import Opened, open_figure
from units.scope import Scope


@require_http_methods(["GET", "HEAD", "POST"])
def explain_problems(request: HttpRequest, code: str, metric: str) -> HttpResponse:
    """What was reported of the figure that the address names, and the form that reports more; posting does."""
    scope = Scope.of_request(request)
    scope.require(rights.WORK)
    try:
        opened = open_figure(scope, code, metric, request.GET)
    except NotKnownThen as missing:
        return not_known_then(request, frame(request, current="units", unit=code), missing)
    scope.require(rights.WORK, opened.selection.unit)
    return _report(request, opened) if request.method == "POST" else _page(request, opened)


def problems_of(request: HttpRequest, words: Commentary, *, reply: Any, status: int) -> HttpResponse:
    """The same page of a thread, with a reply that was refused."""
    picked = {"period": words.period.code, "basis": words.basis}
    try:
        opened = open_figure(Scope.of_request(request), words.unit.code, words.line, picked)
    except NotKnownThen as missing:
        raise Http404 from missing
    return _page(request, opened, reply=reply, status=status)


def _report(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Report what was typed, bound to the figure as it stands now."""
    form, status = ProblemForm(request.POST), 400
    if form.is_valid():
        _, seen = read_seen(opened.figures, opened.asked, opened.selection)
        try:
            verbs.report_problem(actor=Scope.of_request(request), seen=seen, at=timezone.now(), **form.cleaned_data)
        except CommentaryRefused as refused:
            form.add_error(None, str(refused))
            form.data = {**request.POST.dict(), "shown": seen.shown}  # what stands is on the page now
            status = 409 if isinstance(refused, NotAsItStands) else 400
        else:
            messages.success(request, "The problem is reported.")
            return redirect(f"{opened.asked.problems}#said")
    return _page(request, opened, report=form, status=status)


def _page(
    request: HttpRequest, opened: Opened, *, report: Any = None, reply: Any = None, status: int = 200
) -> HttpResponse:
    """The page, and what stands in the drawer."""
    scope = Scope.of_request(request)
    found = read_problems(
        scope, opened.figures, opened.asked, opened.selection, said=opened.said, report=report, reply=reply
    )
    board = problems_page(found)
    if request.headers.get("HX-Target") == "drawer":
        return render(request, "reports/problems_drawer.html", {"board": board}, status=status)
    around = frame(request, current="units", unit=opened.selection.unit.code)
    return render(request, "reports/problems.html", {"frame": around, "board": board}, status=status)
