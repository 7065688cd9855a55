"""Setting and retiring thresholds. Terms are never overwritten: every edit is a new version with its own record."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from alerts.judging.refusals import Refusal
from alerts.models import Threshold, ThresholdVersion
from alerts.rulebook import manual, terms_of, times
from alerts.terms import Terms
from alerts.vetting import Proposal, vet
from audit.actions import record
from jobs.actions import enqueue
from units.marks import hold_marks, take_mark
from units.scope import Scope

ABILITY = "thresholds.set"
EVALUATE = "alerts.evaluate"


class ThresholdRefused(ValueError):
    """A threshold cannot be set like this; `refusals` name each field and what to change."""

    def __init__(self, refusals: list[Refusal]) -> None:
        self.refusals = refusals
        super().__init__(" ".join(refusal.sentence for refusal in refusals))


def set_threshold(*, actor: Scope, proposal: Proposal, at: datetime, reason: str = "") -> ThresholdVersion:
    """Make a threshold, or a new version of an existing one, and have it judged.

    Writes the identity where the code is new, closes the version that stood, adds the new one with its
    mark, leaves a record and asks for an evaluation. An edit without a date judges from the newest finished
    period on: what lies before stays with the version before. Setting the same terms again changes nothing.
    Raises AbilityMissing, and ThresholdRefused with every reason.
    """
    actor.require(ABILITY, proposal.unit)
    with transaction.atomic():
        hold_marks()
        book = manual()
        terms, refused = vet(proposal, scope=actor, book=book, at=at)
        threshold = Threshold.unscoped.filter(code=proposal.code).select_related("unit").first()
        if threshold is not None and threshold.unit_id != proposal.unit.pk:
            refused.append(Refusal("unit", f"{proposal.code} is a threshold of another unit. Choose another code."))
        if refused:
            raise ThresholdRefused(refused)
        before = _standing(threshold)
        given = _given(proposal, terms, book.label(terms.metric))
        if before is not None and proposal.valid_from is None:
            if not before.retired and _says(before) == given | {"valid_from": before.valid_from}:
                return before
            given["valid_from"] = _current_period(at)
        elif before is not None and not before.retired and _says(before) == given:
            return before
        if threshold is None:
            threshold = Threshold.unscoped.create(code=proposal.code, unit=proposal.unit)
        return _write(actor, threshold, before, given, verb="alerts.threshold.set", at=at, reason=reason)


def retire_threshold(*, actor: Scope, threshold: Threshold, at: datetime, reason: str = "") -> ThresholdVersion:
    """End a threshold: a last version that judges nothing, a record, and an evaluation that ends its alerts.

    Retiring twice changes nothing. Raises AbilityMissing.
    """
    actor.require(ABILITY, threshold.unit)
    with transaction.atomic():
        hold_marks()
        before = _standing(threshold)
        assert before is not None  # a threshold is made with its first version
        if before.retired:
            return before
        given = {**_says(before), "retired": True, "valid_from": None, "valid_until": None}
        return _write(actor, threshold, before, given, verb="alerts.threshold.retired", at=at, reason=reason)


def _standing(threshold: Threshold | None) -> ThresholdVersion | None:
    if threshold is None:
        return None
    return ThresholdVersion.unscoped.filter(threshold=threshold, until_mark__isnull=True).first()


def _given(proposal: Proposal, terms: Terms, label: str) -> dict[str, Any]:
    return {
        **asdict(terms),
        "label": proposal.label.strip() or label,
        "action": proposal.action.strip(),
        "inherits": proposal.inherits,
        "unit_type": proposal.unit_type,
        "owner": proposal.owner,
        "valid_from": proposal.valid_from,
        "valid_until": proposal.valid_until,
    }


def _says(version: ThresholdVersion) -> dict[str, Any]:
    return {
        **asdict(terms_of(version)),
        "label": version.label,
        "action": version.action,
        "inherits": version.inherits,
        "unit_type": version.unit_type,
        "owner": version.owner,
        "valid_from": version.valid_from,
        "valid_until": version.valid_until,
    }


def _current_period(at: datetime) -> Any:
    """The newest finished period with figures; None before there are any."""
    known = times(Scope.system("alerts"), at=at)
    return None if known.newest is None else known.periods[known.newest]


def _write(
    actor: Scope,
    threshold: Threshold,
    before: ThresholdVersion | None,
    given: dict[str, Any],
    *,
    verb: str,
    at: datetime,
    reason: str,
) -> ThresholdVersion:
    mark = take_mark(at)
    if before is not None:
        ThresholdVersion.unscoped.filter(pk=before.pk).update(until_mark=mark.pk)
    version = ThresholdVersion.unscoped.create(
        threshold=threshold, from_mark=mark.pk, actor=actor.actor, at=at, reason=reason, **given
    )
    record(
        actor=actor.actor,
        verb=verb,
        target=("alerts.threshold", threshold.pk),
        unit=threshold.unit_id,
        at=at,
        before=None if before is None else _as_record(_says(before)),
        after=_as_record(given) | {"version": version.pk, "mark": mark.pk},
        reason=reason,
    )
    enqueue(kind=EVALUATE, key="all", at=at, actor=actor.actor)
    return version


def _as_record(given: dict[str, Any]) -> dict[str, Any]:
    """Terms for the record: ids and codes, no names."""
    shown = {
        name: value for name, value in given.items() if name not in ("label", "owner", "valid_from", "valid_until")
    }
    owner, first, last = given["owner"], given["valid_from"], given["valid_until"]
    return shown | {
        "owner": owner.pk if owner else None,
        "valid_from": first.code if first else None,
        "valid_until": last.code if last else None,
    }
