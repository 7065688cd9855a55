"""What judges a unit today and where it comes from: known to whoever may read thresholds of the unit.

Wherever up the tree a threshold stands, what it says of a unit is no secret of the unit above: its alerts tell it. The
threshold itself (its name, its reasons, who set it) is read within the scope, as everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.judging.inheritance import Effective, effective, in_force, silent
from alerts.models import ThresholdVersion
from alerts.rulebook import edition_of, spot_of, times
from units.models import Unit
from units.scope import Scope


@dataclass(frozen=True)
class Held:
    """What judges each figure of a unit, with its chain of inheritance; `thresholds` are the versions by threshold."""

    found: tuple[Effective, ...]
    thresholds: Mapping[int, ThresholdVersion]


def holds_on(unit: Unit, *, at: datetime) -> Held:
    """The thresholds in force on a unit, whichever unit they stand on; four queries."""
    engine = Scope.system("alerts")
    newest = times(engine, at=at).newest
    if newest is None:
        return Held((), {})
    versions = ThresholdVersion.objects.within(engine).select_related("threshold__unit", "valid_from", "valid_until")
    rows = {each.pk: each for each in versions.order_by("from_mark")}
    standing = in_force((edition_of(each) for each in rows.values()), at=newest)
    active = [each for each in standing.values() if not silent(each, at=newest)]
    metrics = sorted({each.terms.metric for each in active})
    found = tuple(each for metric in metrics for each in effective(spot_of(unit), active, metric))
    return Held(found, {each.threshold: rows[each.version] for each in active})
