"""How long a recompute takes, and how large the sheets are.

    DATABASE_URL=postgresql://postgres@127.0.0.1:5432/postgres python -m benchmarks.recompute
    python -m benchmarks.recompute --units 12 --months 36 --accounts 20

Builds a company in a database of its own (dropped afterwards), computes everything, all of it again, and
one month of one unit; prints a table. Times are of this machine: compare within one run.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--accounts", type=int, default=30)
    parser.add_argument("--profile", action="store_true", help="Also print where the first recompute spends its time.")
    options = parser.parse_args()
    django.setup()
    connection.settings_dict["TEST"]["NAME"] = os.environ.get("BENCH_DB_NAME", "plumbline_bench_recompute")
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        measure(options)
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)


def measure(options: argparse.Namespace) -> None:
    from benchmarks.generated import Size, build
    from ledger.models import Entry
    from metrics.models import Sheet

    size = Size(options.units, options.months, options.accounts)
    entries = _timed("build the company", lambda: build(size))[1]
    print(f"\n{connection.vendor}: {size.units} units × {size.months} periods × {size.accounts} accounts")
    print(f"{entries:,} entries; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    first = "everything, for the first time"
    if options.profile:
        _profiled(lambda: _run(first))
    else:
        _run(first)
    _run("everything again, nothing changed", full=True)
    newest = Entry.unscoped.order_by("-period__ordinal", "unit__left").select_related("unit", "period").first()
    assert newest is not None
    _restate(newest)
    _run("one figure of one unit, newest month")
    print(f"\n{'sheets that stand':<38}{Sheet.unscoped.filter(until_mark__isnull=True).count():>12,}")
    _sizes()
    print(f"{'peak memory of this process':<38}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>9,.0f} MB")


def _run(name: str, *, full: bool = False) -> None:
    from metrics.models import Run
    from metrics.recompute import recompute

    began = time.process_time()
    seconds, run = _timed(
        name, lambda: recompute(actor="process:benchmark", clock=lambda: datetime.now(UTC), full=full)
    )
    own = time.process_time() - began
    assert isinstance(run, Run)
    print(
        f"{name:<38}{seconds:>9.2f} s ({own:.2f} s of it this process)"
        f"   {run.sheets:>9,} computed {run.written:>9,} written {run.closed:>7,} closed"
    )


def _restate(entry: object) -> None:
    """One entry replaced by another, as an import would."""
    from django.db import transaction

    from ledger import rows
    from ledger.models import Entry
    from units.marks import take_mark

    with transaction.atomic():
        mark = take_mark(datetime.now(UTC)).pk
        rows.close(Entry.unscoped, [entry.pk], mark=mark)  # type: ignore[attr-defined]  # an entry; Django is set up only by now
        entry.pk, entry.amount, entry.from_mark = None, entry.amount + 10_000, mark  # type: ignore[attr-defined]  # an entry; Django is set up only by now
        entry.save(force_insert=True)  # type: ignore[attr-defined]  # an entry; Django is set up only by now


def _sizes() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_table_size('metrics_sheet'), pg_indexes_size('metrics_sheet'), pg_table_size('ledger_entry')"
            )
            table, indexes, entries = cursor.fetchone()
            print(f"{'sheets, table with its overflow':<38}{table / 2**20:>9,.0f} MB")
            print(f"{'sheets, indexes':<38}{indexes / 2**20:>9,.0f} MB")
            print(f"{'entries, table':<38}{entries / 2**20:>9,.0f} MB")
        else:
            cursor.execute("SELECT SUM(LENGTH(numbers) + LENGTH(reasons) + LENGTH(coverage)) FROM metrics_sheet")
            print(f"{'sheets, text':<38}{cursor.fetchone()[0] / 2**20:>9,.0f} MB")


def _timed(name: str, work: Callable[[], object]) -> tuple[float, object]:
    print(f"… {name}", file=sys.stderr)
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def _profiled(work: Callable[[], object]) -> None:
    import cProfile
    import pstats

    profile = cProfile.Profile()
    profile.runcall(work)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
