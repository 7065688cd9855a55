"""The jobs of the ledger: what is planned is taken up on its day."""

from __future__ import annotations

from jobs.registry import Outcome, Work, handles
from ledger.actions import take_up_places
from units.scope import Scope


@handles("ledger.places.take_up")
def take_up(work: Work) -> Outcome:
    """At the beginning of a day for which units were placed elsewhere."""
    return {"units": take_up_places(actor=Scope.system("worker"), at=work.at)}
