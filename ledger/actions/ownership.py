"""Bringing in what is held of units from a day on: all rows of a file or none.

A file states the dated terms of the units it mentions; they replace what stands of those units. Earlier periods
are read on the terms that were in force then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from ledger.actions.files import Bringing, Plan, RowsRefused
from ledger.actions.structure import StructureFile
from ledger.changes import changed
from ledger.report import Counts, FileReport, Problem
from ledger.structure import StructureTable, ownership_table
from units.models import Holding, Unit
from units.scope import Scope

Terms = dict[date, tuple[str, str]]
"""Ownership and method by the day they begin."""


def import_ownership(*, actor: Scope, file: StructureFile, at: datetime, dry_run: bool = False) -> FileReport:
    """Bring in the dated terms of units; the report says what is new, changed, closed and as it was.

    Changes holdings under one mark, leaves a record and tells `figures_changed`; the same file again changes
    nothing, and so does a dry run. Refused data changes nothing, with every reason. Raises AbilityMissing unless the
    actor may do this for the whole company.
    """
    bringing = Bringing(actor, file, at, dry_run)
    return bringing.of("holdings", verb="ledger.ownership.imported", table=ownership_table, plan=_plan)


def _plan(table: StructureTable) -> Plan:
    units = {unit.code: unit for unit in Unit.unscoped.all()}
    RowsRefused.where([*table.problems, *_unknown(table, units)])
    stated = _stated(table)
    ids = {code: units[code].pk for code in stated}
    rows = list(
        Holding.unscoped.filter(until_mark__isnull=True, unit_id__in=ids.values()).select_related("unit").order_by("pk")
    )
    before = {(row.unit.code, row.starts): row for row in rows}
    wanted = {(code, day): terms for code, dated in stated.items() for day, terms in dated.items()}
    were = {key: (row.ownership, row.method) for key, row in before.items()}
    same = {key for key, terms in were.items() if wanted.get(key) == terms}
    counts = Counts(
        new=len(wanted.keys() - were.keys()),
        changed=len((wanted.keys() & were.keys()) - same),
        closed=len(were.keys() - wanted.keys()),
        same=len(same),
    )

    def write(mark: int) -> None:
        closing = [row.pk for key, row in before.items() if key not in same]
        Holding.unscoped.filter(pk__in=closing).update(until_mark=mark)
        Holding.unscoped.bulk_create(
            Holding(unit_id=ids[code], starts=day, ownership=terms[0], method=terms[1], from_mark=mark)
            for (code, day), terms in sorted(wanted.items())
            if (code, day) not in same
        )

    moves = {key: (_said(were.get(key)), _said(wanted.get(key))) for key in sorted({*were, *wanted} - same)}
    return Plan(
        counts,
        tuple(
            each for (code, day), move in moves.items() for each in changed("units", code, {f"held from {day}": move})
        ),
        write,
        before={"holdings": [_told(row) for row in rows]},
        after={"holdings": counts.as_document()},
    )


def _unknown(table: StructureTable, units: Mapping[str, Unit]) -> list[Problem]:
    """A problem for each row that names no unit, or an elimination unit, which is wholly its group's."""
    found = []
    for row in table.rows:
        unit = units.get(row.values["unit"])
        if unit is None or unit.kind == Unit.Kind.ELIMINATION:
            reason = "There is no unit with this code." if unit is None else "An elimination unit is its group's own."
            found.append(table.fault(row, "unit", reason))
    return found


def _stated(table: StructureTable) -> dict[str, Terms]:
    """By unit the terms of the file; a row without a day says that there are none."""
    found: dict[str, Terms] = {}
    for row in table.rows:
        terms = found.setdefault(row.values["unit"], {})
        if row.values["from"]:
            terms[row.values["from"]] = (row.values.get("ownership", "1"), row.values.get("method", "full"))
    return found


def _said(terms: tuple[str, str] | None) -> str | None:
    return terms and f"{terms[0]} {terms[1]}"


def _told(row: Holding) -> list[str]:
    return [str(row.unit_id), row.starts.isoformat(), row.ownership, row.method]
