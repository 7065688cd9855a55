"""Bringing structure in: the tree of units, the chart of accounts, rates and the calendar, all or nothing.

What a file states replaces what stands; what it does not mention is left as it is, and the report says so.
The same files again change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from audit.actions import record
from ledger import calendars, trees
from ledger.actions.hanging import Hanging
from ledger.changes import Change, Moves, added, between, changed, take
from ledger.models import Account, Rate
from ledger.periods import CalendarRefused, declared, document
from ledger.querysets import fiscal_calendar, period_row, periods_by_ordinal, stated_calendars
from ledger.reading import FileRejected, Sheet, read
from ledger.report import IMPORTED, PREVIEWED, REFUSED, UNCHANGED, Counts, Problem, StructureReport
from ledger.signals import figures_changed
from ledger.structure import (
    StructureTable,
    account_defaults,
    accounts_table,
    rates_table,
    units_table,
)
from units.marks import hold_marks, take_mark
from units.models import Placement, Unit
from units.scope import AbilityMissing, Scope
from units.tree import number

ABILITY = "structure.import"


@dataclass(frozen=True)
class StructureFile:
    """One structure file: its name (for the report) and its bytes."""

    name: str
    content: bytes


class _Refused(Exception):
    def __init__(self, problems: list[Problem], warnings: list[Problem]) -> None:
        super().__init__()
        self.problems, self.warnings = problems, warnings


@dataclass
class _Deed:
    """What one import of structure is doing. The mark is taken when the first change needs one."""

    actor: Scope
    at: datetime
    mark: int | None = None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    changed: dict[str, list[int]] = field(default_factory=dict)
    differences: list[Change] = field(default_factory=list)

    def take_mark(self) -> int:
        if self.mark is None:
            self.mark = take_mark(self.at).pk
        return self.mark

    def note(self, noun: str, pk: int) -> None:
        self.changed.setdefault(noun, []).append(pk)

    def read(self, file: StructureFile | None, parse: Any) -> StructureTable | None:
        """The table of a file, its problems collected; None where there is no file or it cannot be read."""
        if file is None:
            return None
        try:
            sheet: Sheet = read(file.content, name=file.name)[0]
        except FileRejected as rejected:
            self.problems.append(Problem(file.name, str(rejected)))
            return None
        table: StructureTable = parse(sheet, file=file.name)
        self.problems += table.problems
        self.warnings += table.warnings
        return table


def import_structure(
    *,
    actor: Scope,
    at: datetime,
    units: StructureFile | None = None,
    accounts: StructureFile | None = None,
    rates: StructureFile | None = None,
    calendar: Mapping[str, Any] | None = None,
    dry_run: bool = False,
) -> StructureReport:
    """Bring structure in; the report says what is new, changed and as it was.

    Changes units, placements and the numbering of the tree, accounts, rates and the calendar under one
    mark, leaves one record, tells `figures_changed`. Refused data changes nothing; every reason is in the
    report. A dry run does the same work, names every difference in its report, and takes all of it back: no
    row, mark or record of it stays, and nobody is told. Raises AbilityMissing unless the actor may do this for
    the whole company.
    """
    if not actor.may_everywhere(ABILITY):
        raise AbilityMissing("Importing structure needs the ability on the whole company.")
    deed = _Deed(actor, at)
    try:
        with transaction.atomic():
            hold_marks()
            report = _import(deed, units, accounts, rates, calendar)
            if deed.problems:
                raise _Refused(deed.problems, deed.warnings)
            if dry_run:
                transaction.set_rollback(True)
            else:
                _conclude(deed, report, [file for file in (units, accounts, rates) if file])
    except _Refused as refused:
        return StructureReport(REFUSED, errors=tuple(refused.problems), warnings=tuple(refused.warnings))
    status = PREVIEWED if dry_run else UNCHANGED if deed.mark is None else IMPORTED
    return replace(
        report, status=status, warnings=tuple(deed.warnings), differences=tuple(deed.differences) if dry_run else ()
    )


def _import(
    deed: _Deed,
    units: StructureFile | None,
    accounts: StructureFile | None,
    rates: StructureFile | None,
    calendar: Mapping[str, Any] | None,
) -> StructureReport:
    """Part by part; a part with problems writes nothing, and the others are still checked."""
    report = StructureReport(UNCHANGED)
    if calendar is not None:
        report = replace(report, calendar=_set_calendar(deed, calendar))
    if table := deed.read(units, units_table):
        report = replace(report, units=_set_units(deed, table))
    if calendar is not None:
        _refuse_calendars_of_nobody(deed)
    if table := deed.read(accounts, accounts_table):
        report = replace(report, accounts=_set_accounts(deed, table))
    known = fiscal_calendar()
    if table := deed.read(rates, lambda sheet, file: rates_table(sheet, file=file, calendar=known)):
        report = replace(report, rates=_set_rates(deed, table))
    return report


def _conclude(deed: _Deed, report: StructureReport, files: list[StructureFile]) -> None:
    record(
        actor=deed.actor.actor,
        verb="ledger.structure.imported",
        target=("ledger.structure", deed.mark or 0),
        at=deed.at,
        after={
            "digests": [sha256(file.content).hexdigest() for file in files],
            "units": report.units.as_document(),
            "accounts": report.accounts.as_document(),
            "rates": report.rates.as_document(),
            "calendar": report.calendar,
            "changed": deed.changed,
            "mark": deed.mark,
        },
    )
    if deed.mark is not None:
        figures_changed.send(sender=Unit, mark=deed.mark, actor=deed.actor.actor, at=deed.at)


# --- calendar ---------------------------------------------------------------------------------------


def _set_calendar(deed: _Deed, description: Mapping[str, Any]) -> str:
    before = document(stated_calendars())
    try:
        status = calendars.set_calendar(declared(description))
    except CalendarRefused as refused:
        value = str(refused.value or "")[:200]
        deed.problems.append(Problem("calendar", str(refused), column=refused.at, value=value))
        return "same"
    if status != "same":
        deed.take_mark()
        moves = between({} if status == "new" else before, document(stated_calendars()))
        deed.differences += changed("calendar", "", moves, change=status)
    return status


def _refuse_calendars_of_nobody(deed: _Deed) -> None:
    """Units that the calendar names have to be there, from before or from this very import."""
    named = stated_calendars().units
    known = set(Unit.unscoped.filter(code__in=list(named), tree="").values_list("code", flat=True))
    for code in sorted(named.keys() - known):
        reason = f"There is no unit with the code {code} to give a calendar of its own."
        deed.problems.append(Problem("calendar", reason, column=f"units.{code}", value=code))


# --- units ------------------------------------------------------------------------------------------

UNIT_FIELDS = {
    "name": "name", "kind": "kind", "currency": "currency", "vertical": "vertical", "region": "region",
    "from": "starts", "to": "ends",
}  # fmt: skip


def _set_units(deed: _Deed, table: StructureTable) -> Counts:
    standing = {unit.code: unit for unit in Unit.unscoped.filter(tree="")}
    placements = {
        row.unit_id: row for row in Placement.unscoped.filter(until_mark__isnull=True).select_related("parent")
    }
    before = {
        code: place.parent.code if place.parent else None
        for code, unit in sorted(standing.items(), key=lambda item: item[1].left)
        if (place := placements.get(unit.pk))
    }
    parents, today = trees.whole(table, before), localdate(deed.at)
    places = Hanging(standing, parents).places
    faults = trees.faults(table, parents, "unit") or trees.faults_of_other_days(table, places, today)
    deed.problems += faults
    if faults or table.problems:
        return Counts()
    counts = {"new": 0, "changed": 0, "same": 0}
    groups = {parent for parent in parents.values() if parent}
    for row in table.rows:
        unit, is_new = standing.get(row.code), row.code not in standing
        if unit is None:
            unit = standing[row.code] = Unit(code=row.code)
        moves = take(unit, _unit_values(row.values, is_new=is_new, is_group=row.code in groups))
        if is_new or moves:
            deed.take_mark()
            unit.save()
            deed.note("units", unit.pk)
            deed.differences += added("units", row.code, unit.name) if is_new else changed("units", row.code, moves)
        counts["new" if is_new else "changed" if moves else "same"] += 1
    moved = _place(deed, table, standing, parents, placements)
    counts["changed"] += len(moved)
    counts["same"] -= len(moved)
    Hanging(standing, parents).number(today)
    deed.warnings += trees.left_alone(table, standing, "unit") + trees.moved_since(table, before, places)
    return Counts(**counts)


def _unit_values(values: Mapping[str, Any], *, is_new: bool, is_group: bool) -> dict[str, Any]:
    given = {UNIT_FIELDS[name]: value for name, value in values.items() if name in UNIT_FIELDS}
    if is_new and is_group and "kind" not in given:
        given["kind"] = Unit.Kind.GROUP
    return given


def _place(
    deed: _Deed,
    table: StructureTable,
    units: Mapping[str, Unit],
    parents: Mapping[str, str | None],
    placements: Mapping[int, Placement],
) -> set[str]:
    """Close and write the placements that differ; the codes of units that only moved."""
    moved = set()
    for position, row in enumerate(table.rows):
        unit, parent = units[row.code], units.get(parents[row.code] or "")
        old = placements.get(unit.pk)
        wanted = {
            "parent_id": parent.pk if parent else None,
            "ownership": row.values.get("ownership", old.ownership if old else "1"),
            "method": row.values.get("method", old.method if old else Placement.Method.FULL),
            "position": position,
        }
        if old and all(getattr(old, name) == value for name, value in wanted.items()):
            continue
        mark = deed.take_mark()
        if old:
            deed.differences += changed("units", row.code, _placement_moves(old, wanted, parent))
            Placement.unscoped.filter(pk=old.pk).update(until_mark=mark)
            if unit.pk not in deed.changed.get("units", ()):
                moved.add(row.code)
                deed.note("units", unit.pk)
        Placement.unscoped.create(unit=unit, from_mark=mark, **wanted)
    return moved


def _placement_moves(old: Placement, wanted: Mapping[str, Any], parent: Unit | None) -> Moves:
    """What a placement changes; the parent by its code."""
    was = {name: getattr(old, name) for name in wanted} | {"parent_id": old.parent.code if old.parent else None}
    moves = between(was, {**wanted, "parent_id": parent.code if parent else None})
    return {name.removesuffix("_id"): each for name, each in moves.items()}


# --- accounts ---------------------------------------------------------------------------------------


def _set_accounts(deed: _Deed, table: StructureTable) -> Counts:
    standing = {account.code: account for account in Account.objects.select_related("parent")}
    in_order = sorted(standing.values(), key=lambda account: account.position)
    parents = trees.whole(table, {a.code: a.parent.code if a.parent else None for a in in_order})
    faults = trees.faults(table, parents, "account")
    deed.problems += faults
    if faults or table.problems:
        return Counts()
    given = {row.code: row.values for row in table.rows}
    counts = {"new": 0, "changed": 0, "same": 0}
    for position, (code, place) in enumerate(number(parents.items()).items()):
        account, is_new = standing.get(code), code not in standing
        if account is None:
            account = standing[code] = Account(code=code)
        values = _account_values(account, given.get(code), is_new=is_new)
        parent = standing.get(parents[code] or "")
        values |= {"parent": parent, "position": position, "depth": place.depth}
        moves = take(account, values)
        if is_new or moves:
            deed.take_mark()
            account.save()
            deed.note("accounts", account.pk)
        if code in given:
            deed.differences += added("accounts", code, account.name) if is_new else _account_moves(code, moves)
            counts["new" if is_new else "changed" if moves else "same"] += 1
    deed.warnings += trees.left_alone(table, standing, "account")
    return Counts(**counts)


def _account_moves(code: str, moves: Moves) -> list[Change]:
    """What an account changes; the parent by its code."""
    if "parent" in moves:
        before, after = moves["parent"]
        moves["parent"] = (before and before.code, after and after.code)
    return changed("accounts", code, moves)


def _account_values(account: Account, given: Mapping[str, Any] | None, *, is_new: bool) -> dict[str, Any]:
    if given is None:
        return {}
    kind, role = given["kind"], given.get("role", "" if is_new else account.role)
    values = {"name": given["name"], "kind": kind, "role": role}
    if "weight" in given:
        values["weight"] = given["weight"]
    defaults = account_defaults(kind, role, given)
    return values | {name: default for name, default in defaults.items() if is_new or name in given}


# --- rates ------------------------------------------------------------------------------------------


def _set_rates(deed: _Deed, table: StructureTable) -> Counts:
    roots = set(Unit.unscoped.filter(depth=0).exclude(currency="").values_list("currency", flat=True))
    for row in table.rows:
        if roots == {row.values["currency"]} and row.values["rate"] != "1":
            table.refuse(row.number, "rate", row.values["rate"], "The rate of the group's own currency is 1.")
            deed.problems.append(table.problems[-1])
    if table.problems:
        return Counts()
    wanted = {row.values["period"].ordinal: row.values["period"] for row in table.rows}
    periods = periods_by_ordinal(wanted)
    for ordinal in sorted(wanted.keys() - periods.keys()):
        periods[ordinal] = period_row(wanted[ordinal])
        periods[ordinal].save()
    standing = {
        (rate.currency, rate.period_id, rate.kind): rate for rate in Rate.objects.filter(until_mark__isnull=True)
    }
    counts = {"new": 0, "changed": 0, "same": 0}
    for row in table.rows:
        key = (row.values["currency"], periods[row.values["period"].ordinal].pk, row.values["kind"])
        old = standing.get(key)
        if old and old.rate == row.values["rate"]:
            counts["same"] += 1
            continue
        mark = deed.take_mark()
        if old:
            Rate.objects.filter(pk=old.pk).update(until_mark=mark)
        new = Rate.objects.create(
            currency=key[0], period_id=key[1], kind=key[2], rate=row.values["rate"], from_mark=mark
        )
        deed.note("rates", new.pk)
        counts["changed" if old else "new"] += 1
        code = f"{key[0]} {row.values['period'].code} {key[2]}"
        deed.differences += (
            changed("rates", code, {"": (old.rate, new.rate)}) if old else added("rates", code, new.rate)
        )
    return Counts(**counts)
