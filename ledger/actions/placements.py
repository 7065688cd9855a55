"""Moving units: on what a unit hangs from a day on, all rows of a file or none.

A file states all places of the units it mentions. The last one is that of today and decides who may see the unit;
the ones before are those of earlier periods, whose figures stay where they were reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from audit.actions import record
from ledger import trees
from ledger.actions.hanging import Hanging
from ledger.actions.structure import ABILITY, StructureFile
from ledger.changes import Change, changed
from ledger.querysets import company_calendars
from ledger.reading import FileRejected, read
from ledger.report import IMPORTED, PREVIEWED, REFUSED, UNCHANGED, Counts, Problem
from ledger.signals import figures_changed
from ledger.structure import StructureRow, StructureTable, circles, placements_table
from units.marks import hold_marks, take_mark
from units.models import FormerParent, Placement, Unit
from units.scope import AbilityMissing, Scope

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlacementsReport:
    """What became of a file of places: how many of its units are placed anew, and how many were like this already."""

    status: str
    units: Counts = field(default_factory=Counts)
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    differences: tuple[Change, ...] = ()

    @property
    def is_refused(self) -> bool:
        return self.status == REFUSED

    def as_document(self) -> dict[str, Any]:
        """The document of `import_placements --json`."""
        return {
            "status": self.status,
            "units": self.units.as_document(),
            "errors": [problem.as_document() for problem in self.errors],
            "warnings": [problem.as_document() for problem in self.warnings],
            "differences": [each.as_document() for each in self.differences],
        }


@dataclass(frozen=True)
class _Place:
    """Where a unit hangs today, and where it hung before: the last day on each parent, the earliest first."""

    parent: str
    formers: tuple[tuple[date, str], ...] = ()

    def __str__(self) -> str:
        return "; ".join([*(f"{parent} until {ends}" for ends, parent in self.formers), self.parent])


def import_placements(*, actor: Scope, file: StructureFile, at: datetime, dry_run: bool = False) -> PlacementsReport:
    """Bring in where units hang from a day on; the report says which of them are placed anew, and how.

    Changes the placements of today with the numbers of the tree, and former parents, under one mark; leaves a
    record and tells `figures_changed`. The same file again changes nothing; a dry run changes nothing and names
    what would. Refused data changes nothing, with every reason. Raises AbilityMissing unless the actor may do
    this for the whole company.
    """
    if not actor.may_everywhere(ABILITY):
        raise AbilityMissing("Moving units needs the ability on the whole company.")
    try:
        table = placements_table(read(file.content, name=file.name)[0], file=file.name)
    except FileRejected as rejected:
        return PlacementsReport(REFUSED, errors=(Problem(file.name, str(rejected)),))
    with transaction.atomic():
        hold_marks()
        tree = _Standing()
        problems = [*table.problems, *_wrong(table, tree, localdate(at))]
        stated = {} if problems else _stated(table, tree)
        problems += [] if problems else _circles(table, tree, stated)
        if problems:
            return PlacementsReport(REFUSED, errors=tuple(problems), warnings=tuple(table.warnings))
        moved = {code: place for code, place in stated.items() if place != tree.place(code)}
        status = PREVIEWED if dry_run else IMPORTED if moved else UNCHANGED
        if status == IMPORTED:
            _write(actor, file, tree, moved, at=at)
        return PlacementsReport(
            status,
            Counts(changed=len(moved), same=len(stated) - len(moved)),
            warnings=tuple(table.warnings),
            differences=tuple(
                each
                for code, place in moved.items()
                for each in changed("units", code, {"parent": (tree.place(code), place)})
            ),
        )


class _Standing:
    """The tree as it stands, by codes."""

    def __init__(self) -> None:
        placed = Placement.unscoped.filter(until_mark__isnull=True).order_by("unit__left")
        self.rows = {row.unit.code: row for row in placed.select_related("unit", "parent")}
        self.units = {code: row.unit for code, row in self.rows.items()}
        self.parents = {code: row.parent.code if row.parent else None for code, row in self.rows.items()}
        self.formers = Hanging.before()

    def place(self, code: str) -> _Place:
        return _Place(self.parents[code] or "", tuple(self.formers.get(code, ())))


def _wrong(table: StructureTable, tree: _Standing, today: date) -> list[Problem]:
    """A problem for each cell that names no unit, a unit that does not move, or a day that has not come."""
    own_years = company_calendars().units
    found = []
    for row in table.rows:
        unit, parent, day = tree.units.get(row.values["unit"]), row.values["parent"], row.values["from"]
        if unit is None:
            found.append(_problem(table, row, "unit", "There is no unit with this code."))
        elif unit.kind == Unit.Kind.ELIMINATION:
            found.append(_problem(table, row, "unit", "An elimination unit is its group's own and stays there."))
        elif tree.parents[unit.code] is None:
            found.append(_problem(table, row, "unit", "This is the top of the tree: it hangs on nothing."))
        if parent not in tree.units:
            found.append(_problem(table, row, "parent", "There is no unit with this code."))
        elif parent in own_years:
            found.append(_problem(table, row, "parent", f"{parent} ends its year elsewhere and stands alone."))
        if day and day > today:
            reason = "This day has not come. Who may see a unit follows its place at once: bring it in on the day."
            found.append(_problem(table, row, "from", reason))
    return found


def _problem(table: StructureTable, row: StructureRow, column: str, reason: str) -> Problem:
    return Problem(table.file, reason, row=row.number, column=column, value=str(row.values[column]))


def _stated(table: StructureTable, tree: _Standing) -> dict[str, _Place]:
    """By unit its place as the file has it; where it says nothing of the time before its first day, what stands."""
    rows: dict[str, dict[date | None, str]] = {}
    for row in table.rows:
        rows.setdefault(row.values["unit"], {})[row.values["from"]] = row.values["parent"]
    found = {}
    for code, dated in rows.items():
        standing = tree.place(code)
        at, formers = dated.pop(None, standing.formers[0][1] if standing.formers else standing.parent), []
        for day, parent in sorted((day, parent) for day, parent in dated.items() if day is not None):
            if parent != at:
                formers.append((day - ONE_DAY, at))
                at = parent
        found[code] = _Place(at, tuple(formers))
    return found


def _circles(table: StructureTable, tree: _Standing, stated: Mapping[str, _Place]) -> list[Problem]:
    """The units that would stand above themselves, today or in the tree of an earlier day."""
    parents = tree.parents | {code: place.parent for code, place in stated.items()}
    formers: trees.Formers = {**tree.formers, **{code: place.formers for code, place in stated.items()}}
    lost = dict.fromkeys(circles(parents), "today") | {
        code: f"until {day}" for code, day in trees.circles_of_before(parents, formers).items()
    }
    first = {row.values["unit"]: row for row in reversed(table.rows)}
    return [
        _problem(table, first[code], "parent", f"{code} would stand above itself in the tree of the time {when}.")
        for code, when in lost.items()
        if code in first
    ]


def _write(actor: Scope, file: StructureFile, tree: _Standing, moved: Mapping[str, _Place], *, at: datetime) -> None:
    mark = take_mark(at).pk
    ids = {code: unit.pk for code, unit in tree.units.items()}
    before = {code: str(tree.place(code)) for code in moved}
    FormerParent.unscoped.filter(unit__code__in=moved, until_mark__isnull=True).update(until_mark=mark)
    FormerParent.unscoped.bulk_create(
        FormerParent(unit_id=ids[code], parent_id=ids[parent], ends=ends, from_mark=mark)
        for code, place in moved.items()
        for ends, parent in place.formers
    )
    parents = dict(tree.parents)
    for code, place in moved.items():
        if place.parent != parents[code]:
            _hang(tree.rows[code], ids[place.parent], mark)
            parents[code] = place.parent
    Hanging(tree.units, parents).number()
    record(
        actor=actor.actor,
        verb="ledger.placements.imported",
        target=("ledger.structure", mark),
        at=at,
        before={"places": before},
        after={
            "digest": sha256(file.content).hexdigest(),
            "places": {code: str(place) for code, place in moved.items()},
            "mark": mark,
        },
    )
    figures_changed.send(sender=Unit, mark=mark, actor=actor.actor, at=at)


def _hang(old: Placement, parent: int, mark: int) -> None:
    """Close a placement and write its successor under another parent, on the same terms."""
    Placement.unscoped.filter(pk=old.pk).update(until_mark=mark)
    Placement.unscoped.create(
        unit_id=old.unit_id,
        parent_id=parent,
        ownership=old.ownership,
        method=old.method,
        position=old.position,
        from_mark=mark,
    )
