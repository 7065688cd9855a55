"""Questions to the record, as its page and its commands ask them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self, TypeVar
from uuid import UUID

from django.db import models

M = TypeVar("M", bound=models.Model)
CHANGE_NOTHING = ("people.session.started", "people.session.refused")
NEWEST = 64


class RecordQuerySet(models.QuerySet[M]):
    """Deeds, narrowed one condition at a time."""

    def by(self, actor: str) -> Self:
        """What one person ("person:7") or process ("process:worker") did."""
        return self.filter(actor=actor)

    def of_verb(self, verb: str) -> Self:
        """One verb, or with a trailing dot all that begin so: "ledger." or "alerts.alert."."""
        return self.filter(verb__startswith=verb) if verb.endswith(".") else self.filter(verb=verb)

    def about(self, kind: str, target: Any = None) -> Self:
        """What was done to one type of thing, or to one thing."""
        found = self.filter(target_type=kind)
        return found if target is None else found.filter(target_id=str(target))

    def in_units(self, units: Iterable[int] | models.QuerySet[Any]) -> Self:
        """Deeds on these units. Deeds that concern no unit are not among them."""
        return self.filter(unit_id__in=units)

    def of_act(self, act: UUID) -> Self:
        """All rows of one deed."""
        return self.filter(act=act)

    def between(self, since: datetime | None, until: datetime | None) -> Self:
        """From a moment (inclusive) until another (exclusive); either may be open."""
        found = self if since is None else self.filter(at__gte=since)
        return found if until is None else found.filter(at__lt=until)

    def newest(self) -> tuple[int, ...]:
        """The last deeds that may have changed what somebody sees: other numbers than a moment ago say that something
        was done since. So many are named because what was begun first may be committed last. One query."""
        deeds = self.exclude(verb__in=CHANGE_NOTHING).order_by("-pk")
        return tuple(deeds.values_list("pk", flat=True)[:NEWEST])

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")
