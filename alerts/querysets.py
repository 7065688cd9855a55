"""Questions to thresholds and alerts that more than one page, verb or program asks."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db.models import F, Q

from units.guard import GuardedQuerySet

OPEN_CONDITIONS = ("firing", "recovering")


class ThresholdQuerySet(GuardedQuerySet[Any]):
    """Thresholds, by their terms of today."""

    def in_force(self) -> Self:
        """Those that were not retired."""
        return self.filter(versions__until_mark__isnull=True, versions__retired=False)

    def on_subject(self, *, unit: int, metric: str, basis: str, comparator: str, measure: str) -> Self:
        """Those in force that judge the same figure of the same unit in the same way."""
        return self.in_force().filter(
            unit=unit,
            versions__metric=metric,
            versions__basis=basis,
            versions__comparator=comparator,
            versions__measure=measure,
        )


class AlertQuerySet(GuardedQuerySet[Any]):
    """Alerts, by what becomes of them."""

    def standing(self) -> Self:
        """The breach has not ended, whether it fires yet or not."""
        return self.exclude(condition="ended")

    def told(self) -> Self:
        """Those that fired at some time: a breach too short to fire is nobody's business."""
        return self.exclude(condition="pending").exclude(ended_because="did not last")

    def unresolved(self) -> Self:
        """Firing and not resolved, whether somebody put it off or not: what a unit's status is made of."""
        return self.filter(condition__in=OPEN_CONDITIONS).exclude(handling="resolved")

    def to_handle(self, today: date) -> Self:
        """What waits for somebody: firing, not resolved, not snoozed."""
        return self.unresolved().exclude(self._snoozed(today))

    def snoozed(self, today: date) -> Self:
        return self.unresolved().filter(self._snoozed(today))

    def done(self) -> Self:
        """Ended by the figures or resolved by a person."""
        return self.told().filter(Q(condition="ended") | Q(handling="resolved"))

    def by_impact(self) -> Self:
        """The costliest first; without an impact last."""
        return self.order_by(F("impact").asc(nulls_last=True), "-opened", "pk")

    def shown_on_pages(self) -> Self:
        """With what every list prints, in the same query."""
        return self.select_related("unit", "owner", "escalated_to", "period", "began", "version", "threshold")

    @staticmethod
    def _snoozed(today: date) -> Q:
        return Q(snoozed_until__gt=today)
