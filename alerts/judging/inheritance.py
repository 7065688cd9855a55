"""Which threshold holds where: the nearest one up the tree, and none twice for the same figure. Pure.

A threshold on a unit holds there; where it inherits, it also holds for all below that have none of their
own on the same subject (metric, basis, comparator and measure). Of two on one and the same unit the one for a type of
units goes before the one for all: default → type → unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from alerts.rules import RULE_EXPIRED, RULE_RETIRED
from alerts.terms import Terms

Subject = tuple[str, str, str, str]

WHOLE = "breach"
"""The kind of alert that is on a unit's whole figure."""

AHEAD = ("outlook", "pace")
"""The kinds that warn ahead of time."""


@dataclass(frozen=True)
class Spot:
    """A unit's place in the tree, and of which types it is."""

    unit: int
    left: int
    right: int
    kind: str = ""
    vertical: str = ""

    def is_of(self, unit_type: str) -> bool:
        """Whether it is of a type: its kind (group, unit, corporate) or its vertical. Every unit is of no type."""
        return not unit_type or unit_type in (self.kind, self.vertical)


@dataclass(frozen=True)
class Tree:
    """The units as they hang today."""

    spots: Mapping[int, Spot]

    @cached_property
    def children(self) -> Mapping[int, tuple[Spot, ...]]:
        """By unit the units right below it."""
        found: dict[int, list[Spot]] = {}
        above: list[Spot] = []
        for spot in sorted(self.spots.values(), key=lambda each: each.left):
            while above and above[-1].right < spot.left:
                above.pop()
            if above:
                found.setdefault(above[-1].unit, []).append(spot)
            above.append(spot)
        return {unit: tuple(below) for unit, below in found.items()}

    @cached_property
    def types(self) -> Mapping[str, frozenset[int]]:
        """By type the units of it."""
        found: dict[str, set[int]] = {}
        for spot in self.spots.values():
            for word in {spot.kind, spot.vertical} - {""}:
                found.setdefault(word, set()).add(spot.unit)
        return {word: frozenset(units) for word, units in found.items()}

    def peers(self, spot: Spot, unit_type: str) -> frozenset[int]:
        """The units of a type, or without one those of the unit's own kind: itself among them, if it is."""
        return self.types.get(unit_type or spot.kind, frozenset())


@dataclass(frozen=True)
class Edition:
    """One version of a threshold: its terms, and from and until which ordinal they judge (None: open)."""

    version: int
    threshold: int
    unit: Spot
    terms: Terms
    inherits: bool = True
    since: int | None = None
    until: int | None = None
    retired: bool = False
    from_mark: int = 0
    label: str = ""
    action: str = ""
    owner: int | None = None
    unit_type: str = ""

    @property
    def subject(self) -> Subject:
        return self.terms.metric, self.terms.basis, self.terms.comparator, self.terms.measure

    def holds_on(self, spot: Spot) -> bool:
        own = self.unit.unit == spot.unit
        if not spot.is_of(self.unit_type):
            return False
        return own or (self.inherits and self.unit.left <= spot.left and spot.right <= self.unit.right)


def in_force(editions: Iterable[Edition], *, at: int) -> dict[int, Edition]:
    """By threshold the newest edition that has begun by a period; the retired and the expired are still among them."""
    found: dict[int, Edition] = {}
    for edition in sorted(editions, key=lambda each: each.from_mark):
        if edition.since is None or edition.since <= at:
            found[edition.threshold] = edition
    return found


def silent(edition: Edition, *, at: int) -> str:
    """Why an edition judges nothing any more; empty while it does."""
    if edition.retired:
        return RULE_RETIRED
    return RULE_EXPIRED if edition.until is not None and edition.until < at else ""


def holding(spot: Spot, editions: Iterable[Edition]) -> list[Edition]:
    """The editions that judge a unit: for each subject the nearest."""
    nearest: dict[Subject, Edition] = {}
    for edition in editions:
        other = nearest.get(edition.subject)
        if edition.holds_on(spot) and (other is None or _nearness(edition) < _nearness(other)):
            nearest[edition.subject] = edition
    return sorted(nearest.values(), key=lambda each: each.threshold)


@dataclass(frozen=True)
class Effective:
    """What judges one figure of one unit, and where it comes from.

    `origin` is "unit" where the threshold stands on the unit itself, "type" where it is for units of a type above,
    "default" where it is for all below the unit it stands on. `chain` is the whole way, the nearest first: each of
    them would hold if those before it were not there.
    """

    edition: Edition
    origin: str
    chain: tuple[Edition, ...]


def effective(spot: Spot, editions: Iterable[Edition], metric: str) -> list[Effective]:
    """What judges a metric of a unit, one for each way of comparing it; empty where nothing does."""
    chains: dict[Subject, list[Edition]] = {}
    for edition in editions:
        if edition.terms.metric == metric and edition.holds_on(spot):
            chains.setdefault(edition.subject, []).append(edition)
    ordered = [tuple(sorted(chain, key=_nearness)) for chain in chains.values()]
    return [
        Effective(chain[0], _origin(chain[0], spot), chain)
        for chain in sorted(ordered, key=lambda chain: chain[0].threshold)
    ]


def _origin(edition: Edition, spot: Spot) -> str:
    if edition.unit.unit == spot.unit:
        return "unit"
    return "type" if edition.unit_type else "default"


def _nearness(edition: Edition) -> tuple[int, bool, int]:
    """Further down the tree, for a type before for all, and the older one: so that the answer never wavers."""
    return -edition.unit.left, not edition.unit_type, edition.threshold
