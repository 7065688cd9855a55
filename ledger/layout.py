"""The layout of a table of figures: where its header is, what each column means, and its lines.

Long tables have one amount a row (`unit, account, period, amount, …`). Wide tables have a column of amounts
for each period, each account or each version; the header of such a column states what its rows do not.
Whatever a table holds besides is named in a warning, and numbers under a header nobody knows are an error:
no money is left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ledger import amounts
from ledger.amounts import DecimalMark
from ledger.mapping import FIELDS, Mapping
from ledger.periods import Calendar, PeriodUnknown, as_written
from ledger.reading import Sheet
from ledger.report import ColumnSeen, Problem, columns_seen
from ledger.versions import BUDGET, VersionUnknown, version_name

HEADER_WITHIN = 20
SYNONYMS: dict[str, tuple[str, ...]] = {
    "unit": ("unit_code", "business_unit", "entity", "company_code"),
    "account": ("account_code", "account_no", "account_number", "gl_account", "ledger_account"),
    "period": ("month", "fiscal_period", "posting_period", "posting_date", "date"),
    "fiscal_year": ("fy", "year"),
    "amount": ("value", "balance", "net_amount"),
    "counterparty": ("counterparty_unit", "partner", "partner_unit", "trading_partner"),
    "segment": (),
    "currency": ("currency_code",),
    "version": ("scenario",),
}
FIELD_OF = {name: target for target, names in SYNONYMS.items() for name in (target, *names)}
TOTAL = re.compile(r"(grand|sub|overall)?[ -]?total\b|\btotals?$|\bsumme\b|\bgesamt", re.IGNORECASE)


class LayoutRefused(ValueError):
    """A sheet cannot be taken for a table of figures; `problems` say why, each with its place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.reason for problem in problems))
        self.problems = problems


class VersionTwice(ValueError):
    """A version was given for a file that states its own."""


@dataclass(frozen=True)
class Measure:
    """A column of amounts, with what its header states in place of the rows, and how it writes decimals."""

    index: int
    name: str
    period: str | None = None
    account: str | None = None
    version: str | None = None
    mark: str = "."
    is_mixed: bool = False


@dataclass(frozen=True)
class Layout:
    """How to read a sheet: the header's row (from 1), fields by column index, and the columns of amounts."""

    header: int
    names: list[str]
    fields: dict[str, int]
    measures: list[Measure]
    warnings: list[Problem] = field(default_factory=list)


class Line(NamedTuple):
    """One cell with an amount and everything its row and header say about it, still in the file's words."""

    row: int
    measure: Measure
    cell: Any
    unit: str
    account: str
    period: str
    version: str
    counterparty: str
    segment: str
    currency: str


@dataclass(frozen=True)
class Reader:
    """What recognising a layout needs to know besides the sheet."""

    file: str
    mapping: Mapping
    calendar: Calendar
    is_account: Callable[[str], bool]

    def problem(
        self, sheet: Sheet, reason: str, *, row: int | None = None, column: str = "", value: str = ""
    ) -> Problem:
        return Problem(file=self.file, sheet=sheet.name, row=row, column=column, value=value, reason=reason)


def cell_text(cell: Any) -> str:
    """A cell as a code or a name: whole numbers of a workbook without their `.0`."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(int(cell)) if float(cell).is_integer() else repr(cell)


def recognise(sheet: Sheet, *, reader: Reader, version: str | None = None) -> Layout:
    """The layout of a sheet. Its header is the first of the top rows that explains a whole table."""
    best: _Candidate | None = None
    for index in _filled(sheet):
        candidate = _Candidate.of(sheet, index, reader)
        if candidate.is_complete:
            if version and ("version" in candidate.fields or any(m.version for m in candidate.measures)):
                raise VersionTwice("The file states the version of its figures itself; leave --version out.")
            return _checked(sheet, candidate, reader)
        if best is None or len(candidate.fields) > len(best.fields):
            best = candidate
    if best is None:
        raise LayoutRefused([reader.problem(sheet, "The table is empty.")])
    lack = replace(reader.problem(sheet, best.lack, row=best.index + 1), header=best.seen(sheet))
    raise LayoutRefused(best.problems or [lack])


def lines(sheet: Sheet, layout: Layout, *, constants: dict[str, str]) -> Iterator[Line | tuple[int, str]]:
    """The lines of a sheet in its order; for a row that cannot be cut into fields, its number and why.

    A cell left empty yields nothing: it states nothing. A dash does: it is a nil return.
    """
    width, fields = len(layout.names), layout.fields
    yearly = "period" not in fields and "fiscal_year" in fields
    places = [
        (fields.get("fiscal_year" if yearly and name == "period" else name), constants.get(name, ""))
        for name in ("unit", "account", "period", "version", "counterparty", "segment", "currency")
    ]
    for number, row in enumerate(sheet.rows[layout.header :], start=layout.header + 1):
        if len(row) > width and any(cell_text(cell) for cell in row[width:]):
            yield number, "The row has more fields than the header; is there an unquoted separator in it?"
            continue
        if len(row) < width:
            row = [*row, *[""] * (width - len(row))]
        said = [default if at is None else (cell_text(row[at]) or default) for at, default in places]
        if yearly and said[2] and said[2].isdigit():
            said[2] = f"FY{said[2]}"
        for measure in layout.measures:
            cell = row[measure.index]
            if cell == "" or cell is None or (isinstance(cell, str) and not cell.strip()):
                continue
            unit, account, period, stated, *others = said
            yield Line(
                number,
                measure,
                cell,
                unit,
                measure.account or account,
                measure.period or period,
                measure.version or stated,
                *others,
            )


def is_total(text: str) -> bool:
    """Whether a name reads like a total: such rows and columns count figures twice."""
    return bool(TOTAL.search(text))


def _filled(sheet: Sheet) -> list[int]:
    """The first rows that hold anything, by index."""
    found = []
    for index, row in enumerate(sheet.rows):
        if any(cell_text(cell) for cell in row):
            found.append(index)
            if len(found) == HEADER_WITHIN:
                break
    return found


def _holds(sheet: Sheet, at: int) -> bool:
    return any(cell_text(row[at]) for row in sheet.rows if at < len(row))


@dataclass
class _Candidate:
    """A row taken for the header, and what it would explain."""

    index: int
    names: list[str]
    constants: set[str]
    fields: dict[str, int] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, sheet: Sheet, index: int, reader: Reader) -> _Candidate:
        names = [cell_text(cell) for cell in sheet.rows[index]]
        while names and not names[-1] and (sheet.separator or not _holds(sheet, len(names) - 1)):
            names.pop()
        found = cls(index, names, {name for name, value in reader.mapping.constants.items() if value})
        found._take_fields(sheet, reader)
        found._take_measures(sheet, reader)
        return found

    def _take_fields(self, sheet: Sheet, reader: Reader) -> None:
        """Fields the mapping names, then those called as ours, then the usual other names."""
        mapped = reader.mapping.columns
        ranks: tuple[Callable[[str], str | None], ...] = (
            lambda name: mapped[name] if mapped.get(name) in FIELDS else None,
            lambda name: _plain(name) if name not in mapped and _plain(name) in FIELDS else None,
            lambda name: FIELD_OF.get(_plain(name)) if name not in mapped else None,
        )
        for rank in ranks:
            taken: dict[str, int] = {}
            for at, name in enumerate(self.names):
                target = rank(name)
                if target is None or target in self.fields or at in self.fields.values():
                    continue
                if target in taken:
                    self.problems.append(
                        reader.problem(
                            sheet,
                            f"Columns “{self.names[taken[target]]}” and “{name}” both read as {target}; "
                            "name one of them in the mapping.",
                            row=self.index + 1,
                            column=name,
                        )
                    )
                taken.setdefault(target, at)
            self.fields |= taken

    def _take_measures(self, sheet: Sheet, reader: Reader) -> None:
        if "amount" in self.fields:
            at = self.fields.pop("amount")
            self.measures = [Measure(at, self.names[at])]
        has_period = bool({"period", "fiscal_year"} & (set(self.fields) | self.constants))
        has_account = "account" in set(self.fields) | self.constants
        is_long = bool(self.measures)
        for at, name in enumerate(self.names):
            if at in self.fields.values() or (is_long and at == self.measures[0].index):
                continue
            if name in reader.mapping.columns:
                self._take_mapped(sheet, reader, at, name)
            elif not is_long and not has_period and _is_period(name, reader):
                self.measures.append(Measure(at, name, period=name))
            elif not is_long and has_period and not has_account and _is_account(name, reader):
                self.measures.append(Measure(at, name, account=name))
            else:
                self.unread.append(at)

    def _take_mapped(self, sheet: Sheet, reader: Reader, at: int, name: str) -> None:
        target = reader.mapping.columns[name]
        if target is None or target in FIELDS:
            return
        if _is_version(target, reader):
            self.measures.append(Measure(at, name, version=target))
        elif _is_period(target, reader):
            self.measures.append(Measure(at, name, period=target))
        elif reader.is_account(target):
            self.measures.append(Measure(at, name, account=target))
        else:
            reason = (
                f"The mapping leads this column to “{target}”, which is no field, period, account or version of ours."
            )
            self.problems.append(reader.problem(sheet, reason, row=self.index + 1, column=name))

    @property
    def is_complete(self) -> bool:
        return not self.problems and not self._missing()

    @property
    def lack(self) -> str:
        named = ", ".join(f"“{name}”" for name in self.names if name)
        missing = ", no column for ".join(self._missing())
        return f"No column for {missing}; the columns are {named}. Name them in the mapping."

    def seen(self, sheet: Sheet) -> tuple[ColumnSeen, ...]:
        taken = {at: name for name, at in self.fields.items()} | {measure.index: "amount" for measure in self.measures}
        return columns_seen(self.names, taken, sheet.rows[self.index + 1 :], cell_text)

    def _missing(self) -> list[str]:
        stated = set(self.fields) | self.constants
        stated |= {"period"} if "fiscal_year" in stated else set()
        for part in ("period", "account", "version"):
            if any(getattr(measure, part) for measure in self.measures):
                stated.add(part)
        if self.measures:
            stated.add("amount")
        return [name for name in ("unit", "account", "period", "amount") if name not in stated]


def _checked(sheet: Sheet, found: _Candidate, reader: Reader) -> Layout:
    """The layout of a complete header, once nothing it leaves unread can hide money."""
    body = sheet.rows[found.index + 1 :]
    warnings: list[Problem] = []
    problems = _hidden_money(sheet, found, body, reader)
    if not problems and (ignored := [found.names[at] or f"number {at + 1}" for at in found.unread]):
        named = ", ".join(f"“{name}”" for name in ignored)
        warnings.append(reader.problem(sheet, f"Columns that were not read: {named}.", row=found.index + 1))
    if sheet.hidden_rows:
        rows = len(sheet.hidden_rows)
        reason = f"The sheet hides {rows} row{'s' if rows > 1 else ''}; hidden rows are read like all others."
        warnings.append(reader.problem(sheet, reason, row=sheet.hidden_rows[0]))
    problems += _faults(sheet, found, reader)
    if problems:
        raise LayoutRefused(problems)
    measures = _with_marks(sheet, found, body, reader, warnings)
    return Layout(found.index + 1, found.names, found.fields, measures, warnings)


def _hidden_money(sheet: Sheet, found: _Candidate, body: list[list[Any]], reader: Reader) -> list[Problem]:
    """In a wide table, columns of numbers under a header that names nothing of ours."""
    is_long = len(found.measures) == 1 and found.measures[0] == Measure(found.measures[0].index, found.measures[0].name)
    problems = []
    for at in () if is_long else found.unread:
        name = found.names[at]
        if is_total(name) or not any(_is_number(row[at]) for row in body if at < len(row)):
            continue
        reason = "This column holds numbers, but its name is no period and no account; map it, or map it to null."
        if not name:
            merged = f" (the sheet merges {', '.join(sheet.merged[:3])})" if sheet.merged else ""
            reason = f"Column number {at + 1} holds numbers and has no name{merged}."
        problems.append(reader.problem(sheet, reason, row=found.index + 1, column=name))
    return problems


def _faults(sheet: Sheet, found: _Candidate, reader: Reader) -> list[Problem]:
    used = {at + 1 for at in found.fields.values()} | {measure.index + 1 for measure in found.measures}
    return [
        reader.problem(sheet, reason[0].upper() + reason[1:] + ".", row=row, column=found.names[column - 1])
        for (row, column), reason in sorted(sheet.faults.items())
        if column in used and row > found.index
    ]


def _with_marks(
    sheet: Sheet, found: _Candidate, body: list[list[Any]], reader: Reader, warnings: list[Problem]
) -> list[Measure]:
    """Each column of amounts with its decimal mark: its own, else that of the others, else the likelier one."""
    columns = {m.index: [row[m.index] for row in body if m.index < len(row)] for m in found.measures}
    otherwise = "," if sheet.separator == ";" else "."
    seen = {at: amounts.decimal_mark(cells, otherwise=otherwise) for at, cells in columns.items()}
    if any(mark.is_guess for mark in seen.values()) and len(columns) > 1:
        whole = amounts.decimal_mark((cell for cells in columns.values() for cell in cells), otherwise=otherwise)
        seen = {at: whole if mark.is_guess else mark for at, mark in seen.items()}
    for measure in found.measures:
        if seen[measure.index].is_mixed:
            reason = "The column writes decimals with points and with commas; each number was read by its own marks."
            warnings.append(reader.problem(sheet, reason, column=measure.name))
        if seen[measure.index].is_guess:
            warnings.append(reader.problem(sheet, _guess(seen[measure.index]), column=measure.name))
        if rounded := sum(amounts.is_rounded(cell) for cell in columns[measure.index]):
            said = "1 number" if rounded == 1 else f"{rounded} numbers"
            reason = f"{said} with more than four decimals {'was' if rounded == 1 else 'were'} rounded to four."
            warnings.append(reader.problem(sheet, reason, column=measure.name))
    return [replace(m, mark=seen[m.index].mark, is_mixed=seen[m.index].is_mixed) for m in found.measures]


def _guess(mark: DecimalMark) -> str:
    read = amounts.as_text(amounts.parse(mark.example, mark=mark.mark) or 0).rstrip("0").rstrip(".")
    name = {".": "point", ",": "comma"}[mark.mark]
    return f"Nothing settles the decimal mark; it was read with a decimal {name}, “{mark.example}” as {read}."


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def _is_period(text: str, reader: Reader) -> bool:
    try:
        as_written(reader.calendar, text)
    except PeriodUnknown:
        return False
    return True


def _is_account(name: str, reader: Reader) -> bool:
    target = reader.mapping.accounts.get(name, name)
    return target is not None and bool(name) and reader.is_account(target)


def _is_version(text: str, reader: Reader) -> bool:
    try:
        version_name(text, calendar=reader.calendar)
    except VersionUnknown:
        return text.lower() == BUDGET
    return True


def _is_number(cell: Any) -> bool:
    try:
        return amounts.parse(cell) is not None
    except amounts.AmountRefused:
        return False
