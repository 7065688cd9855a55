"""The page without figures: what is missing, and the way to the first ones."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from reports.boards import refusals
from reports.figures import Action, EmptyBoard, Frame, SetupStep
from reports.selection import NotKnownThen
from units.models import Unit
from units.scope import Scope


def not_known_then(request: HttpRequest, around: Frame, missing: NotKnownThen) -> HttpResponse:
    """What was asked for was not known on that day: the newest period that was, and the figures of today.

    The drawer holds no page; there it is not found.
    """
    if request.headers.get("HX-Target") == "drawer":
        raise Http404 from missing
    board = refusals.not_known_then(missing, request.GET)
    return render(request, "reports/told.html", {"frame": around, "board": board})


def nothing_yet(request: HttpRequest, around: Frame) -> HttpResponse:
    """The three steps to the first overview; who may import is led there, others are told whom to ask."""
    scope = Scope.of_request(request)
    may_import = scope.may("figures.import")
    has_units = Unit.objects.within(scope).exists()
    imports = reverse("imports")
    board = EmptyBoard(
        title="Overview",
        heading="No figures yet",
        text="Three steps lead to the first overview. Most teams finish in under an hour."
        if may_import
        else "Finance has not imported a month for your units yet. Ask your finance administrator.",
        steps=(
            SetupStep(
                "Name the units and accounts",
                "Two CSV files: the tree of units, the chart of accounts.",
                state="done" if has_units else "now",
                actions=() if has_units else (Action("Import the structure", imports, "upload", is_primary=True),),
            ),
            SetupStep(
                "Import a month of actuals",
                "CSV or XLSX from the ledger, checked row by row.",
                state="now" if has_units else "todo",
                actions=(Action("Import actuals", imports, "upload", is_primary=True),) if has_units else (),
            ),
            SetupStep("Import the budget", "Variances, status and alerts start with it."),
        )
        if may_import
        else (),
    )
    return render(request, "reports/empty.html", {"frame": around, "board": board})
