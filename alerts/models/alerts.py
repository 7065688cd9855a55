"""Alerts: standing states of one threshold on one unit, and their history."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models

from alerts.models.thresholds import Threshold, ThresholdVersion
from alerts.querysets import OPEN_CONDITIONS, AlertEventQuerySet, AlertQuerySet
from ledger.models import Period
from units.models import Unit


class Alert(models.Model):
    """A standing breach: one per version of a threshold, unit, kind and the period in which the breach began."""

    class Kind(models.TextChoices):
        BREACH = "breach"
        POOL = "pool", "Small items together"
        OUTLOOK = "outlook", "Ahead by the forecast"
        PACE = "pace", "Under way"

    class Condition(models.TextChoices):
        PENDING = "pending"
        FIRING = "firing"
        RECOVERING = "recovering"
        ENDED = "ended"

    class Handling(models.TextChoices):
        OPEN = "open"
        ACKNOWLEDGED = "acknowledged"
        IN_PROGRESS = "in_progress"
        RESOLVED = "resolved"

    class Severity(models.TextChoices):
        EMERGENCY = "emergency"
        CRITICAL = "critical"
        WARNING = "warning"
        TARGET = "target"

    class Outcome(models.TextChoices):
        FIXED = "fixed"
        ACCEPTED = "accepted"
        FALSE_ALARM = "false_alarm", "False alarm"

    class Verdict(models.TextChoices):
        USEFUL = "useful"
        KNOWN = "known", "Known already"
        NOISE = "noise"

    public_id = models.CharField(max_length=22, unique=True)
    threshold = models.ForeignKey(Threshold, models.PROTECT, related_name="alerts")
    version = models.ForeignKey(ThresholdVersion, models.PROTECT, help_text="The terms it is judged by.")
    unit = models.ForeignKey(Unit, models.PROTECT)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.BREACH)
    began = models.ForeignKey(Period, models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", help_text="Last period judged.")
    condition = models.CharField(max_length=10, choices=Condition.choices)
    handling = models.CharField(max_length=12, choices=Handling.choices, default=Handling.OPEN)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    title = models.CharField(max_length=200)
    action = models.TextField(blank=True, default="")
    impact = models.BigIntegerField(null=True, help_text="Ten-thousandths of group currency a year.")
    impact_is_cash = models.BooleanField(default=False)
    impact_reason = models.CharField(max_length=120, blank=True, default="")
    is_late = models.BooleanField(default=False, help_text="Found in a period that had been judged quiet before.")
    said = models.JSONField(
        default=dict, help_text="What each of its periods said, by ordinal: held if it goes missing."
    )
    evidence = models.JSONField(default=dict, help_text="Value, limit, baseline, sheets and marks judged.")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="owned_alerts")
    escalated_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    snoozed_until = models.DateField(null=True)
    snoozed_to = models.ForeignKey(
        Period, models.PROTECT, null=True, related_name="+", help_text="Its close ends the snooze, if it comes before."
    )
    due = models.DateField(null=True, help_text="By when whoever acknowledged it will have dealt with it.")
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True, default="")
    verdict = models.CharField(max_length=6, choices=Verdict.choices, blank=True, default="")
    promise = models.JSONField(default=dict, help_text="What the action was expected to bring when work on it began.")
    ended_because = models.CharField(max_length=40, blank=True, default="")
    opened = models.DateTimeField()
    changed = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    transitions = models.PositiveIntegerField(default=0, help_text="Guards compare-and-set, keys the news.")

    scope_ability = "alerts.read"

    objects = AlertQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["version", "unit", "kind", "began"], name="one_alert_per_breach"),
            models.UniqueConstraint(
                fields=["version", "unit", "kind"], condition=~models.Q(condition="ended"), name="one_standing_alert"
            ),
        ]
        indexes = [models.Index(fields=["unit", "condition"])]

    def __str__(self) -> str:
        return f"{self.title} ({self.condition}, {self.handling})"

    @property
    def is_unresolved(self) -> bool:
        """Whether it fires and nobody has resolved it, like `unresolved` of the queryset."""
        return self.condition in OPEN_CONDITIONS and self.handling != self.Handling.RESOLVED

    def is_snoozed(self, today: date) -> bool:
        """Whether somebody put it off to a day that has not come."""
        return self.snoozed_until is not None and self.snoozed_until > today


class AlertEvent(models.Model):
    """One step in the life of an alert, or a comment on it."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    kind = models.CharField(max_length=14)
    period = models.ForeignKey(Period, models.PROTECT, null=True, related_name="+")
    before = models.CharField(max_length=40, blank=True, default="")
    after = models.CharField(max_length=40, blank=True, default="")
    text = models.TextField(blank=True, default="")
    number = models.PositiveIntegerField(default=0, help_text="The alert's transitions right after it.")
    restores = models.JSONField(default=dict, help_text="Columns of the alert as they were, where it can be undone.")

    scope_path = "alert__unit"
    scope_ability = "alerts.read"

    objects = AlertEventQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"

    def __str__(self) -> str:
        return f"{self.alert_id}: {self.kind}"
