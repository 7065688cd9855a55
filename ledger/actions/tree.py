"""Bringing in another tree over the same units (legal, regions, …): its nodes and what hangs on them, all or nothing.

A file states the whole tree. Units of the company are named by their codes and hang on nodes; every other code is a
node. What the file assigns nowhere is with the tree's node of what is left, so that its top always holds everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from audit.actions import record
from ledger.actions.hanging import Hanging
from ledger.actions.structure import ABILITY, StructureFile
from ledger.changes import Change, added, changed
from ledger.reading import FileRejected, read
from ledger.report import IMPORTED, PREVIEWED, REFUSED, UNCHANGED, Counts, Problem
from ledger.signals import figures_changed
from ledger.structure import StructureRow, StructureTable, circles, tree_table
from units.marks import hold_marks, take_mark
from units.models import Assignment, Placement, Unit
from units.scope import AbilityMissing, Scope

REST, REST_NAME = "-REST", "Assigned nowhere"


@dataclass(frozen=True)
class TreeReport:
    """What became of a file: how many nodes are new, and how many units and nodes hang elsewhere or as before."""

    status: str
    units: Counts = field(default_factory=Counts)
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    differences: tuple[Change, ...] = ()

    @property
    def is_refused(self) -> bool:
        return self.status == REFUSED

    def as_document(self) -> dict[str, Any]:
        """The document of `import_tree --json`."""
        return {
            "status": self.status,
            "units": self.units.as_document(),
            "errors": [problem.as_document() for problem in self.errors],
            "warnings": [problem.as_document() for problem in self.warnings],
            "differences": [each.as_document() for each in self.differences],
        }


class _Standing:
    """The units of the company, and one other tree as it stands, by codes."""

    def __init__(self, tree: str) -> None:
        everything = {unit.code: unit for unit in Unit.unscoped.order_by("left", "pk")}
        placed = Placement.unscoped.filter(until_mark__isnull=True).order_by("unit__left")
        self.tree = tree
        self.parents = {code: above or None for code, above in placed.values_list("unit__code", "parent__code")}
        self.units = {code: unit for code, unit in everything.items() if not unit.tree}
        self.nodes = {code: unit for code, unit in everything.items() if unit.tree == tree}
        self.others = everything.keys() - self.units.keys() - self.nodes.keys()
        standing = Assignment.unscoped.filter(tree=tree, until_mark__isnull=True).select_related("unit", "parent")
        self.rows = {row.unit.code: row for row in standing}
        self.hung = {code: row.parent.code if row.parent else None for code, row in self.rows.items()}

    @property
    def groups(self) -> set[str]:
        return {parent for parent in self.parents.values() if parent}


def import_tree(*, actor: Scope, tree: str, file: StructureFile, at: datetime, dry_run: bool = False) -> TreeReport:
    """Bring in another tree; the report says what is new in it, what hangs elsewhere, and what is as it was.

    Changes nodes, assignments and the numbers of nodes under one mark, leaves a record and tells
    `figures_changed`. The same file again changes nothing; a dry run changes nothing and names what would. Refused
    data changes nothing, with every reason. Raises AbilityMissing unless the actor may do this for the whole company.
    """
    if not actor.may_everywhere(ABILITY):
        raise AbilityMissing("Importing a tree needs the ability on the whole company.")
    try:
        table = tree_table(read(file.content, name=file.name)[0], file=file.name)
    except FileRejected as rejected:
        return TreeReport(REFUSED, errors=(Problem(file.name, str(rejected)),))
    with transaction.atomic():
        hold_marks()
        standing = _Standing(tree)
        problems = [*table.problems, *_wrong(table, standing)]
        if problems:
            return TreeReport(REFUSED, errors=tuple(problems), warnings=tuple(table.warnings))
        names, hung = _stated(table, standing)
        moved = {code for code in {*hung, *standing.hung} if hung.get(code, "") != standing.hung.get(code, "")}
        report = _report(standing, names, hung, moved)
        if report.differences and not dry_run:
            _write(actor, file, standing, names, hung, moved, at=at)
        status = PREVIEWED if dry_run else IMPORTED if report.differences else UNCHANGED
        return replace(report, status=status, warnings=tuple(table.warnings))


def _wrong(table: StructureTable, standing: _Standing) -> list[Problem]:
    """A problem for each cell that makes no tree of nodes with units of the company as its leaves."""
    nodes = {row.code for row in table.rows if row.code not in standing.units}
    found, tops = [], []
    for row in table.rows:
        code, parent = row.code, row.values["parent"]
        if code in standing.others:
            found.append(_problem(table, row, "code", "This is a node of another tree."))
        elif code in standing.groups:
            found.append(_problem(table, row, "code", "This unit has units below it: assign those."))
        elif code in standing.units and standing.units[code].kind == Unit.Kind.ELIMINATION:
            found.append(_problem(table, row, "code", "An elimination unit is its group's own."))
        elif code in nodes and code not in standing.nodes and not row.values["name"]:
            found.append(_problem(table, row, "name", "A node needs a name; a unit of the company would have one."))
        if parent and parent not in nodes:
            found.append(_problem(table, row, "parent", "Units and nodes hang on nodes, and this is none."))
        elif not parent:
            tops.append(row)
    tops_wanted = [row for row in tops if row.code in nodes]
    found += [_problem(table, row, "parent", "Only one node is the top.") for row in tops_wanted[1:]]
    found += [_problem(table, row, "parent", "A unit hangs on a node.") for row in tops if row.code not in nodes]
    if not tops_wanted:
        found.append(Problem(table.file, "One node has no parent: the top of the tree."))
    above = {row.code: row.values["parent"] or None for row in table.rows}
    lost = set(circles(above))
    return found + [_problem(table, row, "parent", "Stands above itself.") for row in table.rows if row.code in lost]


def _problem(table: StructureTable, row: StructureRow, column: str, reason: str) -> Problem:
    return Problem(table.file, reason, row=row.number, column=column, value=str(row.values[column]))


def _stated(table: StructureTable, standing: _Standing) -> tuple[dict[str, str], dict[str, str | None]]:
    """The names of the nodes, and by code what everything hangs on, the node of what is left included."""
    hung = {row.code: row.values["parent"] or None for row in table.rows}
    names = {row.code: row.values["name"] for row in table.rows if row.code not in standing.units}
    names = {code: name or standing.nodes[code].name for code, name in names.items()}
    rest = next((code for code, node in standing.nodes.items() if node.kind == Unit.Kind.UNIT), "")
    top = next(code for code, parent in hung.items() if parent is None)
    rest = rest or f"{top[: 40 - len(REST)]}{REST}"
    return {**names, rest: REST_NAME}, {**hung, rest: top}


def _report(
    standing: _Standing, names: Mapping[str, str], hung: Mapping[str, str | None], moved: set[str]
) -> TreeReport:
    new = [code for code in names if code not in standing.nodes]
    renamed = [code for code, name in names.items() if code in standing.nodes and standing.nodes[code].name != name]
    differences = [each for code in new for each in added("nodes", code, names[code])]
    for code in renamed:
        differences += changed("nodes", code, {"name": (standing.nodes[code].name, names[code])})
    for code in sorted(moved):
        differences += changed("units", code, {standing.tree: (standing.hung.get(code), hung.get(code))})
    counts = Counts(
        new=len(moved - standing.hung.keys()),
        changed=len(moved & standing.hung.keys() & hung.keys()),
        closed=len(standing.hung.keys() - hung.keys()),
        same=len(hung.keys() - moved),
    )
    return TreeReport(UNCHANGED, counts, differences=tuple(differences))


def _write(
    actor: Scope,
    file: StructureFile,
    standing: _Standing,
    names: Mapping[str, str],
    hung: Mapping[str, str | None],
    moved: set[str],
    *,
    at: datetime,
) -> None:
    mark = take_mark(at).pk
    were = {code: node.name for code, node in standing.nodes.items()}
    named = {code: name for code, name in names.items() if were.get(code) != name}
    nodes = {code: _node(standing, code, name, is_rest=name == REST_NAME) for code, name in names.items()}
    ids = {code: unit.pk for code, unit in {**standing.units, **standing.nodes, **nodes}.items()}
    closing = [row.pk for code, row in standing.rows.items() if code in moved]
    Assignment.unscoped.filter(pk__in=closing).update(until_mark=mark)
    Assignment.unscoped.bulk_create(
        Assignment(
            unit_id=ids[code], parent_id=ids[parent] if parent else None, tree=standing.tree,
            position=position, from_mark=mark,
        )
        for position, (code, parent) in enumerate(hung.items())
        if code in moved
    )  # fmt: skip
    Hanging(standing.units, standing.parents).number()
    record(
        actor=actor.actor,
        verb="ledger.tree.imported",
        target=("ledger.structure", mark),
        at=at,
        before={
            "hung": {code: standing.hung.get(code) for code in sorted(moved)},
            "named": {code: were.get(code) for code in named},
        },
        after={
            "tree": standing.tree,
            "digest": sha256(file.content).hexdigest(),
            "hung": {code: hung.get(code) for code in sorted(moved)},
            "named": named,
            "mark": mark,
        },
    )
    figures_changed.send(sender=Unit, mark=mark, actor=actor.actor, at=at)


def _node(standing: _Standing, code: str, name: str, *, is_rest: bool) -> Unit:
    """The node of a code by its name, made or renamed where needed."""
    kind = Unit.Kind.UNIT if is_rest else Unit.Kind.GROUP
    node = standing.nodes.get(code) or Unit(code=code, tree=standing.tree, kind=kind)
    if node.name != name:
        node.name = name
        node.save()
    return node
