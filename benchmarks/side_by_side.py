"""The overview beside other dashboards on the same figures: in a browser, and under many readers at once.

    python -m benchmarks.side_by_side HARNESS --size S [--peers dash,dash_memo] [--rounds 3] [--readers 50]

HARNESS is the folder of the side-by-side harness, whose own set-up was run (its README; BENCH_WORK names its work
folder); it needs psutil and aiohttp beside the development requirements. DATABASE_URL names a database that
`benchmarks/company.py` filled with the same size. Everything is the harness's own measure, ours and theirs one
after the other within each round, so that a noisy moment meets all of them; `benchmarks.ours` says what it has to know
of ours. All web processes run two workers of four threads. With REDIS_URL boards are made ahead first, as a worker
does after a run (`--cold`: they are not); of theirs the harness asks every callback once before it measures.

first     a browser with an empty cache, from navigation until figures, charts, the units and the alerts all stand
repeat    the same browser again
period    from the click on another month until its figures stand
KB        bytes on the wire of a first visit and of a repeat
readers   each opens the page and changes the month, without a browser: the 95th percentile of opening, cycles a second,
          megabytes of the server's processes after it: resident, which counts what they share again for each, and
          proportional, which counts it once
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import ours
from benchmarks.company import EXECUTIVE
from benchmarks.pages import manage

Take = Callable[[Mapping[str, Any]], float]

PORT = 8760
AHEAD = """
from django.utils.timezone import now
from reports.ahead import make_ahead
make_ahead(at=now(), goes_on=lambda: True)
"""
"""What a worker does in rounds after every run, where there is Redis."""
BROWSER: dict[str, Take] = {
    "first ms": lambda found: found["first_ms"],
    "repeat ms": lambda found: found["repeat_ms"],
    "period ms": lambda found: found["period_ms"],
    "first KB": lambda found: found["first_bytes"] / 1024,
    "repeat KB": lambda found: found["repeat_bytes"] / 1024,
}
READERS: dict[str, Take] = {
    "open p95 ms": lambda found: found["open_p95"],
    "cycles/s": lambda found: found["cycles_per_s"],
    "errors": lambda found: found["errors"],
    "MB resident": lambda found: found["rss_mb"],
    "MB shared once": lambda found: found["pss_mb"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("harness", type=Path)
    parser.add_argument("--size", default="S")
    parser.add_argument("--peers", default="dash,dash_memo")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--cold", action="store_true")
    options = parser.parse_args()
    sys.path.insert(0, str(options.harness.resolve()))
    _prepare(options)
    taken: dict[str, dict[str, list[float]]] = {}
    for _ in range(options.rounds):
        for name in ("ours", *options.peers.split(",")):
            for label, number in _measured(name, options).items():
                taken.setdefault(name, {}).setdefault(label, []).append(number)
    _print({name: {label: median(each) for label, each in found.items()} for name, found in taken.items()})


def _prepare(options: argparse.Namespace) -> None:
    """A person who may sign in, static files collected, and boards made as a worker makes them."""
    environment = {**os.environ, "PYTHONPATH": ""}
    manage(environment, "collectstatic", "--noinput", "-v0")
    script = (
        f"from people.models import Person; p = Person.objects.known_as({EXECUTIVE!r});"
        f"p.set_password({ours.PASSWORD!r}); p.must_change_password = False; p.save()"
    )
    manage(environment, "shell", "-c", script)
    if not options.cold:
        manage(environment, "shell", "-c", AHEAD)
    print(f"size {options.size}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)


def _measured(name: str, options: argparse.Namespace) -> dict[str, float]:
    """One round of one of them."""
    found = asyncio.run(ours.pages(name, PORT, options.size))
    numbers = {label: take(found) for label, take in BROWSER.items()}
    (level,) = asyncio.run(ours.users(name, PORT, options.size, options.readers))["levels"]
    return numbers | {label: take(level) for label, take in READERS.items()}


def _print(taken: Mapping[str, Mapping[str, float]]) -> None:
    print(
        f"\n{'':14}"
        + "".join(f"{name:>12}" for name in taken)
        + "".join(f"{f'÷ {name}':>14}" for name in taken if name != "ours")
    )
    for label, own in taken["ours"].items():
        numbers = "".join(f"{found[label]:>12.1f}" for found in taken.values())
        ratios = "".join(
            f"{own / found[label]:>14.2f}" if found[label] else f"{'–':>14}"
            for name, found in taken.items()
            if name != "ours"
        )
        print(f"{label:14}{numbers}{ratios}")


if __name__ == "__main__":
    main()
