"""A proposal as a reader may see it, from what was shown when it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from alerts.approving.ground import Ground
from alerts.approving.touched import READ, Held, TouchedUnit, narrowed
from alerts.models import ThresholdProposal
from units.models import Unit
from units.scope import Scope


def touched_by(
    proposals: Iterable[ThresholdProposal], scope: Scope, *, here: Ground | None = None
) -> dict[int, tuple[TouchedUnit, ...]]:
    """By the pk of a proposal the units it shows, in the order of the tree, named as they are today.

    Units that have left the reader's part since are not among them. One query, none where `here` was read.
    """
    found = list(proposals)
    names = _names(found, scope) if here is None else here.names(scope, READ)
    return {each.pk: tuple(_rows(each, names)) for each in found}


def _names(found: Iterable[ThresholdProposal], scope: Scope) -> dict[str, str]:
    """By their codes the names of the units that proposals speak of, as far as the reader sees them."""
    codes = {row["code"] for each in found for row in each.shown["touched"]}
    codes |= {held["place"] for each in found for row in each.shown["touched"] for held in _held_in(row)}
    return dict(Unit.objects.within(scope, ability=READ).filter(code__in=codes).values_list("code", "name"))


def _rows(proposal: ThresholdProposal, names: Mapping[str, str]) -> Iterable[TouchedUnit]:
    for row in proposal.shown["touched"]:
        if row["code"] in names:
            before, after = (Held(**row[side]) if row[side] else None for side in ("before", "after"))
            unit = TouchedUnit(row["code"], names[row["code"]], row["metric"], before, after)
            yield narrowed(unit, names)


def _held_in(row: Mapping[str, Mapping[str, str] | None]) -> Iterable[Mapping[str, str]]:
    return (held for held in (row["before"], row["after"]) if held)
