"""Stating holidays: the days on which people do not work, in the company, in a region or in a unit.

A file states whole years: those it mentions of the company, of a region or of a unit replace what stands of them, and
other years are left as they are. A year instead of a date says that there are none in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from ledger.actions.files import Bringing, Plan, RowsRefused
from ledger.actions.structure import StructureFile
from ledger.changes import Change, added, changed
from ledger.models import Holiday
from ledger.report import Counts, FileReport, Problem
from ledger.structure import StructureTable, holidays_table
from units.models import Unit
from units.scope import Scope

Where = tuple[str, str]
"""The region and the code of the unit, one of them or both empty."""


def import_holidays(*, actor: Scope, file: StructureFile, at: datetime, dry_run: bool = False) -> FileReport:
    """Bring in the holidays of some years; the report says what is new, changed, closed and as it was.

    Changes holidays under one mark, leaves a record and tells `figures_changed`: what is over of an open period is
    counted in working days. The same file again changes nothing, and so does a dry run. Refused data changes nothing,
    with every reason. Raises AbilityMissing unless the actor may do this for the whole company.
    """
    bringing = Bringing(actor, file, at, dry_run)
    return bringing.of("holidays", verb="ledger.holidays.imported", table=holidays_table, plan=_plan)


def _plan(table: StructureTable) -> Plan:
    units = {unit.code: unit for unit in Unit.unscoped.filter(tree="")}
    RowsRefused.where([*table.problems, *_unknown(table, units)])
    years, wanted = _stated(table)
    standing = Holiday.unscoped.filter(until_mark__isnull=True).select_related("unit")
    rows = {(_where(row), row.day): row for row in standing if (_where(row), row.day.year) in years}
    moves = {
        key: (rows[key].name if key in rows else None, wanted.get(key))
        for key in sorted({*rows, *wanted}, key=lambda key: (key[1], key[0]))
        if key not in rows or rows[key].name != wanted.get(key)
    }
    counts = Counts(
        new=len(wanted.keys() - rows.keys()),
        changed=len(moves.keys() & rows.keys() & wanted.keys()),
        closed=len(rows.keys() - wanted.keys()),
        same=len(wanted.keys() - moves.keys()),
    )

    def write(mark: int) -> None:
        Holiday.unscoped.filter(pk__in=[rows[key].pk for key in moves if key in rows]).update(until_mark=mark)
        Holiday.unscoped.bulk_create(
            Holiday(day=day, name=wanted[where, day], region=where[0], unit=units.get(where[1]), from_mark=mark)
            for where, day in moves
            if (where, day) in wanted
        )

    told = {f"{day} {''.join(where)}".strip(): move for (where, day), move in moves.items()}
    return Plan(
        counts,
        tuple(each for code, move in told.items() for each in _difference(code, *move)),
        write,
        before={"holidays": {code: before for code, (before, _) in told.items() if before}},
        after={"holidays": {code: after for code, (_, after) in told.items() if after}},
    )


def _difference(code: str, before: str | None, after: str | None) -> list[Change]:
    if before is None and after is not None:
        return added("holidays", code, after)
    return changed("holidays", code, {"": (before, after)})


def _where(row: Holiday) -> Where:
    return row.region, row.unit.code if row.unit else ""


def _unknown(table: StructureTable, units: Mapping[str, Unit]) -> list[Problem]:
    """A problem for each row of a unit that is not there, or of a region that no unit belongs to."""
    regions = {unit.region for unit in units.values()}
    found = []
    for row in table.rows:
        if row.values.get("unit") and row.values["unit"] not in units:
            found.append(table.fault(row, "unit", "There is no unit with this code."))
        if row.values.get("region") and row.values["region"] not in regions:
            found.append(table.fault(row, "region", "No unit belongs to this region."))
    return found


def _stated(table: StructureTable) -> tuple[set[tuple[Where, int]], dict[tuple[Where, date], str]]:
    """The places and years that a file speaks about, and the holidays in them by place and day."""
    years: set[tuple[Where, int]] = set()
    named: dict[tuple[Where, date], str] = {}
    for row in table.rows:
        where, day = (row.values.get("region", ""), row.values.get("unit", "")), row.values["date"]
        years.add((where, day.year if isinstance(day, date) else day))
        if isinstance(day, date):
            named[where, day] = row.values["name"]
    return years, named
