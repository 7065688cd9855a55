"""Who works there: heads by unit and function, positions open, and contractors, month by month.

Told backwards from September 2026, where everybody's place is known: twelve months of joiners and leavers by name
of their function, and before that hires drawn by a seeded chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sample.company import ACTUAL_MONTHS, CORPORATE, FUNCTIONS, MONTHS, NOW, Profile, chance, place
from sample.figures import Statement, books

Cell = tuple[str, str]
"""Unit and function."""

Heads = Mapping[Cell, list[int]]
"""Heads at the end of each month."""

DELIVERY, ENGINEERING, SALES, SUPPORT, ADMINISTRATION, MARKETING = FUNCTIONS

# Heads in September 2026, in the order of FUNCTIONS.
NEWEST: Mapping[str, tuple[int, ...]] = {
    "U01": (5, 6, 3, 2, 0, 1),
    "U02": (10, 1, 2, 1, 1, 0),
    "U03": (3, 7, 2, 2, 0, 1),
    "U04": (7, 0, 1, 1, 0, 0),
    "U05": (4, 1, 5, 1, 1, 1),
    "U06": (3, 6, 2, 2, 0, 1),
    "U07": (8, 2, 6, 1, 1, 1),
    "U08": (6, 1, 2, 2, 1, 0),
    "U09": (2, 5, 1, 1, 1, 1),
    "U10": (6, 0, 3, 1, 1, 1),
    "U11": (3, 0, 1, 1, 1, 0),
    "U12": (1, 5, 1, 2, 1, 1),
    CORPORATE: (0, 0, 0, 0, 4, 0),
}


@dataclass(frozen=True)
class Move:
    """Somebody joined (+1) or left (−1) during a month."""

    at: int
    unit: str
    function: str
    change: int = 1


MOVES = (
    Move(place(2025, 10), "U06", ENGINEERING),
    Move(place(2025, 11), "U12", ENGINEERING),
    Move(place(2026, 1), "U07", SALES),
    Move(place(2026, 1), "U12", SUPPORT),
    Move(place(2026, 2), "U01", ENGINEERING),
    Move(place(2026, 4), "U05", SALES),
    Move(place(2026, 4), "U06", SUPPORT),
    Move(place(2026, 5), "U03", ENGINEERING),
    Move(place(2026, 6), "U04", DELIVERY, -1),
    Move(place(2026, 6), "U07", DELIVERY),
    Move(place(2026, 6), "U09", ENGINEERING),
    Move(place(2026, 7), "U01", DELIVERY),
    Move(place(2026, 7), "U02", DELIVERY),
    Move(place(2026, 8), "U04", DELIVERY, -1),
    Move(place(2026, 8), "U06", SALES),
    Move(place(2026, 9), "U08", DELIVERY),
)
EARLIER_HIRES = 22
"""Hires from November 2023 to September 2025."""


@dataclass(frozen=True)
class Vacancy:
    """A place the budget has and nobody fills, from one month through another (None: to the end)."""

    unit: str
    function: str
    first: int
    last: int | None = None


PLANNED = (
    Vacancy("U02", DELIVERY, place(2024, 3), place(2024, 8)),
    Vacancy("U07", SALES, place(2024, 10), place(2025, 2)),
    Vacancy("U03", ENGINEERING, place(2025, 4), place(2025, 7)),
    Vacancy("U10", ADMINISTRATION, place(2025, 10)),
    Vacancy("U12", SUPPORT, place(2025, 12), place(2025, 12)),
    Vacancy("U03", ENGINEERING, place(2026, 3)),
    Vacancy("U09", ENGINEERING, place(2026, 3)),
    Vacancy("U04", DELIVERY, place(2026, 6)),
    Vacancy("U04", DELIVERY, place(2026, 8)),
    Vacancy("U12", ENGINEERING, place(2026, 11)),
)
"""What the budget has more than there are people."""

OPEN = (
    Vacancy("U03", ENGINEERING, place(2026, 2), place(2026, 4)),
    Vacancy("U01", DELIVERY, place(2026, 4), place(2026, 6)),
    Vacancy("U09", ENGINEERING, place(2026, 6)),
    Vacancy("U06", ENGINEERING, place(2026, 7)),
    Vacancy("U07", SALES, place(2026, 9)),
    Vacancy("U04", DELIVERY, place(2026, 9)),
    Vacancy("U04", DELIVERY, place(2026, 9)),
)
"""Positions that were approved and being filled."""


@cache
def heads() -> Heads:
    """Own staff by unit and function at the end of each actual month."""
    cells = {
        (unit, function): count for unit, row in NEWEST.items() for function, count in zip(FUNCTIONS, row, strict=True)
    }
    found: dict[Cell, list[int]] = {cell: [0] * ACTUAL_MONTHS for cell in cells}
    moves = [*MOVES, *_earlier_hires(cells)]
    for at in reversed(range(ACTUAL_MONTHS)):
        for cell, count in cells.items():
            found[cell][at] = count
        for move in moves:
            if move.at == at:
                cells[move.unit, move.function] -= move.change
    return {cell: path for cell, path in found.items() if any(path)}


@cache
def planned_heads() -> Heads:
    """The budget's heads, to the end of its last year: who is there, and the places it has besides."""
    ahead = len(MONTHS) - ACTUAL_MONTHS
    found = {cell: [*path, *path[-1:] * ahead] for cell, path in heads().items()}
    for vacancy in PLANNED:
        path = found[vacancy.unit, vacancy.function]
        for at in range(vacancy.first, len(path) if vacancy.last is None else vacancy.last + 1):
            path[at] += 1
    return found


def open_positions(at: int) -> Mapping[Cell, int]:
    """Positions being filled at the end of a month."""
    found: dict[Cell, int] = {}
    for vacancy in OPEN:
        if vacancy.first <= at and (vacancy.last is None or at <= vacancy.last):
            cell = vacancy.unit, vacancy.function
            found[cell] = found.get(cell, 0) + 1
    return found


def contractors(profile: Profile, at: int) -> float:
    """External staff in full-time equivalents, in halves, as far as what they cost pays for."""
    actual, budget = books()[profile.code].actual, books()[profile.code].budget
    if profile.number == 4:
        beyond = [_beyond(actual, budget, month) for month in (at, NOW)]
        return 1 + round(2 * (profile.contractors - 1) * max(0.0, beyond[0] / beyond[1])) / 2
    return round(2 * profile.contractors * actual["contractors"][at] / actual["contractors"][NOW]) / 2


def planned_contractors(profile: Profile, at: int) -> float:
    """The budget's contractors: one for Field Services, elsewhere as many as there are at the newest month's pace."""
    if profile.number == 4:
        return 1.0
    budget = books()[profile.code].budget["contractors"]
    return round(2 * profile.contractors * budget[at] / budget[NOW]) / 2


def _beyond(actual: Statement, budget: Statement, at: int) -> float:
    return actual["contractors"][at] / budget["contractors"][at] - 1


def _earlier_hires(newest: Mapping[Cell, int]) -> list[Move]:
    """Hires before the months of MOVES: more where more people are, and never the first of a function."""
    luck = chance(21)
    before = dict(newest)
    for move in MOVES:
        before[move.unit, move.function] -= move.change
    hires = []
    for _ in range(EARLIER_HIRES):
        grown = [cell for cell, count in before.items() if count > 1 and cell[0] != CORPORATE]
        unit, function = luck.choices(grown, [before[cell] for cell in grown])[0]
        before[unit, function] -= 1
        hires.append(Move(luck.randrange(1, ACTUAL_MONTHS - 12), unit, function))
    return hires


def contractor_function(profile: Profile) -> str:
    """Where a unit's contractors work."""
    return _CONTRACTORS_IN.get(profile.code, DELIVERY)


_CONTRACTORS_IN = {
    "U06": ENGINEERING,
    "U07": SUPPORT,
    "U08": SUPPORT,
    "U09": ENGINEERING,
    "U11": ADMINISTRATION,
    "U12": ENGINEERING,
}
