"""Exactly what is shown of a proposal, and its hash: whatever it is made of changes, and the hash is another one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from alerts.approving.ground import Ground
from alerts.approving.need import reason_for
from alerts.approving.touched import TouchedUnit, rows
from alerts.models import ThresholdProposal
from alerts.planned import Planned, as_record, plan, plan_retirement, says
from alerts.terms import Terms
from alerts.vetting import Proposal, read_terms
from people.models import Person

Shown = dict[str, Any]


def shown_of(change: Planned, here: Ground, *, proposer: int, reason: str) -> Shown:
    """What a second person is shown of a change: JSON-ready, codes and ids, no names.

    The terms before (None: none stands) and after, where the threshold stands, every unit that other terms would judge
    with those of today and those to be, why approval is needed under which limit, who asks and for what reason.
    """
    before = change.before
    touched = rows(here, here.moved(change), change.code)
    return {
        "threshold": change.code,
        "unit": change.unit.code,
        "before": None if before is None else _terms(says(before), retired=before.retired, version=before.pk),
        "after": _terms(change.given, retired=change.given.get("retired", False)),
        "touched": [_row(each) for each in touched],
        "why": reason_for(change, here),
        "limit": here.limit,
        "currency": here.currency,
        "proposed_by": proposer,
        "reason": reason,
    }


def digest(shown: Shown) -> str:
    """The SHA-256 of what was shown, as canonical JSON: keys in order, no spaces, UTF-8."""
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def as_typed(draft: Proposal, change: Planned) -> dict[str, Any]:
    """A draft as data, from which it is set once it is approved: its first period is the one that is shown."""
    first, last = change.given["valid_from"], draft.valid_until
    return {
        "terms": asdict(draft.terms),
        "label": draft.label,
        "action": draft.action,
        "inherits": draft.inherits,
        "unit_type": draft.unit_type,
        "owner": draft.owner.pk if draft.owner else None,
        "valid_from": first.code if first else None,
        "valid_until": last.code if last else None,
    }


def draft_of(proposal: ThresholdProposal, here: Ground, people: Mapping[int, Person]) -> Proposal:
    """The draft of a proposal as it was typed; `people` holds its owner. Raises KeyError for a period that is gone."""
    typed = proposal.draft
    periods = {period.code: period for period in here.periods.values()}
    return Proposal(
        code=proposal.code,
        unit=here.units.get(proposal.unit_id) or proposal.unit,
        terms=Terms(**typed["terms"]),
        label=typed["label"],
        action=typed["action"],
        inherits=typed["inherits"],
        unit_type=typed["unit_type"],
        owner=people[typed["owner"]] if typed["owner"] else None,
        valid_from=periods[typed["valid_from"]] if typed["valid_from"] else None,
        valid_until=periods[typed["valid_until"]] if typed["valid_until"] else None,
    )


def change_of(proposal: ThresholdProposal, here: Ground, people: Mapping[int, Person]) -> Planned | None:
    """The change a proposal would make now; None where there is nothing left to retire."""
    before = here.standing.get(proposal.code)
    if proposal.retires:
        return None if before is None else plan_retirement(before)
    draft = draft_of(proposal, here, people)
    terms, _ = read_terms(draft.terms, here.book.metrics)
    return plan(draft, terms, label=here.book.label(terms.metric), before=before, newest=lambda: here.newest_period)


def would_show(proposal: ThresholdProposal, here: Ground, people: Mapping[int, Person]) -> str:
    """The hash of what the same proposal would show now; empty where it cannot be shown any more."""
    change = change_of(proposal, here, people)
    if change is None:
        return ""
    return digest(shown_of(change, here, proposer=proposal.proposed_by_id, reason=proposal.reason))


def owners_of(proposals: list[ThresholdProposal]) -> dict[int, Person]:
    """The owners that proposals name, in one query."""
    wanted = {each.draft["owner"] for each in proposals if each.draft.get("owner")}
    return Person.objects.in_bulk(wanted) if wanted else {}


def _terms(given: Mapping[str, Any], *, retired: bool, version: int | None = None) -> Shown:
    return as_record(dict(given)) | {"label": given["label"], "retired": retired, "version": version}


def _row(each: TouchedUnit) -> Shown:
    return {name: value for name, value in asdict(each).items() if name != "name"}
