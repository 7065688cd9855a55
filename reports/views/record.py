"""The record: who did what, when, why, and whether it is whole."""

from __future__ import annotations

from django.db.models import Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from audit.models import Record
from audit.querysets import RecordQuerySet
from jobs.actions import enqueue
from jobs.models import Job
from reports.actions import hand_out_record
from reports.boards.frame import frame
from reports.boards.record import record_board
from reports.boards.work import newest_job, progress_of
from reports.carried import carried, link
from reports.figures import Pager, Progress
from reports.forms import RecordFilter
from reports.querysets import RECORD, record_within
from reports.views.downloads import as_csv
from units.models import Unit
from units.scope import AbilityMissing, Scope

PAGE = 50
COUNTED = 10_000
"""Deeds that are counted one by one; beyond that the count says so."""

VERIFY = "reports.record.verify"


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """One page of the deeds that the filters leave, newest first."""
    scope = Scope.of_request(request)
    scope.require(RECORD)
    at = timezone.now()
    progress = _verifying()
    if request.headers.get("HX-Request"):
        if progress is None:
            return HttpResponseClientRefresh()
        return render(request, "components/progress.html", {"progress": progress})
    units = Unit.objects.within(scope, ability=RECORD).order_by("left")
    form, kept = RecordFilter(request.GET or None, units=units), carried(request.GET)
    is_whole = scope.may_everywhere(RECORD)
    found = _narrowed(record_within(scope, is_whole=is_whole), form)
    rows = _from(found, request.GET.get("before", ""))
    board = record_board(
        rows[:PAGE],
        scope=scope,
        at=at,
        count=_count(found),
        is_whole=is_whole,
        form=form,
        clear_href=link(reverse("record"), kept) if kept.keys() < request.GET.keys() else "",
        export_href=_exported(request),
        may_verify=progress is None and _may_verify(scope, is_whole=is_whole),
        progress=progress,
        pager=_pager(request, rows),
    )
    return render(request, "reports/record.html", {"frame": frame(request, current="record"), "board": board})


@require_POST
def record_export(request: HttpRequest) -> HttpResponse:
    """The deeds that the filters of the address leave, as a file; posted, because a download is recorded."""
    scope = Scope.of_request(request)
    scope.require(RECORD)
    form = RecordFilter(request.GET or None, units=Unit.objects.within(scope, ability=RECORD).order_by("left"))
    deeds = _narrowed(record_within(scope, is_whole=scope.may_everywhere(RECORD)), form)
    content = hand_out_record(actor=scope, deeds=deeds, filters=request.GET.urlencode()[:500], at=timezone.now())
    return as_csv(content, name="record")


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Ask the worker to seal and read the whole record; what it finds is recorded as this person's deed."""
    scope = Scope.of_request(request)
    scope.require("record.verify")
    if not scope.may_everywhere("record.verify"):
        raise AbilityMissing("The record is verified as a whole.", ability="record.verify")
    enqueue(kind=VERIFY, key="record", at=timezone.now(), actor=scope.actor)
    return redirect("record")


def _verifying() -> Progress | None:
    """How far a verification under way is; None where there is none."""
    job = newest_job(VERIFY)
    if job is None or job.state not in (Job.State.WAITING, Job.State.RUNNING):
        return None
    return progress_of(job, label="Reading the whole record", href=reverse("record"), at=timezone.now())


def _narrowed(found: RecordQuerySet, form: RecordFilter) -> RecordQuerySet:
    """What the filters leave; a filter that names nothing leaves nothing."""
    if not form.is_bound:
        return found
    if not form.is_valid():
        return found.none()
    asked = form.cleaned_data
    actors = form.actors()
    if actors is not None:
        found = found.filter(actor__in=actors)
    if asked["verb"]:
        found = found.of_verb(asked["verb"])
    if asked["target"]:
        kind, _, target = asked["target"].strip().partition(":")
        found = found.about(kind, target or None)
    if asked["unit"]:
        found = found.in_units([asked["unit"].pk])
    if asked["act"]:
        found = found.of_act(asked["act"])
    return found.between(*form.span())


def _may_verify(scope: Scope, *, is_whole: bool) -> bool:
    """Whether the reader may have the whole record verified; asked anew only where he reads it elsewhere."""
    if scope.spans.get("record.verify") == scope.spans.get(RECORD):
        return is_whole
    return scope.may_everywhere("record.verify")


def _from(found: RecordQuerySet, before: str) -> list[Record]:
    """One page of deeds and one more: the newest, or those before one that is named by its number."""
    if not before:
        return list(found.newest_first()[: PAGE + 1])
    if not (before.isdigit() and len(before) < 19):
        raise Http404
    last = found.filter(pk=before)
    at = Subquery(last.order_by().values("at")[:1])
    rows = list(found.filter(Q(at__lt=at) | Q(at=at, pk__lt=before)).newest_first()[: PAGE + 1])
    if not rows and not last.exists():
        raise Http404
    return rows


def _count(found: RecordQuerySet) -> str:
    count = found.order_by()[: COUNTED + 1].count()
    return f"More than {COUNTED:,} entries" if count > COUNTED else f"{count:,} {'entry' if count == 1 else 'entries'}"


def _exported(request: HttpRequest) -> str:
    """Where the same deeds come as a file, whatever page of them is shown."""
    query = request.GET.copy()
    query.pop("before", None)
    return f"{reverse('record-export')}?{query.urlencode()}" if query else reverse("record-export")


def _pager(request: HttpRequest, rows: list[Record]) -> Pager:
    query = request.GET.copy()
    query.pop("before", None)
    here = reverse("record")
    newest = f"{here}?{query.urlencode()}" if query else here
    older = ""
    if len(rows) > PAGE:
        query["before"] = str(rows[PAGE - 1].pk)
        older = f"{here}?{query.urlencode()}"
    return Pager(
        newer=newest if request.GET.get("before") else "", older=older, older_label=f"Show {PAGE} earlier entries"
    )
