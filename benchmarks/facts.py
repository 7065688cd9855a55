"""The harness's generated facts straight into our tables, as an import would leave them: for sizes an import of which
has its own measure. PostgreSQL only; DATABASE_URL names an empty, migrated database.

    python -m benchmarks.facts DATA_FOLDER
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import django
from django.db import connection, transaction

from benchmarks.company import FINANCE, PEOPLE, ROOT, structure

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
UNCHECKED = "SET LOCAL session_replication_role = replica"
"""Joins made every key there is; at eighteen million rows, checking them one by one takes longer than all the rest."""
RAW = "CREATE TEMP TABLE {name} (unit text, month date, what text, scenario text, amount numeric) ON COMMIT DROP"
ENTRIES = """
    INSERT INTO ledger_entry (unit_id, account_id, period_id, version_id, amount, layer, source, origin_id, row,
                              from_mark, counterparty, segment, currency, sheet, "column", text)
    SELECT u.id, a.id, p.id, v.id, round(r.amount * 10000), 'source', 'gl', %(origin)s, row_number() OVER (),
           %(mark)s, '', '', '', '', '', ''
      FROM raw r JOIN units_unit u ON u.code = r.unit JOIN ledger_account a ON a.code = r.what
      JOIN ledger_period p ON p.starts = r.month
      JOIN ledger_version v ON v.code = CASE r.scenario WHEN 'budget' THEN 'budget-' || p.year ELSE r.scenario END
"""
DELIVERIES = """
    INSERT INTO ledger_delivery (source, unit_id, period_id, version_id, origin_id, from_mark)
    SELECT DISTINCT 'gl', unit_id, period_id, version_id, %(origin)s::bigint, %(mark)s::bigint FROM ledger_entry
"""


def main(data: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        units, accounts = structure(data, Path(name))
        for person, role in PEOPLE:
            _manage("person", "add", person, "--role", role)
        _manage("import_structure", "--units", str(units), "--accounts", str(accounts), "--actor", FINANCE)
    django.setup()
    with transaction.atomic():
        _load(data)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _load(data: Path) -> None:
    from ledger.models import Import
    from units.marks import take_mark

    mark = take_mark(AT).pk
    origin = Import.objects.create(
        public_id="benchmark", source="gl", filename="facts.csv", digest="0" * 64,
        actor="process:benchmark", at=AT, mark=mark, status=Import.Status.IMPORTED,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(UNCHECKED)
        cursor.execute(RAW.format(name="raw"))
        _copy(cursor, "raw", data / "facts.csv")
        cursor.execute(RAW.replace(" scenario text,", "").format(name="operations"))
        _copy(cursor, "operations", data / "ops.csv")
        cursor.execute(
            "INSERT INTO raw SELECT unit, month, 'headcount',"
            " CASE what WHEN 'headcount' THEN 'actual' ELSE 'budget' END, amount"
            " FROM operations WHERE what IN ('headcount', 'headcount_budget')"
        )
        cursor.execute("SELECT DISTINCT month FROM raw")
        _periods_and_versions([month for (month,) in cursor.fetchall()], mark)
        cursor.execute(ENTRIES, {"origin": origin.pk, "mark": mark})
        print(f"{cursor.rowcount:,} entries")
        cursor.execute(DELIVERIES, {"origin": origin.pk, "mark": mark})


def _periods_and_versions(months: list[object], mark: int) -> None:
    from ledger.models import Calendar, Period, Version
    from ledger.periods import Months
    from ledger.querysets import period_row

    if not Calendar.objects.exists():
        Calendar.objects.create(start_month=1)
    calendar = Months(1)
    found = sorted({(month.year, month.month) for month in months})  # type: ignore[attr-defined]  # dates of psycopg
    Period.objects.bulk_create(period_row(calendar.at(calendar.ordinal(*each))) for each in found)
    Version.objects.get_or_create(code="actual", defaults={"kind": "actual"})
    for year in sorted({year for year, _ in found}):
        Version.objects.create(code=f"budget-{year}", kind="budget", year=year, approved_mark=mark)


def _copy(cursor, table: str, path: Path) -> None:  # type: ignore[no-untyped-def]  # psycopg's through Django's
    with path.open("rb") as file, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv, HEADER)") as copy:
        while part := file.read(1 << 20):
            copy.write(part)


def _manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main(Path(sys.argv[1]).resolve())
