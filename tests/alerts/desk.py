"""Two people at a desk: one proposes thresholds, the other decides on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from alerts.actions import (
    approve,
    submit,
)
from alerts.approving.need import needs_approval
from alerts.models import ThresholdProposal, ThresholdVersion
from alerts.terms import Terms
from alerts.vetting import Proposal
from people.models import Person
from units.scope import Scope

if TYPE_CHECKING:
    from tests.alerts.conftest import Books

LATER = timedelta(hours=1)
OF_ALL = "It is a default of the whole group."


@dataclass
class Desk:
    """Fiona proposes, Aaron approves."""

    books: Books
    maker: Person
    checker: Person
    at: datetime

    def __post_init__(self) -> None:
        self.proposer, self.approver = Scope.of(self.maker, at=self.at), Scope.of(self.checker, at=self.at)

    def draft(self, unit: str = "GROUP", code: str = "costs", metric: str = "revenue", **more: Any) -> Proposal:
        """Revenue 15 % under budget unless told otherwise."""
        terms = {name: more.pop(name) for name in tuple(more) if name in Terms.__dataclass_fields__}
        given = {"basis": "month", "comparator": "budget", "measure": "percent", "direction": 0, "warning": "15 %"}
        if terms.get("measure") == "level":
            given |= {"comparator": "absolute"}
        return Proposal(code=code, unit=self.books.units[unit], terms=Terms(metric, **(given | terms)), **more)

    def propose(self, draft: Proposal | None = None, reason: str = "Too much noise") -> ThresholdProposal:
        found = submit(actor=self.proposer, draft=draft or self.draft(), at=self.at, reason=reason)
        assert isinstance(found, ThresholdProposal)
        return found

    def approve(self, proposal: ThresholdProposal, **more: Any) -> ThresholdVersion:
        given = {"actor": self.approver, "hash_shown": proposal.hash, "at": self.at + LATER} | more
        return approve(proposal=proposal, **given)

    def why(self, draft: Proposal, actor: Scope | None = None) -> str:
        need = needs_approval(draft, actor=actor or self.proposer, at=self.at)
        return "" if need is None else need.why
