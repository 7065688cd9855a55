"""`make bench`: every measure in turn, printed as tables. Times are of this machine: compare within one run.

recompute   200 units × 60 months × 30 accounts computed and stored, and the size of the sheets
imports     100,000 long rows beside a keyed COPY under the same constraints
pages       requests and memory of a web process over the demonstration company

`python -m benchmarks.alerts` judges 8 rules on 200 units over 60 months in memory, writes nothing and takes a minute.

`python -m benchmarks.drag` drags a limit in a browser, and says how long its picture of the past takes.

`python -m benchmarks.forecasts` compares with a package and series that are not shipped, and is run by itself.

`python -m benchmarks.scale` recomputes the harness's companies of up to 5,000 units beside its reference engines.

`python -m benchmarks.parts` sets the compute part beside theirs, and says where the time of one block goes.

`python -m benchmarks.search` searches a company of thousands of units, and says how long an answer takes.

`python -m benchmarks.side_by_side` sets the overview beside other dashboards; it needs their harness: run it by hand.
"""

from __future__ import annotations

import subprocess
import sys

PARTS = ("recompute", "imports", "pages")


def main() -> None:
    wanted = sys.argv[1:] or PARTS
    for part in wanted:
        if part not in PARTS:
            raise SystemExit(f"There is no benchmark {part}; there are {', '.join(PARTS)}.")
        print(f"── {part}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{part}"], check=True)


if __name__ == "__main__":
    main()
