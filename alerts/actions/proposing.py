"""Proposing changes of thresholds, and deciding on them: one person asks, another approves exactly what was shown.

A proposal is never edited. If anything it shows has changed by the time somebody approves it, it is void; so is one
that waited for more than seven days.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from alerts.actions.thresholds import ABILITY, retire_threshold, set_threshold
from alerts.approving.ground import Ground, ground
from alerts.approving.need import ABILITY as APPROVE
from alerts.approving.need import NOBODY, REASON, approving, is_exempt, need_of, planned_on
from alerts.approving.shown import as_typed, digest, draft_of, owners_of, shown_of
from alerts.approving.states import why_not
from alerts.judging.refusals import Refusal
from alerts.models import Threshold, ThresholdProposal, ThresholdVersion
from alerts.planned import Planned, ThresholdRefused, plan_retirement
from alerts.telling.outbox import PROPOSED, tell_of_proposal
from alerts.telling.owners import deputies
from alerts.vetting import Proposal
from audit.actions import record
from units.marks import hold_marks
from units.scope import Scope

State = ThresholdProposal.State
OWN = "Who proposed a change does not decide on it: a second person does. Withdraw it if it is not wanted any more."
DEPUTY = "Who stands in for the one that proposed a change does not decide on it."
SAME = "This is what stands already: there is nothing to approve."
OTHER = "What you were shown is not what this proposal says. Look at it again before you decide."
NO_PERSON = "People approve; a program cannot."


class ProposalRefused(ValueError):
    """A step on a proposal cannot be taken; the sentence says why."""


class ProposalOvertaken(ProposalRefused):
    """The proposal is not, or no longer, as whoever decides believes: decided already, void, or another one."""


def submit(*, actor: Scope, draft: Proposal, at: datetime, reason: str = "") -> ThresholdVersion | ThresholdProposal:
    """Set a threshold where the actor may alone, and else propose it to a second person.

    What says nothing new changes nothing. Leaves `alerts.threshold.set` or `alerts.proposal.made` in the record.
    Raises AbilityMissing, and ThresholdRefused, also where nobody could approve it.
    """
    actor.require(ABILITY, draft.unit)
    with transaction.atomic():
        hold_marks()
        if not is_exempt(actor):
            here = ground(at=at)
            change = planned_on(here, draft, scope=actor, at=at)
            if need_of(change, here, actor=actor, at=at):
                return _propose(actor, change, here, draft, at=at, reason=reason)
        return set_threshold(actor=actor, proposal=draft, at=at, reason=reason)


def submit_retirement(
    *, actor: Scope, threshold: Threshold, at: datetime, reason: str = ""
) -> ThresholdVersion | ThresholdProposal:
    """Retire a threshold where the actor may alone, and else propose that. Like setting one.

    Leaves `alerts.threshold.retired` or `alerts.proposal.made` in the record.
    """
    actor.require(ABILITY, threshold.unit)
    with transaction.atomic():
        hold_marks()
        if not is_exempt(actor):
            here = ground(at=at)
            change = plan_retirement(here.standing[threshold.code])
            if need_of(change, here, actor=actor, at=at):
                return _propose(actor, change, here, None, at=at, reason=reason)
        return retire_threshold(actor=actor, threshold=threshold, at=at, reason=reason)


def propose(*, actor: Scope, draft: Proposal | Threshold, at: datetime, reason: str = "") -> ThresholdProposal:
    """Ask a second person for a threshold, or for the end of one, whether one is needed or not.

    Writes the proposal with what is shown of it and the hash of that, and the record. Raises AbilityMissing, and
    ThresholdRefused for what cannot be set, says nothing new, has no reason, or could be approved by nobody.
    """
    actor.require(ABILITY, draft.unit)
    with transaction.atomic():
        hold_marks()
        here = ground(at=at)
        if isinstance(draft, Threshold):
            change = plan_retirement(here.standing[draft.code])
            return _propose(actor, change, here, None, at=at, reason=reason)
        return _propose(actor, planned_on(here, draft, scope=actor, at=at), here, draft, at=at, reason=reason)


def approve(
    *, actor: Scope, proposal: ThresholdProposal, hash_shown: str, at: datetime, comment: str = ""
) -> ThresholdVersion:
    """Approve exactly what was shown, by its hash; it is set at once, in the name of who proposed it.

    Writes the decision, the version and a record of each with both people in one transaction. Raises AbilityMissing;
    ProposalRefused for the one who proposed it, a deputy of that one, and a program; ProposalOvertaken where it was
    decided before, where another hash was shown, and where something it shows has changed since: then it is void.
    """
    actor.require(APPROVE, proposal.unit)
    with transaction.atomic():
        hold_marks()
        now = _held(proposal)
        _require_second_person(actor, now, at=at)
        if hash_shown != now.hash:
            raise ProposalOvertaken(OTHER)
        here, people = ground(at=at), owners_of([now])
        why = why_not(now, here, people, at=at) or _lost_right(now, at=at)
        if not why:
            draft = None if now.retires else draft_of(now, here, people)
            set_or_why = _set(actor, now, draft, at=at, comment=comment)
            if isinstance(set_or_why, ThresholdVersion):
                return set_or_why
            why = set_or_why
        _void(actor, now, why, at=at)
    raise ProposalOvertaken(f"This proposal is void. {why}")


def refuse(*, actor: Scope, proposal: ThresholdProposal, comment: str, at: datetime) -> ThresholdProposal:
    """Say no to a proposal, and why. Writes the decision and the record. Raises like approving it."""
    actor.require(APPROVE, proposal.unit)
    if not comment.strip():
        raise ProposalRefused("Say why it is refused: whoever proposed it reads that.")
    with transaction.atomic():
        now = _held(proposal)
        _require_second_person(actor, now, at=at)
        _decide(now, State.REFUSED, at=at, decided_by_id=actor.person_id, comment=comment.strip())
        _note(actor, now, "alerts.proposal.refused", at=at, reason=now.comment)
        _tell_of_decision(now, at=at)
        return now


def withdraw(*, actor: Scope, proposal: ThresholdProposal, at: datetime, comment: str = "") -> ThresholdProposal:
    """Take back one's own proposal. Writes its end and the record. Raises AbilityMissing and ProposalRefused."""
    actor.require(ABILITY, proposal.unit)
    with transaction.atomic():
        now = _held(proposal)
        if actor.person_id != now.proposed_by_id:
            raise ProposalRefused("Only who proposed a change withdraws it; whoever may approve it can refuse it.")
        _decide(now, State.WITHDRAWN, at=at, decided_by_id=actor.person_id, comment=comment.strip())
        _note(actor, now, "alerts.proposal.withdrawn", at=at, reason=now.comment)
        return now


def _propose(
    actor: Scope, change: Planned, here: Ground, draft: Proposal | None, *, at: datetime, reason: str
) -> ThresholdProposal:
    """Write a proposal, and the news of it for whoever may decide; without a draft it is to retire the threshold."""
    reason = reason.strip()
    if actor.person_id is None:
        raise ProposalRefused(NO_PERSON)
    if change.is_same:
        raise ThresholdRefused([Refusal("", SAME)])
    if not reason:
        raise ThresholdRefused([Refusal("reason", REASON)])
    need = need_of(change, here, actor=actor, at=at)
    deciding = set(approving(change.unit, but=actor.person_id, at=at).values_list("pk", flat=True))
    if not deciding:
        raise ThresholdRefused(
            [Refusal("", f"{need.why if need else ''} {NOBODY.format(unit=change.unit.code)}".strip())]
        )
    shown = shown_of(change, here, proposer=actor.person_id, reason=reason)
    made = ThresholdProposal.unscoped.create(
        public_id=secrets.token_urlsafe(12),
        threshold=change.before.threshold if change.before else None,
        code=change.code,
        unit=change.unit,
        metric=change.given["metric"],
        retires=draft is None,
        draft={} if draft is None else as_typed(draft, change),
        shown=shown,
        hash=digest(shown),
        why=shown["why"],
        reason=reason,
        proposed_by_id=actor.person_id,
        proposed=at,
    )
    _note(actor, made, "alerts.proposal.made", at=at, reason=reason)
    tell_of_proposal(made, PROPOSED, at=at, to=deciding - _standing_in(made, at=at))
    return made


def _held(proposal: ThresholdProposal) -> ThresholdProposal:
    """The proposal as it stands, locked; raises ProposalOvertaken where it waits no more."""
    rows = ThresholdProposal.unscoped.select_related("unit", "proposed_by")
    now = rows.select_for_update(of=("self",)).get(pk=proposal.pk)
    if now.state != State.WAITING:
        raise ProposalOvertaken(f"This proposal waits no more: it is {now.get_state_display().lower()}.")
    return now


def _require_second_person(actor: Scope, proposal: ThresholdProposal, *, at: datetime) -> None:
    if actor.person_id is None:
        raise ProposalRefused(NO_PERSON)
    if actor.person_id == proposal.proposed_by_id:
        raise ProposalRefused(OWN)
    if actor.person_id in _standing_in(proposal, at=at):
        raise ProposalRefused(DEPUTY)


def _standing_in(proposal: ThresholdProposal, *, at: datetime) -> set[int]:
    """Who stands in for the one that proposed it."""
    return {each.deputy_id for each in deputies(localdate(at)) if each.person_id == proposal.proposed_by_id}


def _lost_right(proposal: ThresholdProposal, *, at: datetime) -> str:
    """Why it cannot be set in the name of who proposed it; empty where it can."""
    if Scope.of(proposal.proposed_by, at=at).may(ABILITY, proposal.unit):
        return ""
    return f"{proposal.proposed_by.name} may not set thresholds of {proposal.unit.code} any more."


def _set(
    actor: Scope, proposal: ThresholdProposal, draft: Proposal | None, *, at: datetime, comment: str
) -> ThresholdVersion | str:
    """Decide and set in one go; where the threshold cannot be set any more nothing is written, and why is said."""
    proposer = Scope.of(proposal.proposed_by, at=at)
    try:
        with transaction.atomic():
            proposal.decided_by_id = actor.person_id
            told: dict[str, Any] = {"at": at, "reason": proposal.reason, "approved": proposal}
            if draft is None:
                assert proposal.threshold is not None  # what is retired was there when it was proposed
                version = retire_threshold(actor=proposer, threshold=proposal.threshold, **told)
            else:
                version = set_threshold(actor=proposer, proposal=draft, **told)
            decided = {"decided_by_id": actor.person_id, "comment": comment.strip(), "version": version}
            _decide(proposal, State.APPROVED, at=at, **decided)
            _note(actor, proposal, "alerts.proposal.approved", at=at, reason=proposal.comment, version=version.pk)
            _tell_of_decision(proposal, at=at)
            return version
    except ThresholdRefused as refused:
        return str(refused)


def _void(actor: Scope, proposal: ThresholdProposal, why: str, *, at: datetime) -> None:
    """End a proposal that cannot be approved any more; nobody decided on it."""
    _decide(proposal, State.VOID, at=at, decided_by_id=None, comment=why)
    _note(actor, proposal, "alerts.proposal.voided", at=at, reason=why)
    _tell_of_decision(proposal, at=at)


def _tell_of_decision(proposal: ThresholdProposal, *, at: datetime) -> None:
    """Tell whoever proposed it what came of it."""
    tell_of_proposal(proposal, proposal.state, at=at, to=(proposal.proposed_by_id,))


def _decide(proposal: ThresholdProposal, state: str, *, at: datetime, **columns: Any) -> None:
    """End a proposal if it still waits: of two who decide at once the first one does."""
    columns |= {"state": state, "decided": at}
    if not ThresholdProposal.unscoped.filter(pk=proposal.pk, state=State.WAITING).update(**columns):
        raise ProposalOvertaken("Somebody else has decided on this proposal meanwhile.")
    for name, value in columns.items():
        setattr(proposal, name, value)


def _note(actor: Scope, proposal: ThresholdProposal, verb: str, *, at: datetime, reason: str, **more: Any) -> None:
    record(
        actor=actor.actor,
        verb=verb,
        target=("alerts.proposal", proposal.public_id),
        unit=proposal.unit_id,
        at=at,
        after={"threshold": proposal.code, "hash": proposal.hash, "proposed_by": proposal.proposed_by_id} | more,
        reason=reason,
    )
