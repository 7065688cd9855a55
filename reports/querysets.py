"""Questions of the pages that tables below do not answer: whose uploads, which imports, which deeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from audit.models import Record
from ledger.models import Import
from units.models import Unit
from units.scope import Scope

if TYPE_CHECKING:
    from audit.querysets import RecordQuerySet

IMPORTS = "imports.read"
RECORD = "record.read"


class UploadQuerySet(models.QuerySet[Any]):
    """Uploads: everybody sees his own only."""

    def of(self, scope: Scope) -> Self:
        """What this person brought."""
        return self.filter(actor=scope.actor)

    def waiting(self) -> Self:
        """Checked and neither imported nor left: they wait for their uploader."""
        return self.filter(state="previewed")

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


def imports_within(scope: Scope) -> models.QuerySet[Import]:
    """The imports a reader may look at.

    A file may hold figures of any unit, so all of them are for those who read imports of the whole company;
    others see the files they brought themselves.
    """
    if scope.may_everywhere(IMPORTS):
        return Import.objects.all()
    return Import.objects.filter(actor=scope.actor)


def record_within(scope: Scope) -> RecordQuerySet:
    """The deeds a reader may look at: all, or those on the units where he may read the record."""
    if scope.may_everywhere(RECORD):
        return Record.objects.all()
    return Record.objects.in_units(Unit.objects.within(scope, ability=RECORD).values("pk"))
