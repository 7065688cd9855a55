"""Problems that readers report with a figure: what is kept of the figure as it was seen, and who is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from alerts.telling.owners import IMPORTS, people_who_may, span_of
from people.models import Person
from reports.commentary import rights
from reports.selection import Selection
from units.models import Unit


@dataclass(frozen=True)
class Seen:
    """A figure as it stands for its reader, read within his scope.

    `figure` is a metric, role:CODE or account:CODE and `version` whose it is read of. `shown` is its value as printed,
    empty where it tells of a unit above too: not everybody who reads the thread may know that one. `query` leads to
    the figure as it was seen. `importers` are the actors who brought the rows behind it.
    """

    selection: Selection
    figure: str
    version: str
    shown: str
    query: str
    importers: tuple[str, ...] = ()

    def terms(self) -> dict[str, Any]:
        """What is kept with the problem: plain JSON."""
        read = {"mark": self.selection.mark, "tree": self.selection.tree, "query": self.query}
        return {"version": self.version, "shown": self.shown, **read}


def taking_part(unit: Unit, *, at: datetime) -> list[Any]:
    """The people who take part in threads of a unit, by name, each with `imports`: whether he may import there."""
    spans = [span_of(unit)]
    able = people_who_may(IMPORTS, at=at, spans=spans).filter(pk=OuterRef("pk"))
    return list(people_who_may(rights.WORK, at=at, spans=spans).annotate(imports=Exists(able.order_by())))


def whom(able: Sequence[Any], importers: Iterable[str], *, reporter: str) -> list[Person]:
    """Who of those who take part is asked about a figure: who brought its rows, else who may import there.

    Nobody is asked by himself. Empty where nobody else could be.
    """
    brought = set(importers)
    others = [each for each in able if f"person:{each.pk}" != reporter]
    found = [each for each in others if f"person:{each.pk}" in brought]
    return found or [each for each in others if each.imports]
