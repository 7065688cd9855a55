"""Metrics, the sheets that hold their values, and the runs that computed them.

A sheet holds all levels of one unit, period, basis and version; it stands from the mark of its inputs
until another replaces it. Comparisons (variance, growth, prior year) are readings and never stored.
"""

from __future__ import annotations

from django.db import models

from ledger.models import Period
from units.guard import GuardedQuerySet
from units.marks import Standing
from units.models import Unit


class Metric(models.Model):
    """The identity of a metric that administrators added; the shipped ones stand in `metrics.catalogue`."""

    code = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.code


class MetricVersion(Standing):
    """The terms of an added metric from a mark on. An edit makes a new row, never overwrites."""

    class Kind(models.TextChoices):
        MONEY = "money"
        RATIO = "ratio"
        COUNT = "count"
        DAYS = "days"
        MONTHS = "months"

    metric = models.ForeignKey(Metric, models.PROTECT, related_name="versions")
    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    better = models.SmallIntegerField(default=1, help_text="+1 higher, −1 lower, 0 neither.")
    compare = models.CharField(max_length=10, default="percent", help_text="percent, points or difference")
    formula = models.TextField()
    impact = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    retired = models.BooleanField(default=False)
    actor = models.CharField(max_length=60)
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric"], condition=models.Q(until_mark__isnull=True), name="one_current_metric_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric_id}: {self.formula}"


class Run(models.Model):
    """One recompute: the slice it covered, what it wrote, and the marks it read."""

    class State(models.TextChoices):
        STARTED = "started"
        DONE = "done"
        FAILED = "failed"

    state = models.CharField(max_length=8, choices=State.choices, default=State.STARTED)
    full = models.BooleanField(default=False)
    actor = models.CharField(max_length=60)
    since_mark = models.BigIntegerField(default=0, help_text="Inputs after this mark were stale.")
    mark = models.BigIntegerField(help_text="Inputs up to this mark were read.")
    slice = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    done_steps = models.PositiveIntegerField(default=0)
    all_steps = models.PositiveIntegerField(default=0)
    sheets = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"run {self.pk} ({self.state})"


class Sheet(Standing):
    """All figures of one unit, period, basis and version.

    `numbers` maps a metric's code (accounts as `account:CODE`) to its number: money and counts as
    int ten-thousandths, ratios, days and months as floats in plain units, classes as their word.
    `reasons` maps a code to why there is no number. `coverage` maps `*` (and codes that differ from
    it) to "11 of 12", the delivered unit-periods behind the number.
    """

    class Basis(models.TextChoices):
        MONTH = "month"
        QTD = "qtd"
        YTD = "ytd"
        LTM = "ltm"

    unit = models.ForeignKey(Unit, models.PROTECT, db_index=False)
    period = models.ForeignKey(Period, models.PROTECT, db_index=False)
    basis = models.CharField(max_length=5, choices=Basis.choices)
    version = models.CharField(max_length=40, help_text="A ledger version's code, or the chained `budget`.")
    numbers = models.JSONField()
    reasons = models.JSONField()
    coverage = models.JSONField()
    digest = models.UUIDField(null=True, editable=False, help_text="Over the three; an equal sheet is left alone.")
    run = models.ForeignKey(Run, models.PROTECT, db_index=False)
    from_mark = models.BigIntegerField()
    until_mark = models.BigIntegerField(null=True)

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period", "basis", "version"],
                condition=models.Q(until_mark__isnull=True),
                name="one_current_sheet",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "period", "basis", "version", "from_mark"], name="sheet_history"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.period_id}/{self.basis}/{self.version}"
