"""Whose money is in whose: what is added up counts once, and what a unit above repeats is named where it is. Pure.

There is one law. Whatever is said at one time about one metric of one unit, by however many thresholds, is about the
same money, and the greatest of it counts. What is said about a unit's whole figure holds the money of all below it at
that time. Money a year and cash are different money; and what is not known holds nothing.

Of alerts of one unit some tell of its result, or of lines that hold others (HOLDING), some of single lines: that is the
same result again. What comes to more counts, and of several that hold others the greatest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from alerts.judging.inheritance import AHEAD, WHOLE, Spot

REPEATS = Fraction(4, 5)
"""The part of a group's impact from which on its alert repeats that of a unit below it."""


@dataclass(frozen=True)
class Claim:
    """Money that something tells of: on which unit and metric, and how much in ten-thousandths (None: not known).

    `is_whole` says that it is about the unit's whole figure and not only about some of what lies below it, `first` and
    `last` are the ordinals of the periods it is about: what stands now is about the same time.
    """

    left: int
    right: int
    metric: str
    is_cash: bool
    impact: int | None
    is_whole: bool = True
    first: int = 0
    last: int = 0

    @property
    def figure(self) -> Figure:
        return self.left, self.metric, self.is_cash

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Of several on one figure the highest counts: what is known, the whole before a part, the greater amount."""
        return self.impact is not None, self.is_whole, abs(self.impact or 0)

    def is_below(self, other: Claim) -> bool:
        """Whether it stands on a unit below the other's, for money of the same kind on the same metric."""
        is_same = (self.metric, self.is_cash) == (other.metric, other.is_cash)
        return is_same and other.is_whole and other.left < self.left and self.right < other.right

    def meets(self, other: Claim) -> bool:
        """Whether both are about the same time, at least in part."""
        return self.first <= other.last and other.first <= self.last


HOLDING = frozenset(
    {
        *("revenue", "gross_profit", "gross_margin", "operating_income", "operating_margin", "operating_margin_change"),
        *("cost_of_sales", "operating_cost", "total_cost", "roi_on_budget"),
    }
)
"""The metrics whose impact is that of a unit's whole result, or of a line with others inside it."""

T = TypeVar("T")
Figure = tuple[int, str, bool]
Span = tuple[int, int]


def once(items: Iterable[T], claim: Callable[[T], Claim]) -> list[T]:
    """The items whose money is in no other one: what may be added up."""
    found = [(item, claim(item)) for item in items]
    of_figure: dict[Figure, list[tuple[T, Claim]]] = {}
    for item, each in found:
        of_figure.setdefault(each.figure, []).append((item, each))
    above = _above({(each.left, each.right) for _, each in found})
    wholes: dict[tuple[Span, str, bool], list[Claim]] = {}
    for _, each in found:
        if each.impact is not None and each.is_whole:
            wholes.setdefault(((each.left, each.right), each.metric, each.is_cash), []).append(each)

    def is_held(each: Claim) -> bool:
        around = above[each.left, each.right]
        holding = (wholes.get((span, each.metric, each.is_cash), ()) for span in around)
        return any(each.meets(whole) for held in holding for whole in held)

    return [item for said in of_figure.values() for item, each in _greatest(said) if not is_held(each)]


def _greatest(said: list[tuple[T, Claim]]) -> list[tuple[T, Claim]]:
    """Of what is said about one figure the greatest of each time, in the order in which it was said."""
    kept: list[Claim] = []
    for _, each in sorted(said, key=lambda pair: pair[1].rank, reverse=True):
        if not any(each.meets(other) for other in kept):
            kept.append(each)
    places = {id(each) for each in kept}
    return [pair for pair in said if id(pair[1]) in places]


def _above(spans: Iterable[Span]) -> Mapping[Span, tuple[Span, ...]]:
    """By part of the tree those around it."""
    found: dict[Span, tuple[Span, ...]] = {}
    around: list[Span] = []
    for span in sorted(spans, key=lambda each: (each[0], -each[1])):
        while around and not (around[-1][0] < span[0] and span[1] < around[-1][1]):
            around.pop()
        found[span] = tuple(around)
        around.append(span)
    return found


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
    known = [each for each in alerts if each.kind not in AHEAD]
    held = within(known)
    return once([each for each in known if each.pk not in held], claim_of)


def within(alerts: Iterable[A]) -> dict[int, A]:
    """By the pk of an alert the costliest one of its unit whose money holds its own: a result and its lines are one."""
    of_unit: dict[Span, list[A]] = {}
    for each in alerts:
        if (each.impact or 0) < 0 and not each.impact_is_cash and each.kind == WHOLE:
            of_unit.setdefault((each.unit.left, each.unit.right), []).append(each)
    found: dict[int, A] = {}
    for said in of_unit.values():
        holding = [each for each in said if each.version.metric in HOLDING]
        lines = [each for each in said if each.version.metric not in HOLDING]
        if not holding:
            continue
        result = max(holding, key=_size)
        if lines and sum(_size(each) for each in once(lines, claim_of)) >= _size(result):
            costliest = max(lines, key=_size)
            found.update({each.pk: costliest for each in holding})
        else:
            found.update({each.pk: result for each in said if each is not result})
    return found


def _size(alert: Placed) -> int:
    return abs(alert.impact or 0)


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
