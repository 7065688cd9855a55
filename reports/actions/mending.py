"""What a person puts right about a file that was refused: how its words read in ours. The file stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from audit.actions import record
from jobs.actions import enqueue
from ledger.mapping import Mapping as Names
from reports.actions.uploads import CHECK, NotWaiting
from reports.mended import Words
from reports.models import Upload
from units.scope import Scope


def mend_upload(*, actor: Scope, upload: Upload, words: Words, at: datetime) -> Upload:
    """Add to the mapping of refused figures and ask the worker to check them again.

    The mapping is this upload's and stays with its import; what it says of other words stands. Leaves a record.
    Raises NotWaiting where the file is gone or was not refused, MappingRefused, AbilityMissing.
    """
    actor.require("figures.import")
    with transaction.atomic():
        found = Upload.objects.of(actor).refused().filter(pk=upload.pk, kind=Upload.Kind.FIGURES)
        held = found.select_for_update().first()
        if held is None or not default_storage.exists(held.place("figures")):
            raise NotWaiting("The file is not here any more; upload it again.")
        held.terms = {**held.terms, "mapping": _joined(held.terms.get("mapping") or {}, words)}
        held.state, held.ended, held.report = Upload.State.CHECKING, None, None
        held.save()
        enqueue(kind=CHECK, key=held.public_id, at=at, actor=held.actor)
        record(
            actor=actor.actor,
            verb="reports.upload.mended",
            target=("upload", held.pk),
            at=at,
            after={part: dict(said) for part, said in words.items()},
        )
    return held


def _joined(document: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """A mapping with more words; raises MappingRefused."""
    joined = {part: {**document.get(part, {}), **words.get(part, {})} for part in {**document, **words}}
    return Names.of(joined).as_document()
