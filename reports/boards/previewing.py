"""A file that was checked and waits for a decision: what it would change, and the way to import or leave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from ledger.company import group_currency
from ledger.models import Account
from reports.boards.effects import import_effects
from reports.boards.import_words import (
    MOVED,
    control_total,
    counted,
    joined,
    problems_file,
    version_totals,
    what_changed,
    word,
)
from reports.boards.mending import moved
from reports.boards.restructuring import structure_changes, structure_facts, structure_moves
from reports.figures import (
    PREVIEW,
    Deed,
    Fact,
    Figure,
    ImportDifference,
    ImportEffects,
    MovedTotal,
    UploadBoard,
    Variance,
)
from reports.formatting import exact
from reports.levels import ACTUAL
from reports.main_figures import INCOME, Total
from reports.models import Upload

NO_CHANGE = "Nothing would change: these figures stand like this already"
NO_NEW_STRUCTURE = "Nothing would change: the structure stands like this already"
NO_FIGURES = "The file states no figures"
WAITS = "Nothing is imported yet. What the file leaves out of a month it speaks about is closed."
CHANGED_SINCE = "Figures that it replaces changed since they were shown to you, so nothing was imported."
PLURAL = {"figure": "figures", "property": "properties"}
ENTRIES = {"new": ("New", "added"), "changed": ("Changed", "replaced"), "closed": ("Closed", "no longer stated")}
NEVER = "not_applicable: nothing stood here before"
NOT_ANY_MORE = "not_applicable: nothing is left of it"


def figures_previewed(
    upload: Upload, report: Mapping[str, Any], common: Mapping[str, Any], *, form: object | None
) -> UploadBoard:
    """What figures would change. `form` asks why, where the file replaces what stands."""
    counts = report["entries"]
    is_empty = not any(counts[name] for name in MOVED)
    totals = [Total(*each) for each in report.get("main", ())]
    effects = import_effects(report.get("effects", {}), currency=group_currency())
    has_units = effects is not None and effects.has_figures
    return UploadBoard(
        step=PREVIEW,
        heading=f"This import would leave {what_changed(counts)}"
        if not is_empty
        else NO_CHANGE
        if report["rows"]
        else NO_FIGURES,
        text=" ".join(
            each
            for each in (
                CHANGED_SINCE if "shown_before" in report else "",
                _lead(totals),
                effects.lead if effects else "",
                WAITS,
            )
            if each
        ),
        form=form,
        submit="" if is_empty else f"Import {counted(report['rows'], 'row')}",
        totals=version_totals(report["by_version"]),
        facts=(*_entry_facts(counts), control_total(report)),
        main=tuple(map(_total, totals)),
        apart=tuple(_total(each) for each in map(Total._make, report.get("apart", ())) if not _is_told(each, effects)),
        differences=_differences(report["differences"]),
        effects=effects,
        moved=() if has_units else moved(report.get("by_unit", ())),
        deeds=_decisions(upload, report),
        **{**common, "more": _left_unnamed(report, common, "figure")},
    )


def structure_previewed(upload: Upload, report: Mapping[str, Any], common: Mapping[str, Any]) -> UploadBoard:
    """What a structure would change."""
    moves = structure_moves(report)
    commit = Deed("Import the structure", str(common["action_href"]), "check", is_primary=True)
    return UploadBoard(
        step=PREVIEW,
        heading=f"This import would leave {joined(moves)}" if moves else NO_NEW_STRUCTURE,
        text="Nothing is imported yet. What a file does not mention is left as it is. All or nothing.",
        facts=structure_facts(report),
        changes=structure_changes(report["differences"]),
        deeds=(*_decisions(upload, report), *((commit,) if moves else ())),
        **{**common, "more": _left_unnamed(report, common, "property")},
    )


def _decisions(upload: Upload, report: Mapping[str, Any]) -> tuple[Deed, ...]:
    """Leave it, and take along what is to note."""
    leave = Deed("Leave it", reverse("upload-discard", args=[upload.public_id]))
    return (problems_file(upload), leave) if report["warnings"] else (leave,)


def _left_unnamed(report: Mapping[str, Any], common: Mapping[str, Any], noun: str) -> str:
    """How many problems and differences the page does not name."""
    left = report["difference_count"] - len(report["differences"])
    notes = [common["more"]] if common["more"] else []
    notes += [f"{left:,} more {word(left, f'{noun} changes', f'{PLURAL[noun]} change')}."] if left > 0 else []
    return " ".join(notes)


def _entry_facts(counts: Mapping[str, int]) -> tuple[Fact, ...]:
    """Entries by what becomes of them."""
    return tuple(Fact(label, text=f"{counts[name]:,}", note=note) for name, (label, note) in ENTRIES.items())


def _lead(totals: Sequence[Total]) -> str:
    """What becomes of operating income, where the file speaks of one version in one currency; else nothing."""
    found = [each for each in totals if each.figure == INCOME]
    if len(found) != 1 or found[0].before is None or found[0].after is None:
        return ""
    each = found[0]
    verb = "rises" if each.change > 0 else "falls"
    size, after = exact(abs(each.change)), exact(each.after or 0)
    return f"{each.label} of {_period(each)} {verb} by {size} to {after} {each.measure}."


def _total(total: Total) -> MovedTotal:
    is_whole = None not in (total.before, total.after)
    reason = NEVER if total.before is None else NOT_ANY_MORE
    variance = Variance(exact(total.change, signed=True), effect=_effect(total.change, total.better), is_material=True)
    return MovedTotal(
        figure=total.label,
        period=_period(total),
        version=total.version,
        measure=total.measure,
        before=_amount(total.before, NEVER),
        after=_amount(total.after, NOT_ANY_MORE),
        variance=variance if is_whole else Variance(None, reason=reason),
        unit=total.unit,
        is_new=total.before is None,
    )


def _period(total: Total) -> str:
    return total.first if total.first == total.last else f"{total.first} to {total.last}"


def _is_told(total: Total, effects: ImportEffects | None) -> bool:
    """Whether a total stands in the table of units already."""
    is_there = effects is not None and effects.has_figures and total.first == effects.period
    return is_there and total.figure == INCOME and total.version == ACTUAL


def _effect(change: int, better: str) -> str:
    sense = {"higher": 1, "lower": -1}.get(better, 0)
    return "neutral" if not change or not sense else "favourable" if change * sense > 0 else "unfavourable"


def _differences(rows: Iterable[Sequence[Any]]) -> tuple[ImportDifference, ...]:
    """Figure by figure, before and after, with all their decimals."""
    rows = list(rows)
    names = {account.code: account for account in Account.objects.filter(code__in={row[1] for row in rows})}
    return tuple(_difference(row, names.get(row[1])) for row in rows)


def _difference(row: Sequence[Any], account: Account | None) -> ImportDifference:
    """One figure; reports of before figures were told apart by their currency name none."""
    unit, code, period, version, before, after, *currency = row
    change = (after or 0) - (before or 0)
    line = f"{code} {account.name}" if account else code
    return ImportDifference(
        unit=unit,
        line=f"{line}, {currency[0]}" if any(currency) else line,
        period=period,
        version=version,
        before=_amount(before, "not_applicable: the source stated none"),
        after=_amount(after, "not_applicable: the file states none"),
        variance=Variance(
            exact(change, signed=True),
            effect=_effect(change, account.better if account else ""),
            is_material=None not in (before, after),
        ),
    )


def _amount(amount: int | None, reason: str) -> Figure:
    return Figure(None, reason=reason) if amount is None else Figure(exact(amount))
