"""Imports: a file is uploaded, checked by the worker, looked at, and imported or left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from ledger.mapping import MappingRefused
from ledger.models import Import
from reports.actions import commit_upload, discard_upload, hand_out_problems, mend_upload, receive_upload
from reports.actions.uploads import NotWaiting
from reports.boards.frame import frame
from reports.boards.imports import import_board, imports_board, upload_board
from reports.figures import Pager, UploadBoard
from reports.forms import DatedForm, ReplacementForm, StructureForm, UploadForm
from reports.mended import NothingSaid, Words, remembered, said_words
from reports.models import Upload
from reports.querysets import imports_within
from reports.views.downloads import as_csv
from units.scope import AbilityMissing, Scope

PAGE = 50
READ_AND_POST = ("GET", "HEAD", "POST")


@require_http_methods(READ_AND_POST)
def imports(request: HttpRequest) -> HttpResponse:
    """The forms and what came in before; a posted file of figures is received."""
    scope = _reader(request)
    if request.method != "POST":
        return _first_page(request, scope)
    scope.require("figures.import")
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _first_page(request, scope, form=form)
    return _received(scope, form)


@require_http_methods(READ_AND_POST)
def structure(request: HttpRequest) -> HttpResponse:
    """The same page, for units, accounts, rates and the calendar."""
    scope = _structurer(request)
    if request.method != "POST":
        return _first_page(request, scope)
    form = StructureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _first_page(request, scope, structure_form=form)
    return _received(scope, form)


@require_http_methods(READ_AND_POST)
def dated(request: HttpRequest) -> HttpResponse:
    """The same page, for one file of places, another tree, ownership or holidays."""
    scope = _structurer(request)
    if request.method != "POST":
        return _first_page(request, scope)
    form = DatedForm(request.POST, request.FILES)
    if not form.is_valid():
        return _first_page(request, scope, dated_form=form)
    return _received(scope, form)


@require_http_methods(READ_AND_POST)
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """One upload: how far it is, its report; posting imports it."""
    scope, found = _own(request, public_id)
    form = ReplacementForm(request.POST if request.method == "POST" else None) if found.replaces else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            reason = form.cleaned_data["reason"] if form else ""
            commit_upload(actor=scope, upload=found, at=timezone.now(), reason=reason)
        except NotWaiting as wrong:
            messages.error(request, str(wrong))
        return redirect("upload", found.public_id)
    if found.import_id:
        landed = reverse("import", args=[found.import_id])
        return HttpResponseClientRefresh() if request.headers.get("HX-Request") else HttpResponseRedirect(landed)
    board = upload_board(
        found,
        scope=scope,
        at=timezone.now(),
        is_readable=found.kind == Upload.Kind.STRUCTURE or found.rights == scope.key,
        again=remembered(scope, found.report or {}) if found.state == Upload.State.REFUSED else {},
        reason=form,
        show=request.GET.get("show", ""),
        first=_place(request.GET.get("from", "")),
    )
    return _shown(request, board)


@require_POST
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    """Leave a file that was checked."""
    scope, found = _own(request, public_id)
    try:
        discard_upload(actor=scope, upload=found, at=timezone.now())
    except NotWaiting as wrong:
        messages.error(request, str(wrong))
    return redirect("imports")


@require_POST
def mend(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say how columns or words of a refused file read, and have it checked again."""
    scope, found = _own(request, public_id)
    try:
        words = _words(request, scope, found.report or {})
        mend_upload(actor=scope, upload=found, words=words, at=timezone.now())
    except (NotWaiting, MappingRefused, NothingSaid) as wrong:
        messages.error(request, str(wrong))
    return redirect("upload", found.public_id)


def _words(request: HttpRequest, scope: Scope, report: Mapping[str, Any]) -> Words:
    """What was said; `again` says all that earlier files were read by. Raises NothingSaid."""
    if "again" not in request.POST:
        return said_words(request.POST, header=report.get("header", ()))
    words = remembered(scope, report)
    if not words:
        raise NothingSaid("None of your earlier files had these words.")
    return words


@require_POST
def problems(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every problem of a report as a file; posted, because a download is recorded."""
    scope, found = _own(request, public_id)
    if found.rights != scope.key:
        raise Http404
    content = hand_out_problems(actor=scope, upload=found, at=timezone.now())
    return as_csv(content, name="problems")


@require_safe
def imported(request: HttpRequest, public_id: str) -> HttpResponse:
    """One import that landed, for whoever may read imports."""
    scope = _reader(request)
    origin = imports_within(scope).filter(public_id=public_id).first()
    if origin is None:
        raise Http404
    return _shown(request, import_board(origin, at=timezone.now()))


def _reader(request: HttpRequest) -> Scope:
    scope = Scope.of_request(request)
    if not scope.may("figures.import"):
        scope.require("imports.read")
    return scope


def _structurer(request: HttpRequest) -> Scope:
    scope = _reader(request)
    if not scope.may_everywhere("structure.import"):
        raise AbilityMissing("The structure is imported for the whole company.", ability="structure.import")
    return scope


def _own(request: HttpRequest, public_id: str) -> tuple[Scope, Upload]:
    """The reader's own upload; others' are not found."""
    scope = Scope.of_request(request)
    scope.require("figures.import")
    found = Upload.objects.of(scope).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return scope, found


def _received(scope: Scope, form: UploadForm | StructureForm | DatedForm) -> HttpResponse:
    kept = receive_upload(actor=scope, parcel=form.parcel(), at=timezone.now())
    return redirect("upload", kept.public_id)


def _first_page(
    request: HttpRequest,
    scope: Scope,
    *,
    form: UploadForm | None = None,
    structure_form: StructureForm | None = None,
    dated_form: DatedForm | None = None,
) -> HttpResponse:
    found = imports_within(scope).order_by("-pk")
    before = request.GET.get("before", "")
    if before:
        place = imports_within(scope).filter(public_id=before).values_list("pk", flat=True).first()
        if place is None:
            raise Http404
        found = found.filter(pk__lt=place)
    rows: list[Import] = list(found[: PAGE + 1])
    here, may_structure = reverse("imports"), scope.may_everywhere("structure.import")
    board = imports_board(
        rows[:PAGE],
        [] if before else _uploads(scope),
        at=timezone.now(),
        form=(form or UploadForm()) if scope.may("figures.import") else None,
        structure=(structure_form or StructureForm(auto_id="id_structure_%s")) if may_structure else None,
        dated=(dated_form or DatedForm(auto_id="id_dated_%s")) if may_structure else None,
        pager=Pager(
            newer=here if before else "", older=f"{here}?before={rows[PAGE - 1].public_id}" if len(rows) > PAGE else ""
        ),
    )
    return render(request, "reports/upload.html", {"frame": frame(request, current="imports"), "board": board})


def _uploads(scope: Scope) -> list[Upload]:
    """The newest of the reader's own uploads that have no page as an import."""
    return list(Upload.objects.of(scope).filter(import_id="").defer("report").newest_first()[:20])


def _shown(request: HttpRequest, board: UploadBoard) -> HttpResponse:
    """The page; a page that asks how far it is gets that part, and itself anew once there is more to say."""
    if request.headers.get("HX-Request"):
        if board.progress is None or board.progress.is_done:
            return HttpResponseClientRefresh()
        return render(request, "components/progress.html", {"progress": board.progress})
    context: dict[str, Any] = {"frame": frame(request, current="imports"), "board": board}
    return render(request, "reports/upload.html", context)


def _place(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 8 else 0
