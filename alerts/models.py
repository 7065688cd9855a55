"""Thresholds, the alerts they raise, and the telling of it.

A threshold is an identity; its terms are versions that never change. An alert is a standing state of
one threshold on one unit from the period the breach began; events are its history; news is the
outbox, written in the transaction of the change it tells.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models

from alerts.querysets import AlertQuerySet, ThresholdQuerySet
from ledger.models import Period
from units.guard import GuardedQuerySet
from units.marks import Standing
from units.models import Unit


class Threshold(models.Model):
    """A limit on a metric for a unit and, where it inherits, for all below it."""

    code = models.SlugField(max_length=60, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT)

    scope_ability = "thresholds.read"

    objects = ThresholdQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"

    def __str__(self) -> str:
        return self.code


class ThresholdVersion(Standing):
    """The terms of a threshold from a mark on; every edit makes a new row.

    Levels are exact decimal text in plain units: money in group currency, ratios as 0.15 for 15 %,
    and, against a baseline, the size of the *unfavourable* difference (percent as 0.10, points as
    0.05 for 5 pp, money as an amount). `direction` says which side of an absolute level is a breach.
    Periods before `valid_from` were judged by the version before, whatever this one says.
    """

    class Comparator(models.TextChoices):
        ABSOLUTE = "absolute"
        BUDGET = "budget"
        PRIOR_YEAR = "prior_year"

    class Measure(models.TextChoices):
        LEVEL = "level"
        PERCENT = "percent"
        POINTS = "points"
        MONEY = "money"

    class Materiality(models.TextChoices):
        BOTH = "both"
        EITHER = "either"
        ALWAYS = "always"

    threshold = models.ForeignKey(Threshold, models.PROTECT, related_name="versions")
    label = models.CharField(max_length=120)
    metric = models.CharField(max_length=80)
    basis = models.CharField(max_length=5, default="month")
    comparator = models.CharField(max_length=12, choices=Comparator.choices)
    measure = models.CharField(max_length=8, choices=Measure.choices)
    direction = models.SmallIntegerField(help_text="+1: too high is a breach; −1: too low is.")
    target = models.CharField(max_length=30, blank=True, default="")
    warning = models.CharField(max_length=30, blank=True, default="")
    critical = models.CharField(max_length=30, blank=True, default="")
    emergency = models.CharField(max_length=30, blank=True, default="")
    materiality = models.CharField(max_length=8, choices=Materiality.choices, default=Materiality.BOTH)
    floor_amount = models.CharField(
        max_length=30,
        blank=True,
        default="",
        help_text="In the metric's own unit: group currency, 0.005 for half a point.",
    )
    floor_percent = models.CharField(max_length=30, blank=True, default="", help_text="0.05 for 5 %.")
    periods = models.PositiveSmallIntegerField(default=1, help_text="Consecutive periods before it fires.")
    inherits = models.BooleanField(default=True, help_text="Holds for all units below as well.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, help_text="Empty: the unit's leader."
    )
    action = models.TextField(blank=True, default="", help_text="Recommended action; {figures} are computed.")
    valid_from = models.ForeignKey(Period, models.PROTECT, null=True, blank=True, related_name="+")
    valid_until = models.ForeignKey(Period, models.PROTECT, null=True, blank=True, related_name="+")
    retired = models.BooleanField(default=False)
    actor = models.CharField(max_length=60)
    at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")

    scope_path = "threshold__unit"
    scope_ability = "thresholds.read"

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["threshold"],
                condition=models.Q(until_mark__isnull=True),
                name="one_current_threshold_version",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Evaluation(models.Model):
    """One judging of all thresholds: what it knew, and what came of it (a quiet month has its reason here)."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    mark = models.BigIntegerField(help_text="Figures up to this mark were judged.")
    terms_mark = models.BigIntegerField(help_text="Thresholds up to this mark were in force.")
    through = models.IntegerField(null=True, help_text="Ordinal of the newest finished period with figures.")
    counts = models.JSONField(default=dict, help_text="thresholds, units, judged, unknown, and transitions by kind")

    def __str__(self) -> str:
        return f"evaluation {self.pk} at mark {self.mark}"


class Alert(models.Model):
    """A standing breach: one per version of a threshold, unit and the period in which the breach began."""

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

    public_id = models.CharField(max_length=22, unique=True)
    threshold = models.ForeignKey(Threshold, models.PROTECT, related_name="alerts")
    version = models.ForeignKey(ThresholdVersion, models.PROTECT, help_text="The terms it is judged by.")
    unit = models.ForeignKey(Unit, models.PROTECT)
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
    evidence = models.JSONField(default=dict, help_text="Value, limit, baseline, sheets and marks judged.")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="owned_alerts")
    escalated_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    snoozed_until = models.DateField(null=True)
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True, default="")
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
            models.UniqueConstraint(fields=["version", "unit", "began"], name="one_alert_per_breach"),
            models.UniqueConstraint(
                fields=["version", "unit"], condition=~models.Q(condition="ended"), name="one_standing_alert"
            ),
        ]
        indexes = [models.Index(fields=["unit", "condition"])]

    def __str__(self) -> str:
        return f"{self.title} ({self.condition}, {self.handling})"

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

    scope_path = "alert__unit"
    scope_ability = "alerts.read"

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"

    def __str__(self) -> str:
        return f"{self.alert_id}: {self.kind}"


class AlertNews(models.Model):
    """One telling, to one person by one channel: written with the change, sent at least once."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        DROPPED = "dropped"
        DEAD = "dead"

    key = models.CharField(max_length=64, unique=True)
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="news")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    channel = models.CharField(max_length=10, default="mail")
    template = models.CharField(max_length=30, default="changed")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created = models.DateTimeField()
    due = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    scope_path = "alert__unit"
    scope_ability = "alerts.read"

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        verbose_name_plural = "alert news"
        indexes = [models.Index(fields=["state", "due"])]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"
