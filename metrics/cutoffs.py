"""Cut-offs: up to which month a unit's actuals are taken for known when looking ahead. Pure, over ordinals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

CLOSES_MONTHLY = 3
"""Months a closing may be behind. Who closes later than that closes quarters or years, and is not held to it."""

ELIMINATION = "elimination"


@dataclass(frozen=True)
class Closed:
    """Which periods are closed for which part of the tree."""

    spans: dict[int, list[tuple[int, int]]]

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int | None, int | None]]) -> Closed:
        """From (ordinal, left, right) of the unit closed; no unit closes the whole company."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for ordinal, left, right in rows:
            spans.setdefault(ordinal, []).append((0, 2**31) if left is None or right is None else (left, right))
        return cls(spans)

    def holds(self, ordinal: int, left: int) -> bool:
        """Whether the unit with this place in the tree is closed for the period."""
        return any(low <= left <= high for low, high in self.spans.get(ordinal, ()))


def cutoff(delivered: Collection[int], closed: Closed, *, left: int) -> int | None:
    """The last period that was delivered and closed; where the unit is not closed month by month, the last delivered.

    A month that was delivered and is still open may be half a month: it is forecast. None where nothing came.
    """
    if not delivered:
        return None
    last = max(delivered)
    shut = [ordinal for ordinal in delivered if closed.holds(ordinal, left)]
    return max(shut) if shut and last - max(shut) <= CLOSES_MONTHLY else last


def in_force(
    own: Sequence[int | None], *, parents: Sequence[int], kinds: Sequence[str], season: int
) -> list[int | None]:
    """The cut-off each unit is forecast from, units after the one above them.

    A unit without deliveries of its own takes the earliest cut-off of those it stands for: a group those below it, an
    elimination those below the same unit. A unit that has delivered nothing for more than a year is not forecast.
    """
    newest = max((each for each in own if each is not None), default=0)
    found = [None if each is None or newest - each > season else each for each in own]
    below = _earliest_below(found, parents)
    for unit, parent in enumerate(parents):
        if own[unit] is None:
            found[unit] = below[parent] if kinds[unit] == ELIMINATION and parent >= 0 else below[unit]
    return found


def _earliest_below(own: Sequence[int | None], parents: Sequence[int]) -> list[int | None]:
    """The earliest cut-off of each unit and all below it."""
    found = list(own)
    for unit in reversed(range(len(parents))):
        parent, mine = parents[unit], found[unit]
        if parent >= 0 and mine is not None:
            above = found[parent]
            found[parent] = mine if above is None else min(above, mine)
    return found
