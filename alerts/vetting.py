"""Whether a threshold can be set: everything that is wrong with it, in sentences, before anything is written.

The form of the admin and the verb ask the same questions, so neither can let through what the other refuses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from alerts.judging.manual import Manual
from alerts.judging.refusals import Refusal, misfits, refusals
from alerts.models import Threshold
from alerts.terms import ALL_LEVELS, FLOORS, LevelUnreadable, Terms, direction_of, is_share, read_level
from alerts.wording import ActionRefused, placeholders
from ledger.models import Period
from metrics.above import looking_up
from metrics.declaration import Metric
from metrics.formula import parse
from metrics.statement import FORECAST_METRICS
from people.models import Person
from units.models import Unit
from units.scope import Scope

TELLS_OF_OTHERS = (
    "is a share of the figures of a unit above, and alerts go to people who may not see those. Set the threshold on"
    " the figure itself."
)


@dataclass(frozen=True)
class Proposal:
    """A threshold as somebody wants it: levels and floors still as typed. `code` names an existing one to change it."""

    code: str
    unit: Unit
    terms: Terms
    label: str = ""
    action: str = ""
    inherits: bool = True
    unit_type: str = ""
    owner: Person | None = None
    valid_from: Period | None = None
    valid_until: Period | None = None


def read_terms(terms: Terms, known: Mapping[str, Metric]) -> tuple[Terms, list[Refusal]]:
    """Terms with levels read from what was typed and the metric's own direction, and what could not be read."""
    metric = known.get(terms.metric)
    share = is_share(metric, terms.measure)
    read: dict[str, Any] = {}
    refused = []
    of_amount = {"floor_amount": metric is not None and metric.is_share, "floor_percent": True, "floor_share": True}
    for name in (*ALL_LEVELS, *FLOORS):
        try:
            read[name] = read_level(getattr(terms, name), share=of_amount.get(name, share))
        except LevelUnreadable as error:
            refused.append(Refusal(name, str(error)))
    direction = terms.direction or (direction_of(metric) if metric else 0)
    return replace(terms, direction=direction, **read), refused


def vet(proposal: Proposal, *, scope: Scope, book: Manual, at: datetime) -> tuple[Terms, list[Refusal]]:
    """The terms as they would be stored, and everything that speaks against setting them; nothing is written."""
    terms, refused = read_terms(proposal.terms, book.metrics)
    refused = (
        misfits(terms, book.metrics, FORECAST_METRICS) or refused or refusals(terms, book.metrics, FORECAST_METRICS)
    )
    if terms.metric.startswith("account:") and terms.metric not in book.codes():
        refused.append(Refusal("metric", f"There is no account {terms.metric.removeprefix('account:')}."))
    if terms.metric in looking_up({code: parse(metric.formula) for code, metric in book.metrics.items()}):
        refused.append(Refusal("metric", f"{terms.metric} {TELLS_OF_OTHERS}"))
    try:
        placeholders(proposal.action, book.codes())
    except ActionRefused as error:
        refused.append(Refusal("action", str(error)))
    owner = proposal.owner
    if owner and not Scope.of(owner, at=at).may("alerts.read", proposal.unit):
        refused.append(
            Refusal("owner", f"{owner.name} cannot see alerts of {proposal.unit.code}. Choose somebody who can.")
        )
    refused += _refused_type(proposal, scope)
    if terms.currency and not re.fullmatch("[A-Z]{3}", terms.currency):
        refused.append(Refusal("currency", f"A currency is three capital letters: EUR, not {terms.currency}."))
    first, last = proposal.valid_from, proposal.valid_until
    if first and last and last.ordinal < first.ordinal:
        refused.append(Refusal("valid_until", f"A threshold that begins in {first.code} cannot end in {last.code}."))
    return terms, [*refused, *_overlapping(proposal, terms, scope)]


def _refused_type(proposal: Proposal, scope: Scope) -> list[Refusal]:
    """A type that no unit below has would judge nothing."""
    wanted, unit = proposal.unit_type, proposal.unit
    if not wanted:
        return []
    below = Unit.objects.within(scope).filter(left__gte=unit.left, right__lte=unit.right)
    if below.filter(Q(kind=wanted) | Q(vertical=wanted)).exists():
        return []
    return [Refusal("unit_type", f"No unit of {unit.code} is of the type {wanted}.")]


def _overlapping(proposal: Proposal, terms: Terms, scope: Scope) -> list[Refusal]:
    """A second threshold on the same figure of the same unit at the same time would fire twice for the same money."""
    others = (
        Threshold.objects.within(scope)
        .on_subject(
            unit=proposal.unit.pk,
            metric=terms.metric,
            basis=terms.basis,
            comparator=terms.comparator,
            measure=terms.measure,
            unit_type=proposal.unit_type,
        )
        .exclude(code=proposal.code)
        .values_list("code", "versions__valid_from__ordinal", "versions__valid_until__ordinal")
    )
    first = proposal.valid_from.ordinal if proposal.valid_from else None
    last = proposal.valid_until.ordinal if proposal.valid_until else None
    return [
        Refusal(
            "valid_from" if first is not None or last is not None else "metric",
            f"{code} judges this figure of {proposal.unit.code} in the same periods. Change that one, or let the dates "
            "of the two follow one another.",
        )
        for code, since, until in others
        if _overlap((first, last), (since, until))
    ]


def _overlap(one: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> bool:
    def begins_by_end_of(first: int | None, last: int | None) -> bool:
        return first is None or last is None or first <= last

    return begins_by_end_of(one[0], other[1]) and begins_by_end_of(other[0], one[1])
