"""Importing long rows, beside the least a database can do: a keyed COPY under the same constraints.

    DATABASE_URL=postgresql://postgres@127.0.0.1:5432/postgres python -m benchmarks.imports [--rows 100000]

Ours runs as a whole process on a database of its own. The keyed COPY parses nothing, checks nothing, keeps no row text
and no record: it copies rows into a temporary table, joins the codes to their keys and inserts them into a
table with the constraints and indexes of the entries. Read the ratio, not the seconds.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.company import PEOPLE, ROOT

UNITS, ACCOUNTS, MONTHS = 40, 50, 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=UNITS * ACCOUNTS * MONTHS)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
    with TemporaryDirectory() as name:
        folder = Path(name)
        units, accounts, figures = write(folder, options.rows)
        ratios = []
        print(f"{options.rows:,} rows; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for _ in range(options.rounds):
            ours, copied = one_round(url, folder, units, accounts, figures)
            ratios.append(ours / copied)
            print(f"import_figures {ours:6.1f} s   keyed COPY {copied:6.1f} s   ratio {ours / copied:4.1f}")
    print(f"median ratio {sorted(ratios)[len(ratios) // 2]:.1f}")


def write(folder: Path, rows: int) -> tuple[Path, Path, Path]:
    """A structure and so many long rows of it."""
    units, accounts, figures = (folder / f"{name}.csv" for name in ("units", "accounts", "figures"))
    units.write_text("code,name,parent,currency\nG,Group,,USD\n" + "".join(f"U{n},Unit {n},G,\n" for n in range(UNITS)))
    accounts.write_text("code,name,kind\n" + "".join(f"A{n},Account {n},expense\n" for n in range(ACCOUNTS)))
    with figures.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unit", "account", "period", "amount"])
        for n in range(rows):
            month = n // (UNITS * ACCOUNTS)
            period = f"{2015 + month // 12}-{month % 12 + 1:02}"
            writer.writerow(
                [f"U{n % UNITS}", f"A{n // UNITS % ACCOUNTS}", period, f"{(n * 7919) % 1_000_000 / 100:.2f}"]
            )
    return units, accounts, figures


def one_round(url: str, folder: Path, units: Path, accounts: Path, figures: Path) -> tuple[float, float]:
    """Seconds of our import, and of the keyed COPY into a copy of the table it filled."""
    base, _, _ = url.rpartition("/")
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS plumbline_bench_import")
        admin.execute("CREATE DATABASE plumbline_bench_import")
    here = f"{base}/plumbline_bench_import"
    environment = {**os.environ, "DATABASE_URL": here, "PLUMBLINE_VAR": str(folder / "var")}

    def manage(*arguments: str) -> float:
        began = time.perf_counter()
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began

    manage("migrate", "-v0")
    person, role = PEOPLE[1]
    manage("person", "add", person, "--role", role)
    manage("import_structure", "--units", str(units), "--accounts", str(accounts), "--actor", person)
    ours = manage("import_figures", str(figures), "--source", "gl", "--version", "actual", "--actor", person)
    return ours, keyed_copy(here, figures)


def keyed_copy(url: str, figures: Path) -> float:
    """Seconds to copy, key and insert the same rows under the same constraints."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE keyed (LIKE ledger_entry INCLUDING ALL)")
        for column, table in (("unit", "units_unit"), ("account", "ledger_account"), ("period", "ledger_period")):
            connection.execute(f"ALTER TABLE keyed ADD FOREIGN KEY ({column}_id) REFERENCES {table} (id)")
        connection.execute("ALTER TABLE keyed ADD FOREIGN KEY (version_id) REFERENCES ledger_version (id)")
        connection.execute("ALTER TABLE keyed ADD FOREIGN KEY (origin_id) REFERENCES ledger_import (id)")
        connection.commit()
        began = time.perf_counter()
        connection.execute("CREATE TEMP TABLE arrived (unit text, account text, period text, amount numeric)")
        with connection.cursor().copy("COPY arrived FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(figures.read_bytes())
        connection.execute(
            """INSERT INTO keyed (unit_id, account_id, period_id, version_id, origin_id, counterparty, segment, amount,
                                  currency, layer, source, sheet, "row", "column", text, from_mark)
               SELECT u.id, a.id, p.id, v.id, (SELECT max(id) FROM ledger_import), '', '', (r.amount * 10000)::bigint,
                      '', 'source', 'gl', '', 1, '', '', 1
               FROM arrived r JOIN units_unit u ON u.code = r.unit JOIN ledger_account a ON a.code = r.account
               JOIN ledger_period p ON p.code = r.period JOIN ledger_version v ON v.code = 'actual'"""
        )
        connection.commit()
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
