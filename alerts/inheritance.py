"""Which threshold holds where: the nearest one up the tree, and none twice for the same figure. Pure.

A threshold on a unit holds there; where it inherits, it also holds for all below that have none of their
own on the same subject (metric, basis, comparator and measure).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from alerts.rules import RULE_EXPIRED, RULE_RETIRED
from alerts.terms import Terms

Subject = tuple[str, str, str, str]


@dataclass(frozen=True)
class Spot:
    """A unit's place in the tree."""

    unit: int
    left: int
    right: int


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

    @property
    def subject(self) -> Subject:
        return self.terms.metric, self.terms.basis, self.terms.comparator, self.terms.measure

    def holds_on(self, spot: Spot) -> bool:
        own = self.unit.unit == spot.unit
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


def holding(spot: Spot, editions: Sequence[Edition]) -> list[Edition]:
    """The editions that judge a unit: for each subject the nearest."""
    nearest: dict[Subject, Edition] = {}
    for edition in editions:
        other = nearest.get(edition.subject)
        if edition.holds_on(spot) and (other is None or _is_nearer(edition, other)):
            nearest[edition.subject] = edition
    return sorted(nearest.values(), key=lambda each: each.threshold)


class Placed(Protocol):
    """An alert as far as its place in the tree goes."""

    threshold_id: int
    unit: Any


A = TypeVar("A", bound=Placed)


def counted_once(alerts: Iterable[A]) -> list[A]:
    """The alerts whose money is in no other one: below a unit that is beyond the same threshold they are parts of it.

    For sums only. Every alert is listed; adding a group's impact to those of its units would count it twice.
    """
    found = list(alerts)
    spans = [(each.threshold_id, each.unit.left, each.unit.right) for each in found]
    return [each for each in found if not any(_lies_inside(each, span) for span in spans)]


def _lies_inside(alert: Placed, span: tuple[int, int, int]) -> bool:
    threshold, left, right = span
    return alert.threshold_id == threshold and left < alert.unit.left and alert.unit.right < right


def _is_nearer(one: Edition, other: Edition) -> bool:
    """Further down the tree; on one and the same unit the older threshold, so that the answer never wavers."""
    return (-one.unit.left, one.threshold) < (-other.unit.left, other.threshold)
