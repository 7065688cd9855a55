"""Divisions of a budget as their asker may read them: two are worked out at once, the best comes from the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from jobs.models import Job
from metrics.allocation import OPTIMAL, Allocation, Request, equal, proportional
from metrics.budget_requests import document, unpacked
from reports.actions.planning import ALLOCATE
from units.scope import Scope


@dataclass(frozen=True)
class Division:
    """A budget over requests, equally, in proportion and best; without the best one it is still to come."""

    job: Job
    budget: int
    requests: Sequence[Request]
    allocations: tuple[Allocation, ...]

    @property
    def is_done(self) -> bool:
        return any(each.method == OPTIMAL for each in self.allocations)


def asked_for(scope: Scope) -> QuerySet[Job]:
    """The divisions this person asked for, newest first; nobody else's."""
    return Job.objects.asked_for(ALLOCATE).filter(actor=scope.actor).order_by("-pk")


def division(job: Job) -> Division:
    """What a job says so far."""
    budget, requests = int(job.payload["budget"]), unpacked(job.payload["requests"])
    found = [equal(requests, budget), proportional(requests, budget)]
    if job.state == Job.State.DONE and job.outcome:
        granted = {code: int(grant) for code, grant in job.outcome["granted"]}
        grants = tuple((each.code, granted[each.code]) for each in requests)
        found.append(Allocation(OPTIMAL, grants, int(job.outcome["left"]), int(job.outcome["returned"])))
    return Division(job, budget, requests, tuple(found))


def told(found: Division) -> dict[str, Any]:
    """A division as other programs read it."""
    state = {"id": found.job.key, "state": found.job.state, "error": found.job.error or None}
    return state | document(found.requests, found.budget, found.allocations)
