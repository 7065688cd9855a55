"""The pages of imports: bring a file in, read its report, see what came in before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from ledger.models import Import
from reports.boards.actors import actors
from reports.boards.import_problems import problem, problems_shown
from reports.boards.import_words import control_total, counted, problems_file, version_totals, what_changed, word
from reports.boards.mending import columns, mended, offers
from reports.boards.previewing import figures_previewed, structure_previewed
from reports.boards.restructuring import structure_facts
from reports.boards.uploading import working_board
from reports.boards.work import recompute_progress
from reports.figures import CHECK, IMPORT, MAP, ONE_PAGE, UPLOAD, Action, Crumb, Fact, Pager, PastImport, UploadBoard
from reports.formatting import moment
from reports.mended import Words, is_mendable
from reports.models import Upload
from units.marks import newest_mark
from units.scope import Scope

TONES = {"refused": "bad", "previewed": "warn", "discarded": "", "imported": "good", "unchanged": ""}
COUNTS = {"new": "New", "changed": "Changed", "closed": "Closed", "same": "As before"}
ABOVE = "Imports"


def imports_board(
    imports: Sequence[Import],
    uploads: Sequence[Upload],
    *,
    at: datetime,
    form: object | None = None,
    structure: object | None = None,
    dated: object | None = None,
    pager: Pager = ONE_PAGE,
) -> UploadBoard:
    """The first page: the forms for whoever may import, and what came in, newest first."""
    who = actors([*(row.actor for row in imports), *(row.actor for row in uploads)])
    rows = [(row.at, _past_import(row, who[row.actor].name, at)) for row in imports]
    rows += [(row.at, _past_upload(row, who[row.actor].name, at)) for row in uploads]
    return UploadBoard(
        title=ABOVE,
        step=UPLOAD if form else "",
        heading="Bring in a month, a budget or a forecast" if form else "What came in",
        text=(
            "The file is read row by row and nothing is imported before you have seen what it changes."
            if form
            else "Every file that was imported, with its counts and control totals."
        ),
        form=form,
        submit="Check the file" if form else "",
        action_href=reverse("imports"),
        past=tuple(row for _, row in sorted(rows, key=lambda pair: pair[0], reverse=True)),
        structure=structure,
        structure_href=reverse("structure") if structure else "",
        dated=dated,
        dated_href=reverse("structure-dated") if dated else "",
        pager=pager,
    )


def upload_board(
    upload: Upload,
    *,
    scope: Scope,
    at: datetime,
    is_readable: bool,
    again: Words,
    reason: object | None = None,
    show: str = "",
    first: int = 0,
) -> UploadBoard:
    """One upload in its state. `is_readable` says whether the report was made with the rights of the reader, `again`
    how words of a refused file were read before, `reason` is the form that asks why figures are replaced.

    `show` narrows the problems to "errors" or "warnings", `first` is the place of the first one printed.
    """
    here = reverse("upload", args=[upload.public_id])
    common: dict[str, Any] = {
        "title": upload.title,
        "action_href": here,
        "file": upload.title,
        "file_note": _file_note(upload, at),
        "is_structure": upload.kind == Upload.Kind.STRUCTURE,
        "crumbs": (Crumb(ABOVE, reverse("imports")),),
    }
    if upload.is_working:
        return working_board(upload, common, at=at)
    if not is_readable:
        return UploadBoard(
            step=CHECK,
            heading="Your rights changed since this file was checked",
            text="What was found is not shown any more. Upload the file again to check it with your rights of now.",
            actions=(Action("Upload it again", reverse("imports"), "upload"),),
            **common,
        )
    return _checked(upload, common, scope=scope, at=at, again=again, reason=reason, shown=(show, first))


def _checked(
    upload: Upload,
    common: dict[str, Any],
    *,
    scope: Scope,
    at: datetime,
    again: Words,
    reason: object | None,
    shown: tuple[str, int],
) -> UploadBoard:
    """An upload whose report its reader may see, in its state; `shown` are which problems and from which on."""
    report = upload.report or {}
    known = offers(report.get("errors", ()), scope)
    show, first = shown
    problems, filters, pager, more = problems_shown(report, common["action_href"], show=show, first=first, known=known)
    common |= {"problems": problems, "problem_filters": filters, "pager": pager, "more": more}
    common["mended"] = mended(upload.terms.get("mapping") or {})
    match upload.state:
        case Upload.State.REFUSED:
            return _refused(upload, report, {**common, "offers": known, "again": mended(again)})
        case Upload.State.PREVIEWED if upload.kind == Upload.Kind.STRUCTURE:
            return structure_previewed(upload, report, common)
        case Upload.State.PREVIEWED:
            return figures_previewed(upload, report, common, form=reason)
        case Upload.State.DISCARDED:
            return _discarded(common)
        case _:
            return _landed(upload, report, common, at=at)


def import_board(origin: Import, *, at: datetime) -> UploadBoard:
    """One import that landed: counts, totals, what was noted, and whether the figures show it already."""
    here = reverse("import", args=[origin.public_id])
    who = actors([origin.actor])[origin.actor].name
    problems = tuple(problem("medium", each) for each in origin.warnings)
    facts = [Fact("Rows", text=f"{origin.rows:,}", note=f"source {origin.source}")]
    facts += [Fact(label, text=f"{origin.counts.get(name, 0):,}", note="entries") for name, label in COUNTS.items()]
    return UploadBoard(
        title=origin.filename,
        step=IMPORT,
        is_over=True,
        reason=origin.reason,
        heading=what_changed(origin.counts) if origin.status == Import.Status.IMPORTED else UNCHANGED,
        text=f"Imported by {who}. What was there before stays readable as known at the time.",
        file=origin.filename,
        file_note=f"SHA-256 {origin.digest[:12]}…, {_when(origin.at, at)}",
        facts=tuple(facts),
        totals=version_totals(origin.totals),
        problems=problems,
        progress=recompute_progress(origin.mark, href=here, at=at),
        crumbs=(Crumb(ABOVE, reverse("imports")),),
    )


UNCHANGED = "Nothing changed: these figures stood like this already"


def _refused(upload: Upload, report: Mapping[str, Any], common: Mapping[str, Any]) -> UploadBoard:
    errors, was_read = report.get("errors", []), bool(report.get("rows", True))
    rows = {(each["file"], each["sheet"], each["row"]) for each in errors if each["row"]} if was_read else set()
    heading = (
        f"{counted(len(rows), 'row')} {word(len(rows), 'blocks', 'block')} this import"
        if rows
        else "This cannot be imported yet: say what its columns mean"
        if report.get("header")
        else "This cannot be imported"
    )
    others = len(report.get("warnings", []))
    may_mend = is_mendable(report)
    how = "here, or in the file and upload it again" if may_mend else "and upload the file again"
    return UploadBoard(
        step=MAP if report.get("header") else CHECK,
        heading=heading + (f", {others:,} more to note" if rows and others else ""),
        text=("Nothing was imported. " if was_read else "No row of this file was read as figures. ")
        + f"Put right what is listed below {how}.",
        mend_href=reverse("upload-mend", args=[upload.public_id]) if may_mend else "",
        columns=columns(report.get("header", ())),
        facts=_facts(report) if was_read else (),
        actions=(Action("Upload the next file", reverse("imports"), "upload", is_primary=not may_mend),),
        deeds=(problems_file(upload),),
        **common,
    )


def _discarded(common: Mapping[str, Any]) -> UploadBoard:
    return UploadBoard(
        step=UPLOAD,
        heading="This file was left",
        text="Nothing of it was imported. Files nobody decides on are removed after a day.",
        actions=(Action("Upload another file", reverse("imports"), "upload"),),
        **{**common, "problems": (), "problem_filters": ()},
    )


def _landed(upload: Upload, report: Mapping[str, Any], common: Mapping[str, Any], *, at: datetime) -> UploadBoard:
    """A structure that landed: figures have the page of their import."""
    return UploadBoard(
        step=IMPORT,
        is_over=True,
        heading="The structure stands"
        if upload.state == Upload.State.IMPORTED
        else "Nothing changed: the structure stood like this already",
        text="Figures that it moves are computed anew.",
        facts=structure_facts(report),
        actions=(Action("Import figures", reverse("imports"), "upload", is_primary=True),),
        progress=recompute_progress(newest_mark() or None, href=str(common["action_href"]), at=at),
        **common,
    )


def _facts(report: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Rows, what blocks, what is to note, and the control total; structure files have no totals."""
    errors, warnings = len(report.get("errors", [])), len(report.get("warnings", []))
    facts = [Fact("Rows", text=f"{report['rows']:,}")] if "rows" in report else []
    facts += [Fact("Blocking", text=f"{errors:,}"), Fact("To note", text=f"{warnings:,}")]
    return (*facts, control_total(report)) if "totals" in report else tuple(facts)


def _past_import(row: Import, person: str, at: datetime) -> PastImport:
    return PastImport(
        when=_when(row.at, at),
        person=person,
        file=row.filename,
        source=row.source,
        rows=f"{row.rows:,}",
        state=Import.Status(row.status).label,
        href=reverse("import", args=[row.public_id]),
        tone=TONES[row.status],
    )


def _past_upload(row: Upload, person: str, at: datetime) -> PastImport:
    return PastImport(
        when=_when(row.at, at),
        person=person,
        file=row.title,
        source=row.terms.get("source", "structure"),
        rows="",
        state=Upload.State(row.state).label,
        href=reverse("upload", args=[row.public_id]),
        tone=TONES.get(row.state, "info"),
    )


def _file_note(upload: Upload, at: datetime) -> str:
    size = sum(file["size"] for file in upload.files.values())
    parts = [f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} KB"] if size else []
    parts += [f"source {upload.terms['source']}"] if upload.terms.get("source") else []
    parts += [f"version {upload.terms['version']}"] if upload.terms.get("version") else []
    return ", ".join([*parts, f"uploaded {_when(upload.at, at)}"])


def _when(when: datetime, at: datetime) -> str:
    return moment(localtime(when), now=localtime(at))
