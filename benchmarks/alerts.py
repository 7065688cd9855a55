"""Judging thresholds in plain Python: seconds, and how many times a bare comparison of the same numbers it takes.

    python -m benchmarks.alerts [--units 200] [--months 60] [--back 36]

Evaluation judges eight rules on every unit in every month, finds the breaches and holds them against the alerts that
stand: all that is done between reading figures and writing alerts. A back-test judges and replays one rule over the
months back; as known each month it judges after every month what was known then, the windows of 24 months and the
alerts with their money. `× bare` is beside one dictionary look-up and one comparison of two floats for each figure
and baseline, which is neither exact nor says why. Seconds are of the processor, the best of five.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from datetime import date
from functools import partial

from alerts.backtest.replaying import History, Vintage, replayed
from alerts.judging.book import ACTUAL, BUDGET, Book, Page, Place
from alerts.judging.inheritance import Edition, Spot, Tree
from alerts.judging.manual import Manual, Times
from alerts.judging.units import Case, Court
from alerts.rules import Knowledge, replay
from alerts.terms import Terms
from ledger.periods import Months
from metrics.catalogue import METRICS

SEED = 11
LAST = 2026 * 12 + 8
CODES = ("contractor_cost", "revenue", "operating_margin", "dso", "cloud_cost", "personnel_cost", "marketing_cost")
RULES = (
    Terms("contractor_cost", "month", "budget", "percent", 1, warning="0.10", critical="0.25", floor_amount="5000"),
    Terms("revenue", "month", "prior_year", "percent", -1, warning="0.05", critical="0.15", floor_share="0.005"),
    Terms("operating_margin", "month", "budget", "points", -1, warning="0.01", critical="0.04", exit="0.005"),
    Terms("dso", "month", "absolute", "level", 1, target="45", warning="55", critical="70", periods=2),
    Terms("cloud_cost", "month", "trailing", "percent", 1, warning="0.15", critical="0.30", window=12),
    Terms("personnel_cost", "month", "budget", "percent", 2, warning="0.10", critical="0.25", periods=2, out_of=3),
    Terms("marketing_cost", "month", "season", "deviations", 1, warning="3", critical="5", window=12),
    Terms("operating_margin", "month", "peers", "points", -1, warning="0.05", critical="0.10", window=5),
)


class NothingClosed:
    """Every month is over by the calendar."""

    spans: dict[int, list[tuple[int, int]]] = {}

    def holds(self, ordinal: int, left: int) -> bool:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--back", type=int, default=36)
    options = parser.parse_args()
    bench, book = company(options.units, options.months)
    figures = len(RULES) * options.units * options.months
    bare = timed(lambda: compare(bench, book))
    _print("bare comparison", bare, figures, bare=bare)
    _print(f"evaluation, {len(RULES)} rules", timed(lambda: evaluation(bench, book)), figures, bare=bare, limit=2.0)
    back, _ = company(options.units, options.back)
    for edition in bench.active:
        terms = edition.terms
        seconds = timed(partial(backtest, back, edition, book))
        part = bare * options.back / options.months / len(RULES)
        label = f"back-test, {terms.metric} by {terms.comparator}"
        _print(label, seconds, options.units * options.back, bare=part, limit=0.5)
    for units, limit in ((12, 0.3), (options.units, 0.5)):
        bench, book = company(units, options.back)
        past = history(bench, book)
        part = bare * units * options.back / figures
        for edition in bench.active:
            label = f"as known each month, {units} units, {edition.terms.comparator}"
            seconds = timed(partial(as_known, past, edition))
            _print(label, seconds, units * options.back, bare=part, limit=limit)


def company(units: int, months: int) -> tuple[Court, Book]:
    """Units with figures of so many months, and of the three years before that some rules look back on."""
    chance = random.Random(SEED)
    spots = {number: Spot(number, 2 * number, 2 * number + 1, "unit") for number in range(1, units + 1)}
    pages: dict[Place, Page] = {}
    for unit in spots:
        for ordinal in range(LAST - months - 36, LAST + 1):
            for version in (ACTUAL, BUDGET):
                pages[unit, version, "month", ordinal] = Page(1, _figures(chance), {}, {"*": "1 of 1"})
    calendar = Months()
    periods = {ordinal: calendar.at(ordinal) for ordinal in range(LAST - months - 36, LAST + 1)}
    editions = [
        Edition(number, number, Spot(0, 0, 10**6), terms, from_mark=1) for number, terms in enumerate(RULES, start=1)
    ]
    bench = Court(
        book=Manual(METRICS, {}, {}, calendar),
        times=Times(periods, frozenset(periods), NothingClosed(), date(2026, 10, 20)),
        through=LAST,
        currency="USD",
        tree=Tree(spots),
        names={},
        active=editions,
        window=months,
    )
    return bench, Book({code: place for place, code in enumerate(CODES)}, pages)


def _figures(chance: random.Random) -> tuple[int | float, ...]:
    money = [round(10_000 * chance.gauss(100_000, 6_000)) for _ in range(5)]
    return money[0], money[1], chance.gauss(0.2, 0.02), chance.gauss(50, 4), money[2], money[3], money[4]


def evaluation(bench: Court, book: Book) -> list[Case]:
    """Every rule on every unit, as `alerts.actions.evaluation` judges them."""
    book.ranked.clear()
    book.counted.clear()
    cases = [bench.hear(edition, spot, book) for spot in bench.tree.spots.values() for edition in bench.active]
    for case in cases:
        case.settle([], Knowledge())
    return cases


def backtest(bench: Court, edition: Edition, book: Book) -> int:
    """How often one rule would have fired."""
    book.ranked.clear()
    book.counted.clear()
    cases = [bench.hear(edition, spot, book) for spot in bench.tree.spots.values()]
    return sum(breach.fired is not None for case in cases for breach in replay(case.readings, case.counts))


def as_known(past: History, edition: Edition) -> int:
    """The money that one rule would have told of."""
    return sum(alarm.impact or 0 for alarm in replayed(past, edition=edition))


def history(bench: Court, book: Book) -> History:
    """The months as they became known, one judging after each."""
    first = bench.first
    standing = {edition.threshold: edition for edition in bench.active}
    vintages = []
    for ordinal in range(first, LAST + 1):
        changed = {
            place: page for place, page in book.pages.items() if place[3] == ordinal or place[3] < first == ordinal
        }
        vintages.append(Vintage(ordinal, ordinal, ordinal, bench.times, standing, changed))
    return History(bench.book, bench.tree, bench.names, bench.currency, book.codes, vintages)


def compare(bench: Court, book: Book) -> int:
    """The least that judging could be: each figure beside its budget."""
    found = 0
    for _ in bench.active:
        for unit in bench.tree.spots:
            for ordinal in range(bench.first, bench.through + 1):
                value = book.pages[unit, ACTUAL, "month", ordinal].numbers[0]
                found += value >= 1.1 * book.pages[unit, BUDGET, "month", ordinal].numbers[0]
    return found


def timed(work: Callable[[], object]) -> float:
    """Seconds of the processor, the best of five."""
    found = []
    for _ in range(5):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def _print(label: str, seconds: float, figures: int, *, bare: float, limit: float | None = None) -> None:
    aim = "" if limit is None else f"  {'within' if seconds <= limit else 'BEYOND'} {limit:g} s"
    each = seconds / figures * 1e6
    print(f"{label:44}{seconds:9.3f} s{each:9.2f} µs a figure{seconds / bare:8.1f} × bare{aim}")


if __name__ == "__main__":
    main()
