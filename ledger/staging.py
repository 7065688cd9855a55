"""Staging: the lines of a file checked against what is known, before anything touches the database.

Every line ends in exactly one of three places: it becomes an entry, it has no place in ours (unmapped), or
it is wrong (rejected); the control totals of the three add up to that of the file. Units a person may not
import for read as unknown, with the same words: an error never tells that something exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Names
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from ledger import amounts
from ledger.amounts import AmountRefused
from ledger.layout import Layout, Line, is_total, lines
from ledger.mapping import Mapping
from ledger.periods import Calendar, FiscalPeriod, PeriodUnknown, as_written
from ledger.progress import CHECKED, EVERY, Progress, told_to_nobody
from ledger.reading import Sheet
from ledger.report import Problem, Totals
from ledger.versions import ACTUAL, BUDGET, VersionName, VersionUnknown, version_name

LONGEST_SEGMENT = 60
TRANSLATED = {"unit": "units", "account": "accounts", "version": "versions", "period": "periods"}
"""By the field the part of a mapping that translates its values."""
T = TypeVar("T")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)

Slice = tuple[int, int, str]
"""Unit id, ordinal of the period, code of the version."""


class StagedEntry(NamedTuple):
    """An entry to be: ids where they exist, ordinal and code where the row may still have to be made."""

    unit: int
    account: int
    period: int
    version: str
    counterparty: str
    segment: str
    currency: str
    amount: int
    row: int
    column: str


@dataclass(frozen=True)
class Known:
    """What codes mean. `units` are those figures may be brought for, `counterparties` those that may be named."""

    units: Names[str, int]
    counterparties: frozenset[str]
    accounts: Names[str, int]
    calendar: Calendar


@dataclass
class Staging:
    """A file, staged. `slices` are all it speaks about, also those where it only states nil."""

    entries: list[StagedEntry] = field(default_factory=list)
    slices: set[Slice] = field(default_factory=set)
    periods: dict[int, FiscalPeriod] = field(default_factory=dict)
    versions: dict[str, VersionName] = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    rows: int = 0


class _Refusal(NamedTuple):
    """Why a text stands for nothing of ours. `is_unmapped`: nobody knows the code."""

    field: str
    value: str
    reason: str
    is_unmapped: bool


class Stager:
    """Takes the lines of one file to its staging. Every distinct text is looked up once."""

    def __init__(self, *, file: str, mapping: Mapping, known: Known, version: str | None = None) -> None:
        self.file, self.mapping, self.known = file, mapping, known
        self.constants = {"version": ACTUAL, **mapping.constants}
        if version:
            self.constants["version"] = version
        self.staging = Staging()
        self.sums = {"mapped": 0, "unmapped": 0, "rejected": 0}
        self.left_out = 0
        self.units: dict[str, int | _Refusal | None] = {}
        self.accounts: dict[str, int | _Refusal | None] = {}
        self.periods: dict[str, FiscalPeriod | _Refusal | None] = {}
        self.versions: dict[tuple[str, int], VersionName | _Refusal | None] = {}
        self.others: dict[tuple[str, str, str], _Refusal | None] = {}
        self.reported: set[tuple[int, str, str]] = set()
        self.columns: dict[str, str] = {}  # fields → what the file calls their columns

    def take(self, sheet: Sheet, layout: Layout, *, progress: Progress) -> None:
        """Stage the lines of one sheet."""
        self.staging.warnings += layout.warnings
        self.columns = {name: layout.names[at] for name, at in layout.fields.items()}
        if "fiscal_year" in self.columns:
            self.columns.setdefault("period", self.columns["fiscal_year"])
        self._warn_of_twins(sheet, layout)
        seen_row, of = 0, len(sheet.rows) - layout.header
        for place, line in enumerate(lines(sheet, layout, constants=self._constants()), start=1):
            number = line[0]
            if place % EVERY == 0:
                progress(CHECKED, number - layout.header, of)
            self.staging.rows += number != seen_row
            seen_row = number
            if isinstance(line, Line):
                self._take(sheet, line)
            else:
                self._report(sheet, number, "", "", line[1])
        progress(CHECKED, of, of)

    def done(self) -> Staging:
        """The staging with its control totals."""
        self.staging.totals = Totals(control=sum(self.sums.values()), **self.sums)
        if self.left_out:
            total = amounts.as_text(self.left_out)
            reason = f"The mapping leaves out rows with {total} in all; they stand under unmapped in the control total."
            self.staging.warnings.append(Problem(self.file, reason))
        self._warn_of_years()
        return self.staging

    def _constants(self) -> dict[str, str]:
        constants = dict(self.constants)
        if "period" not in constants and "fiscal_year" in constants:
            constants["period"] = f"FY{constants['fiscal_year'].removeprefix('FY')}"
        return constants

    def _take(self, sheet: Sheet, line: Line) -> None:
        try:
            if line.measure.is_mixed and amounts.is_ambiguous(line.cell):
                raise AmountRefused(
                    "This could be a thousand or a decimal, and its column writes both; write it without."
                )
            amount = amounts.parse(line.cell, mark=line.measure.mark)
        except AmountRefused as refused:
            self._report(sheet, line.row, line.measure.name, str(line.cell), str(refused))
            return
        found = self._resolve(line)
        if isinstance(found, list):
            self._refuse(sheet, line, found, amount or 0)
            return
        unit, account, period, version = found
        self.staging.slices.add((unit, period.ordinal, version.code))
        if amount is None:
            return
        self.sums["mapped"] += amount
        sign = self._sign(line)
        column = (
            "" if line.measure.period is line.measure.account is line.measure.version is None else line.measure.name
        )
        self.staging.entries.append(
            StagedEntry(
                unit,
                account,
                period.ordinal,
                version.code,
                line.counterparty,
                line.segment,
                line.currency.upper(),
                amount * sign,
                line.row,
                column[:80],
            )
        )

    def _resolve(self, line: Line) -> tuple[int, int, FiscalPeriod, VersionName] | list[_Refusal]:
        """The four coordinates of a line; else every reason it has none (none at all: it is left out)."""
        unit = _remembered(self.units, line.unit, self._unit)
        account = _remembered(self.accounts, line.account, self._account)
        period = _remembered(self.periods, line.period, self._period)
        found: list[object] = [unit, account, period]
        version: VersionName | _Refusal | None = None
        if isinstance(period, FiscalPeriod):
            key = (line.version, period.ordinal)
            if key not in self.versions:
                self.versions[key] = self._version(line.version, period)
            version = self.versions[key]
            found.append(version)
        if line.counterparty or line.segment or line.currency:
            found += self._others(line)
        if None in found:
            return []
        refusals = [each for each in found if isinstance(each, _Refusal)]
        if refusals:
            return refusals
        assert isinstance(unit, int) and isinstance(account, int)
        assert isinstance(period, FiscalPeriod) and isinstance(version, VersionName)
        return unit, account, period, version

    def _others(self, line: Line) -> list[_Refusal]:
        key = (line.counterparty, line.segment, line.currency)
        if key not in self.others:
            self.others[key] = self._other(*key)
        refusal = self.others[key]
        return [refusal] if refusal else []

    def _other(self, counterparty: str, segment: str, currency: str) -> _Refusal | None:
        if counterparty and counterparty not in self.known.counterparties:
            return _Refusal("counterparty", counterparty, "Unknown unit.", is_unmapped=True)
        if len(segment) > LONGEST_SEGMENT:
            return _Refusal(
                "segment", segment, f"A segment has at most {LONGEST_SEGMENT} characters.", is_unmapped=False
            )
        if currency and not _CURRENCY.fullmatch(currency.upper()):
            return _Refusal("currency", currency, "A currency is a code of three letters.", is_unmapped=False)
        return None

    def _unit(self, text: str) -> int | _Refusal | None:
        code = self.mapping.units.get(text, text)
        if code is None:
            return None
        if code in self.known.units:
            return self.known.units[code]
        return _unknown("unit", text, code)

    def _account(self, text: str) -> int | _Refusal | None:
        code = self.mapping.accounts.get(text, text)
        if code is None:
            return None
        if code in self.known.accounts:
            return self.known.accounts[code]
        return _unknown("account", text, code)

    def _period(self, text: str) -> FiscalPeriod | _Refusal | None:
        written = self.mapping.periods.get(text, text)
        if written is None:
            return None
        if not written:
            return _Refusal("period", text, "The period is missing.", is_unmapped=False)
        try:
            period = as_written(self.known.calendar, written)
        except PeriodUnknown as unknown:
            return _Refusal("period", text, str(unknown), is_unmapped=False)
        if written.isdigit() and len(written) == 4:
            reason = f"“{text}” was read as a fiscal year and stands on its last period, {period.code}."
            column = self.columns.get("period", "period")
            self.staging.warnings.append(Problem(self.file, reason, column=column, value=text))
        self.staging.periods[period.ordinal] = period
        return period

    def _version(self, text: str, period: FiscalPeriod) -> VersionName | _Refusal | None:
        written = self.mapping.versions.get(text, text)
        if written is None:
            return None
        try:
            version = version_name(written, calendar=self.known.calendar, period=period)
        except VersionUnknown as unknown:
            return _Refusal("version", text, str(unknown), is_unmapped=False)
        self.staging.versions[version.code] = version
        return version

    def _sign(self, line: Line) -> int:
        signs = self.mapping.signs
        if not signs:
            return 1
        ours = self.mapping.accounts.get(line.account) or line.account
        return signs.get(line.account, signs.get(ours, 1)) * signs.get(line.measure.name, 1)

    def _refuse(self, sheet: Sheet, line: Line, refusals: list[_Refusal], amount: int) -> None:
        """One error a row, column (by the file's own name) and reason, however many amounts of a wide row share it."""
        is_unmapped = all(refusal.is_unmapped for refusal in refusals)
        self.sums["unmapped" if is_unmapped else "rejected"] += amount
        if not refusals:
            self.left_out += amount
        for refusal in refusals:
            stated_above = getattr(line.measure, refusal.field, None) is not None
            column = line.measure.name if stated_above else self.columns.get(refusal.field, refusal.field)
            if (line.row, column, refusal.reason) not in self.reported:
                self.reported.add((line.row, column, refusal.reason))
                part = TRANSLATED.get(refusal.field, "")
                self._report(sheet, line.row, column, refusal.value, refusal.reason, part=part)

    def _report(self, sheet: Sheet, row: int, column: str, value: str, reason: str, *, part: str = "") -> None:
        self.staging.errors.append(
            Problem(self.file, reason, sheet=sheet.name, row=row, column=column, value=value[:200], part=part)
        )

    def _warn_of_twins(self, sheet: Sheet, layout: Layout) -> None:
        first: dict[tuple[object, ...], int] = {}
        for number, row in enumerate(sheet.rows[layout.header :], start=layout.header + 1):
            key = tuple(row)
            if any(key) and first.setdefault(key, number) != number:
                reason = f"The row is the same as row {first[key]} in every column; both were counted."
                self.staging.warnings.append(Problem(self.file, reason, sheet=sheet.name, row=number))

    def _warn_of_years(self) -> None:
        for _, ordinal, code in sorted(self.staging.slices, key=lambda one: (one[2], one[1])):
            version, period = self.staging.versions[code], self.staging.periods[ordinal]
            if version.kind == BUDGET and version.year != period.year:
                reason = f"{period.code} lies in fiscal year {period.year}, not in that of {code}."
                warning = Problem(self.file, reason, column="period", value=period.code)
                if warning not in self.staging.warnings:
                    self.staging.warnings.append(warning)


def stage(
    sheet: Sheet,
    layout: Layout,
    *,
    file: str,
    mapping: Mapping,
    known: Known,
    version: str | None = None,
    progress: Progress = told_to_nobody,
) -> Staging:
    """The staging of a file's table of figures."""
    stager = Stager(file=file, mapping=mapping, known=known, version=version)
    stager.take(sheet, layout, progress=progress)
    return stager.done()


def _remembered(seen: dict[str, T], text: str, resolve: Callable[[str], T]) -> T:
    if text not in seen:
        seen[text] = resolve(text)
    return seen[text]


def _unknown(field_name: str, text: str, code: str) -> _Refusal:
    if not code:
        return _Refusal(field_name, text, f"The {field_name} is missing.", is_unmapped=True)
    if is_total(text):
        reason = f"This looks like a total; totals are made here. Leave the row out, or map “{text}” to null."
        return _Refusal(field_name, text, reason, is_unmapped=True)
    return _Refusal(field_name, text, f"Unknown {field_name}.", is_unmapped=True)
