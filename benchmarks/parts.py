"""Where the time of a recompute goes: one block of a loaded company, from its rows to its sheets.

    DATABASE_URL=postgresql://… python -m benchmarks.parts

The company is loaded already and computed once (`python -m benchmarks.scale … --keep`), so nothing is written: `store`
compares only. Seconds are of the processor; what a part calls is taken off its own time.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django

spent: Counter[str] = Counter()
within: list[float] = []


def main() -> None:
    from metrics import computing, frames, store
    from metrics.calc import building, sheets, workbook
    from metrics.recompute import recompute

    for owner, name, label in (
        (frames, "rows", "read the block's rows"),
        (building.Building, "block", "sum up the tree"),
        (workbook.Workbook, "level", "compute the figures"),
        (sheets, "_column", "round to columns"),
        (sheets, "_numbers_and_reasons", "write numbers and reasons"),
        (sheets, "_coverage", "write coverage"),
        (store, "store", "compare with what stands"),
    ):
        setattr(owner, name, _timed(getattr(owner, name), label))
    done = computing.Work.store_block

    def first_block(*arguments: Any) -> None:
        written = done(*arguments)
        _print(written.sheets)
        sys.stdout.flush()
        os._exit(0)  # one block is enough, and the run must not end as if all were done

    computing.Work.store_block = first_block  # type: ignore[assignment,method-assign]  # never returns
    recompute(actor="process:benchmark", clock=lambda: datetime.now(UTC), full=True)


def _timed(part: Callable[..., Any], label: str) -> Callable[..., Any]:
    @functools.wraps(part)
    def timed(*arguments: Any, **named: Any) -> Any:
        began = time.process_time()
        within.append(0.0)
        try:
            return part(*arguments, **named)
        finally:
            whole = time.process_time() - began
            spent[label] += whole - within.pop()
            if within:
                within[-1] += whole

    return timed


def _print(sheets: int) -> None:
    print(f"{sheets:,} sheets, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    every = sum(spent.values())
    for label, seconds in spent.most_common():
        print(f"{label:<28}{seconds:>8.2f} s{seconds / every:>8.1%}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
