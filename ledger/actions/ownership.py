"""Bringing in what is held of units from a day on: all rows of a file or none.

A file states the dated terms of the units it mentions; they replace what stands of those units. Earlier periods
are read on the terms that were in force then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from audit.actions import record
from ledger.actions.structure import ABILITY, StructureFile
from ledger.reading import FileRejected, read
from ledger.report import IMPORTED, REFUSED, UNCHANGED, Counts, Problem
from ledger.signals import figures_changed
from ledger.structure import StructureTable, ownership_table
from units.marks import hold_marks, take_mark
from units.models import Holding, Unit
from units.scope import AbilityMissing, Scope

Terms = dict[date, tuple[str, str]]
"""Ownership and method by the day they begin."""


@dataclass(frozen=True)
class OwnershipReport:
    """What became of a file of ownership: how many dated terms are new, changed, closed or as they were."""

    status: str
    holdings: Counts = field(default_factory=Counts)
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        return self.status == REFUSED

    def as_document(self) -> dict[str, Any]:
        """The document of `import_ownership --json`."""
        return {
            "status": self.status,
            "holdings": self.holdings.as_document(),
            "errors": [problem.as_document() for problem in self.errors],
            "warnings": [problem.as_document() for problem in self.warnings],
        }


def import_ownership(*, actor: Scope, file: StructureFile, at: datetime) -> OwnershipReport:
    """Bring in the dated terms of units; the report says what is new, changed, closed and as it was.

    Changes holdings under one mark, leaves a record and tells `figures_changed`; the same file again changes
    nothing. Refused data changes nothing, with every reason. Raises AbilityMissing unless the actor may do this
    for the whole company.
    """
    if not actor.may_everywhere(ABILITY):
        raise AbilityMissing("Importing ownership needs the ability on the whole company.")
    try:
        table = ownership_table(read(file.content, name=file.name)[0], file=file.name)
    except FileRejected as rejected:
        return OwnershipReport(REFUSED, errors=(Problem(file.name, str(rejected)),))
    with transaction.atomic():
        hold_marks()
        units = {unit.code: unit for unit in Unit.unscoped.all()}
        problems = [*table.problems, *_unknown(table, units)]
        if problems:
            return OwnershipReport(REFUSED, errors=tuple(problems), warnings=tuple(table.warnings))
        return replace(_write(actor, file, _stated(table, units), at=at), warnings=tuple(table.warnings))


def _unknown(table: StructureTable, units: Mapping[str, Unit]) -> list[Problem]:
    """A problem for each row that names no unit, or an elimination unit, which is wholly its group's."""
    found = []
    for row in table.rows:
        unit = units.get(row.values["unit"])
        if unit is None or unit.kind == Unit.Kind.ELIMINATION:
            reason = "There is no unit with this code." if unit is None else "An elimination unit is its group's own."
            found.append(Problem(table.file, reason, row=row.number, column="unit", value=row.values["unit"]))
    return found


def _stated(table: StructureTable, units: Mapping[str, Unit]) -> dict[int, Terms]:
    """By unit the terms of the file; a row without a day says that there are none."""
    found: dict[int, Terms] = {}
    for row in table.rows:
        terms = found.setdefault(units[row.values["unit"]].pk, {})
        if row.values["from"]:
            terms[row.values["from"]] = (row.values.get("ownership", "1"), row.values.get("method", "full"))
    return found


def _write(actor: Scope, file: StructureFile, stated: Mapping[int, Terms], *, at: datetime) -> OwnershipReport:
    standing = list(Holding.unscoped.filter(until_mark__isnull=True, unit_id__in=stated))
    before = {(row.unit_id, row.starts): row for row in standing}
    wanted = {(unit, day): terms for unit, dated in stated.items() for day, terms in dated.items()}
    same = {key for key, row in before.items() if wanted.get(key) == (row.ownership, row.method)}
    counts = Counts(
        new=len(wanted.keys() - before.keys()),
        changed=len((wanted.keys() & before.keys()) - same),
        closed=len(before.keys() - wanted.keys()),
        same=len(same),
    )
    if not counts.new + counts.changed + counts.closed:
        return OwnershipReport(UNCHANGED, counts)
    mark = take_mark(at).pk
    Holding.unscoped.filter(pk__in=[row.pk for key, row in before.items() if key not in same]).update(until_mark=mark)
    Holding.unscoped.bulk_create(_rows({key: wanted[key] for key in sorted(wanted.keys() - same)}, mark))
    record(
        actor=actor.actor,
        verb="ledger.ownership.imported",
        target=("ledger.structure", mark),
        at=at,
        before={"holdings": [_told(row) for row in standing]},
        after={"digest": sha256(file.content).hexdigest(), "holdings": counts.as_document(), "mark": mark},
    )
    figures_changed.send(sender=Unit, mark=mark, actor=actor.actor, at=at)
    return OwnershipReport(IMPORTED, counts)


def _rows(wanted: Mapping[tuple[int, date], tuple[str, str]], mark: int) -> Iterable[Holding]:
    return [
        Holding(unit_id=unit, starts=day, ownership=ownership, method=method, from_mark=mark)
        for (unit, day), (ownership, method) in wanted.items()
    ]


def _told(row: Holding) -> list[str]:
    return [str(row.unit_id), row.starts.isoformat(), row.ownership, row.method]
