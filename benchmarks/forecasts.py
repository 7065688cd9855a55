"""Forecasts of public monthly series, beside an established package: accuracy, coverage and time in one run.

    python -m benchmarks.forecasts --data M3.rda [M1.rda …] [--models Theta DynamicOptimizedTheta AutoTheta AutoETS]

The series are the monthly ones of the M1 and M3 competitions (617 and 1,428 of them), 18 months held back, in the
files of the R package Mcomp: https://github.com/robjhyndman/Mcomp, data/M1.rda and data/M3.rda (GPL-3, not shipped
here). Needs `pip install -r benchmarks/requirements.txt`, which the product does not.

sMAPE is that of the competitions, MASE is by the seasonal naive error of the history. Both programs run in one process,
series after series or all at once as each is made for; ours includes trying every method on four origins, the choice
and the intervals, the package's gives the point forecast only. `× ours` compares seconds of the processor.
"""

from __future__ import annotations

import argparse
import sys
import time
import unittest.mock
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from metrics.calc.forecast import METHODS, choice, forecasts
from metrics.calc.forecast.intervals import COVERAGE

SEASON, HORIZON = 12, 18
MODELS = ("Theta", "DynamicOptimizedTheta", "AutoTheta", "AutoETS")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", type=Path, required=True)
    parser.add_argument("--models", nargs="*", default=MODELS, help="Models of statsforecast to run beside ours.")
    options = parser.parse_args()
    try:
        import rdata  # noqa: F401 -- asked for here, used where data is read
        import statsforecast
    except ImportError as error:
        raise SystemExit(f"{error}. Run pip install -r benchmarks/requirements.txt first.") from None
    for path in options.data:
        history, later = monthly(path)
        print(f"{path.stem}: {history.shape[1]:,} monthly series, {HORIZON} months ahead")
        print(f"{'':44}{'sMAPE':>8}{'MASE':>8}{'seconds':>9}{'× ours':>8}")
        seconds = _print_ours(history, later)
        for name in options.models:
            model = getattr(__import__("statsforecast.models", fromlist=[name]), name)(season_length=SEASON)
            label = f"statsforecast {statsforecast.__version__} {name}"
            _print_line(label, history, later, *timed(partial(theirs, model, history)), ours=seconds)
        print()


def monthly(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The monthly series of a file, right-aligned as periods × series, and what came after each."""
    import rdata

    (found,) = rdata.read_rda(path).values()
    named = [{str(key): value for key, value in series.items()} for series in found.values()]
    months = [series for series in named if str(series["period"][0]) == "MONTHLY"]
    known = [np.asarray(series["x"], dtype=float) for series in months]
    history = np.full((max(map(len, known)), len(known)), np.nan)
    for column, figures in enumerate(known):
        history[-len(figures) :, column] = figures
    return history, np.array([np.asarray(series["xx"], dtype=float) for series in months]).T


def theirs(model: object, history: np.ndarray) -> np.ndarray:
    """The package's point forecasts, horizon × series."""
    columns = (column[~np.isnan(column)] for column in history.T)
    return np.array([model.forecast(y=column, h=HORIZON)["mean"] for column in columns]).T


def timed(work: Callable[[], object]) -> tuple[object, float]:
    """What it gives, and the seconds of the processor it took after one to warm up on."""
    began = time.process_time()
    made = work()
    return made, time.process_time() - began


def _print_ours(history: np.ndarray, later: np.ndarray) -> float:
    forecasts(history[:, :8], horizon=HORIZON, season=SEASON)
    made, seconds = timed(partial(forecasts, history, horizon=HORIZON, season=SEASON))
    _print_line("ours, tried, chosen and with intervals", history, later, made.point, seconds, ours=seconds)
    with unittest.mock.patch.object(choice, "CLEARLY", 1.0):  # what it costs to believe the smallest difference
        strict = forecasts(history, horizon=HORIZON, season=SEASON)
    _print_line("the best of each series' own trial, strictly", history, later, strict.point, seconds, ours=seconds)
    naive = np.tile(history[-SEASON:], (2, 1))[:HORIZON]
    _print_line("seasonal naive", history, later, naive, 0.0, ours=seconds)
    inside = np.mean((later >= made.low) & (later <= made.high), axis=1)
    counts = np.bincount(made.method, minlength=len(METHODS))
    chosen = ", ".join(f"{name} {count}" for name, count in zip(METHODS, counts, strict=True) if count)
    thirds = ", ".join(f"{part.mean():.0%}" for part in np.split(inside, 3))
    print(f"  chosen: {chosen}\n  inside the {COVERAGE:.0%} interval, months 1-6, 7-12, 13-18: {thirds}")
    return seconds


def _print_line(
    label: str, history: np.ndarray, later: np.ndarray, made: np.ndarray, seconds: float, *, ours: float
) -> None:
    wrong = np.abs(made - later)
    smape = (200 * wrong / (np.abs(made) + np.abs(later))).mean()
    scale = np.nanmean(np.abs(history[SEASON:] - history[:-SEASON]), axis=0)
    print(f"{label:44}{smape:8.2f}{(wrong / scale).mean():8.3f}{seconds:9.2f}{seconds / ours:8.1f}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
