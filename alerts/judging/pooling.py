"""Small items added up: differences too small to tell one by one, told together on the unit above. Pure.

A figure that is beyond its limit by less than its unit's floor is *suppressed*. The suppressed differences of one sign
of the units right below a parent are added up, offsetting ones not taken off: once they reach the parent's own floor
they are one alert of the parent. What stays suppressed below a parent is so always less than its floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from alerts.judging.book import Book
from alerts.judging.inheritance import Edition, Spot
from alerts.judging.units import POOL, Case, Court
from alerts.rules import Judgement, Reading

WARNING = "warning"


@dataclass(frozen=True)
class Pool:
    """The suppressed differences of one sign below a parent: how many units, and how much in plain units."""

    direction: int
    count: int
    amount: Fraction
    floor: Fraction
    units: tuple[int, ...]

    @property
    def is_material(self) -> bool:
        return self.amount >= self.floor > 0


def pool_case(court: Court, edition: Edition, spot: Spot, book: Book, own: Case) -> Case | None:
    """What the small items below a unit come to, period by period; None where nothing is to be pooled.

    A period in which none of the parts says anything says nothing. Where the unit itself is beyond its limit its own
    alert tells of them already.
    """
    parts = _parts(court, edition, spot) if edition.terms.pooled else []
    if not parts:
        return None
    readings = []
    beyond = {each.ordinal for each in own.readings if each.is_breach}
    for ordinal in range(court.first, court.through + 1):
        judged = [court.judge(edition, part, book, ordinal) for part in parts]
        if any(each.severity is not None for each in judged):
            pools = _pools(court, edition, spot, book, ordinal, judged, parts)
            mark = max(book.mark(court.place(edition, part, ordinal)) for part in parts)
            is_told = ordinal not in beyond and any(each.is_material for each in pools)
            severity = WARNING if is_told else ""
            readings.append(Reading(ordinal, severity, mark))
    return Case(edition, spot, tuple(readings), POOL)


def pool(court: Court, edition: Edition, spot: Spot, book: Book, ordinal: int) -> Pool | None:
    """The larger of the pools below a unit in one period; None where nothing is suppressed."""
    parts = _parts(court, edition, spot)
    judged = [court.judge(edition, part, book, ordinal) for part in parts]
    return max(_pools(court, edition, spot, book, ordinal, judged, parts), key=lambda each: each.amount, default=None)


def _pools(
    court: Court, edition: Edition, spot: Spot, book: Book, ordinal: int, judged: list[Judgement], parts: list[Spot]
) -> list[Pool]:
    floor = court.floor(edition, spot.unit, book, ordinal) or Fraction(0)
    found = []
    for direction in (1, -1):
        small = [
            (part.unit, each.beyond or Fraction(0))
            for part, each in zip(parts, judged, strict=True)
            if each.suppressed and each.direction == direction
        ]
        if small:
            amount = sum((size for _, size in small), Fraction(0))
            found.append(Pool(direction, len(small), amount, floor, tuple(unit for unit, _ in small)))
    return found


def _parts(court: Court, edition: Edition, spot: Spot) -> list[Spot]:
    return [part for part in court.tree.children.get(spot.unit, ()) if edition in court.rules_of(part.unit)]
