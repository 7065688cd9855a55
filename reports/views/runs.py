"""The recomputes: the list with its progress, and starting one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from jobs.models import Job
from metrics.models import Run
from metrics.querysets import computed_mark
from reports.actions import ask_recompute
from reports.actions.keeping import RECOMPUTE
from reports.boards.frame import frame
from reports.boards.runs import runs_board
from reports.boards.work import progress_of
from reports.figures import Pager, Progress
from units.marks import newest_mark
from units.scope import AbilityMissing, Scope

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def runs(request: HttpRequest) -> HttpResponse:
    """What was computed and how far the current run is; posting asks for one."""
    scope = Scope.of_request(request)
    scope.require("recompute.run")
    if not scope.may_everywhere("recompute.run"):
        raise AbilityMissing("A recompute covers the whole company.", ability="recompute.run")
    if request.method == "POST":
        ask_recompute(actor=scope, at=timezone.now(), full=request.POST.get("full") == "1")
        messages.success(request, "The recompute was asked for.")
        return redirect("runs")
    progress = _progress()
    if request.headers.get("HX-Request"):
        if progress is None:
            return HttpResponseClientRefresh()
        return render(request, "components/progress.html", {"progress": progress})
    found = list(_from(request.GET.get("before", ""))[: PAGE + 1])
    here = reverse("runs")
    board = runs_board(
        found[:PAGE],
        is_stale=newest_mark() > computed_mark(),
        at=timezone.now(),
        progress=progress,
        pager=Pager(
            newer=here if request.GET.get("before") else "",
            older=f"{here}?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        ),
    )
    return render(request, "reports/runs.html", {"frame": frame(request, current="runs"), "board": board})


def _progress() -> Progress | None:
    """The recompute that runs or waits; one that runs is told first."""
    unfinished = Job.objects.asked_for(RECOMPUTE).unfinished()
    job = unfinished.running().order_by("pk").first() or unfinished.order_by("pk").first()
    if job is None:
        return None
    return progress_of(job, label="Figures are being computed", href=reverse("runs"), at=timezone.now())


def _from(before: str) -> QuerySet[Run]:
    found = Run.objects.order_by("-pk")
    if not before:
        return found
    if not before.isdigit() or len(before) > 18:
        raise Http404
    return found.filter(pk__lt=before)
