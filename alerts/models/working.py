"""What people leave with an alert: the steps they agreed on, and whom they asked."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from alerts.models.alerts import Alert, AlertEvent
from units.guard import GuardedQuerySet


class ChecklistItem(models.Model):
    """One thing to do about an alert. It is numbered within its alert; what is struck off keeps its number."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    due = models.DateField(null=True)
    done = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=60, blank=True, default="")
    struck = models.DateTimeField(null=True)

    scope_path = "alert__unit"
    scope_ability = "alerts.read"

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["alert", "number"], name="one_item_per_number")]

    def __str__(self) -> str:
        return f"{self.alert_id}: {self.number} {self.text}"


class Mention(models.Model):
    """Somebody who was asked in a comment."""

    event = models.ForeignKey(AlertEvent, models.PROTECT, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    scope_path = "event__alert__unit"
    scope_ability = "alerts.read"

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="one_mention_per_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.event_id}"
