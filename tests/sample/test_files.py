"""The demonstration's files, as the systems that export them would write them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from sample.bookings import books_of
from sample.company import ACTUAL_MONTHS, CODES, CORPORATE, NOW, place
from sample.figures import cost, revenue
from sample.files import BUDGET, CUSTOMER_SYSTEM, LEDGER, PAYROLL, Written, money, write
from sample.trade import actual_trade


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(tmp_path_factory.mktemp("halden"))


def rows(path: Path, *, delimiter: str = ",", encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(newline="", encoding=encoding) as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def ledger(written: Written, month: str) -> list[dict[str, str]]:
    return rows(written.units.parent / f"ledger-{month}.csv", delimiter=";")


def cents(text: str) -> int:
    return round(float(text.replace(",", "")) * 100)


def test_the_same_call_writes_the_same_bytes(written: Written, tmp_path: Path) -> None:
    def digests(folder: Path) -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}

    write(tmp_path / "again")

    assert digests(tmp_path / "again") == digests(written.units.parent)


def test_what_there_is_to_import_and_in_which_order(written: Written) -> None:
    sources = [file.source for file in written.figures]

    assert Counter(sources) == {BUDGET: 4, PAYROLL: 4, CUSTOMER_SYSTEM: 4, LEDGER: ACTUAL_MONTHS + 1}
    assert sources == sorted(sources, key=[BUDGET, PAYROLL, CUSTOMER_SYSTEM, LEDGER].index)
    assert [file.version for file in written.figures[:4]] == [
        *("budget-2023", "budget-2024", "budget-2025", "budget-2026")
    ]
    assert [file.path.name for file in written.figures[-3:]] == [
        *("ledger-2026-08.csv", "ledger-2026-09-first-close.csv", "ledger-2026-09.csv")
    ]


def test_the_group_its_units_the_centre_and_the_eliminations(written: Written) -> None:
    units = rows(written.units)

    assert [unit["code"] for unit in units] == ["HALDEN", *CODES, "CORP", "ELIM"]
    assert [unit["kind"] for unit in units] == ["group", *["unit"] * 12, "corporate", "elimination"]
    assert {unit["parent"] for unit in units[1:]} == {"HALDEN"}


def test_a_ledger_writes_income_as_credits_under_its_own_accounts(written: Written) -> None:
    first = (written.units.parent / "ledger-2026-09.csv").read_text(encoding="utf-8").splitlines()
    fees = next(line for line in first if line.startswith("2026-09-30;U06;4010;"))

    assert first[0] == "period_end;bu_code;gl_account;gl_name;partner;reference;amount_usd"
    assert fees == "2026-09-30;U06;4010;Subscription fees;;;-733,752.91"


@pytest.mark.parametrize("month", ["2023-10", "2025-02", "2026-09"])
def test_a_month_of_the_ledger_adds_up_to_the_statements(written: Written, month: str) -> None:
    at = place(int(month[:4]), int(month[5:]))
    income: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    for row in ledger(written, month):
        if row["gl_account"].startswith("4"):
            income[row["bu_code"]] -= cents(row["amount_usd"])
        elif row["gl_account"][0] in "56":
            spent[row["bu_code"]] += cents(row["amount_usd"])

    for unit in (*CODES, CORPORATE):
        assert (income[unit], spent[unit]) == (
            revenue(books_of(unit).actual, at),
            cost(books_of(unit).actual, at),
        ), unit


def test_both_sides_book_what_is_traded_inside_the_group(written: Written) -> None:
    pairs: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in ledger(written, "2026-09"):
        seller, buyer = row["bu_code"], row["partner"]
        if row["gl_account"] == "4290":
            pairs[seller, buyer]["sold"] = -cents(row["amount_usd"])
        elif row["gl_account"] in ("5190", "5319"):
            pairs[buyer, seller]["bought"] = cents(row["amount_usd"])
        elif row["gl_account"] == "1190":
            pairs[seller, buyer]["owed"] = cents(row["amount_usd"])
        elif row["gl_account"] == "2090":
            pairs[buyer, seller]["owing"] = -cents(row["amount_usd"])

    assert pairs == {
        (route.seller, route.buyer): dict.fromkeys(("sold", "bought", "owed", "owing"), amount)
        for route, amount in actual_trade(NOW).items()
    }


def test_nothing_is_booked_on_the_eliminations(written: Written) -> None:
    months = [ledger(written, file.path.stem.removeprefix("ledger-")) for file in written.figures[12:]]

    assert {row["bu_code"] for month in months for row in month} == {*CODES, CORPORATE}


def test_two_invoices_came_after_the_first_close_of_september(written: Written) -> None:
    def totals(name: str) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for row in ledger(written, name):
            found[row["bu_code"], row["gl_account"]] += cents(row["amount_usd"])
        return found

    first, final = totals("2026-09-first-close"), totals("2026-09")

    assert {key: final[key] - first[key] for key in final if final[key] != first[key]} == {
        ("U04", "6210"): 620_000,
        ("U06", "5315"): 1_900_000,
    }
    assert [row["reference"] for row in ledger(written, "2026-09") if row["reference"]] == [
        *("INV 88-1107", "INV 88-1093")
    ]


def test_every_account_of_the_ledger_is_mapped_to_the_chart(written: Written) -> None:
    mapping = json.loads((written.units.parent / "ledger.mapping.json").read_text(encoding="utf-8"))
    chart = {row["code"]: row for row in rows(written.accounts)}
    used = {row["gl_account"] for row in ledger(written, "2026-09")}

    assert used <= set(mapping["accounts"])
    assert set(mapping["accounts"].values()) <= set(chart)
    assert {chart[account]["kind"] for account in mapping["signs"]} == {"income", "liability"}


def test_a_budget_has_all_months_of_its_year(written: Written) -> None:
    header = (written.units.parent / "budget-2026.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    first = (written.units.parent / "budget-2023.csv").read_text(encoding="utf-8").splitlines()[0].split(",")

    assert header == ["unit", "account", "counterparty", *(f"2026-{month:02}" for month in range(1, 13))]
    assert first == ["unit", "account", "counterparty", "2023-10", "2023-11", "2023-12"]


def test_payroll_states_heads_by_function_and_where_positions_are_open(written: Written) -> None:
    payroll = rows(written.units.parent / "payroll-2026.csv")
    heads = sum(int(row["2026-09"]) for row in payroll if row["Item"].startswith("Staff: "))
    open_ = {(row["Unit"], row["Function"]): row["2026-09"] for row in payroll if row["Item"] == "Open positions"}

    assert heads == 158
    assert {cell: count for cell, count in open_.items() if count != "0"} == {
        ("U04", "Delivery and operations"): "2",
        ("U06", "Engineering"): "1",
        ("U07", "Sales"): "1",
        ("U09", "Engineering"): "1",
    }


def test_the_customer_system_knows_units_by_name(written: Written) -> None:
    crm = rows(written.units.parent / "crm-2026.csv", encoding="cp1252")

    assert crm[5] == {
        "Month": "Jan 2026",
        "Entity": "Halden Group – Cloud Hosting",
        "Active customers": crm[5]["Active customers"],
        "Won": crm[5]["Won"],
        "Lost": crm[5]["Lost"],
        "Acquisition spend (USD)": crm[5]["Acquisition spend (USD)"],
    }
    assert len(crm) == 9 * len(CODES)


@pytest.mark.parametrize(
    ("amount", "plain", "grouped"),
    [(0, "0.00", "0.00"), (5, "0.05", "0.05"), (-118320411, "-1183204.11", "-1,183,204.11")],
)
def test_cents_as_text(amount: int, plain: str, grouped: str) -> None:
    assert (money(amount), money(amount, grouped=True)) == (plain, grouped)
