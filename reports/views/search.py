"""Search or jump: the answers for the dialog over every page, and a page of its own without script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.models import Record
from reports.boards.frame import frame
from reports.boards.search import search_board
from reports.recalled import NEWEST, recall
from units.scope import Scope

LONGEST = 200
"""Letters of the address one came from; ours are shorter."""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What `q` finds of what the reader may see; the same words for nothing there and nothing of his."""
    setattr(request, NEWEST, Record.objects.newest())
    board = search_board(Scope.of_request(request), request.GET, recall(request))
    if request.headers.get("HX-Request"):
        return render(request, "components/found.html", {"board": board, "is_listbox": True})
    here = request.GET.get("from", "")[:LONGEST]
    context = {"frame": frame(request, current="search"), "board": board, "here": here}
    return render(request, "reports/search.html", context)
