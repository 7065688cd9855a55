"""Gaps: figures that should be there and are not, told to whoever delivers them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from alerts.querysets import GapQuerySet
from ledger.models import Period
from units.models import Unit


class Gap(models.Model):
    """One source of one unit that is late, was withdrawn, or whose figures cannot be computed (`alerts.judging.gaps`).

    It stands until it has ended. `period` is the oldest that is missing; `owner` whoever delivered last, else a
    finance administrator of the unit.
    """

    class Kind(models.TextChoices):
        LATE = "late"
        NO_DATA = "no_data", "No data"
        ERROR = "error"

    public_id = models.CharField(max_length=22, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT)
    source = models.CharField(max_length=60, blank=True, default="", help_text="Empty: what was computed.")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened = models.DateTimeField()
    changed = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=40, blank=True, default="")

    scope_ability = "alerts.read"

    objects = GapQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "source"], condition=models.Q(ended__isnull=True), name="one_standing_gap"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.text}"
