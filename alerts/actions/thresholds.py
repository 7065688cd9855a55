"""Setting and retiring thresholds. Terms are never overwritten: every edit is a new version with its own record.

What needs a second person is set by nobody alone, whichever way it comes: it is proposed (`alerts.actions.proposing`)
and set by the same verbs once it is approved.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from alerts.approving.need import Need, needs_approval, retirement_needs_approval
from alerts.models import Threshold, ThresholdProposal, ThresholdVersion
from alerts.planned import Planned, as_record, newest_finished, plan, plan_retirement, says, standing, vetted
from alerts.rulebook import manual
from alerts.vetting import Proposal
from audit.actions import record
from jobs.actions import enqueue
from units.marks import hold_marks, take_mark
from units.scope import Scope

ABILITY = "thresholds.set"
EVALUATE = "alerts.evaluate"


class ApprovalNeeded(ValueError):
    """Nobody sets this alone: propose it. `need` says why and who can approve it."""

    def __init__(self, need: Need) -> None:
        self.need = need
        super().__init__(need.sentence)


def set_threshold(
    *, actor: Scope, proposal: Proposal, at: datetime, reason: str = "", approved: ThresholdProposal | None = None
) -> ThresholdVersion:
    """Make a threshold, or a new version of an existing one, and have it judged.

    Writes the identity where the code is new, closes the version that stood, adds the new one with its
    mark, leaves a record and asks for an evaluation. An edit without a date judges from the newest finished
    period on: what lies before stays with the version before. Setting the same terms again changes nothing.
    `approved` is the proposal of it that a second person is just approving. Raises AbilityMissing, ThresholdRefused
    with every reason, and ApprovalNeeded for a person where a second one must approve it.
    """
    actor.require(ABILITY, proposal.unit)
    with transaction.atomic():
        hold_marks()
        book = manual()
        terms = vetted(proposal, scope=actor, book=book, at=at)
        change = plan(
            proposal,
            terms,
            label=book.label(terms.metric),
            before=standing(proposal.code),
            newest=lambda: newest_finished(at),
        )
        if change.before is not None and change.is_same:
            return change.before
        if approved is None and (need := needs_approval(proposal, actor=actor, at=at)):
            raise ApprovalNeeded(need)
        return _write(actor, change, verb="alerts.threshold.set", at=at, reason=reason, approved=approved)


def retire_threshold(
    *, actor: Scope, threshold: Threshold, at: datetime, reason: str = "", approved: ThresholdProposal | None = None
) -> ThresholdVersion:
    """End a threshold: a last version that judges nothing, a record, and an evaluation that ends its alerts.

    Retiring twice changes nothing. Raises AbilityMissing, and ApprovalNeeded like setting.
    """
    actor.require(ABILITY, threshold.unit)
    with transaction.atomic():
        hold_marks()
        before = standing(threshold.code)
        assert before is not None  # a threshold is made with its first version
        if before.retired:
            return before
        if approved is None and (need := retirement_needs_approval(threshold, actor=actor, at=at)):
            raise ApprovalNeeded(need)
        change = plan_retirement(before)
        return _write(actor, change, verb="alerts.threshold.retired", at=at, reason=reason, approved=approved)


def _write(
    actor: Scope, change: Planned, *, verb: str, at: datetime, reason: str, approved: ThresholdProposal | None
) -> ThresholdVersion:
    mark, before = take_mark(at), change.before
    if before is None:
        threshold = Threshold.unscoped.create(code=change.code, unit=change.unit)
    else:
        threshold = before.threshold
        ThresholdVersion.unscoped.filter(pk=before.pk).update(until_mark=mark.pk)
    version = ThresholdVersion.unscoped.create(
        threshold=threshold, from_mark=mark.pk, actor=actor.actor, at=at, reason=reason, **change.given
    )
    record(
        actor=actor.actor,
        verb=verb,
        target=("alerts.threshold", threshold.pk),
        unit=threshold.unit_id,
        at=at,
        before=None if before is None else as_record(says(before)),
        after=as_record(change.given) | {"version": version.pk, "mark": mark.pk} | _approval(approved),
        reason=reason,
    )
    enqueue(kind=EVALUATE, key="all", at=at, actor=actor.actor)
    return version


def _approval(approved: ThresholdProposal | None) -> dict[str, Any]:
    """Both names in the record: who wanted it is the actor, who approved it stands here."""
    if approved is None:
        return {}
    return {"proposal": approved.public_id, "hash": approved.hash, "approved_by": approved.decided_by_id}
