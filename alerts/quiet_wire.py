"""Why it was quiet, as other programs read it: once for the command and the API."""

from __future__ import annotations

from typing import Any

from alerts.models import Gap
from alerts.quiet import Change, Heard, Quiet
from alerts.terms import ALL_LEVELS
from ledger.amounts import as_text
from ledger.models import ONE

Document = dict[str, Any]


def as_document(found: Quiet) -> Document:
    """The answer; money and counts as decimal text, other figures as numbers, what is not known as null."""
    return {
        "judged": found.evaluation.at.isoformat() if found.evaluation else None,
        "why": found.why,
        "thresholds": [_heard(each) for each in found.heard],
        "silences": [
            {
                "unit": each.unit.code,
                "starts": each.starts.isoformat(),
                "ends": each.ends.isoformat(),
                "actor": each.actor,
                "reason": each.reason,
            }
            for each in found.silences
        ],
        "gaps": [gap_document(gap) for gap in found.gaps],
    }


def gap_document(gap: Gap) -> Document:
    """A gap as the command lists it."""
    return {
        "id": gap.public_id,
        "unit": gap.unit.code,
        "source": gap.source,
        "period": gap.period.code,
        "kind": gap.kind,
        "text": gap.text,
        "owner": gap.owner.name if gap.owner else None,
        "opened": gap.opened.isoformat(),
        "ended": gap.ended.isoformat() if gap.ended else None,
        "ended_because": gap.ended_because,
    }


def _heard(each: Heard) -> Document:
    judged, terms = each.judged, each.edition.terms

    def shown(number: Any) -> Any:
        return as_text(int(number)) if each.is_amount and number is not None else number

    limit = judged.limit
    return {
        "version": each.edition.version,
        "label": each.edition.label,
        "origin": each.origin,
        "comparator": terms.comparator,
        "levels": {name: getattr(terms, name) for name in ALL_LEVELS if getattr(terms, name)},
        "value": shown(judged.value.number),
        "baseline": shown(judged.baseline.number),
        "limit": None if limit is None else shown(limit * ONE) if each.is_amount else float(limit),
        "severity": judged.severity,
        "outcome": each.outcome,
        "why": each.why,
        "condition": each.breach.condition if each.breach else None,
        "alerts": [alert.public_id for alert in each.alerts],
        "changes": [_change(change) for change in each.changes],
    }


def _change(change: Change) -> Document:
    return {
        "version": change.version,
        "at": change.at.isoformat(),
        "actor": change.actor,
        "reason": change.reason,
        "changed": {name: {"before": before, "after": after} for name, (before, after) in change.changed.items()},
    }
