"""The pages of imports: bring a file in, read its report, see what came in before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from ledger.models import Account, Import
from reports.boards.actors import actors
from reports.boards.import_problems import problem, problems_shown
from reports.boards.mending import columns, mended, moved, offers
from reports.boards.restructuring import structure_changes, structure_facts, structure_moves
from reports.boards.uploading import working_board
from reports.boards.work import recompute_progress
from reports.figures import (
    ONE_PAGE,
    Action,
    Crumb,
    Deed,
    Fact,
    Figure,
    ImportDifference,
    Pager,
    PastImport,
    UploadBoard,
    Variance,
)
from reports.formatting import exact, moment
from reports.mended import Words, is_mendable
from reports.models import Upload
from units.marks import newest_mark
from units.scope import Scope

TONES = {"refused": "bad", "previewed": "warn", "discarded": "", "imported": "good", "unchanged": ""}
MOVED = ("new", "changed", "closed")
COUNTS = {"new": "New", "changed": "Changed", "closed": "Closed", "same": "As before"}
PLURAL = {"figure": "figures", "property": "properties"}
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
        step=1 if form else 0,
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
    show: str = "",
    first: int = 0,
) -> UploadBoard:
    """One upload in its state. `is_readable` says whether the report was made with the rights of the reader, `again`
    how words of a refused file were read before.

    `show` narrows the problems to "errors" or "warnings", `first` is the place of the first one printed.
    """
    here = reverse("upload", args=[upload.public_id])
    common: dict[str, Any] = {
        "title": upload.title,
        "action_href": here,
        "file": upload.title,
        "file_note": _file_note(upload, at),
        "crumbs": (Crumb(ABOVE, reverse("imports")),),
    }
    if upload.is_working:
        return working_board(upload, common, at=at)
    if not is_readable:
        return UploadBoard(
            step=2,
            heading="Your rights changed since this file was checked",
            text="What was found is not shown any more. Upload the file again to check it with your rights of now.",
            actions=(Action("Upload it again", reverse("imports"), "upload"),),
            **common,
        )
    report = upload.report or {}
    known = offers(report.get("errors", ()), scope)
    problems, filters, pager, more = problems_shown(report, here, show=show, first=first, known=known)
    common |= {"problems": problems, "problem_filters": filters, "pager": pager, "more": more}
    common["mended"] = mended(upload.terms.get("mapping") or {})
    match upload.state:
        case Upload.State.REFUSED:
            return _refused(upload, report, {**common, "offers": known, "again": mended(again)})
        case Upload.State.PREVIEWED if upload.kind == Upload.Kind.STRUCTURE:
            return _structure_previewed(upload, report, common)
        case Upload.State.PREVIEWED:
            return _previewed(upload, report, common)
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
        step=3,
        heading=_what_changed(origin.counts) if origin.status == Import.Status.IMPORTED else UNCHANGED,
        text=f"Imported by {who}. What was there before stays readable as known at the time.",
        file=origin.filename,
        file_note=f"SHA-256 {origin.digest[:12]}…, {_when(origin.at, at)}",
        facts=tuple(facts),
        totals=_totals(origin.totals),
        problems=problems,
        progress=recompute_progress(origin.mark, href=here, at=at),
        crumbs=(Crumb(ABOVE, reverse("imports")),),
    )


NO_CHANGE = "Nothing would change: these figures stand like this already"
NO_NEW_STRUCTURE = "Nothing would change: the structure stands like this already"
NO_FIGURES = "The file states no figures"
UNCHANGED = "Nothing changed: these figures stood like this already"


def _refused(upload: Upload, report: Mapping[str, Any], common: Mapping[str, Any]) -> UploadBoard:
    errors, was_read = report.get("errors", []), bool(report.get("rows", True))
    rows = {(each["file"], each["sheet"], each["row"]) for each in errors if each["row"]} if was_read else set()
    heading = (
        f"{_number(len(rows), 'row')} {_word(len(rows), 'blocks', 'block')} this import"
        if rows
        else "This cannot be imported"
    )
    others = len(report.get("warnings", []))
    may_mend = is_mendable(report)
    how = "here, or in the file and upload it again" if may_mend else "and upload the file again"
    return UploadBoard(
        step=2,
        heading=heading + (f", {others:,} more to note" if rows and others else ""),
        text=("Nothing was imported. " if was_read else "No row of this file was read as figures. ")
        + f"Put right what is listed below {how}.",
        mend_href=reverse("upload-mend", args=[upload.public_id]) if may_mend else "",
        columns=columns(report.get("header", ())),
        facts=_facts(report) if was_read else (),
        actions=(Action("Upload the next file", reverse("imports"), "upload", is_primary=True),),
        deeds=(_csv(upload),),
        **common,
    )


def _previewed(upload: Upload, report: Mapping[str, Any], common: Mapping[str, Any]) -> UploadBoard:
    counts = report["entries"]
    is_empty = not any(counts[name] for name in MOVED)
    commit = "" if is_empty else f"Import {_number(report['rows'], 'row')}"
    return UploadBoard(
        step=2,
        heading=_would_change(counts) if not is_empty else NO_CHANGE if report["rows"] else NO_FIGURES,
        text="Nothing is imported yet. What the file leaves out of a month it speaks about is closed. All or nothing.",
        totals=_totals(report["by_version"]),
        facts=_facts(report),
        differences=_differences(report["differences"]),
        moved=moved(report.get("by_unit", ())),
        deeds=_decisions(upload, report, common, commit),
        **{**common, "more": _left_unnamed(report, common, "figure")},
    )


def _structure_previewed(upload: Upload, report: Mapping[str, Any], common: Mapping[str, Any]) -> UploadBoard:
    moves = structure_moves(report)
    return UploadBoard(
        step=2,
        heading=f"This import would leave {_joined(moves)}" if moves else NO_NEW_STRUCTURE,
        text="Nothing is imported yet. What a file does not mention is left as it is. All or nothing.",
        facts=structure_facts(report),
        changes=structure_changes(report["differences"]),
        deeds=_decisions(upload, report, common, "Import the structure" if moves else ""),
        **{**common, "more": _left_unnamed(report, common, "property")},
    )


def _decisions(upload: Upload, report: Mapping[str, Any], common: Mapping[str, Any], commit: str) -> tuple[Deed, ...]:
    """Leave it or (where there is something to) import it."""
    deeds = [_csv(upload)] if report["warnings"] else []
    deeds.append(Deed("Leave it", reverse("upload-discard", args=[upload.public_id])))
    if commit:
        deeds.append(Deed(commit, str(common["action_href"]), "check", is_primary=True))
    return tuple(deeds)


def _left_unnamed(report: Mapping[str, Any], common: Mapping[str, Any], noun: str) -> str:
    """How many problems and differences the page does not name."""
    left = report["difference_count"] - len(report["differences"])
    notes = [common["more"]] if common["more"] else []
    notes += [f"{left:,} more {_word(left, f'{noun} changes', f'{PLURAL[noun]} change')}."] if left > 0 else []
    return " ".join(notes)


def _discarded(common: Mapping[str, Any]) -> UploadBoard:
    return UploadBoard(
        step=1,
        heading="This file was left",
        text="Nothing of it was imported. Files nobody decides on are removed after a day.",
        actions=(Action("Upload another file", reverse("imports"), "upload"),),
        **{**common, "problems": (), "problem_filters": ()},
    )


def _landed(upload: Upload, report: Mapping[str, Any], common: Mapping[str, Any], *, at: datetime) -> UploadBoard:
    """A structure that landed: figures have the page of their import."""
    return UploadBoard(
        step=3,
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
    facts = [Fact("Blocking", text=f"{errors:,}"), Fact("To note", text=f"{warnings:,}")]
    if "rows" in report:
        facts.insert(0, Fact("Rows", text=f"{report['rows']:,}"))
    if "totals" in report:
        totals = report["totals"]
        parts = [f"{name} {_decimal(totals[name])}" for name in ("unmapped", "rejected") if float(totals[name])]
        note = f"mapped {_decimal(totals['mapped'])}, {', '.join(parts)}" if parts else "all of it has a place"
        facts.append(Fact("Control total", text=_decimal(totals["control"]), note=note))
    return tuple(facts)


def _differences(rows: Iterable[Sequence[Any]]) -> tuple[ImportDifference, ...]:
    """Figure by figure, before and after, with all their decimals."""
    rows = list(rows)
    names = {account.code: account for account in Account.objects.filter(code__in={row[1] for row in rows})}
    return tuple(_difference(row, names.get(row[1])) for row in rows)


def _difference(row: Sequence[Any], account: Account | None) -> ImportDifference:
    unit, code, period, version, before, after = row
    change = (after or 0) - (before or 0)
    sense = {"higher": 1, "lower": -1}.get(account.better if account else "", 0)
    effect = "neutral" if not change or not sense else "favourable" if change * sense > 0 else "unfavourable"
    return ImportDifference(
        unit=unit,
        line=f"{code} {account.name}" if account else code,
        period=period,
        version=version,
        before=_amount(before, "not_applicable: the source stated none"),
        after=_amount(after, "not_applicable: the file states none"),
        variance=Variance(exact(change, signed=True), effect=effect, is_material=None not in (before, after)),
    )


def _totals(by_version: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((version, _decimal(total)) for version, total in sorted(by_version.items()))


def _amount(amount: int | None, reason: str) -> Figure:
    return Figure(None, reason=reason) if amount is None else Figure(exact(amount))


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


def _csv(upload: Upload) -> Deed:
    return Deed("Problems as CSV", reverse("upload-problems", args=[upload.public_id]), "download")


def _file_note(upload: Upload, at: datetime) -> str:
    size = sum(file["size"] for file in upload.files.values())
    parts = [f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} KB"] if size else []
    parts += [f"source {upload.terms['source']}"] if upload.terms.get("source") else []
    parts += [f"version {upload.terms['version']}"] if upload.terms.get("version") else []
    return ", ".join([*parts, f"uploaded {_when(upload.at, at)}"])


def _would_change(counts: Mapping[str, int]) -> str:
    return f"This import would leave {_what_changed(counts)}"


def _what_changed(counts: Mapping[str, int]) -> str:
    parts = [f"{counts[name]:,} {name}" for name in MOVED if counts.get(name)]
    total = sum(counts.get(name, 0) for name in MOVED)
    return f"{_joined(parts)} {_word(total, 'entry', 'entries')}"


def _joined(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _word(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _decimal(text: str) -> str:
    """A decimal text of a report with its thousands apart."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, part = digits.partition(".")
    return exact(int(f"{sign}{int(whole):d}{part.ljust(4, '0')[:4]}"))


def _when(when: datetime, at: datetime) -> str:
    return moment(localtime(when), now=localtime(at))
