"""A fixed limit on a unit, as pages read it."""

from __future__ import annotations

from datetime import datetime

from alerts.models import Threshold, ThresholdVersion
from units.marks import newest_mark, take_mark
from units.models import Unit


def limit(
    unit: Unit, metric: str, at: datetime, *, valid_from=None, label="", action="", **terms: object
) -> ThresholdVersion:
    """A threshold on a unit, a fixed level a month unless it says otherwise."""
    threshold, _ = Threshold.unscoped.get_or_create(code=f"{metric}-{unit.code.lower()}", unit=unit)
    ThresholdVersion.unscoped.filter(threshold=threshold, until_mark__isnull=True).update(until_mark=newest_mark() + 1)
    given = {"basis": "month", "comparator": "absolute", "measure": "level", "direction": 1, "materiality": "always"}
    return ThresholdVersion.unscoped.create(
        threshold=threshold,
        label=label or f"{metric} of {unit.name}",
        metric=metric,
        action=action,
        valid_from=valid_from,
        from_mark=take_mark(at).pk,
        actor="process:test",
        at=at,
        **{**given, **terms},
    )
