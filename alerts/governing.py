"""Which limits judge a unit: its own, and those it inherits from wherever up the tree they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

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
    return governing_any(scope, [unit], mark=mark)


def governing_any(scope: Scope, units: Iterable[Unit], *, mark: int | None = None) -> Sequence[Edition]:
    """The same of several units together, of those whose thresholds may be read; `holding` says which judge one."""
    here = Q()
    for unit in units:
        if scope.may(ABILITY, unit):
            here |= Q(threshold__unit__left__lte=unit.left, threshold__unit__right__gte=unit.right)
    if not here:
        return ()
    above = ThresholdVersion.objects.within(Scope.system("alerts")).filter(here)
    if mark is not None:
        above = above.filter(from_mark__lte=mark)
    versions = above.select_related("threshold__unit", "valid_from", "valid_until").order_by("from_mark", "pk")
    return [edition_of(version) for version in versions]
