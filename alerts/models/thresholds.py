"""Thresholds: an identity, and terms that never change once they are written."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from alerts.querysets import ThresholdQuerySet
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
    A band (`direction` 2) has the levels of its lower side besides. Periods before `valid_from` were judged by the
    version before, whatever this one says. What each term means: `alerts.terms.Terms`.
    """

    class Comparator(models.TextChoices):
        ABSOLUTE = "absolute"
        BUDGET = "budget"
        FORECAST = "forecast"
        PRIOR_YEAR = "prior_year"
        TRAILING = "trailing"
        SEASON = "season"
        PEERS = "peers"
        TREND = "trend"

    class Measure(models.TextChoices):
        LEVEL = "level"
        PERCENT = "percent"
        POINTS = "points"
        MONEY = "money"
        DEVIATIONS = "deviations"

    class Materiality(models.TextChoices):
        BOTH = "both"
        EITHER = "either"
        ALWAYS = "always"

    threshold = models.ForeignKey(Threshold, models.PROTECT, related_name="versions")
    label = models.CharField(max_length=120)
    metric = models.CharField(max_length=80)
    basis = models.CharField(max_length=5, default="month")
    comparator = models.CharField(max_length=12, choices=Comparator.choices)
    measure = models.CharField(max_length=10, choices=Measure.choices)
    direction = models.SmallIntegerField(help_text="+1: too high is a breach; −1: too low is; 2: both are.")
    target = models.CharField(max_length=30, blank=True, default="")
    warning = models.CharField(max_length=30, blank=True, default="")
    critical = models.CharField(max_length=30, blank=True, default="")
    emergency = models.CharField(max_length=30, blank=True, default="")
    low_warning = models.CharField(max_length=30, blank=True, default="")
    low_critical = models.CharField(max_length=30, blank=True, default="")
    low_emergency = models.CharField(max_length=30, blank=True, default="")
    exit = models.CharField(max_length=30, blank=True, default="", help_text="Empty: inside the mildest limit.")
    low_exit = models.CharField(max_length=30, blank=True, default="")
    window = models.PositiveSmallIntegerField(default=0, help_text="Periods looked back on, or peers there must be.")
    ahead = models.PositiveSmallIntegerField(default=0, help_text="Periods ahead that the forecast is judged for.")
    pace = models.BooleanField(default=False, help_text="Warns of an unfinished month by its pace.")
    materiality = models.CharField(max_length=8, choices=Materiality.choices, default=Materiality.BOTH)
    floor_amount = models.CharField(
        max_length=30,
        blank=True,
        default="",
        help_text="In the metric's own unit: group currency, 0.005 for half a point.",
    )
    floor_percent = models.CharField(max_length=30, blank=True, default="", help_text="0.05 for 5 %.")
    floor_share = models.CharField(max_length=30, blank=True, default="", help_text="Of the unit's revenue.")
    also_ytd = models.BooleanField(default=False, help_text="Material in the year to date is enough.")
    pooled = models.BooleanField(default=False, help_text="Small items are added up under their parent.")
    currency = models.CharField(
        max_length=3, blank=True, default="", help_text="Of limits in money; empty: the group's."
    )
    periods = models.PositiveSmallIntegerField(default=1, help_text="Periods beyond a limit before it fires.")
    out_of = models.PositiveSmallIntegerField(default=0, help_text="Of so many periods; 0: in a row.")
    exit_periods = models.PositiveSmallIntegerField(default=0, help_text="Periods inside before it ends; 0: as many.")
    inherits = models.BooleanField(default=True, help_text="Holds for all units below as well.")
    unit_type = models.CharField(
        max_length=60, blank=True, default="", help_text="Only units of this kind or vertical."
    )
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
