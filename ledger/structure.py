"""Structure files: units, accounts and rates as rows, every wrong cell named. Pure; nothing is looked up.

A column that a file does not have leaves what stands as it is; an empty cell of a column it has is the
default. Texts are taken without the spaces around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger import cells
from ledger.cells import CellRefused
from ledger.layout import cell_text
from ledger.periods import Calendar, PeriodUnknown, as_written
from ledger.reading import Sheet
from ledger.report import Problem

UNIT_COLUMNS = (
    "code", "name", "parent", "kind", "currency", "vertical", "region", "ownership", "method", "from", "to",
)  # fmt: skip
ACCOUNT_COLUMNS = (
    "code", "name", "kind", "parent", "weight", "unit_of_measure", "time_rollup", "rate_type", "role", "better",
)  # fmt: skip
RATE_COLUMNS = ("currency", "period", "kind", "rate")
OWNERSHIP_COLUMNS = ("unit", "from", "ownership")
PLACEMENT_COLUMNS = ("unit", "from", "parent")
TREE_COLUMNS = ("code", "name", "parent")
HOLIDAY_COLUMNS = ("date", "name")

UNIT_KINDS = ("group", "unit", "corporate", "elimination")
METHODS = ("full", "proportional", "equity", "none")
ACCOUNT_KINDS = ("income", "expense", "asset", "liability", "equity", "statistical")
ROLLUPS = ("sum", "last", "average")
RATE_TYPES = ("average", "closing", "historical", "none")
RATE_KINDS = ("average", "closing", "historical", "budget")
BETTER = ("higher", "lower", "none")
TREE_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
TREE_NAME_SAID = "A tree is named in small letters, such as legal or region."
FLOWS = frozenset({"new_customers", "churned_customers", "acquisition_spend"})


@dataclass(frozen=True)
class StructureRow:
    """A row of a structure file, its cells checked one by one. Columns the file does not have are absent."""

    number: int
    values: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.values["code"])


@dataclass
class StructureTable:
    """The rows of one structure file, and what is wrong with it. `codes` are also those of wrong rows."""

    file: str
    rows: list[StructureRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)

    def refuse(self, number: int | None, column: str, value: object, reason: str) -> None:
        self.problems.append(Problem(self.file, reason, row=number, column=column, value=str(value or "")[:200]))

    def fault(self, row: StructureRow, column: str, reason: str) -> Problem:
        """What is wrong with a cell that reads well and cannot stand."""
        return Problem(self.file, reason, row=row.number, column=column, value=str(row.values.get(column) or ""))


def units_table(sheet: Sheet, *, file: str) -> StructureTable:
    """Rows of `code,name[,parent,kind,currency,vertical,region,ownership,method,from,to]`."""
    checks: dict[str, Callable[[str], Any]] = {
        "code": cells.code,
        "name": cells.name,
        "parent": str,
        "kind": cells.one_of(UNIT_KINDS, "unit"),
        "currency": cells.currency_or_empty,
        "vertical": cells.label,
        "region": cells.label,
        "ownership": cells.fraction,
        "method": cells.one_of(METHODS, "full"),
        "from": cells.day,
        "to": cells.day,
    }
    table = _table(sheet, file, checks, needed=("code", "name"))
    for row in table.rows:
        first, last = row.values.get("from"), row.values.get("to")
        if first and last and last < first:
            table.refuse(row.number, "to", last, "The last day lies before the first.")
    _refuse_twins(table, ("code",))
    return table


def accounts_table(sheet: Sheet, *, file: str) -> StructureTable:
    """Rows of `code,name,kind[,parent,weight,unit_of_measure,time_rollup,rate_type,role,better]`."""
    checks: dict[str, Callable[[str], Any]] = {
        "code": cells.code,
        "name": cells.name,
        "kind": cells.one_of(ACCOUNT_KINDS, None),
        "parent": str,
        "weight": cells.weight,
        "unit_of_measure": cells.measure,
        "time_rollup": cells.one_of(ROLLUPS, ""),
        "rate_type": cells.one_of(RATE_TYPES, ""),
        "role": cells.role,
        "better": cells.one_of(BETTER, ""),
    }
    table = _table(sheet, file, checks, needed=("code", "name", "kind"))
    _refuse_twins(table, ("code",))
    return table


def rates_table(sheet: Sheet, *, file: str, calendar: Calendar) -> StructureTable:
    """Rows of `currency,period,kind,rate`; the period becomes a period of the calendar."""

    def period(text: str) -> Any:
        try:
            return as_written(calendar, text)
        except PeriodUnknown as unknown:
            raise CellRefused(str(unknown)) from unknown

    checks: dict[str, Callable[[str], Any]] = {
        "currency": cells.currency,
        "period": period,
        "kind": cells.one_of(RATE_KINDS, None),
        "rate": cells.rate,
    }
    table = _table(sheet, file, checks, needed=RATE_COLUMNS)
    _refuse_twins(table, RATE_COLUMNS[:3])
    return table


def ownership_table(sheet: Sheet, *, file: str) -> StructureTable:
    """Rows of `unit,from,ownership[,method]`: what is held of a unit from a day on, and how it is consolidated."""
    checks: dict[str, Callable[[str], Any]] = {
        "unit": cells.code,
        "from": cells.day,
        "ownership": cells.fraction,
        "method": cells.one_of(METHODS, "full"),
    }
    table = _table(sheet, file, checks, needed=OWNERSHIP_COLUMNS)
    _refuse_twins(table, OWNERSHIP_COLUMNS[:2])
    return table


def placements_table(sheet: Sheet, *, file: str) -> StructureTable:
    """Rows of `unit,from,parent`: what a unit hangs on from a day on, and (no day) what it hung on at first."""
    checks: dict[str, Callable[[str], Any]] = {"unit": cells.code, "from": cells.day, "parent": cells.code}
    table = _table(sheet, file, checks, needed=PLACEMENT_COLUMNS)
    _refuse_twins(table, PLACEMENT_COLUMNS[:2])
    return table


def tree_table(sheet: Sheet, *, file: str) -> StructureTable:
    """Rows of `code,name,parent[,from]`: the nodes of another tree, the units of the company that hang on them, and
    since when."""
    checks: dict[str, Callable[[str], Any]] = {
        "code": cells.code,
        "name": lambda text: cells.clean(text, 120),
        "parent": str,
        "from": cells.day,
    }
    table = _table(sheet, file, checks, needed=TREE_COLUMNS)
    _refuse_twins(table, ("code", "from"))
    return table


def holidays_table(sheet: Sheet, *, file: str) -> StructureTable:
    """Rows of `date,name[,region,unit]`; a year instead of a date says that there are no holidays in it."""
    checks: dict[str, Callable[[str], Any]] = {
        "date": cells.day_or_year,
        "name": lambda text: cells.clean(text, 120),
        "region": cells.label,
        "unit": lambda text: cells.clean(text, 40),
    }
    table = _table(sheet, file, checks, needed=HOLIDAY_COLUMNS)
    for row in table.rows:
        if isinstance(row.values["date"], date) and not row.values["name"]:
            table.refuse(row.number, "name", "", "The name is missing.")
        if row.values.get("region") and row.values.get("unit"):
            table.refuse(row.number, "unit", row.values["unit"], "A holiday is of a region or of a unit.")
    _refuse_twins(table, ("date", "region", "unit"))
    return table


def account_defaults(kind: str, role: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What an account is where its row leaves it open.

    Income and expense add up over time at the average rate; balances are taken at the last period, at the
    closing rate (equity at the historical one); statistical accounts count things, taken at the last
    period unless their role is a flow. Money is measured in money, everything statistical in counts.
    """
    is_flow = kind in ("income", "expense") or role in FLOWS
    measure = given.get("unit_of_measure") or ("count" if kind == "statistical" else "money")
    rate_types = {"income": "average", "expense": "average", "equity": "historical", "statistical": "average"}
    return {
        "unit_of_measure": measure,
        "time_rollup": given.get("time_rollup") or ("sum" if is_flow else "last"),
        "rate_type": given.get("rate_type") or (rate_types.get(kind, "closing") if measure == "money" else "none"),
        "better": given.get("better") or {"income": "higher", "expense": "lower"}.get(kind, "none"),
    }


def _table(
    sheet: Sheet, file: str, checks: Mapping[str, Callable[[str], Any]], *, needed: Iterable[str]
) -> StructureTable:
    """The rows of a sheet under the header in its first row."""
    table = StructureTable(file)
    header = [cell_text(cell).casefold() for cell in sheet.rows[0]] if sheet.rows else []
    for name in needed:
        if name not in header:
            table.refuse(1, name, "", f"The column {name} is missing; the columns are {', '.join(checks)}.")
    for name in header:
        if name and header.count(name) > 1:
            table.refuse(1, name, "", f"The column {name} stands there twice.")
    if table.problems:
        return table
    unread = [name for name in header if name and name not in checks]
    if unread:
        reason = f"Columns that were not read: {', '.join(unread)}."
        table.warnings.append(Problem(file, reason, row=1))
    for number, row in enumerate(sheet.rows[1:], start=2):
        texts = [cell_text(cell) for cell in row]
        if any(texts):
            _take(
                table,
                number,
                dict(zip(header, [*texts, *[""] * len(header)], strict=False)),
                checks,
                texts[len(header) :],
            )
    for (number, column), reason in sheet.faults.items():
        table.refuse(
            number, header[column - 1] if column <= len(header) else "", "", reason[0].upper() + reason[1:] + "."
        )
    return table


def _take(
    table: StructureTable,
    number: int,
    texts: dict[str, str],
    checks: Mapping[str, Callable[[str], Any]],
    beyond: list[str],
) -> None:
    if any(beyond):
        table.refuse(
            number, "", beyond[0], "The row has more fields than the header; is there an unquoted separator in it?"
        )
        return
    table.codes.add(texts.get("code", ""))
    values = {}
    is_good = True
    for column, check in checks.items():
        if column in texts:
            try:
                values[column] = check(texts[column])
            except CellRefused as refused:
                table.refuse(number, column, texts[column], str(refused))
                is_good = False
    if is_good:
        table.rows.append(StructureRow(number, values))


def _refuse_twins(table: StructureTable, columns: tuple[str, ...]) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for row in table.rows:
        key = tuple(row.values.get(column) for column in columns)
        if first.setdefault(key, row.number) != row.number:
            table.refuse(row.number, columns[0], key[0], f"This {columns[0]} stands in row {first[key]} already.")
