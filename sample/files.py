"""The demonstration's files: structure, budgets, and monthly exports of ledger, payroll and customer system.

Each system exports in its own manner, as real ones do. The ledger writes semicolons, thousands separators, period
ends and credits as negative amounts under account numbers of its own; payroll writes one wide sheet a year by name
of function; the customer system writes Windows-1252 with a column per figure and names of units in place of
codes. A mapping for each leads its words to ours. The same call writes the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sample.bookings import UNITS, bookings, contractors_of, planned
from sample.chart import (
    ACQUISITION_SPEND,
    CHART,
    CHURNED_CUSTOMERS,
    CONTRACTORS,
    CREDITS,
    CUSTOMERS,
    NEW_CUSTOMERS,
    OF_FUNCTION,
    OPEN_POSITIONS,
    POSTINGS,
)
from sample.company import (
    CORPORATE,
    CURRENCY,
    ELIMINATION,
    FUNCTIONS,
    GROUP,
    MONTHS,
    NOW,
    PROFILES,
    YEARS,
    month_code,
    places_of,
)
from sample.customers import counts
from sample.staff import contractor_function, heads, open_positions

LEDGER, PAYROLL, CUSTOMER_SYSTEM, BUDGET = "ledger", "payroll", "crm", "budget"
GROUP_NAME, CORPORATE_NAME, ELIMINATION_NAME = "Halden Group", "Corporate", "Eliminations"

Rows = Iterable[Iterable[object]]


@dataclass(frozen=True)
class SampleFile:
    """One file of figures: where it lies, and how it is imported. `version` is None where the figures are actual."""

    path: Path
    source: str
    mapping: Path | None = None
    version: str | None = None


@dataclass(frozen=True)
class Written:
    """What was written: the structure, then the files of figures in the order they are imported."""

    units: Path
    accounts: Path
    figures: tuple[SampleFile, ...]


def write(folder: Path) -> Written:
    """Write the demonstration company into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    units, accounts = folder / "units.csv", folder / "accounts.csv"
    _table(units, _units())
    _table(accounts, _accounts())
    maps = {source: _mapping(folder, source) for source in (LEDGER, PAYROLL, CUSTOMER_SYSTEM)}
    figures = [_budget(folder, year) for year in YEARS]
    figures += [_payroll(folder, year, maps[PAYROLL]) for year in YEARS]
    figures += [_customer_system(folder, year, maps[CUSTOMER_SYSTEM]) for year in YEARS]
    figures += [_ledger(folder, at, maps[LEDGER]) for at in range(NOW)]
    figures.append(_ledger(folder, NOW, maps[LEDGER], first_close=True))
    figures.append(_ledger(folder, NOW, maps[LEDGER]))
    return Written(units, accounts, tuple(figures))


def money(cents: int, *, grouped: bool = False) -> str:
    """Cents as a decimal text: 1183204.11, or 1,183,204.11 grouped."""
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:{',' if grouped else ''}}.{part:02}"


def _units() -> Rows:
    yield "code", "name", "parent", "kind", "currency", "vertical", "region", "from"
    yield GROUP, GROUP_NAME, "", "group", CURRENCY, "", "", ""
    for profile in PROFILES:
        yield profile.code, profile.name, GROUP, "unit", "", profile.vertical, profile.region, profile.since
    yield CORPORATE, CORPORATE_NAME, GROUP, "corporate", "", "", "North America", ""
    yield ELIMINATION, ELIMINATION_NAME, GROUP, "elimination", "", "", "", ""


def _accounts() -> Rows:
    yield "code", "name", "kind", "parent", "unit_of_measure", "time_rollup", "role", "better"
    for line in CHART:
        yield line.code, line.name, line.kind, line.parent, line.measure, line.rollup, line.role, line.better


def _budget(folder: Path, year: int) -> SampleFile:
    """A year's budget: a row for each unit, account and trade partner, a column a month."""
    places = places_of(year)
    rows: dict[tuple[str, str, str], dict[int, int]] = {}
    for unit in UNITS:
        for at in places:
            for account, partner, amount in planned(unit, at):
                rows.setdefault((unit, account, partner), {})[at] = amount
    path = folder / f"budget-{year}.csv"
    header = ["unit", "account", "counterparty", *(month_code(at) for at in places)]
    _table(path, [header, *([*key, *(money(by_month.get(at, 0)) for at in places)] for key, by_month in rows.items())])
    return SampleFile(path, BUDGET, version=f"budget-{year}")


def _ledger(folder: Path, at: int, mapping: Path, *, first_close: bool = False) -> SampleFile:
    """A month's export of the general ledger."""
    year, month = MONTHS[at]
    period_end = f"{year}-{month:02}-{monthrange(year, month)[1]}"
    turned = {posting.code for group in POSTINGS.values() for posting in group if posting.account in CREDITS}
    rows = [
        [
            period_end,
            row.unit,
            row.posting.code,
            row.posting.name,
            row.partner,
            row.reference,
            money(-row.amount if row.posting.code in turned else row.amount, grouped=True),
        ]
        for row in bookings(at, first_close=first_close)
    ]
    path = folder / f"ledger-{month_code(at)}{'-first-close' if first_close else ''}.csv"
    _table(path, [LEDGER_COLUMNS, *rows], delimiter=";", end="\r\n")
    return SampleFile(path, LEDGER, mapping)


LEDGER_COLUMNS = ("period_end", "bu_code", "gl_account", "gl_name", "partner", "reference", "amount_usd")


def _payroll(folder: Path, year: int, mapping: Path) -> SampleFile:
    """A year's staff at month ends: a row for each unit and function, then positions open, then contractors.

    A unit without any open position or contractor says 0: what nobody states is not known.
    """
    places = places_of(year, through=NOW)
    header = ["Unit", "Item", "Function", *(month_code(at) for at in places)]
    rows: list[list[object]] = []
    for unit in UNITS:
        rows += [
            [unit, f"Staff: {function}", "", *(path[at] for at in places)]
            for function in FUNCTIONS
            if (path := heads().get((unit, function)))
        ]
        open_here = {function: [open_positions(at).get((unit, function), 0) for at in places] for function in FUNCTIONS}
        shown = {function: counts for function, counts in open_here.items() if any(counts)} or {"": [0] * len(places)}
        rows += [[unit, "Open positions", function, *counts] for function, counts in shown.items()]
    functions = {profile.code: contractor_function(profile) for profile in PROFILES if profile.contractors}
    for unit in UNITS:
        paid = [f"{contractors_of(unit, at):g}" for at in places]
        rows.append([unit, "Contractors, FTE", functions.get(unit, ""), *paid])
    file = folder / f"payroll-{year}.csv"
    _table(file, [header, *rows])
    return SampleFile(file, PAYROLL, mapping)


def _customer_system(folder: Path, year: int, mapping: Path) -> SampleFile:
    """A year's customers: a row for each month and unit by name, a column for each figure."""
    rows: list[list[object]] = [["Month", "Entity", *CUSTOMER_COLUMNS]]
    for at in places_of(year, through=NOW):
        for profile in PROFILES:
            count = counts()[profile.code][at]
            month = f"{MONTH_NAMES[MONTHS[at][1] - 1]} {year}"
            name = f"{GROUP_NAME} – {profile.name}"
            rows.append([month, name, count.customers, count.won, count.lost, money(count.spend)])
    path = folder / f"crm-{year}.csv"
    _table(path, rows, encoding="cp1252", end="\r\n")
    return SampleFile(path, CUSTOMER_SYSTEM, mapping)


MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CUSTOMER_COLUMNS = {
    "Active customers": CUSTOMERS,
    "Won": NEW_CUSTOMERS,
    "Lost": CHURNED_CUSTOMERS,
    "Acquisition spend (USD)": ACQUISITION_SPEND,
}


def _mapping(folder: Path, source: str) -> Path:
    """The mapping of a source, as the import takes it."""
    documents: dict[str, dict[str, Any]] = {
        LEDGER: {
            "columns": {
                "period_end": "period",
                "bu_code": "unit",
                "gl_account": "account",
                "gl_name": None,
                "partner": "counterparty",
                "reference": None,
                "amount_usd": "amount",
            },
            "accounts": {posting.code: posting.account for group in POSTINGS.values() for posting in group},
            "signs": dict.fromkeys(CREDITS, -1),
        },
        PAYROLL: {
            "columns": {"Unit": "unit", "Item": "account", "Function": "segment"},
            "accounts": {
                **{f"Staff: {function}": account for function, account in OF_FUNCTION.items()},
                "Open positions": OPEN_POSITIONS,
                "Contractors, FTE": CONTRACTORS,
            },
        },
        CUSTOMER_SYSTEM: {
            "columns": {"Month": "period", "Entity": "unit", **CUSTOMER_COLUMNS},
            "units": {f"{GROUP_NAME} – {profile.name}": profile.code for profile in PROFILES},
        },
    }
    path = folder / f"{source}.mapping.json"
    path.write_text(json.dumps(documents[source], indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _table(path: Path, rows: Rows, *, delimiter: str = ",", end: str = "\n", encoding: str = "utf-8") -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
