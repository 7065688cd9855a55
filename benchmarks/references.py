"""One reference engine of the side-by-side harness, with the processor's time of its computing too.

    HARNESS_PYTHON benchmarks/references.py HARNESS IMPL DATABASE

Runs in the harness's own environment and imports nothing of ours. Results are stored wide, as the harness does. Prints
the phases of one recompute as JSON: seconds by the wall, and of this process on all its threads.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main(harness: Path, implementation: str, database: str) -> None:
    sys.path.insert(0, str(harness / "batch"))
    import recompute  # type: ignore[import-not-found]  # the harness's, found by its folder

    class Clock(recompute.Clock):  # type: ignore[misc]  # the harness carries no types
        def __init__(self) -> None:
            super().__init__()
            self.processor: dict[str, float] = {}
            self.last = time.process_time()

        def mark(self, name: str) -> None:
            super().mark(name)
            now = time.process_time()
            self.processor[name] = self.processor.get(name, 0.0) + now - self.last
            self.last = now

    clock = Clock()
    engine, is_rolled_up = implementation.removesuffix("_agg"), implementation.endswith("_agg")
    recompute.RUN[engine](database, "wide", is_rolled_up, clock)
    print(json.dumps({"wall": clock.phases, "processor": clock.processor}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
