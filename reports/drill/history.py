"""What one stored number was before, and which imports moved it."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.db.models.fields.json import KeyTransform

from ledger.models import Entry, Import
from metrics.formula import Context
from metrics.models import Run, Sheet
from metrics.querysets import times_of
from reports.drill.inputs import is_role
from reports.explanation import Figures
from reports.importers import names_of
from reports.provenance import Cause, Restatement


def restatements(figures: Figures, code: str, context: Context) -> tuple[Restatement, ...]:
    """What one stored number was, newest first: since when, and which imports changed the rows behind it."""
    if is_role(code):
        return ()
    evidence, ordinal = figures.evidence, figures.ordinal - context.lag
    standing = (
        Sheet.objects.within(evidence.scope)
        .filter(unit=evidence.unit, period__ordinal=ordinal, version=context.version)
        .filter(basis=evidence.kept_as(context.basis))
        .filter(from_mark__lte=evidence.mark)
        .exclude(until_mark=F("from_mark"))  # replaced before anybody could read it
        .annotate(number=KeyTransform(code, "numbers"), why=KeyTransform(code, "reasons"))
        .order_by("from_mark", "pk")
    )
    steps: list[tuple[Any, str, int]] = []
    for number, why, mark in standing.values_list("number", "why", "from_mark"):
        if not steps or steps[-1][:2] != (number, why or ""):
            steps.append((number, why or "", mark))
    times = times_of([mark for _, _, mark in steps])
    causes = _causes(figures, code, context, [mark for _, _, mark in steps])
    found = [Restatement(number, why, times[mark], causes[mark]) for number, why, mark in steps]
    return tuple(reversed(found))


def _causes(figures: Figures, code: str, context: Context, marks: list[int]) -> dict[int, tuple[Cause, ...]]:
    """For each mark a number changed at, the imports that moved rows of it since the run before."""
    evidence = figures.evidence
    entries = _ever(figures, code, context)
    moved = set(entries.values_list("from_mark", flat=True)) | set(
        entries.filter(until_mark__isnull=False).values_list("until_mark", flat=True)
    )
    runs = Run.objects.filter(state=Run.State.DONE, mark__lte=evidence.mark).values_list("mark", flat=True)
    known = sorted({0, *runs})
    imports = list(Import.objects.filter(mark__in=moved).order_by("mark"))
    people = names_of(each.actor for each in imports)
    found: dict[int, tuple[Cause, ...]] = {}
    for mark in marks:
        before = max((run for run in known if run < mark), default=0)
        found[mark] = tuple(
            Cause(each.public_id, each.filename, people[each.actor], each.at)
            for each in imports
            if each.mark is not None and before < each.mark <= mark
        )
    return found


def _ever(figures: Figures, code: str, context: Context) -> Any:
    """The entries that ever counted in a figure's own stretch of time, standing or not."""
    evidence = figures.evidence
    accounts = figures.accounts_behind(code, context)
    window = figures.calendar.window(context)
    inside = evidence.company.below(evidence.top)
    return (
        Entry.objects.within(evidence.scope)
        .filter(evidence.of_version(context.version), Q(account__in=accounts), unit__in=inside)
        .filter(period__ordinal__gte=window[0], period__ordinal__lte=window[-1], from_mark__lte=evidence.mark)
        .order_by()
        .distinct()
    )
