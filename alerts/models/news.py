"""The outbox: what is told of alerts, gaps and proposals, to whom and by which way, and the letters that carry it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from alerts.models.alerts import Alert
from alerts.models.gaps import Gap
from alerts.models.proposals import ThresholdProposal
from units.guard import GuardedQuerySet
from units.models import Unit


class Channel(models.Model):
    """A way to tell more than one person: an address that takes news of a part of the tree.

    It reads in the name of the person who added it, and falls silent with that person's right. Address and secrets
    are stored encrypted and never shown again.
    """

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", "Signed webhook"
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"

    public_id = models.CharField(max_length=22, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, help_text="News of it and of all below it.")
    least = models.CharField(max_length=10, choices=Alert.Severity.choices, default=Alert.Severity.WARNING)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    host = models.CharField(max_length=253, help_text="All that is ever shown of the address.")
    address = models.TextField(help_text="Encrypted.")
    secret = models.TextField(help_text="Encrypted; signs what is sent.")
    former_secret = models.TextField(blank=True, default="", help_text="Encrypted; signs beside the new one.")
    former_until = models.DateTimeField(null=True)
    added = models.DateTimeField()
    retired = models.DateTimeField(null=True)

    scope_ability = "telling.manage"

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=models.Q(retired__isnull=True), name="one_channel_per_unit_and_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """One message to one reader by one way: a digest, or a single piece of news.

    What it carries is settled before it is first sent and its key is made of that, so that a letter that is sent
    twice (its sender died before the note of it) is recognised.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        DROPPED = "dropped"
        DEAD = "dead"

    key = models.CharField(max_length=64, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, help_text="The unit above those it tells of.")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="letters", help_text="Empty: by mail.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    packed = models.DateTimeField()
    due = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Also the token of the lease in force.")
    sent = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    scope_ability = "telling.manage"

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["state", "due"])]

    def __str__(self) -> str:
        return f"{self.key[:12]} ({self.state})"


class AlertNews(models.Model):
    """One change of an alert, a gap or a proposal, to be told to one reader by one way: written with the change, told
    at least once.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        PACKED = "packed"
        SENT = "sent"
        DROPPED = "dropped"
        DEAD = "dead"

    key = models.CharField(max_length=64, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="Where what it tells of stands.")
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, related_name="news")
    gap = models.ForeignKey(Gap, models.PROTECT, null=True, related_name="news")
    proposal = models.ForeignKey(ThresholdProposal, models.PROTECT, null=True, related_name="news")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="+", help_text="Empty: by mail.")
    template = models.CharField(max_length=30, default="changed")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created = models.DateTimeField()
    due = models.DateTimeField(help_text="When it is looked at next: in the morning, after a silence.")
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="news")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it could not be packed.")
    said = models.TextField(blank=True, default="", help_text="Why it waits, or was withheld.")

    scope_ability = "alerts.read"

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        verbose_name_plural = "alert news"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(alert__isnull=False, gap__isnull=True, proposal__isnull=True)
                | models.Q(alert__isnull=True, gap__isnull=False, proposal__isnull=True)
                | models.Q(alert__isnull=True, gap__isnull=True, proposal__isnull=False),
                name="news_of_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["state", "due"])]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"

    @property
    def about(self) -> dict[str, str]:
        """What it tells of, as a record names it."""
        things = {"alert": self.alert, "gap": self.gap, "proposal": self.proposal}
        return {name: thing.public_id for name, thing in things.items() if thing is not None}
