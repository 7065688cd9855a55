"""What words of finance mean: a definition where the word stands, and all of them on a page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from metrics.definitions import definitions
from reports.boards.frame import frame
from reports.boards.terms import term_of, terms_board
from units.scope import Scope


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Every definition in force."""
    Scope.of_request(request).require("figures.read")
    context = {"frame": frame(request, current="terms"), "board": terms_board(definitions())}
    return render(request, "reports/terms.html", context)


@require_safe
def term(request: HttpRequest, metric: str) -> HttpResponse:
    """One definition, alone where it is asked for as a part of another page."""
    Scope.of_request(request).require("figures.read")
    known = definitions()
    if metric not in known:
        raise Http404
    found = term_of(known[metric], known)
    if request.headers.get("HX-Request"):
        return render(request, "components/term.html", {"term": found})
    return render(request, "reports/term.html", {"frame": frame(request, current="terms"), "term": found})
