"""Whose money is in whose: what is added up counts once, and what a unit above repeats is named where it is. Pure.

There is one law. Whatever is said about one metric of one unit, by however many thresholds, is about the same money,
and the greatest of it counts. What is said about a unit's whole figure holds the money of all below it. Money a year
and cash are different money; and what is not known holds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from alerts.judging.inheritance import AHEAD, WHOLE, Spot

REPEATS = Fraction(4, 5)
"""The part of a group's impact from which on its alert repeats that of a unit below it."""


@dataclass(frozen=True)
class Claim:
    """Money that something tells of: on which unit and metric, and how much in ten-thousandths (None: not known).

    `is_whole` says that it is about the unit's whole figure and not only about some of what lies below it.
    """

    left: int
    right: int
    metric: str
    is_cash: bool
    impact: int | None
    is_whole: bool = True

    @property
    def figure(self) -> tuple[int, str, bool]:
        return self.left, self.metric, self.is_cash

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Of several on one figure the highest counts: what is known, the whole before a part, the greater amount."""
        return self.impact is not None, self.is_whole, abs(self.impact or 0)

    def is_below(self, other: Claim) -> bool:
        """Whether it stands on a unit below the other's, for money of the same kind on the same metric."""
        is_same = (self.metric, self.is_cash) == (other.metric, other.is_cash)
        return is_same and other.is_whole and other.left < self.left and self.right < other.right


T = TypeVar("T")


def once(items: Iterable[T], claim: Callable[[T], Claim]) -> list[T]:
    """The items whose money is in no other one: what may be added up."""
    found = [(item, claim(item)) for item in items]
    greatest: dict[tuple[int, str, bool], tuple[T, Claim]] = {}
    for item, each in found:
        if each.figure not in greatest or each.rank > greatest[each.figure][1].rank:
            greatest[each.figure] = item, each
    wholes = [each for _, each in found if each.impact is not None]
    return [item for item, each in greatest.values() if not any(each.is_below(whole) for whole in wholes)]


class Placed(Protocol):
    """An alert as far as its place in the tree and its money go."""

    pk: int
    kind: str
    unit: Any
    version: Any
    impact: int | None
    impact_is_cash: bool


A = TypeVar("A", bound=Placed)


def counted_once(alerts: Iterable[A]) -> list[A]:
    """The alerts whose money is in no other one, for sums only: every alert is listed.

    Small items pooled on a unit are none of what its parts are alerted for. What is only ahead has not cost anything
    yet.
    """
    return once([each for each in alerts if each.kind not in AHEAD], claim_of)


def claim_of(alert: Placed) -> Claim:
    """The money of an alert."""
    place: Spot = alert.unit
    metric: str = alert.version.metric
    return Claim(place.left, place.right, metric, alert.impact_is_cash, alert.impact, alert.kind == WHOLE)


def repeated(alerts: Iterable[A]) -> dict[int, A]:
    """By the pk of an alert the one further down that it repeats: on the same metric, with REPEATS of its impact.

    Of several the lowest in the tree, and among those side by side the costliest: where the money is.
    """
    found = [(each, claim_of(each)) for each in alerts]
    below = {
        whole.pk: [part for part, inside in found if inside.is_below(around) and _explains(inside, around)]
        for whole, around in found
    }
    return {pk: min(parts, key=_lowest) for pk, parts in below.items() if parts}


def _explains(part: Claim, whole: Claim) -> bool:
    if not part.impact or not whole.impact or (part.impact < 0) != (whole.impact < 0):
        return False
    return abs(part.impact) >= REPEATS * abs(whole.impact)


def _lowest(alert: Placed) -> tuple[int, int, int]:
    return alert.unit.right - alert.unit.left, -abs(alert.impact or 0), alert.pk
