"""What becomes of an upload: it arrives, is checked, is imported or left, and its bytes are forgotten.

The page receives; the worker checks and lands, in the name and with the rights its uploader has at that
moment. Every verb may be repeated: what is done already is left as it is.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from audit.actions import record
from jobs.actions import enqueue
from ledger.actions import (
    import_figures,
    import_holidays,
    import_ownership,
    import_placements,
    import_structure,
    import_tree,
)
from ledger.actions.structure import StructureFile
from ledger.layout import VersionTwice
from ledger.mapping import Mapping as Names
from ledger.models import Import
from ledger.progress import Progress
from ledger.report import REFUSED, FileReport, ImportReport, Problem, StructureReport
from reports.kept_report import Report, document, totals
from reports.mended import is_mendable
from reports.models import Upload
from reports.spreadsheets import harmless
from units.scope import AbilityMissing, Scope

CHECK, LAND, FORGET = "reports.upload.check", "reports.upload.land", "reports.upload.forget"
KEPT = timedelta(days=1)
"""How long the bytes of an upload wait for their uploader's decision."""

PLACEMENTS, TREE, OWNERSHIP, HOLIDAYS = "placements", "tree", "ownership", "holidays"
DATED: dict[str, Callable[..., FileReport]] = {
    PLACEMENTS: import_placements,
    TREE: import_tree,
    OWNERSHIP: import_ownership,
    HOLIDAYS: import_holidays,
}
"""By the part of an upload of structure that comes alone the verb that brings it in."""

Rehearse = Callable[..., Mapping[str, Any]]
"""What an import will do to figures and alerts: `reports.rehearsal`, which only a worker can load."""


class ReasonMissing(ValueError):
    """Figures that stand are replaced, and nobody says why."""


class NotWaiting(ValueError):
    """An upload is not in the state this verb needs; the sentence says so."""


@dataclass(frozen=True)
class Parcel:
    """What came in by the page: files by their part, and how they are to be taken."""

    kind: str
    files: Mapping[str, File]
    terms: Mapping[str, Any] = field(default_factory=dict)


def receive_upload(*, actor: Scope, parcel: Parcel, at: datetime) -> Upload:
    """Keep the bytes, write the upload and ask the worker to check it.

    Leaves a record. A day later, whatever became of it, the bytes are gone. Raises AbilityMissing.
    """
    _require(actor, parcel.kind)
    upload = Upload(
        public_id=secrets.token_urlsafe(16),
        kind=parcel.kind,
        actor=actor.actor,
        rights=actor.key,
        at=at,
        files={part: {"name": str(file.name)[-255:], "size": file.size} for part, file in parcel.files.items()},
        terms=dict(parcel.terms),
    )
    with transaction.atomic():
        upload.save()
        for part, file in parcel.files.items():
            default_storage.save(upload.place(part), file)
        _ask(CHECK, upload, at=at)
        _ask(FORGET, upload, at=at, due=at + KEPT)
        record(
            actor=actor.actor,
            verb="reports.upload.received",
            target=("upload", upload.pk),
            at=at,
            after={"kind": upload.kind, "bytes": sum(file["size"] for file in upload.files.values())},
        )
    return upload


def check_upload(
    *,
    actor: Scope,
    upload: Upload,
    at: datetime,
    progress: Progress | None = None,
    rehearse: Rehearse | None = None,
) -> Upload:
    """Try the import without writing any of it; the upload is refused or ready afterwards.

    Keeps the report and leaves a record. The bytes of refused figures wait a day where their words can be
    translated (`mend_upload`); others are removed. `progress` is told how far the rows of figures
    are, as `import_figures` tells it; structure is too short to tell. What figures would do is rehearsed besides.
    """
    if upload.state != Upload.State.CHECKING:
        return upload
    report = _import(actor, upload, at=at, dry_run=True, progress=progress)
    return _keep(
        actor,
        upload,
        verb="reports.upload.checked",
        state=Upload.State.REFUSED if report.is_refused else Upload.State.PREVIEWED,
        report=document(report) | _foreseen(actor, upload, report, rehearse, at=at),
        at=at,
    )


def commit_upload(*, actor: Scope, upload: Upload, at: datetime, reason: str = "") -> Upload:
    """Ask the worker to import a file that was checked.

    Leaves a record with the reason, which also stays with the import. Raises NotWaiting, AbilityMissing, and
    ReasonMissing where figures that stand are replaced without one.
    """
    _require(actor, upload.kind)
    reason = reason.strip()
    if upload.replaces and not reason:
        raise ReasonMissing("Say why figures that stand are replaced.")
    terms = {**upload.terms, "reason": reason} if reason else upload.terms
    with transaction.atomic():
        asked = Upload.objects.of(actor).waiting().filter(pk=upload.pk)
        if not asked.update(state=Upload.State.IMPORTING, asked=at, terms=terms):
            raise NotWaiting("This file does not wait for its import: it was imported, left or forgotten meanwhile.")
        upload.refresh_from_db()
        _ask(LAND, upload, at=at)
        record(actor=actor.actor, verb="reports.upload.committed", target=("upload", upload.pk), at=at, reason=reason)
    return upload


def land_upload(
    *,
    actor: Scope,
    upload: Upload,
    at: datetime,
    progress: Progress | None = None,
    rehearse: Rehearse | None = None,
) -> Upload:
    """Import what was uploaded: all of it or nothing. The upload tells what became of it, its bytes are removed.

    Where other figures would be replaced than those its uploader was shown, it waits again, with what it would do now.

    `import_figures` and `import_structure` write the figures and their record; this leaves the upload's.
    `progress` is told, and what figures would do rehearsed, as by `check_upload`.
    """
    if upload.state != Upload.State.IMPORTING:
        return upload
    landed = _landed_before(upload)
    if landed is not None:  # the worker died between the import and this note
        return _keep(
            actor,
            upload,
            verb="reports.upload.landed",
            state=Upload.State.IMPORTED,
            report=upload.report or {},
            at=at,
            import_id=landed.public_id,
        )
    report = _import(actor, upload, at=at, dry_run=False, progress=progress)
    state = Upload.State(report.status)
    waits = (
        {"shown_before": True, **_foreseen(actor, upload, report, rehearse, at=at)}
        if state == Upload.State.PREVIEWED
        else {}
    )
    return _keep(
        actor,
        upload,
        verb="reports.upload.checked" if waits else "reports.upload.landed",
        state=state,
        report=document(report) | waits,
        at=at,
        import_id=getattr(report, "import_id", None) or "",
    )


def discard_upload(*, actor: Scope, upload: Upload, at: datetime) -> Upload:
    """Leave a file that was checked: nothing of it is imported, its bytes are removed. Recorded; raises NotWaiting."""
    with transaction.atomic():
        if upload.actor != actor.actor or not _leave(actor.actor, upload, at=at):
            raise NotWaiting("This file does not wait any more.")
        upload.refresh_from_db()
    return upload


def forget_upload(*, actor: Scope, upload: Upload, at: datetime) -> Upload:
    """Remove the bytes of an upload, whatever became of it; recorded as left where it still waited."""
    with transaction.atomic():
        if not _leave(actor.actor, upload, at=at):
            transaction.on_commit(lambda: _remove(upload))
    upload.refresh_from_db()
    return upload


def hand_out_problems(*, actor: Scope, upload: Upload, at: datetime) -> bytes:
    """Every problem of an upload's report as a CSV file. Downloads are recorded.

    A value that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(["severity", "file", "sheet", "row", "column", "value", "reason"])
    report = upload.report or {}
    for severity, problems in (("blocking", report.get("errors", ())), ("note", report.get("warnings", ()))):
        for problem in problems:
            cells = [problem[name] for name in ("file", "sheet", "row", "column", "value", "reason")]
            out.writerow([severity, *map(harmless, cells)])
    with transaction.atomic():
        record(
            actor=actor.actor,
            verb="reports.file.downloaded",
            target=("upload", upload.pk),
            at=at,
            after={"what": "problems"},
        )
    return text.getvalue().encode("utf-8-sig")


def _leave(actor: str, upload: Upload, *, at: datetime) -> bool:
    """Let an upload that waits go; False where it does not wait."""
    if not Upload.objects.waiting().filter(pk=upload.pk).update(state=Upload.State.DISCARDED, ended=at):
        return False
    record(actor=actor, verb="reports.upload.discarded", target=("upload", upload.pk), at=at)
    transaction.on_commit(lambda: _remove(upload))
    return True


def _require(actor: Scope, kind: str) -> None:
    if kind == Upload.Kind.FIGURES:
        actor.require("figures.import")
        return
    actor.require("structure.import")
    if not actor.may_everywhere("structure.import"):
        raise AbilityMissing("Importing structure needs the ability on the whole company.")


def _ask(kind: str, upload: Upload, *, at: datetime, due: datetime | None = None) -> None:
    enqueue(kind=kind, key=upload.public_id, at=at, actor=upload.actor, due=due)


def _import(actor: Scope, upload: Upload, *, at: datetime, dry_run: bool, progress: Progress | None) -> Report:
    """Import an upload, or only try to."""
    if upload.kind == Upload.Kind.STRUCTURE:
        dated = next((part for part in upload.files if part in DATED), "")
        bring = _dated if dated else _structure
        try:
            return bring(actor, upload, at=at, dry_run=dry_run)
        except (AbilityMissing, FileNotFoundError) as wrong:
            refused = (Problem(upload.title, _gone(wrong)),)
            return FileReport(REFUSED, dated, errors=refused) if dated else StructureReport(REFUSED, errors=refused)
    shown = None if dry_run else (upload.report or {}).get("replaced")
    return _figures(actor, upload, at=at, dry_run=dry_run, progress=progress, replacing=shown)


def _foreseen(
    actor: Scope, upload: Upload, report: Report, rehearse: Rehearse | None, *, at: datetime
) -> dict[str, Any]:
    """What a preview says of totals, and of the figures and alerts that the import would lead to."""
    if not isinstance(report, ImportReport) or not report.differences:
        return {}
    told = totals(actor, report, source=upload.terms["source"].strip())
    if rehearse is None:
        return told
    bring = partial(_figures, actor, upload, at=at, dry_run=False, replacing=report.replaced)
    return {**told, "effects": rehearse(actor, report, bring, at=at)}


def _figures(
    actor: Scope,
    upload: Upload,
    *,
    at: datetime,
    dry_run: bool,
    progress: Progress | None = None,
    replacing: str | None = None,
) -> ImportReport:
    name = upload.files["figures"]["name"]
    terms = upload.terms
    try:
        return import_figures(
            actor=actor,
            content=_bytes(upload, "figures"),
            filename=name,
            source=terms["source"],
            at=at,
            version=terms.get("version") or None,
            mapping=Names.of(terms["mapping"]) if terms.get("mapping") else None,
            sheet=terms.get("sheet") or None,
            dry_run=dry_run,
            progress=progress,
            reason=terms.get("reason", ""),
            replacing=replacing,
        )
    except VersionTwice as wrong:
        return ImportReport(REFUSED, rows=0, errors=(Problem(name, str(wrong), column="version"),))
    except (AbilityMissing, FileNotFoundError) as wrong:
        return ImportReport(REFUSED, rows=0, errors=(Problem(name, _gone(wrong)),))


def _structure(actor: Scope, upload: Upload, *, at: datetime, dry_run: bool) -> StructureReport:
    files = {part: StructureFile(file["name"], _bytes(upload, part)) for part, file in upload.files.items()}
    return import_structure(actor=actor, at=at, calendar=upload.terms.get("calendar"), dry_run=dry_run, **files)


def _dated(actor: Scope, upload: Upload, *, at: datetime, dry_run: bool) -> FileReport:
    ((part, told),) = upload.files.items()
    file = StructureFile(told["name"], _bytes(upload, part))
    return DATED[part](actor=actor, file=file, at=at, dry_run=dry_run, **upload.terms)


def _gone(wrong: Exception) -> str:
    if isinstance(wrong, AbilityMissing):
        return f"{wrong} Your rights changed since the file was uploaded."
    return "The file is not there any more; upload it again."


def _landed_before(upload: Upload) -> Import | None:
    """The import an earlier attempt at this upload made."""
    if upload.kind == Upload.Kind.STRUCTURE or not default_storage.exists(upload.place("figures")):
        return None
    digest = sha256(_bytes(upload, "figures")).hexdigest()
    same = Import.objects.filter(digest=digest, source=upload.terms["source"], actor=upload.actor)
    return same.filter(at__gte=upload.asked, status=Import.Status.IMPORTED).first()


def _bytes(upload: Upload, part: str) -> bytes:
    with default_storage.open(upload.place(part), "rb") as file:
        content: bytes = file.read()
    return content


def _keep(
    actor: Scope,
    upload: Upload,
    *,
    verb: str,
    state: Upload.State,
    report: dict[str, Any],
    at: datetime,
    import_id: str = "",
) -> Upload:
    """Note what became of an upload, once; what has ended lets go of its bytes."""
    has_ended = state != Upload.State.PREVIEWED
    with transaction.atomic():
        upload.state, upload.report, upload.import_id = state, report, import_id
        upload.rights, upload.ended = actor.key, at if has_ended else None
        upload.save()
        record(
            actor=upload.actor,
            verb=verb,
            target=("upload", upload.pk),
            at=at,
            after={"state": state.value, "errors": len(report.get("errors", ()))},
        )
        may_be_mended = state == Upload.State.REFUSED and is_mendable(report)
        if has_ended and not may_be_mended:
            transaction.on_commit(lambda: _remove(upload))
    return upload


def _remove(upload: Upload) -> None:
    for part in upload.files:
        default_storage.delete(upload.place(part))
    default_storage.delete(f"uploads/{upload.public_id}")
