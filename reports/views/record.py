"""The record: who did what, when, why, and whether it is whole."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from alerts.models import Threshold
from audit.models import Record
from audit.querysets import RecordQuerySet
from jobs.actions import enqueue
from jobs.models import Job
from reports.boards.frame import frame
from reports.boards.record import record_board
from reports.boards.work import newest_job, progress_of
from reports.carried import carried, link
from reports.figures import Pager, Progress
from reports.forms import RecordFilter
from reports.querysets import RECORD, record_within
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
    found = _narrowed(record_within(scope), form)
    rows = list(_from(found, request.GET.get("before", "")).newest_first()[: PAGE + 1])
    board = record_board(
        rows[:PAGE],
        units=units.filter(pk__in={row.unit_id for row in rows}),
        thresholds=_threshold_codes(rows, scope),
        at=at,
        count=_count(found),
        is_whole=scope.may_everywhere(RECORD),
        form=form,
        clear_href=link(reverse("record"), kept) if kept.keys() < request.GET.keys() else "",
        may_verify=scope.may_everywhere("record.verify") and progress is None,
        progress=progress,
        pager=_pager(request, rows),
    )
    return render(request, "reports/record.html", {"frame": frame(request, current="record"), "board": board})


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


def _from(found: RecordQuerySet, before: str) -> RecordQuerySet:
    """The deeds before one of those found, by its number."""
    if not before:
        return found
    last: Record | None = found.filter(pk=before).first() if before.isdigit() and len(before) < 19 else None
    if last is None:
        raise Http404
    return found.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))


def _threshold_codes(rows: list[Record], scope: Scope) -> dict[str, str]:
    """The codes of the thresholds that deeds were done to."""
    wanted = [row.target_id for row in rows if row.target_type == "alerts.threshold" and row.target_id.isdigit()]
    found = Threshold.objects.within(scope, ability=RECORD).filter(pk__in=wanted) if wanted else ()
    return {str(threshold.pk): threshold.code for threshold in found}


def _count(found: RecordQuerySet) -> str:
    count = found.order_by()[: COUNTED + 1].count()
    return f"More than {COUNTED:,} entries" if count > COUNTED else f"{count:,} {'entry' if count == 1 else 'entries'}"


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
