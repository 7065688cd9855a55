"""Who stands in for whom, and what is not told for a while. Neither changes what is judged."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models

from units.models import Unit


class Silence(models.Model):
    """Nothing but emergencies is told of a unit and all below it, of one metric or of all, until an end.

    What it holds back is told after it, where it still stands by then.
    """

    public_id = models.CharField(max_length=22, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT)
    metric = models.CharField(max_length=80, blank=True, default="", help_text="Empty: every metric.")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.TextField()
    actor = models.CharField(max_length=60)
    lifted = models.DateTimeField(null=True)

    objects = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="silence_ends_after_it_starts")
        ]

    def __str__(self) -> str:
        return f"{self.metric or 'everything'} of {self.unit_id} until {self.ends:%Y-%m-%d %H:%M}"

    def is_standing(self, at: datetime) -> bool:
        """Whether it holds anything back at a moment."""
        return self.starts <= at < self.ends and (self.lifted is None or at < self.lifted)


class Deputy(models.Model):
    """Who stands in for a person, from a day until another (empty: for good).

    `instead` says that the person is away: what would be told to her is told to the deputy. Otherwise the deputy
    is asked when she does not answer.
    """

    public_id = models.CharField(max_length=22, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputy_of")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True, help_text="The last day; empty: for good.")
    instead = models.BooleanField(default=False)
    actor = models.CharField(max_length=60)

    class Meta:
        verbose_name_plural = "deputies"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
                name="deputy_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=~models.Q(person=models.F("deputy")), name="nobody_is_his_own_deputy"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.person_id} from {self.starts}"
