"""Structure files: units, accounts and rates as rows, every wrong cell named. Pure; nothing is looked up.

A column that a file does not have leaves what stands as it is; an empty cell of a column it has is the
default. Texts are taken without the spaces around them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

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

UNIT_KINDS = ("group", "unit", "corporate", "elimination")
METHODS = ("full", "proportional", "equity", "none")
ACCOUNT_KINDS = ("income", "expense", "asset", "liability", "equity", "statistical")
ROLLUPS = ("sum", "last", "average")
RATE_TYPES = ("average", "closing", "historical", "none")
RATE_KINDS = ("average", "closing", "historical", "budget")
BETTER = ("higher", "lower", "none")
FLOWS = frozenset({"new_customers", "churned_customers", "acquisition_spend"})

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,18}(\.\d{1,18})?", re.ASCII)
_ROLE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class CellRefused(ValueError):
    """A cell of a structure file does not fit its column; the sentence says what does."""


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


def units_table(sheet: Sheet, *, file: str) -> StructureTable:
    """Rows of `code,name[,parent,kind,currency,vertical,region,ownership,method,from,to]`."""
    checks: dict[str, Callable[[str], Any]] = {
        "code": _code,
        "name": _name,
        "parent": str,
        "kind": _one_of(UNIT_KINDS, "unit"),
        "currency": _currency_or_empty,
        "vertical": _label,
        "region": _label,
        "ownership": _fraction,
        "method": _one_of(METHODS, "full"),
        "from": _date,
        "to": _date,
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
        "code": _code,
        "name": _name,
        "kind": _one_of(ACCOUNT_KINDS, None),
        "parent": str,
        "weight": _weight,
        "unit_of_measure": _measure,
        "time_rollup": _one_of(ROLLUPS, ""),
        "rate_type": _one_of(RATE_TYPES, ""),
        "role": _role,
        "better": _one_of(BETTER, ""),
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
        "currency": _currency,
        "period": period,
        "kind": _one_of(RATE_KINDS, None),
        "rate": _rate,
    }
    table = _table(sheet, file, checks, needed=RATE_COLUMNS)
    _refuse_twins(table, RATE_COLUMNS[:3])
    return table


def ownership_table(sheet: Sheet, *, file: str) -> StructureTable:
    """Rows of `unit,from,ownership[,method]`: what is held of a unit from a day on, and how it is consolidated."""
    checks: dict[str, Callable[[str], Any]] = {
        "unit": _code,
        "from": _date,
        "ownership": _fraction,
        "method": _one_of(METHODS, "full"),
    }
    table = _table(sheet, file, checks, needed=OWNERSHIP_COLUMNS)
    _refuse_twins(table, OWNERSHIP_COLUMNS[:2])
    return table


def placements_table(sheet: Sheet, *, file: str) -> StructureTable:
    """Rows of `unit,from,parent`: what a unit hangs on from a day on, and (no day) what it hung on at first."""
    checks: dict[str, Callable[[str], Any]] = {"unit": _code, "from": _date, "parent": _code}
    table = _table(sheet, file, checks, needed=PLACEMENT_COLUMNS)
    _refuse_twins(table, PLACEMENT_COLUMNS[:2])
    return table


def tree_table(sheet: Sheet, *, file: str) -> StructureTable:
    """Rows of `code,name,parent`: the nodes of another tree, and the units of the company that hang on them."""
    checks: dict[str, Callable[[str], Any]] = {"code": _code, "name": lambda text: _clean(text, 120), "parent": str}
    table = _table(sheet, file, checks, needed=tuple(checks))
    _refuse_twins(table, ("code",))
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


def circles(parents: Mapping[str, str | None]) -> list[str]:
    """The codes that stand above themselves, in the order given."""
    found = []
    for code in parents:
        above, seen = parents[code], set()
        while above and above not in seen and above != code:
            seen.add(above)
            above = parents.get(above)
        if above == code:
            found.append(code)
    return found


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
    for number, cells in enumerate(sheet.rows[1:], start=2):
        texts = [cell_text(cell) for cell in cells]
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
        key = tuple(row.values[column] for column in columns)
        if first.setdefault(key, row.number) != row.number:
            table.refuse(row.number, columns[0], key[0], f"This {columns[0]} stands in row {first[key]} already.")


def _code(text: str) -> str:
    if not text:
        raise CellRefused("The code is missing.")
    return _clean(text, 40)


def _name(text: str) -> str:
    if not text:
        raise CellRefused("The name is missing.")
    return _clean(text, 120)


def _label(text: str) -> str:
    return _clean(text, 60)


def _measure(text: str) -> str:
    return _clean(text, 20)


def _clean(text: str, longest: int) -> str:
    if len(text) > longest:
        raise CellRefused(f"At most {longest} characters fit here.")
    if any(unicodedata.category(character) in ("Cc", "Cf") for character in text):
        raise CellRefused("There are invisible characters in this text.")
    return text


def _one_of(allowed: tuple[str, ...], default: str | None) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not text and default is not None:
            return default
        if text.casefold() not in allowed:
            raise CellRefused(f"This is one of {', '.join(allowed)}.")
        return text.casefold()

    return check


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text):
        raise CellRefused("A currency is a code of three capital letters, such as EUR.")
    return text


def _currency_or_empty(text: str) -> str:
    return _currency(text) if text else ""


def _fraction(text: str) -> str:
    if not text:
        return "1"
    number = _decimal(text)
    if number is None or not 0 <= number <= 1:
        raise CellRefused("Ownership is a fraction from 0 to 1, such as 0.75.")
    return _shortest(number)


def _rate(text: str) -> str:
    number = _decimal(text)
    if number is None or number <= 0:
        raise CellRefused("A rate is a positive number with a decimal point: group currency for one unit.")
    return _shortest(number)


def _decimal(text: str) -> Decimal | None:
    if not _DECIMAL.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _shortest(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text.removesuffix("T00:00:00"))
    except ValueError as error:
        raise CellRefused("A date is written as 2026-03-31.") from error


def _weight(text: str) -> int:
    weights = {"": 1, "1": 1, "+1": 1, "-1": -1, "−1": -1, "0": 0}
    if text not in weights:
        raise CellRefused("A weight is 1, -1 or 0.")
    return weights[text]


def _role(text: str) -> str:
    if text and (len(text) > 40 or not _ROLE.fullmatch(text)):
        raise CellRefused("A role is written in small letters, such as cost_of_sales.")
    return text
