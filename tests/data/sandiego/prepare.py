"""Makes structure files, a mapping and a slice out of the City of San Diego's budget file.

    python prepare.py dept_detail.csv FOLDER                         everything
    python prepare.py dept_detail.csv FOLDER --departments Library "Fire-Rescue" --years 2019 2023

Writes units.csv (city, groups of departments, departments), accounts.csv (kind, type, class), calendar.json
(July to June), mapping.json, figures.csv (the rows of the departments and years asked for, as they are) and
totals.csv (adopted and actual by fiscal year and kind, added up here without the product). A division is the
segment of its rows. Rows without an account are led to a line of their own; proposed budgets are left out.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]


def slug(name: str, prefix: str = "") -> str:
    """A code from a name: capitals, digits and hyphens."""
    return prefix + re.sub(r"[^A-Z0-9]+", "-", name.upper()).strip("-")[: 40 - len(prefix)]


def units(rows: list[Row]) -> list[list[str]]:
    """Departments hang under the group of their latest year."""
    group_of = {row["dept_name"]: row["dept_group"] for row in sorted(rows, key=lambda row: row["fiscal_year"])}
    groups = sorted(set(group_of.values()))
    return [
        ["code", "name", "parent", "kind", "currency"],
        ["CITY", "City of San Diego", "", "group", "USD"],
        *([slug(group, "G-"), f"{group} (group)", "CITY", "group", ""] for group in groups),
        *([slug(name), name, slug(group, "G-"), "unit", ""] for name, group in sorted(group_of.items())),
    ]


def accounts(rows: list[Row]) -> list[list[str]]:
    """Revenue and expense, under them the types, under them the classes; a type of one equal class is left out."""
    kinds = {"Revenue": "income", "Expense": "expense"}
    classes = sorted(
        {(r["revenue_or_expense"], r["account_type"], r["account_class"]) for r in rows if r["account_class"]}
    )
    of_type = defaultdict(set)
    for _, kind_of_account, name in classes:
        of_type[kind_of_account].add(name)
    roles = {"Personnel": "personnel", "Non-Personnel": "other_operating_cost"}
    lines = [
        ["code", "name", "kind", "parent", "role"],
        ["REVENUE", "Revenue", "income", "", "revenue"],
        ["EXPENSE", "Expense", "expense", "", ""],
        ["UNMAPPED", "Without an account in the city's file", "expense", "", ""],
    ]
    lines += [
        [slug(name, "T-"), name, kinds[side], side.upper(), roles.get(name, "")]
        for side, name in sorted({(side, name) for side, name, _ in classes})
        if of_type[name] != {name}
    ]
    lines += [
        [slug(name), name, kinds[side], side.upper() if of_type[above] == {name} else slug(above, "T-"), ""]
        for side, above, name in classes
    ]
    return lines


def mapping(rows: list[Row]) -> dict[str, dict[str, str | None]]:
    return {
        "columns": {
            "dept_name": "unit",
            "dept_division": "segment",
            "account_class": "account",
            "fiscal_year": "fiscal_year",
            "budget_cycle": "version",
            "amount": "amount",
            "dept_group": None,
            "account_type": None,
            "revenue_or_expense": None,
            "source": None,
        },
        "constants": {"currency": "USD"},
        "units": {name: slug(name) for name in sorted({row["dept_name"] for row in rows})},
        "accounts": {
            "": "UNMAPPED",
            **{name: slug(name) for name in sorted({row["account_class"] for row in rows}) if name},
        },
        "versions": {"adopted": "budget", "proposed": None},
    }


def totals(rows: list[Row]) -> list[list[str]]:
    sums: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        sums[row["fiscal_year"], row["revenue_or_expense"]][row["budget_cycle"]] += Decimal(row["amount"])
    body = [
        [*key, *(f"{by_cycle[cycle]:.4f}" if cycle in by_cycle else "" for cycle in ("actual", "adopted"))]
        for key, by_cycle in sorted(sums.items())
    ]
    return [["fiscal_year", "revenue_or_expense", "actual", "adopted"], *body]


def write(path: Path, lines: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("detail", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--departments", nargs="*", default=[])
    parser.add_argument("--years", nargs=2, type=int, default=(2011, 2026), metavar=("FIRST", "LAST"))
    wanted = parser.parse_args()
    with wanted.detail.open(newline="", encoding="utf-8") as file:
        everything = list(csv.DictReader(file))
    first, last = wanted.years
    rows = [
        row
        for row in everything
        if first <= int(row["fiscal_year"]) <= last
        and (not wanted.departments or row["dept_name"] in wanted.departments)
    ]
    wanted.folder.mkdir(parents=True, exist_ok=True)
    write(wanted.folder / "units.csv", units(rows))
    write(wanted.folder / "accounts.csv", accounts(rows))
    write(wanted.folder / "totals.csv", totals(rows))
    write(wanted.folder / "figures.csv", [list(everything[0]), *(list(row.values()) for row in rows)])
    (wanted.folder / "mapping.json").write_text(json.dumps(mapping(rows), indent=2, ensure_ascii=False) + "\n")
    (wanted.folder / "calendar.json").write_text('{"start_month": 7}\n')


if __name__ == "__main__":
    main()
