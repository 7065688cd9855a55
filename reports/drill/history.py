"""What one stored number was before, and which imports moved it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce

from ledger.models import Entry, Import
from metrics.formula import Context
from metrics.models import Run, Sheet
from reports.drill.inputs import is_role
from reports.explanation import Figures
from reports.provenance import Cause, Restatement
from units.marks import Mark


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
        .annotate(since=Subquery(Mark.objects.filter(pk=OuterRef("from_mark")).values("at")), before=_run_before())
        .order_by("from_mark", "pk")
    )
    steps: list[_Step] = []
    for number, why, mark, since, before in standing.values_list("number", "why", "from_mark", "since", "before"):
        if not steps or (steps[-1].number, steps[-1].why) != (number, why or ""):
            steps.append(_Step(number, why or "", mark, since, before))
    imports = _imports(figures, code, context) if steps else []
    found = [Restatement(step.number, step.why, step.since, tuple(_causes(step, imports))) for step in steps]
    return tuple(reversed(found))


class _Step(NamedTuple):
    """A number, since which mark it stands, and the mark of the run before."""

    number: Any
    why: str
    mark: int
    since: datetime
    before: int


def _run_before() -> Coalesce:
    """The mark of the last run before the one that made a sheet."""
    runs = Run.objects.filter(state=Run.State.DONE, mark__lt=OuterRef("from_mark")).order_by("-mark")
    return Coalesce(Subquery(runs.values("mark")[:1]), 0)


def _causes(step: _Step, imports: Iterable[tuple[int, Cause]]) -> Iterator[Cause]:
    """The imports that moved rows of a figure since the run before."""
    return (cause for mark, cause in imports if step.before < mark <= step.mark)


def _imports(figures: Figures, code: str, context: Context) -> list[tuple[int, Cause]]:
    """The imports that ever moved rows of a figure, by mark. One query."""
    entries = _ever(figures, code, context)
    moved = Q(mark__in=entries.values("from_mark")) | Q(mark__in=entries.values("until_mark"))
    imports = Import.objects.filter(moved).order_by("mark")
    rows = list(imports.values_list("mark", "public_id", "filename", "actor", "at"))
    people = figures.evidence.names_of(actor for *_, actor, _ in rows)
    return [(mark, Cause(public_id, file, people[actor], at)) for mark, public_id, file, actor, at in rows if mark]


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
    )
