"""Asking for the best division of a budget: the solver is the worker's, the answer stays on the job."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit.actions import record
from jobs.actions import enqueue
from jobs.models import Job
from metrics.allocation import Request, check
from metrics.budget_requests import packed
from units.scope import Scope

ALLOCATE = "metrics.allocate"
ABILITY = "plans.make"
MOST_REQUESTS = 1_000


class TooMany(ValueError):
    """More requests than one division holds."""


def ask_allocation(*, actor: Scope, budget: int, requests: Sequence[Request], at: datetime) -> Job:
    """Ask the worker to divide a budget over requests so that it returns most.

    Writes a job that carries the requests, under a key only its asker knows, and the record of who asked for what.
    Raises AbilityMissing, RequestRefused and BudgetTooSmall, and TooMany above MOST_REQUESTS.
    """
    actor.require(ABILITY)
    if len(requests) > MOST_REQUESTS:
        raise TooMany(f"At most {MOST_REQUESTS:,} requests are divided at a time; there are {len(requests):,}.")
    check(requests, budget)
    payload = {"budget": budget, "requests": packed(requests)}
    with transaction.atomic():
        job = enqueue(kind=ALLOCATE, key=secrets.token_urlsafe(16), at=at, actor=actor.actor, payload=payload)
        told = {"budget": budget, "requests": len(requests)}
        record(actor=actor.actor, verb="metrics.allocation.asked", target=("job", job.pk), at=at, after=told)
    return job
