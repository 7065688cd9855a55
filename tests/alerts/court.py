"""A company in memory for the pure half: a few units, figures as a table, thresholds in one line.

GROUP             group
├── NORTH         unit, of the vertical retail
│   ├── SHOP …    units, retail
└── SOUTH         unit, of the vertical software
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from alerts.judging.book import Book, Expected, Page, Place
from alerts.judging.early import outlook_case, pace_case
from alerts.judging.facts import Facts, facts
from alerts.judging.inheritance import Edition, Spot, Tree
from alerts.judging.manual import Manual, Times
from alerts.judging.pooling import pool_case
from alerts.judging.units import Case, Court
from alerts.rules import Breach, Judgement, replay
from alerts.terms import Terms
from ledger.periods import Months
from metrics.catalogue import METRICS
from tests.tables import table

ONE = 10_000
CALENDAR = Months()

SPOTS = {
    "GROUP": Spot(1, 1, 40, "group"),
    "NORTH": Spot(2, 2, 20, "unit", "retail"),
    "SHOP1": Spot(3, 3, 4, "unit", "retail"),
    "SHOP2": Spot(4, 5, 6, "unit", "retail"),
    "SHOP3": Spot(5, 7, 8, "unit", "retail"),
    "SHOP4": Spot(6, 9, 10, "unit", "retail"),
    "SHOP5": Spot(7, 11, 12, "unit", "retail"),
    "SHOP6": Spot(8, 13, 14, "unit", "retail"),
    "SOUTH": Spot(9, 21, 22, "unit", "software"),
}


@dataclass(frozen=True)
class Closings:
    """Nothing is closed; months are over by the calendar."""

    spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def holds(self, ordinal: int, left: int) -> bool:
        return False


def ordinal(code: str) -> int:
    year, month = code.split("-")
    return int(year) * 12 + int(month) - 1


def cost(**more: Any) -> Terms:
    """Contractors over budget, in the month."""
    given: dict[str, Any] = {"metric": "contractor_cost", "basis": "month", "comparator": "budget"}
    given |= {"measure": "percent", "direction": 1, "warning": "0.10", "critical": "0.25"}
    return Terms(**(given | more))


def edition(terms: Terms, unit: str = "GROUP", number: int = 1, **more: Any) -> Edition:
    return Edition(number, number, SPOTS[unit], terms, from_mark=number, **more)


@dataclass
class Bench:
    """A court and its book, asked by unit and month."""

    court: Court
    book: Book
    edition: Edition

    def judge(self, unit: str, month: str) -> Judgement:
        return self.court.judge(self.edition, SPOTS[unit], self.book, ordinal(month))

    def hear(self, unit: str) -> Case:
        return self.court.hear(self.edition, SPOTS[unit], self.book)

    def breaches(self, case: Case | None) -> list[Breach]:
        return [] if case is None else replay(case.readings, case.counts)

    def pool(self, unit: str) -> Case | None:
        return pool_case(self.court, self.edition, SPOTS[unit], self.book, self.hear(unit))

    def outlook(self, unit: str) -> Case | None:
        return outlook_case(self.court, self.edition, SPOTS[unit], self.book, self.hear(unit))

    def pace(self, unit: str) -> Case | None:
        return pace_case(self.court, self.edition, SPOTS[unit], self.book)

    def says(self, case: Case | None) -> Facts:
        """What the newest breach of a case says."""
        assert case is not None
        told = case.told_by(self.breaches(case)[-1])
        assert told is not None
        return facts(self.court, case, told, self.book)


def bench(
    text: str,
    *editions: Edition,
    through: str = "2026-08",
    today: date = date(2026, 9, 20),
    basis: str = "month",
    more: Mapping[str, str] | None = None,
    forecasts: Mapping[tuple[str, str, str], Iterable[Expected]] | None = None,
    rates: Mapping[tuple[str, str], Fraction] | None = None,
) -> Bench:
    """Figures as `unit | metric | version | 2026-06 | …` in whole units (– is late); those of other bases as `more`."""
    cells: dict[Place, dict[str, Any]] = {}
    for over, rows in ({basis: text} | dict(more or {})).items():
        for row in table(rows):
            for month in (each for each in row if each not in ("unit", "metric", "version")):
                place = SPOTS[row.unit].unit, row.version, over, ordinal(month)
                cells.setdefault(place, {})[row.metric] = row[month]
    codes = sorted({code for found in cells.values() for code in found})
    pages = {place: _page(codes, found) for place, found in cells.items()}
    months = {place[3] for place in pages} | set(range(ordinal(through) - 30, ordinal(through) + 1))
    periods = {each: CALENDAR.at(each) for each in months}
    court = Court(
        book=Manual(
            METRICS,
            {},
            {},
            CALENDAR,
            {(currency, ordinal(month)): rate for (currency, month), rate in (rates or {}).items()},
        ),
        times=Times(periods, frozenset(each for each in periods if periods[each].ends < today), Closings(), today),
        through=ordinal(through),
        currency="USD",
        tree=Tree({spot.unit: spot for spot in SPOTS.values()}),
        names={spot.unit: name.capitalize() for name, spot in SPOTS.items()},
        active=editions,
    )
    expected = {
        (SPOTS[unit].unit, metric, ordinal(month)): list(found)
        for (unit, metric, month), found in (forecasts or {}).items()
    }
    book = Book({code: at for at, code in enumerate(codes)}, pages, forecasts=expected)
    return Bench(court, book, editions[0])


def _page(codes: list[str], found: Mapping[str, Any]) -> Page:
    def stored(code: str) -> Any:
        number = found.get(code)
        if number is None:
            return None
        return round(number * ONE) if METRICS[code].kind in ("money", "count") else number

    reasons = {code: "late" for code in codes if found.get(code) is None}
    return Page(1, tuple(stored(code) for code in codes), reasons, {"*": "1 of 1"})
