"""What units below a group have said already: whoever reads the group need not ask for the same words twice.

A line of a group is explained from below where the variances that submitted or accepted words of units below were
written for leave at most a fifth of its own variance over. What one unit explains too much and another too little is
left over too, so that differences that offset each other are not taken for explained.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from django.db.models import Q

from reports.models import Commentary
from units.models import Unit

LEFT_OVER = Fraction(1, 5)
"""Of the net variance of a group's line at most so much may stay unexplained."""

SAID = (Commentary.State.SUBMITTED, Commentary.State.ACCEPTED)


def said_below(groups: Iterable[Unit]) -> Q:
    """Words handed in or accepted on units below these."""
    found = Q(pk__in=[])
    for group in groups:
        if group.right > group.left + 1 and not group.tree:
            found |= Q(unit__left__gt=group.left, unit__left__lt=group.right, unit__tree="")
    return found & Q(state__in=SAID)


def explained_by(group: Unit, line: str, variance: int, words: Iterable[Commentary]) -> tuple[Unit, ...]:
    """The units below whose words explain a line of a group between them, in the order of the tree; none where more
    than a fifth is left over."""
    here = [each for each in words if each.line == line and each.state in SAID]
    said = _topmost([each for each in here if group.left < each.unit.left < group.right])
    left = variance - sum(each.variance for each in said)
    if not said or not variance or abs(left) > LEFT_OVER * abs(variance):
        return ()
    return tuple(each.unit for each in said)


def _topmost(words: Sequence[Commentary]) -> list[Commentary]:
    """Words on units that lie in none of the others: what a group below has said holds for all of it."""
    found: list[Commentary] = []
    for each in sorted(words, key=lambda each: each.unit.left):
        if not found or each.unit.left > found[-1].unit.right:
            found.append(each)
    return found
