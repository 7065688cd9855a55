"""Questions to thresholds and alerts that more than one page, verb or program asks."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db.models import Case, F, Q, When

from units.guard import GuardedQuerySet

OPEN_CONDITIONS = ("firing", "recovering")
ASIDE = ("commented", "listed", "ticked", "unticked", "struck")
"""What leaves the alert itself as it is: it neither overtakes a step nor stands between a step and its undoing."""
GRAVEST_FIRST = ("emergency", "critical", "warning", "target")


class ThresholdQuerySet(GuardedQuerySet[Any]):
    """Thresholds, by their terms of today."""

    def in_force(self) -> Self:
        """Those that were not retired."""
        return self.filter(versions__until_mark__isnull=True, versions__retired=False)

    def on_subject(
        self, *, unit: int, metric: str, basis: str, comparator: str, measure: str, unit_type: str = ""
    ) -> Self:
        """Those in force that judge the same figure of the same units in the same way."""
        return self.in_force().filter(
            unit=unit,
            versions__metric=metric,
            versions__basis=basis,
            versions__comparator=comparator,
            versions__measure=measure,
            versions__unit_type=unit_type,
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

    def in_order(self, sort: str) -> Self:
        """By `impact`, the `newest` first, or the gravest `severity` first and then by impact."""
        if sort == "newest":
            return self.order_by("-opened", "pk")
        if sort == "severity":
            grave = [When(severity=name, then=place) for place, name in enumerate(GRAVEST_FIRST)]
            return self.order_by(Case(*grave, default=len(grave)), F("impact").asc(nulls_last=True), "pk")
        return self.by_impact()

    def shown_on_pages(self) -> Self:
        """With what every list prints, in the same query."""
        return self.select_related(
            "unit", "owner", "escalated_to", "snoozed_to", "period", "began", "version", "threshold__unit"
        )

    @staticmethod
    def _snoozed(today: date) -> Q:
        return Q(snoozed_until__gt=today)


class GapQuerySet(GuardedQuerySet[Any]):
    """Figures that should be there and are not."""

    def standing(self) -> Self:
        """What is still missing."""
        return self.filter(ended__isnull=True)

    def shown_on_pages(self) -> Self:
        """With what every list prints, in the same query."""
        return self.select_related("unit", "period", "owner")


class AlertEventQuerySet(GuardedQuerySet[Any]):
    """The lives of alerts."""

    def of_itself(self, alert: object) -> Self:
        """What became of one alert itself, the oldest first: not what was said and ticked beside it."""
        return self.filter(alert=alert).exclude(kind__in=ASIDE).order_by("pk")

    def after(self, number: int) -> Self:
        """What came after a step."""
        return self.filter(number__gt=number)
