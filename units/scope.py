"""The scope: what this person may see and do now.

`Scope.of(person, at=…)` reads the grants in force at a moment and is frozen; a request reads it anew,
so rights die within one request. `condition` turns it into a lookup that any table hanging on a unit
can be narrowed by, without listing units.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from units.roles import ABILITIES

if TYPE_CHECKING:
    from units.models import Unit

Span = tuple[int, int]
EVERYTHING: Span = (0, 2**31 - 1)
NOWHERE: Span = (0, 0)  # the numbers of a node that hangs on nothing any more: a grant on it opens nothing


class AbilityMissing(PermissionDenied):
    """The person may see the unit but not do this; answered 403. `ability` is what the page names who holds it by."""

    def __init__(self, sentence: str = "", *, ability: str = "") -> None:
        super().__init__(sentence)
        self.ability = ability


@dataclass(frozen=True)
class Scope:
    """A frozen reading of somebody's grants: for each ability the spans of the tree it holds on."""

    actor: str
    person_id: int | None = None
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    held: tuple[object, ...] = ()  # what the key is made of: roles, units' ids and how much hangs below them
    is_system: bool = False

    @classmethod
    def of(cls, person: Any, *, at: datetime) -> Scope:
        """The scope of a signed-in person; nobody signed in, or a deactivated person, may nothing."""
        if not getattr(person, "is_authenticated", False) or not person.is_active:
            return cls(actor="")
        from units.models import Grant  # the guard in models needs this module's type

        spans: dict[str, set[Span]] = {}
        held = []
        grants = Grant.objects.filter(Q(ends__isnull=True) | Q(ends__gt=at), person_id=person.pk, starts__lte=at)
        for role, unit, left, right in grants.values_list("role", "unit_id", "unit__left", "unit__right"):
            span = EVERYTHING if unit is None else (left, right)
            held.append((role, unit or 0, span[1] - span[0]))
            if span == NOWHERE:
                continue
            for ability in ABILITIES[role]:
                spans.setdefault(ability, set()).add(span)
        return cls(
            actor=f"person:{person.pk}",
            person_id=person.pk,
            spans={ability: _widest(found) for ability, found in spans.items()},
            roles=tuple(sorted({role for role, _, _ in held})),
            held=tuple(sorted(held)),
        )

    @staticmethod
    def of_request(request: Any) -> Scope:
        """The scope that the middleware, or a token, gave a request. Django's own type of a request knows none."""
        scope: Scope = request.scope
        return scope

    @classmethod
    def system(cls, process: str) -> Scope:
        """The scope of a named process (engine, sealer, a command without --person): everything."""
        return cls(actor=f"process:{process}", is_system=True)

    def may(self, ability: str, unit: Unit | None = None) -> bool:
        """Whether the ability is held, on this unit or (without one) anywhere at all."""
        if self.is_system:
            return True
        found = self.spans.get(ability, ())
        if unit is None:
            return bool(found)
        return any(left <= unit.left and unit.right <= right for left, right in found)

    def may_everywhere(self, ability: str) -> bool:
        """Whether the ability is held on the whole company."""
        if self.is_system or EVERYTHING in self.spans.get(ability, ()):
            return True
        from units.models import Unit

        edge = list(Unit.unscoped.filter(depth=0, tree="").order_by("left"))
        return bool(edge) and all(self.may(ability, root) for root in edge)

    def require(self, ability: str, unit: Unit | None = None) -> None:
        """Go on, or raise: 404 for a unit that is not this person's, 403 for a missing ability."""
        if self.may(ability, unit):
            return
        if unit is not None and not self.sees(unit):
            raise Http404
        raise AbilityMissing(f"This needs the ability {ability}.", ability=ability)

    def sees(self, unit: Unit) -> bool:
        """Whether the person has any ability on the unit."""
        return self.is_system or any(self.may(ability, unit) for ability in self.spans)

    def condition(self, path: str, ability: str = "figures.read") -> Q:
        """A lookup for rows whose unit, found along `path` ("" for the unit itself), is in scope."""
        if self.is_system:
            return Q()
        prefix = f"{path}__" if path else ""
        found = self.spans.get(ability, ())
        if EVERYTHING in found:
            return Q()
        condition = Q(pk__in=[])
        for left, right in found:
            condition |= Q(**{f"{prefix}left__gte": left, f"{prefix}left__lte": right})
        return condition

    @property
    def key(self) -> str:
        """A short name of everything this scope opens, for cache keys and entity tags.

        People who may see the same have the same key, and it does not move when the tree changes
        outside of what they see: it is made of units' ids and the size of what hangs below them, not of
        their places among units that are none of the reader's business.
        """
        text = "everything" if self.is_system else repr(self.held)
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    def narrowed(self, *, abilities: Iterable[str], units: Mapping[int, Span] | None) -> Scope:
        """The part of this scope that a token carries: never more than the person's own.

        `units` are subtrees by the id of their top; None leaves the person's.
        """
        allowed = sorted(set(abilities))
        spans = None if units is None else tuple(units.values())
        kept = {
            ability: found if spans is None else _common(found, spans)
            for ability, found in self.spans.items()
            if ability in allowed
        }
        sizes = None if units is None else sorted((unit, right - left) for unit, (left, right) in units.items())
        return replace(self, spans=kept, held=(*self.held, (allowed, sizes)))


def _widest(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Nested spans swallowed by the ones around them, in order."""
    kept: list[Span] = []
    for left, right in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or right > kept[-1][1]:
            kept.append((left, right))
    return tuple(kept)


def _common(ours: Iterable[Span], theirs: Iterable[Span]) -> tuple[Span, ...]:
    """The overlap of two sets of nested spans."""
    found = {
        (max(left, low), min(right, high))
        for left, right in ours
        for low, high in theirs
        if max(left, low) <= min(right, high)
    }
    return _widest(found)
