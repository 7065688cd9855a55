"""Work that must happen. The row is the truth; the queue carries only its id and may lose it."""

from __future__ import annotations

from django.db import models

from jobs.querysets import HeartbeatQuerySet, JobQuerySet


class Job(models.Model):
    """One piece of work, asked for by an actor and done by the handler of its kind.

    `key` makes asking twice the same as asking once while it waits. At most one job of a kind and key
    runs at a time; the lease says until when its worker is believed to be alive.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    actor = models.CharField(max_length=60, help_text="Who asked: person:ID, or process:NAME.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created = models.DateTimeField()
    due = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Also the token of the lease in force.")
    done_steps = models.PositiveIntegerField(default=0)
    all_steps = models.PositiveIntegerField(default=0)
    outcome = models.JSONField(null=True)
    error = models.TextField(blank=True, default="")
    ended = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=models.Q(state="waiting"), name="one_waiting_job_per_key"
            ),
            models.UniqueConstraint(
                fields=["kind", "key"], condition=models.Q(state="running"), name="one_running_job_per_key"
            ),
        ]
        indexes = [models.Index(fields=["state", "due"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.state})"


class Heartbeat(models.Model):
    """When a process of the background last did its round: silence is how its death is noticed."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
