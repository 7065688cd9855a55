"""Bringing in another tree over the same units (legal, regions, …): its nodes and what hangs on them, all or nothing.

A file states the whole tree, and since when what hangs where. Units of the company are named by their codes and hang on
nodes; every other code is a node. What the file assigns nowhere is with the tree's node of what is left, so that its
top always holds everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils.timezone import localdate

from ledger.actions.files import Bringing, Plan, RowsRefused
from ledger.actions.hanging import Hanging
from ledger.actions.structure import StructureFile
from ledger.changes import Change, added, changed
from ledger.report import Counts, FileReport, Problem
from ledger.structure import StructureRow, StructureTable, tree_table
from ledger.trees import circles
from units.models import Assignment, Placement, Unit
from units.scope import Scope

REST, REST_NAME = "-REST", "Assigned nowhere"

Hung = tuple[tuple[date | None, str | None], ...]
"""From which day on (None: always) something hangs on which node (None: it is the top), the earliest first."""


def import_tree(*, actor: Scope, tree: str, file: StructureFile, at: datetime, dry_run: bool = False) -> FileReport:
    """Bring in another tree; the report says what is new in it, what hangs elsewhere, and what is as it was.

    Changes nodes, assignments and the numbers of nodes under one mark, leaves a record and tells
    `figures_changed`. The same file again changes nothing; a dry run changes nothing and names what would. Refused
    data changes nothing, with every reason. Raises AbilityMissing unless the actor may do this for the whole company.
    """

    def plan(table: StructureTable) -> Plan:
        standing = _Standing(tree)
        RowsRefused.where([*table.problems, *_wrong(table, standing)])
        return _Wanted(standing, _names(table, standing), _hung(table, standing)).plan(actor, at)

    return Bringing(actor, file, at, dry_run).of("units", verb="ledger.tree.imported", table=tree_table, plan=plan)


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
        self.rows: dict[str, list[Assignment]] = {}
        for row in sorted(standing, key=lambda row: row.starts or date.min):
            self.rows.setdefault(row.unit.code, []).append(row)

    @property
    def groups(self) -> set[str]:
        return {parent for parent in self.parents.values() if parent}

    @cached_property
    def hung(self) -> dict[str, Hung]:
        return {
            code: tuple((row.starts, row.parent.code if row.parent else None) for row in rows)
            for code, rows in self.rows.items()
        }


def _wrong(table: StructureTable, standing: _Standing) -> list[Problem]:
    """A problem for each cell that makes no tree of nodes with units of the company as its leaves."""
    nodes = {row.code for row in table.rows if row.code not in standing.units}
    found = [problem for row in table.rows for problem in _wrong_row(table, row, standing, nodes)]
    tops = [row for row in table.rows if not row.values["parent"] and row.code in nodes]
    if tops:
        others = [row for row in table.rows if row is not tops[0] and (row in tops or row.code == tops[0].code)]
        found += [table.fault(row, "parent", "Only one node is the top, at all times.") for row in others]
    else:
        found.append(Problem(table.file, "One node has no parent: the top of the tree."))
    hung = _by_code(table)
    lost = {
        code for day in _days(hung.values()) for code in circles({code: _on(each, day) for code, each in hung.items()})
    }
    return found + [table.fault(row, "parent", "Stands above itself.") for row in table.rows if row.code in lost]


def _wrong_row(table: StructureTable, row: StructureRow, standing: _Standing, nodes: set[str]) -> Iterable[Problem]:
    """What is wrong with one row by itself."""
    code, parent = row.code, row.values["parent"]
    if code in standing.others:
        yield table.fault(row, "code", "This is a node of another tree.")
    elif code in standing.groups:
        yield table.fault(row, "code", "This unit has units below it: assign those.")
    elif code in standing.units and standing.units[code].kind == Unit.Kind.ELIMINATION:
        yield table.fault(row, "code", "An elimination unit is its group's own.")
    elif code in nodes - standing.nodes.keys() and not _name(table, code):
        yield table.fault(row, "name", "A node needs a name; a unit of the company would have one.")
    if parent and parent not in nodes:
        yield table.fault(row, "parent", "Units and nodes hang on nodes, and this is none.")
    elif not parent and code not in nodes and not row.values.get("from"):
        yield table.fault(row, "parent", "A unit hangs on a node; one that leaves the tree says from when on.")


def _name(table: StructureTable, code: str) -> str:
    """What the first row that says so calls a node."""
    return next((row.values["name"] for row in table.rows if row.code == code and row.values["name"]), "")


def _names(table: StructureTable, standing: _Standing) -> dict[str, str]:
    """The names of the nodes by their codes, that of the node of what is left included."""
    nodes = dict.fromkeys(row.code for row in table.rows if row.code not in standing.units)
    names = {code: _name(table, code) or standing.nodes[code].name for code in nodes}
    return names | {_rest(table, standing): REST_NAME}


def _rest(table: StructureTable, standing: _Standing) -> str:
    """The code of the node of what is left, named after the top where it is new."""
    known = next((code for code, node in standing.nodes.items() if node.kind == Unit.Kind.UNIT), "")
    return known or f"{_top(table, standing)[: 40 - len(REST)]}{REST}"


def _top(table: StructureTable, standing: _Standing) -> str:
    return next(row.code for row in table.rows if not row.values["parent"] and row.code not in standing.units)


def _by_code(table: StructureTable) -> dict[str, Hung]:
    """By code on what it hangs from which day on, as the rows have it."""
    dated: dict[str, dict[date | None, str | None]] = {}
    for row in table.rows:
        dated.setdefault(row.code, {})[row.values.get("from")] = row.values["parent"] or None
    return {code: tuple(sorted(each.items(), key=lambda item: item[0] or date.min)) for code, each in dated.items()}


def _hung(table: StructureTable, standing: _Standing) -> dict[str, Hung]:
    """By code on what it hangs from which day on. A node hangs where it hung first from the beginning; a unit that
    hangs on nothing any more is with the node of what is left."""
    top, rest = _top(table, standing), _rest(table, standing)
    found: dict[str, Hung] = {}
    for code, each in _by_code(table).items():
        if code in standing.units:
            each = tuple((day, parent or rest) for day, parent in each)
        else:
            each = ((None, each[0][1]), *each[1:])
        found[code] = each
    return found | {rest: ((None, top),)}


def _days(hung: Iterable[Hung]) -> list[date]:
    """A day for each arrangement there is at some time."""
    return sorted({date.min, *(day for each in hung for day, _ in each if day)})


def _on(hung: Hung, day: date) -> str | None:
    """On what something hangs on a day; None for the top, and for what hangs nowhere yet."""
    begun = [parent for starts, parent in hung if starts is None or starts <= day]
    return begun[-1] if begun else None


@dataclass(frozen=True)
class _Wanted:
    """What a file makes of a tree: the names of its nodes, and on what everything hangs since when."""

    standing: _Standing
    names: Mapping[str, str]
    hung: Mapping[str, Hung]

    @cached_property
    def moved(self) -> list[str]:
        """The codes that hang elsewhere than before, or not any more."""
        were = self.standing.hung
        return sorted(code for code in {*self.hung, *were} if self.hung.get(code) != were.get(code))

    @cached_property
    def renamed(self) -> dict[str, str | None]:
        """By code what nodes were called that get another name; None for new ones."""
        were = {code: node.name for code, node in self.standing.nodes.items()}
        return {code: were.get(code) for code, name in self.names.items() if were.get(code) != name}

    def plan(self, actor: Scope, at: datetime) -> Plan:
        were, today = self.standing.hung, localdate(at)

        def write(mark: int) -> None:
            self._write(mark, today)
            days = (day for code in self.moved for day, _ in self.hung.get(code, ()) if day)
            Hanging.ask_to_take_up(days, actor=actor, at=at)

        touched = {*self.moved, *self.renamed}
        return Plan(
            Counts(
                new=len(self.hung.keys() - were.keys()),
                changed=len(touched & were.keys() & self.hung.keys()),
                closed=len(were.keys() - self.hung.keys()),
                same=len(self.hung.keys() - touched),
            ),
            tuple(self._differences()),
            write,
            before={"hung": {code: _told(were.get(code)) for code in self.moved}, "named": self.renamed},
            after={
                "tree": self.standing.tree,
                "hung": {code: _told(self.hung.get(code)) for code in self.moved},
                "named": {code: self.names[code] for code in self.renamed},
            },
        )

    def _differences(self) -> Iterable[Change]:
        for code, before in self.renamed.items():
            move = {"name": (before, self.names[code])}
            yield from changed("nodes", code, move) if before else added("nodes", code, self.names[code])
        were = self.standing.hung
        for code in self.moved:
            before, after = _told(were.get(code)), _told(self.hung.get(code))
            yield from changed("units", code, {self.standing.tree: (before, after)} if before != after else {})

    def _write(self, mark: int, today: date) -> None:
        standing = self.standing
        nodes = {code: self._node(code) for code in self.names}
        ids = {code: unit.pk for code, unit in {**standing.units, **standing.nodes, **nodes}.items()}
        closing = [row.pk for code in self.moved for row in standing.rows.get(code, ())]
        Assignment.unscoped.filter(pk__in=closing).update(until_mark=mark)
        Assignment.unscoped.bulk_create(
            Assignment(
                unit_id=ids[code], parent_id=ids[parent] if parent else None, tree=standing.tree, starts=starts,
                position=position, from_mark=mark,
            )
            for position, (code, each) in enumerate(self.hung.items())
            if code in self.moved
            for starts, parent in each
        )  # fmt: skip
        Hanging(standing.units, standing.parents).number(today)

    def _node(self, code: str) -> Unit:
        """The node of a code by its name, made or renamed where needed."""
        name, standing = self.names[code], self.standing
        kind = Unit.Kind.UNIT if name == REST_NAME else Unit.Kind.GROUP
        node = standing.nodes.get(code) or Unit(code=code, tree=standing.tree, kind=kind)
        if node.name != name:
            node.name = name
            node.save()
        return node


def _told(hung: Hung | None) -> str | None:
    """`NORTH; SOUTH from 2026-09-01`; None for what hangs nowhere."""
    if hung is None:
        return None
    said = [f"{parent} from {starts}" if starts else parent or "" for starts, parent in hung]
    return "; ".join(said) or None
