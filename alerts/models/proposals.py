"""Proposals: changes of thresholds that wait for a second person."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from alerts.models.thresholds import Threshold, ThresholdVersion
from units.guard import GuardedQuerySet
from units.models import Unit


class ThresholdProposal(models.Model):
    """A change of one threshold, exactly as it was shown to whoever is to approve it.

    `draft` is what was typed, from which it is set; `shown` is what was shown: the terms before and after, every unit
    it touches, dates, places and the money limit in force, with ids and codes and no names. `hash` is the SHA-256 of
    `shown` as canonical JSON. Nothing of a proposal is ever edited: who wants another one makes another one.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        VOID = "void"

    public_id = models.CharField(max_length=22, unique=True)
    threshold = models.ForeignKey(
        Threshold, models.PROTECT, null=True, related_name="proposals", help_text="Empty: new."
    )
    code = models.SlugField(max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, help_text="Where the threshold stands.")
    metric = models.CharField(max_length=80)
    retires = models.BooleanField(default=False)
    draft = models.JSONField(default=dict, help_text="As typed; empty where it retires.")
    shown = models.JSONField()
    hash = models.CharField(max_length=64)
    why = models.CharField(max_length=200, blank=True, default="", help_text="Why a second person is asked.")
    reason = models.TextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    comment = models.TextField(blank=True, default="", help_text="Of who decided, or why it is void.")
    version = models.ForeignKey(
        ThresholdVersion, models.PROTECT, null=True, related_name="+", help_text="What it became."
    )

    scope_ability = "thresholds.read"

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["state", "proposed"])]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=("approved", "refused"))
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by"))),
                name="a_second_person_decides",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved") | models.Q(version__isnull=False),
                name="what_is_approved_is_set",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.state})"
