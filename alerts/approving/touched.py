"""Whom a change of a threshold touches: every unit that other terms would judge, with those of today and those to be.

Which limits judge a unit is known to whoever may read thresholds of the unit, wherever up the tree they stand. Units
out of reach are neither named nor counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from alerts.approving.ground import Ground, ground
from alerts.approving.need import planned_on
from alerts.judging.inheritance import Effective
from alerts.judging.touched import Moved
from alerts.planned import plan_retirement
from alerts.terms import ALL_LEVELS
from alerts.vetting import Proposal
from units.scope import Scope

READ = "thresholds.read"


@dataclass(frozen=True)
class Held:
    """What judges one figure of one unit.

    `origin` is "unit" where the threshold stands on the unit itself, "type" where it is for units of a type above,
    and "default" where it is for all below `place`, the code of the unit it stands on. That and the code of the
    threshold are empty for a reader who does not see the unit. `levels` are decimal text by
    name, shares as fractions; periods are codes, empty where open.
    """

    threshold: str
    version: int
    place: str
    origin: str
    basis: str
    comparator: str
    measure: str
    direction: int
    levels: Mapping[str, str]
    valid_from: str = ""
    valid_until: str = ""

    @property
    def numbers(self) -> dict[str, Fraction]:
        """The levels as exact numbers."""
        return {name: Fraction(text) for name, text in self.levels.items()}


@dataclass(frozen=True)
class TouchedUnit:
    """A unit that other terms would judge on a metric; None where nothing judges it there."""

    code: str
    name: str
    metric: str
    before: Held | None
    after: Held | None


@dataclass(frozen=True)
class Touched:
    """The units a change touches, in the order of the tree, as far as the reader may see them.

    `total` is how many there are in all, for a reader of the whole company; None for others.
    """

    rows: tuple[TouchedUnit, ...]
    total: int | None = None

    @property
    def count(self) -> int:
        """How many units are among the rows: a change of metric gives a unit two."""
        return len({row.code for row in self.rows})


def touched(scope: Scope, draft: Proposal | None, *, at: datetime, retiring: str = "") -> Touched:
    """Whom a threshold as somebody wants it would touch, or without a draft the end of the one of a code.

    As many queries whatever the number of units. Raises ThresholdRefused for a draft that cannot be set.
    """
    here = ground(at=at)
    change = planned_on(here, draft, scope=scope, at=at) if draft else plan_retirement(here.standing[retiring])
    found = here.moved(change)
    seen = [each for each in found if scope.may(READ, here.units[each.unit])]
    total = len({each.unit for each in found}) if scope.may_everywhere(READ) else None
    places = {unit.code for unit in here.tops.values() if scope.may(READ, unit)}
    return Touched(tuple(narrowed(each, places) for each in rows(here, seen, change.code)), total)


def rows(here: Ground, found: Iterable[Moved], code: str) -> tuple[TouchedUnit, ...]:
    """Units with the terms that judge them before and after; `code` is the threshold that changes."""
    return tuple(
        TouchedUnit(
            code=here.units[each.unit].code,
            name=here.units[each.unit].name,
            metric=each.subject[0],
            before=_held(here, each.before, code),
            after=_held(here, each.after, code),
        )
        for each in found
    )


def narrowed(row: TouchedUnit, seen: Collection[str]) -> TouchedUnit:
    """A unit for a reader who sees units with these codes: what stands elsewhere keeps its limits alone."""
    return replace(row, before=_masked(row.before, seen), after=_masked(row.after, seen))


def _masked(held: Held | None, seen: Collection[str]) -> Held | None:
    if held is None or held.place in seen:
        return held
    return replace(held, threshold="", place="", version=0)


def _held(here: Ground, held: Effective | None, code: str) -> Held | None:
    if held is None:
        return None
    edition, terms = held.edition, held.edition.terms
    return Held(
        threshold=here.codes.get(edition.threshold, code),
        version=edition.version,
        place=here.tops[edition.unit.unit].code,
        origin=held.origin,
        basis=terms.basis,
        comparator=terms.comparator,
        measure=terms.measure,
        direction=terms.direction,
        levels={name: text for name in ALL_LEVELS if (text := getattr(terms, name))},
        valid_from=here.code_of(edition.since),
        valid_until=here.code_of(edition.until),
    )
