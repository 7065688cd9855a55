"""Questions about work: what may be taken, what hangs, what is dead, and whether anybody is at it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)

SILENCE = timedelta(seconds=90)  # six rounds of the sweeper, three of the relay


class JobQuerySet(models.QuerySet[M]):
    """Jobs, by what can be done with them."""

    def asked_for(self, kind: str, key: str = "") -> Self:
        """Jobs of a kind, and of one key where it is given."""
        return self.filter(kind=kind, **({"key": key} if key else {}))

    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def running(self) -> Self:
        return self.filter(state="running")

    def failed(self) -> Self:
        """Jobs nobody will try again unless a person asks for it."""
        return self.filter(state="failed")

    def unfinished(self) -> Self:
        return self.filter(state__in=["waiting", "running"])

    def claimable(self, at: datetime) -> Self:
        """Waiting and due, or left behind by a worker whose lease ran out."""
        return self.filter(models.Q(state="waiting", due__lte=at) | models.Q(state="running", lease_until__lt=at))

    def given_up_by(self, at: datetime, *, attempts: int) -> Self:
        """Left behind by a dying worker once too often: such a job kills whoever takes it."""
        return self.filter(state="running", lease_until__lt=at, attempts__gte=attempts)


class HeartbeatQuerySet(models.QuerySet[M]):
    """Signs of life."""

    def beating(self, name: str, at: datetime) -> bool:
        """Whether this process did its round lately; False when it never did one."""
        return self.filter(name=name, at__gt=at - SILENCE).exists()

    def silent(self, at: datetime) -> list[str]:
        """Those that did their rounds and have stopped, by name, the longest silent first."""
        return list(self.filter(at__lte=at - SILENCE).order_by("at").values_list("name", flat=True))
