"""Whole parts that add to a whole: what exact fractions become where only ten-thousandths can be kept. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def rounded(exact: Sequence[Fraction], *, total: int) -> list[int]:
    """Whole numbers beside exact parts that add to `total`, by largest remainder; of equal ones the first.

    `total` is the sum of the parts, rounded. Each number is less than one away from its part, so a part that lies
    between two whole limits stays between them.
    """
    floors = [part.numerator // part.denominator for part in exact]
    short = total - sum(floors)
    by_remainder = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    for place in by_remainder[:short]:
        floors[place] += 1
    assert sum(floors) == total, "the parts do not add to the total"
    return floors
