"""Loads a generated company into Plumbline through its own commands, for measuring side by side with others.

    python benchmarks/company.py DATA_FOLDER

DATA_FOLDER holds units.csv (unit_code, name, region), accounts.csv (account_code, name, kind), facts.csv
(unit_code, month, account_code, scenario, amount) and ops.csv (unit_code, month, metric, value). DATABASE_URL
names the database, which is migrated first. Prints how long each step took, interpreter start included.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
ROLES = {
    "revenue": ("Revenue", "income", "revenue"),
    "cogs": ("Cost of sales", "expense", "cost_of_sales"),
    "personnel": ("Personnel", "expense", "personnel"),
    "contractors": ("Contractors", "expense", "contractors"),
    "marketing": ("Marketing", "expense", "marketing"),
    "other_opex": ("Other operating cost", "expense", "other_operating_cost"),
    "depreciation": ("Depreciation", "expense", "other_operating_cost"),
}
EXECUTIVE, FINANCE = "Bench Executive", "Bench Finance"
PEOPLE = ((EXECUTIVE, "executive"), (FINANCE, "finance_admin"))


def manage(*arguments: str) -> float:
    """Run a management command; the seconds it took."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def structure(data: Path, folder: Path) -> tuple[Path, Path]:
    """The generated units and accounts as import_structure takes them: one group, one account per kind above."""
    units, accounts = folder / "units.csv", folder / "accounts.csv"
    with (data / "units.csv").open() as file, units.open("w") as out:
        out.write("code,name,parent,kind,currency,region\nGROUP,Bench Group,,group,USD,\n")
        for row in csv.DictReader(file):
            out.write(f"{row['unit_code']},{row['name']},GROUP,unit,,{row['region']}\n")
    with (data / "accounts.csv").open() as file, accounts.open("w") as out:
        out.write("code,name,kind,parent,role,unit_of_measure,time_rollup\n")
        for kind, (name, sort, role) in ROLES.items():
            out.write(f"{kind},{name},{sort},,{role},money,sum\n")
        out.write("headcount,Headcount,statistical,,headcount,count,last\n")
        out.write("on_time,On-time rate,statistical,,quality,ratio,last\n")
        for row in csv.DictReader(file):
            out.write(f"{row['account_code']},{row['name']},{ROLES[row['kind']][1]},{row['kind']},,money,sum\n")
    return units, accounts


def mappings(folder: Path) -> tuple[Path, Path]:
    """How the generated files' words read in ours."""
    facts, people = folder / "facts.json", folder / "people.json"
    columns = {"unit_code": "unit", "month": "period", "account_code": "account", "scenario": "version"}
    facts.write_text(json.dumps({"columns": columns | {"amount": "amount"}}))
    columns = {"unit_code": "unit", "month": "period", "metric": "account", "version": "version", "value": "amount"}
    people.write_text(json.dumps({"columns": columns}))
    return facts, people


def operations(data: Path, folder: Path) -> Path:
    """Headcount, its budget and the share of orders on time out of the operational figures."""
    path = folder / "operations.csv"
    versions = {"headcount": "actual", "headcount_budget": "budget"}
    orders: dict[tuple[str, str], dict[str, float]] = {}
    with (data / "ops.csv").open() as file, path.open("w") as out:
        out.write("unit_code,month,metric,version,value\n")
        for row in csv.DictReader(file):
            if row["metric"] in versions:
                version = versions[row["metric"]]
                out.write(f"{row['unit_code']},{row['month']},headcount,{version},{row['value']}\n")
            elif row["metric"] in ("orders", "orders_on_time"):
                orders.setdefault((row["unit_code"], row["month"]), {})[row["metric"]] = float(row["value"])
        for (unit, month), found in orders.items():
            if found.get("orders"):
                out.write(f"{unit},{month},on_time,actual,{found['orders_on_time'] / found['orders']:.4f}\n")
    return path


def main(data: Path) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        units, accounts = structure(data, folder)
        by_facts, by_people = mappings(folder)
        took = {"migrate": manage("migrate", "-v0")}
        for person, role in PEOPLE:
            manage("person", "add", person, "--role", role)
        actor = ("--actor", "Bench Finance")
        took["structure"] = manage("import_structure", "--units", str(units), "--accounts", str(accounts), *actor)
        facts = str(data / "facts.csv")
        took["figures"] = manage("import_figures", facts, "--source", "gl", "--mapping", str(by_facts), *actor)
        work = str(operations(data, folder))
        took["operations"] = manage("import_figures", work, "--source", "hr", "--mapping", str(by_people), *actor)
        subprocess.run([sys.executable, "-m", "benchmarks.limits"], cwd=ROOT, check=True)
        took["recompute"] = manage("recompute", "--all")
    for step, seconds in took.items():
        print(f"{step:10} {seconds:8.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
