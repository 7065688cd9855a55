"""Moving units: on what a unit hangs from a day on, all rows of a file or none.

A file states all places of the units it mentions. The one of today decides who may see the unit; the ones before are
those of earlier periods, whose figures stay where they were reported. One from a day on that has not come is planned:
periods that end on that day or later (a budget, a forecast) are rolled up there at once, and nothing else changes
before the day, when `take_up_places` makes it the place of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.timezone import localdate

from ledger.actions.files import Bringing, Plan, RowsRefused
from ledger.actions.hanging import Hanging
from ledger.actions.structure import StructureFile
from ledger.changes import changed
from ledger.report import Counts, FileReport, Problem
from ledger.structure import StructureTable, placements_table
from ledger.trees import Place, Places, circles_of_all_days
from units.models import FormerParent, Placement, PlannedParent, Unit
from units.scope import Scope


def import_placements(*, actor: Scope, file: StructureFile, at: datetime, dry_run: bool = False) -> FileReport:
    """Bring in where units hang from a day on; the report says which of them are placed anew, and how.

    Changes the placements of today with the numbers of the tree, former and planned parents, under one mark; asks the
    worker for the days that have not come; leaves a record and tells `figures_changed`. The same file again changes
    nothing, and so does a dry run. Refused data changes nothing, with every reason. Raises AbilityMissing unless
    the actor may do this for the whole company.
    """

    def plan(table: StructureTable) -> Plan:
        return _plan(table, actor, at)

    bringing = Bringing(actor, file, at, dry_run)
    return bringing.of("units", verb="ledger.placements.imported", table=placements_table, plan=plan)


class _Standing:
    """The tree as it stands, by codes."""

    def __init__(self) -> None:
        placed = Placement.unscoped.filter(until_mark__isnull=True).order_by("unit__left")
        self.rows = {row.unit.code: row for row in placed.select_related("unit", "parent")}
        self.units = {code: row.unit for code, row in self.rows.items()}
        self.parents = {code: row.parent.code if row.parent else None for code, row in self.rows.items()}
        self.places = Hanging(self.units, self.parents).places


def _plan(table: StructureTable, actor: Scope, at: datetime) -> Plan:
    tree, today = _Standing(), localdate(at)
    RowsRefused.where([*table.problems, *_wrong(table, tree)])
    stated = _stated(table, tree, today)
    RowsRefused.where(_circles(table, {**tree.places, **stated}, today))
    moved = {code: place for code, place in stated.items() if place != tree.places[code]}

    def write(mark: int) -> None:
        _write(tree, moved, today, mark)
        days = (day for place in moved.values() for day, _ in place.planned)
        Hanging.ask_to_take_up(days, actor=actor, at=at)

    moves = {code: (tree.places[code], place) for code, place in moved.items()}
    return Plan(
        Counts(changed=len(moved), same=len(stated) - len(moved)),
        tuple(each for code, move in moves.items() for each in changed("units", code, {"parent": move})),
        write,
        before={"places": {code: str(before) for code, (before, _) in moves.items()}},
        after={"places": {code: str(place) for code, place in moved.items()}},
    )


def _wrong(table: StructureTable, tree: _Standing) -> list[Problem]:
    """A problem for each cell that names no unit, or a unit that does not move."""
    found = []
    for row in table.rows:
        unit = tree.units.get(row.values["unit"])
        if unit is None:
            found.append(table.fault(row, "unit", "There is no unit with this code."))
        elif unit.kind == Unit.Kind.ELIMINATION:
            found.append(table.fault(row, "unit", "An elimination unit is its group's own and stays there."))
        elif tree.parents[unit.code] is None:
            found.append(table.fault(row, "unit", "This is the top of the tree: it hangs on nothing."))
        if row.values["parent"] not in tree.units:
            found.append(table.fault(row, "parent", "There is no unit with this code."))
    return found


def _stated(table: StructureTable, tree: _Standing, today: date) -> dict[str, Place]:
    """By unit its place as the file has it."""
    rows: dict[str, dict[date | None, str]] = {}
    for row in table.rows:
        rows.setdefault(row.values["unit"], {})[row.values["from"]] = row.values["parent"]
    return {code: tree.places[code].stated(dated, today) for code, dated in rows.items()}


def _circles(table: StructureTable, places: Places, today: date) -> list[Problem]:
    """The units that would stand above themselves on some day."""
    first = {row.values["unit"]: row for row in reversed(table.rows)}
    return [
        table.fault(first[code], "parent", f"{code} would stand above itself in the tree of the time {when}.")
        for code, when in circles_of_all_days(places, today).items()
        if code in first
    ]


def _write(tree: _Standing, moved: Mapping[str, Place], today: date, mark: int) -> None:
    ids = {code: unit.pk for code, unit in tree.units.items()}
    for table in (FormerParent, PlannedParent):
        table.unscoped.filter(unit__code__in=moved, until_mark__isnull=True).update(until_mark=mark)
    FormerParent.unscoped.bulk_create(
        FormerParent(unit_id=ids[code], parent_id=ids[parent], ends=ends, from_mark=mark)
        for code, place in moved.items()
        for ends, parent in place.formers
    )
    PlannedParent.unscoped.bulk_create(
        PlannedParent(unit_id=ids[code], parent_id=ids[parent], starts=starts, from_mark=mark)
        for code, place in moved.items()
        for starts, parent in place.planned
    )
    parents = dict(tree.parents)
    for code, place in moved.items():
        if place.parent != parents[code]:
            Hanging.hang(tree.rows[code], ids[str(place.parent)], mark)
            parents[code] = place.parent
    Hanging(tree.units, parents).number(today)
