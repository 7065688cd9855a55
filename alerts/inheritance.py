"""Which threshold holds where: the nearest one up the tree, and none twice for the same figure. Pure.

A threshold on a unit holds there; where it inherits, it also holds for all below that have none of their
own on the same subject (metric, basis, comparator and measure).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from alerts.rules import RULE_EXPIRED, RULE_RETIRED
from alerts.terms import Terms

Subject = tuple[str, str, str, str]

REPEATS = Fraction(4, 5)
"""The part of a group's impact from which on its alert repeats that of a unit below it."""


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
    """An alert as far as its place in the tree and its money go."""

    pk: int
    unit: Any
    version: Any
    impact: int | None
    impact_is_cash: bool


A = TypeVar("A", bound=Placed)


def counted_once(alerts: Iterable[A]) -> list[A]:
    """The alerts whose money is in no other one: below a unit with an alert on the same metric they are parts of it.

    For sums only. Every alert is listed; adding a group's impact to those of its units would count it twice, whether
    one threshold judged both or each its own.
    """
    found = list(alerts)
    return [each for each in found if not any(_is_part(each, of=other) for other in found)]


def repeated(alerts: Iterable[A]) -> dict[int, A]:
    """By the pk of an alert the one further down that it repeats: on the same metric, with REPEATS of its impact.

    Of several the lowest in the tree, and among those side by side the costliest: where the money is.
    """
    found = list(alerts)
    below = {
        each.pk: [other for other in found if _is_part(other, of=each) and _explains(other, each)] for each in found
    }
    return {pk: min(parts, key=_lowest) for pk, parts in below.items() if parts}


def _is_part(alert: Placed, *, of: Placed) -> bool:
    """Whether it stands on a unit below the other's, for money of the same kind on the same metric."""
    is_same = (alert.version.metric, alert.impact_is_cash) == (of.version.metric, of.impact_is_cash)
    return is_same and of.unit.left < alert.unit.left and alert.unit.right < of.unit.right


def _explains(part: Placed, whole: Placed) -> bool:
    if not part.impact or not whole.impact or (part.impact < 0) != (whole.impact < 0):
        return False
    return abs(part.impact) >= REPEATS * abs(whole.impact)


def _lowest(alert: Placed) -> tuple[int, int, int]:
    return alert.unit.right - alert.unit.left, -abs(alert.impact or 0), alert.pk


def _is_nearer(one: Edition, other: Edition) -> bool:
    """Further down the tree; on one and the same unit the older threshold, so that the answer never wavers."""
    return (-one.unit.left, one.threshold) < (-other.unit.left, other.threshold)
