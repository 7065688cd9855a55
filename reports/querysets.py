"""Questions of the pages that tables below do not answer: whose uploads, which imports, which deeds, whose words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from audit.models import Record
from ledger.models import Import
from units.guard import GuardedQuerySet
from units.models import Unit
from units.scope import Scope

if TYPE_CHECKING:
    from audit.querysets import RecordQuerySet

IMPORTS = "imports.read"
RECORD = "record.read"
WORDS = "commentary.work"
"""Whoever holds it takes part in the making of commentary; all others read what was accepted."""


class UploadQuerySet(models.QuerySet[Any]):
    """Uploads: everybody sees his own only."""

    def of(self, scope: Scope) -> Self:
        """What this person brought."""
        return self.filter(actor=scope.actor)

    def waiting(self) -> Self:
        """Checked and neither imported nor left: they wait for their uploader."""
        return self.filter(state="previewed")

    def refused(self) -> Self:
        """Checked and not fit to be imported as they are."""
        return self.filter(state="refused")

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class CommentaryQuerySet(GuardedQuerySet[Any]):
    """Commentary: accepted words for whoever reads commentary, drafts and submitted ones for who works on them."""

    def within(self, scope: Scope, *, ability: str | None = None) -> Self:
        found = super().within(scope, ability=ability)
        works = scope.condition("unit", WORDS)
        return found.filter(works | models.Q(state="accepted")) if works else found

    def of(self, *, unit: int, period: int, basis: str, baseline: str) -> Self:
        """What stands on the lines of one statement."""
        return self.filter(unit=unit, period=period, basis=basis, baseline=baseline)

    def right_before(self, selection: Any) -> Self:
        """What stands on the lines of the same statement one period earlier."""
        earlier = selection.period.ordinal - 1
        place = {"basis": selection.basis, "baseline": selection.baseline}
        return self.filter(unit=selection.unit, period__ordinal=earlier, **place)


class CommentaryEventQuerySet(GuardedQuerySet[Any]):
    """Steps and replies: for who works on commentary; others read the acceptance, with the words accepted."""

    def within(self, scope: Scope, *, ability: str | None = None) -> Self:
        found = super().within(scope, ability=ability)
        works = scope.condition("commentary__unit", WORDS)
        agreed = models.Q(kind="accepted", commentary__state="accepted")
        return found.filter(works | agreed) if works else found


class ScenarioQuerySet(GuardedQuerySet[Any]):
    """Scenarios: one's own and those one is shown, as long as one may see the unit."""

    def within(self, scope: Scope, *, ability: str | None = None) -> Self:
        found = super().within(scope, ability=ability)
        if scope.is_system:
            return found
        shares: GuardedQuerySet[Any] = GuardedQuerySet(self.model._meta.get_field("shares").related_model)
        shown = shares.within(scope).filter(person_id=scope.person_id).values("scenario")
        return found.filter(models.Q(owner_id=scope.person_id) | models.Q(pk__in=shown))

    def newest_first(self) -> Self:
        return self.order_by("-saved", "-pk")


class PinQuerySet(GuardedQuerySet[Any]):
    """Pins: everybody's own only, on units in sight."""

    def of(self, scope: Scope) -> Self:
        """What this person keeps at home, in order, with the units."""
        own = self.within(scope).filter(person_id=scope.person_id)
        return own.select_related("unit").order_by("place", "pk")

    def holds(self, scope: Scope, metric: str = "") -> models.Exists:
        """Whether this person keeps a unit, or a metric of it: a column for a question about units."""
        own = self.within(scope).filter(person_id=scope.person_id, metric=metric)
        return models.Exists(own.filter(unit=models.OuterRef("pk")))


class SavedViewQuerySet(models.QuerySet[Any]):
    """Saved views: everybody's own only, of no unit or of one in sight."""

    def of(self, scope: Scope) -> Self:
        """What this person saved, in order."""
        in_sight = models.Q(unit="") | models.Q(unit__in=Unit.objects.within(scope).values("code"))
        return self.filter(in_sight, person_id=scope.person_id).order_by("place", "pk")


def imports_within(scope: Scope) -> models.QuerySet[Import]:
    """The imports a reader may look at.

    A file may hold figures of any unit, so all of them are for those who read imports of the whole company;
    others see the files they brought themselves.
    """
    if scope.may_everywhere(IMPORTS):
        return Import.objects.all()
    return Import.objects.filter(actor=scope.actor)


def record_within(scope: Scope, *, is_whole: bool) -> RecordQuerySet:
    """The deeds a reader may look at: all (`is_whole`), or those on the units where he may read the record."""
    if is_whole:
        return Record.objects.all()
    return Record.objects.in_units(Unit.objects.within(scope, ability=RECORD).values("pk"))
