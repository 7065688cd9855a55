"""Which limits judge a unit: its own, and those it inherits from wherever up the tree they stand."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.judging.inheritance import Edition
from alerts.models import ThresholdVersion
from alerts.rulebook import edition_of
from units.models import Unit
from units.scope import Scope

ABILITY = "thresholds.read"


def governing(scope: Scope, unit: Unit, *, mark: int | None = None) -> Sequence[Edition]:
    """All versions of the thresholds that stand on a unit or above it, the earliest first; `mark` as known then.

    Whoever may read thresholds of the unit may know what judges it, as his alerts say it anyway; who may not is told of
    none. Labels, owners and actions of units above are none of his business: they are not to be printed.
    """
    if not scope.may(ABILITY, unit):
        return ()
    everything = ThresholdVersion.objects.within(Scope.system("alerts"))
    above = everything.filter(threshold__unit__left__lte=unit.left, threshold__unit__right__gte=unit.right)
    if mark is not None:
        above = above.filter(from_mark__lte=mark)
    versions = above.select_related("threshold__unit", "valid_from", "valid_until").order_by("from_mark", "pk")
    return [edition_of(version) for version in versions]
