"""What is silenced now: alerts that are judged and shown as ever, and not told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from alerts.models import Alert, Silence
from ledger.models import Period
from units.models import Unit

BREAKS_SILENCE = Alert.Severity.EMERGENCY


@dataclass(frozen=True)
class Silences:
    """The silences that stand at a moment."""

    standing: tuple[Silence, ...]

    def over(self, alert: Alert) -> Silence | None:
        """The silence that holds back the news of an alert longest; None where it may be told. Emergencies always may.

        The alert comes with its unit and its version.
        """
        if alert.severity == BREAKS_SILENCE:
            return None
        found = [each for each in self.standing if _covers(each, alert)]
        return max(found, key=lambda each: each.ends, default=None)

    def over_all_of(self, unit: Unit) -> Silence | None:
        """The silence that holds back longest whatever is told of a unit, of whichever metric; None without one."""
        found = [each for each in self.standing if not each.metric and is_over(each, unit)]
        return max(found, key=lambda each: each.ends, default=None)


def standing_silences(at: datetime) -> Silences:
    """All silences that stand; one query."""
    unlifted = Q(lifted__isnull=True) | Q(lifted__gt=at)
    return Silences(tuple(Silence.objects.filter(unlifted, starts__lte=at, ends__gt=at).select_related("unit")))


def with_silences(alerts: QuerySet[Alert], *, at: datetime) -> Any:
    """Alerts with `silenced_until`: when the last silence over each that has begun ended, or will end.

    None where none has begun, and for emergencies, which break them.
    """
    over = Silence.objects.filter(
        Q(metric="") | Q(metric=OuterRef("version__metric")),
        unit__left__lte=OuterRef("unit__left"),
        unit__right__gte=OuterRef("unit__right"),
        starts__lte=at,
    )
    last = over.annotate(over=Coalesce("lifted", "ends")).order_by("-over").values("over")[:1]
    return alerts.annotate(silenced_until=Case(When(~Q(severity=BREAKS_SILENCE), then=Subquery(last))))


def told_since(alerts: Sequence[Alert], *, at: datetime) -> dict[int, datetime]:
    """By alert since when no silence has been over it: its opening, or the end of the last one; one query.

    An alert that is silenced now is left out. The alerts come with their units and versions.
    """
    opened = min((alert.opened for alert in alerts), default=at)
    stood = list(Silence.objects.filter(starts__lte=at, ends__gt=opened).select_related("unit"))
    found = {}
    for alert in alerts:
        over = [] if alert.severity == BREAKS_SILENCE else [each for each in stood if _covers(each, alert)]
        if not any(each.is_standing(at) for each in over):
            found[alert.pk] = max([alert.opened, *(each.lifted or each.ends for each in over)])
    return found


def _covers(silence: Silence, alert: Alert) -> bool:
    return is_over(silence, alert.unit) and silence.metric in ("", alert.version.metric)


def is_over(silence: Silence, unit: Unit) -> bool:
    """Whether a silence stands on a unit or above it."""
    return silence.unit.left <= unit.left and unit.right <= silence.unit.right


def over(metric: str, ordinal: int, until: datetime) -> QuerySet[Silence]:
    """The silences of a metric, of whichever unit, that stood at some time from the end of a period until a moment."""
    ends = Period.objects.filter(ordinal=ordinal).values("ends")[:1]
    found = Silence.objects.filter(starts__lte=until, ends__date__gte=ends, metric__in=("", metric))
    return found.exclude(lifted__date__lt=ends)
