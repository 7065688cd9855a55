"""Recompute at the sizes of the side-by-side harness: beside its reference engines, with one worker and with two.

    python -m benchmarks.scale HARNESS --size M [--server 127.0.0.1:55432] [--user bench]

HARNESS is the folder of the harness, whose own set-up was run for the size (BENCH_WORK names its work folder). Makes
databases `plumbline_scale_*` on that server and drops them. Prints, of one run on one machine:

- the references: one basis and one version, stored wide without history;
- ours: every basis and every version, with reasons, coverage and history; figures are numbers and reasons stored;
- two workers against one, from the same loaded state;
- one month of one unit imported again with another figure, until its sheets and those above it are stored.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import django
import psycopg

from benchmarks.company import FINANCE, ROOT

ROWS = re.compile(r"^batch (\{.*\})$", re.MULTILINE)


@dataclass(frozen=True)
class Timed:
    """Seconds of a recompute, the peak of each of its processes in MB, and what stands stored after it."""

    seconds: float
    peaks: list[float]
    sheets: int
    figures: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("harness", type=Path)
    parser.add_argument("--size", default="M")
    parser.add_argument("--server", default="127.0.0.1:55432")
    parser.add_argument("--user", default="bench")
    parser.add_argument("--keep", action="store_true", help="Leave the databases where they are.")
    options = parser.parse_args()
    print(f"size {options.size}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    references = _references(options.harness, options.size)
    server = Server(options.server, options.user)
    data = Path(os.environ.get("BENCH_WORK", "/tmp/bench")) / "data" / options.size
    loaded, one, two = (f"plumbline_scale_{options.size.lower()}_{part}" for part in ("loaded", "one", "two"))
    server.load(loaded, data)
    server.copy(loaded, one)
    alone = _recompute(server.url(one), helpers=0)
    server.copy(loaded, two)
    both = _recompute(server.url(two), helpers=1)
    changed = _change(server.url(one))
    if not options.keep:
        server.drop(loaded, one, two)
    _print(references, alone, both, changed, options.size)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server to make databases on."""

    address: str
    user: str

    def url(self, name: str) -> str:
        return f"postgresql://{self.user}@{self.address}/{name}"

    def load(self, name: str, data: Path) -> None:
        self.drop(name)
        self._do(f'CREATE DATABASE "{name}"')
        environment = os.environ | {"DATABASE_URL": self.url(name)}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True, env=environment)
        subprocess.run([sys.executable, "-m", "benchmarks.facts", str(data)], cwd=ROOT, check=True, env=environment)

    def copy(self, name: str, to: str) -> None:
        self.drop(to)
        self._do(f'CREATE DATABASE "{to}" TEMPLATE "{name}"')

    def drop(self, *names: str) -> None:
        for name in names:
            self._do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _do(self, command: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(command)  # type: ignore[call-overload]  # names of our own


def _references(harness: Path, size: str) -> dict[str, dict[str, float]]:
    """The harness's own recomputes, stored wide: seconds, seconds of computing, peak."""
    command = [str(harness / "run.py"), "batch", "--sizes", size, "--reps", "1"]
    python = Path(os.environ.get("BENCH_WORK", "/tmp/bench")) / "v-bench/bin/python"
    ran = subprocess.run([str(python), *command], check=True, capture_output=True, text=True, cwd=harness)
    found = [ast.literal_eval(each) for each in ROWS.findall(ran.stdout + ran.stderr)]
    return {each["impl"]: each for each in found if each["store"] == "wide"}


def _recompute(url: str, *, helpers: int) -> Timed:
    from config.management.commands.up import RETURNING

    environment = os.environ | RETURNING | {"DATABASE_URL": url}
    began = time.perf_counter()
    leader = subprocess.Popen(_worker("lead"), cwd=ROOT, env=environment)
    others = [subprocess.Popen(_worker("help"), cwd=ROOT, env=environment) for _ in range(helpers)]
    peaks = [_peak(leader)]
    seconds = time.perf_counter() - began
    peaks += [_peak(each) for each in others]
    with psycopg.connect(url) as connection:
        sheets, figures = connection.execute(
            "SELECT (SELECT count(*) FROM metrics_sheet),"
            " (SELECT avg((SELECT count(*) FROM jsonb_object_keys(numbers))) FROM metrics_sheet TABLESAMPLE SYSTEM (2))"
        ).fetchone() or (0, 0)
    return Timed(seconds, peaks, sheets, int(sheets * figures))


def _worker(part: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.workers", part]


def _peak(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process; its peak memory in MB."""
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("A worker failed; what it says stands above.")
    return used.ru_maxrss / 1024


def _change(url: str) -> float:
    """Seconds from the moment a file is there until its sheets are stored, interpreter start left out."""
    said = subprocess.run(
        [*_worker("change"), FINANCE], cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, check=True, capture_output=True
    ).stdout
    return float(said.split()[-1])


def _print(references: dict[str, dict[str, float]], alone: Timed, both: Timed, changed: float, size: str) -> None:
    cells = {"S": 12 * 36 * 30, "M": 200 * 60 * 30, "L": 5_000 * 60 * 30}[size]
    print(f"\n{'reference':<14}{'seconds':>9}{'computing':>11}{'figures/s':>12}{'peak MB':>9}")
    for name, each in references.items():
        print(
            f"{name:<14}{each['seconds']:>9.2f}{each['compute_s']:>11.2f}{cells / each['seconds']:>12,.0f}"
            f"{each['peak_mb']:>9.0f}"
        )
    ours = alone.figures / alone.seconds
    print(f"\nours, stored           {alone.sheets:,} sheets, {alone.figures:,} figures")
    print(f"one worker             {alone.seconds:.1f} s, {ours:,.0f} figures/s, peak {alone.peaks[0]:.0f} MB")
    peaks = " and ".join(f"{each:.0f}" for each in both.peaks)
    print(f"two workers            {both.seconds:.1f} s, {alone.seconds / both.seconds:.2f} × one, peaks {peaks} MB")
    print(f"÷ pg_sql wide          {ours / (cells / references['pg_sql']['seconds']):.2f} × its figures a second")
    print(f"one month of one unit  {changed:.2f} s, {changed / alone.seconds:.4f} of everything")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
