"""The compute part of a recompute beside that of the reference engines, and where the time of one block goes.

    python -m benchmarks.parts HARNESS --size L [--server 127.0.0.1:55432] [--user bench]

HARNESS is the folder of the side-by-side harness, set up for the size as for `benchmarks.scale`. The company is taken
from database `plumbline_scale_*_loaded`, which is made where it is not there. Ours computes its first block, and what
it writes is rolled back. The rule for what is compared:

- Computing begins with rows in the engine's own memory and ends with figures there. Reading, conversion to the engine's
  frames and storing are left out on both sides; so are the words and the JSON of ours.
- *From facts*: adding up what was delivered is in it. *From sums*: that was done before, by the database or in another
  phase (`pg_sql`, `duckdb_file`, `*_agg`); of ours it is then left out too.
- A reference's figures are units × months × thirty metrics, empty ones included: one basis, one version, floats. Those
  that are not SQL have judged their eight rules by then, in the same seconds.
- *Ours, the same*: 28 of those metrics in our formulas, for a month, actuals beside budgets; empty ones included. Their
  counts and sums must agree with what the reference stored. *Ours, all*: what a recompute does, every metric of the
  catalogue and every account in all bases and versions. Of that only metrics with a number count: accounts, the reasons
  of what is missing and the coverage of everything are in the seconds and not in the figures.
- Seconds are by the wall, and of the processor on all threads; SQL works in the server, whose time is not seen. Ours
  uses one core, Polars and DuckDB all there are.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import resource
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import django
import numpy as np
import psycopg

from benchmarks.thirty import FORMULAS, METRICS, agree

FROM_FACTS = ("pandas", "polars", "duckdb")
FROM_SUMS = ("pg_sql", "duckdb_file", "duckdb_agg", "pandas_agg", "polars_agg")
ROWS, SUMS, BOOKS, FIGURES = "rows to places", "sum up the tree", "books", "compute the figures"
CELLS = {"S": 12 * 36 * 30, "M": 200 * 60 * 30, "L": 5_000 * 60 * 30}


class Took(NamedTuple):
    """Seconds by the wall and of the processor; nan where that is not seen."""

    wall: float = 0.0
    processor: float = 0.0

    @classmethod
    def now(cls) -> Took:
        return cls(time.perf_counter(), time.process_time())

    def less(self, other: Took) -> Took:
        return Took(self.wall - other.wall, self.processor - other.processor)

    def and_(self, *others: Took) -> Took:
        return Took(*(sum(each) for each in zip(self, *others, strict=True)))


@dataclass(frozen=True)
class Line:
    """Figures that an engine computed, and how long it took."""

    name: str
    figures: int
    took: Took


spent: defaultdict[str, Took] = defaultdict(Took)
within: list[Took] = []
at_work: set[str] = set()
numbers: defaultdict[bool, int] = defaultdict(int)
"""How many numbers were computed, by whether they are metrics (or accounts)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("harness", type=Path)
    parser.add_argument("--size", choices=sorted(CELLS), default="M")
    parser.add_argument("--server", default="127.0.0.1:55432")
    parser.add_argument("--user", default="bench")
    options = parser.parse_args()
    _connect(options)
    print(f"size {options.size}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    references = {name: _reference(options, name) for name in (*FROM_FACTS, *FROM_SUMS)}
    (same_sums, same_facts), sheets = _block(options)
    _print_parts(sheets)
    from_sums = spent[BOOKS].and_(spent[FIGURES])
    from_facts = from_sums.and_(spent[ROWS], spent[SUMS])
    every = [Line("ours, all", numbers[True], took) for took in (from_sums, from_facts)]
    _print("from sums", [references[name] for name in FROM_SUMS], [same_sums, every[0]])
    _print("from facts", [references[name] for name in FROM_FACTS], [same_facts, every[1]])


def _connect(options: argparse.Namespace) -> None:
    """Use the loaded company of the size; load it where it is not there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    name = f"plumbline_scale_{options.size.lower()}_loaded"
    os.environ["DATABASE_URL"] = f"postgresql://{options.user}@{options.server}/{name}"
    django.setup()
    from benchmarks.scale import Server

    with psycopg.connect(f"postgresql://{options.user}@{options.server}/postgres") as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if not known:
        data = Path(os.environ.get("BENCH_WORK", "/tmp/bench")) / "data" / options.size
        Server(options.server, options.user).load(name, data)


def _reference(options: argparse.Namespace, name: str) -> Line:
    """A reference engine's computing in a process of its own."""
    python = Path(os.environ.get("BENCH_WORK", "/tmp/bench")) / "v-bench/bin/python"
    script = [str(python), str(Path(__file__).with_name("references.py")), str(options.harness), name]
    environment = os.environ | {"BENCH_PG": options.server, "BENCH_PG_USER": options.user}
    command = [*script, f"bench_{options.size.lower()}"]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)
    processor = float("nan") if name == "pg_sql" else said["processor"]["compute"]
    return Line(name, CELLS[options.size], Took(said["wall"]["compute"], processor))


def _block(options: argparse.Namespace) -> tuple[tuple[Line, Line], int]:
    """Compute the first block, its parts timed, and the same metrics as the references; roll back what it writes."""
    from django.db import transaction

    from metrics.definitions import definitions
    from metrics.models import Run
    from metrics.recompute import _work, fingerprint
    from units.marks import newest_mark

    _watch()
    metrics, at = definitions(), datetime.now(UTC)
    with transaction.atomic():
        run = Run.objects.create(
            full=True, actor="process:benchmark", mark=newest_mark(), fingerprint=fingerprint(metrics), started=at
        )
        work = _work(run, metrics)
        assert work is not None and not work.looks_up
        share = work.todo[0]
        same = _same(work, share.units, options)
        sums = work.add_up(share, _nothing)
        written = work.store_block(share, sums, _nothing)
        transaction.set_rollback(True)
    return same, written.sheets


def _watch() -> None:
    """Time the parts of a block, and count the numbers."""
    from metrics import frames, store
    from metrics.calc import books, building, sheets, workbook
    from metrics.frames import figures

    sheets._column = _counted(sheets._column)  # type: ignore[assignment]  # the same, and counts
    for owner, name, label in (
        (frames, "rows", "read the block's rows"),
        (figures, "rows_of", ROWS),
        (building.Building, "block", SUMS),
        (books.Book, "of", BOOKS),
        (workbook.Workbook, "level", FIGURES),
        (sheets, "_column", "round to columns"),
        (sheets, "_numbers_and_reasons", "write numbers and reasons"),
        (sheets, "_coverage", "write coverage"),
        (store, "store", "store"),
    ):
        setattr(owner, name, _timed(getattr(owner, name), label))


def _timed(part: Callable[..., Any], label: str) -> Callable[..., Any]:
    """The part; what it calls of others is taken off its own time."""

    @functools.wraps(part)
    def timed(*arguments: Any, **named: Any) -> Any:
        if label in at_work:
            return part(*arguments, **named)
        at_work.add(label)
        within.append(Took())
        began = Took.now()
        try:
            return part(*arguments, **named)
        finally:
            whole = Took.now().less(began)
            at_work.remove(label)
            spent[label] = spent[label].and_(whole.less(within.pop()))
            if within:
                within[-1] = within[-1].and_(whole)

    return timed


def _counted(part: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(part)
    def counted(code: str, *arguments: Any) -> Any:
        column = part(code, *arguments)
        numbers[not code.startswith("account:")] += int(np.count_nonzero(column.reason == 0))
        return column

    return counted


def _same(work: Any, units: Sequence[int], options: argparse.Namespace) -> tuple[Line, Line]:
    """The references' own metrics for the block, from sums and from facts; held against what they stored."""
    from metrics import frames
    from metrics.calc.blockwise import columns
    from metrics.calc.levels import Reasons

    rows, company, reasons = frames.rows(work.outline, units), work.outline.company, Reasons()
    books = {}
    for version in ("actual", "budget"):
        building = work.kept[version]
        sums = building.block(rows[version], columns=columns(company.upward(units)))
        books[version] = building.book(sums.of(columns(units)), reasons)
    span = work.kept["actual"].span
    periods = np.arange(span.opened, span.newest + 1)
    found = _thirty(books, company, reasons, columns(units), periods)
    codes = [company.tree.units[unit].code for unit in units]
    agree(found, address=options.server, user=options.user, database=f"bench_{options.size.lower()}", units=codes)
    figures, from_sums = len(units) * len(periods) * len(found), spent[BOOKS].and_(spent[FIGURES])
    from_facts = from_sums.and_(spent[ROWS], spent[SUMS])
    spent.clear()
    return Line("ours, the same", figures, from_sums), Line("ours, the same", figures, from_facts)


def _thirty(books: Any, company: Any, reasons: Any, units: Any, periods: Any) -> dict[str, tuple[int, float]]:
    """By metric how many figures there are, and what they amount to."""
    from metrics.calc.evaluate import Place
    from metrics.calc.sheets import BASES
    from metrics.calc.workbook import Workbook
    from metrics.computing import UNIT_PERIODS

    found: dict[str, tuple[int, float]] = {}
    size = max(UNIT_PERIODS * len(BASES) // len(periods), 1)  # matrices as large as those of a recompute
    for start in range(0, len(units), size):
        part = units[start : start + size]
        workbook = Workbook(books, METRICS, company=company, columns=part, reasons=reasons)
        place = Place("actual", "month", periods)
        for code, level in [(code, workbook.level(place, code)) for code in FORMULAS]:
            number, total = found.get(code, (0, 0.0))
            found[code] = number + int(np.count_nonzero(level.present)), total + float(level.plain.sum())
    return found


def _print_parts(sheets: int) -> None:
    every = sum(took.processor for took in spent.values())
    print(f"\none block of ours: {sheets:,} sheets with {numbers[True]:,} metrics and {numbers[False]:,} accounts")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB\n")
    for label, took in sorted(spent.items(), key=lambda each: -each[1].processor):
        print(f"{label:<28}{took.processor:>8.2f} s{took.processor / every:>8.1%}")


def _print(name: str, references: Sequence[Line], ours: Sequence[Line]) -> None:
    """Millions of figures a second by the wall and of the processor, and how many times the best reference's."""
    by_wall = max(each.figures / each.took.wall for each in references)
    by_processor = max((e.figures / e.took.processor for e in references if e.took.processor > 0), default=float("nan"))
    print(f"\n{name:<16}{'figures':>12}{'wall s':>9}{'M/s':>8}{'÷ best':>8}{'cpu s':>9}{'M/s':>8}{'÷ best':>8}")
    for each in (*references, *ours):
        wall, processor = each.figures / each.took.wall, each.figures / each.took.processor
        print(
            f"{each.name:<16}{each.figures:>12,}{each.took.wall:>9.2f}{wall / 1e6:>8.2f}{wall / by_wall:>8.2f}"
            f"{each.took.processor:>9.2f}{processor / 1e6:>8.2f}{processor / by_processor:>8.2f}"
        )


def _nothing() -> None:
    pass


if __name__ == "__main__":
    main()
