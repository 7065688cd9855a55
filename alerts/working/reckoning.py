"""What the alerts of each rule were worth, read for somebody: of the units this person sees, and of nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from alerts.models import Alert, AlertEvent, Threshold, ThresholdVersion
from alerts.rulebook import terms_of
from alerts.working.realising import impacts_today
from alerts.working.savings import saving_of
from alerts.working.worth import Draft, Past, Worth, drafts, size_of, worth
from ledger.querysets import holidays_of
from units.scope import Scope

LOOKED_BACK = timedelta(days=3 * 366)
FIRES = ("opened", "fired")
ANSWERS = ("acknowledged", "started", "resolved")


@dataclass(frozen=True)
class Rule:
    """A rule by what its alerts were worth. `drafts` are there only for whoever may read its terms of today."""

    threshold: Threshold
    label: str
    worth: Worth
    version: ThresholdVersion | None = None
    drafts: tuple[Draft, ...] = ()


def rules_by_worth(scope: Scope, *, at: datetime, threshold: int | None = None) -> list[Rule]:
    """Every rule that has told of something in the last three years, or one of them; the same queries however many."""
    found = _told(scope, at=at, threshold=threshold)
    today = impacts_today([alert for alert in found if alert.promise], scope=scope, at=at)
    lives = _lives(scope, found)
    days_off = holidays_of({alert.unit_id: alert.unit for alert in found}.values())
    by_rule: dict[int, list[Alert]] = {}
    for alert in found:
        by_rule.setdefault(alert.threshold_id, []).append(alert)
    standing = _standing(scope, by_rule)
    rules = [
        _rule(mine, standing.get(rule), [_past(each, lives.get(each.pk, []), days_off, today) for each in mine])
        for rule, mine in by_rule.items()
    ]
    return sorted(rules, key=lambda rule: (rule.label, rule.threshold.code))


def rule_by_verdicts(scope: Scope, version: ThresholdVersion, *, at: datetime) -> Rule | None:
    """One rule by what people said of its alerts, whatever they did about them; None where it told of nothing.

    `version` are its terms of today, which this person may read. One query.
    """
    found = _told(scope, at=at, threshold=version.threshold_id)
    return _rule(found, version, [_past(each, (), {}, {}) for each in found]) if found else None


def _told(scope: Scope, *, at: datetime, threshold: int | None = None) -> list[Alert]:
    alerts = Alert.objects.within(scope).told().filter(opened__gte=at - LOOKED_BACK)
    if threshold is not None:
        alerts = alerts.filter(threshold=threshold)
    joined = alerts.select_related(
        "unit",
        "began",
        "period",
        "version__threshold__unit",
        "version__valid_from",
        "version__valid_until",
        "threshold",
    )
    return list(joined.order_by("pk"))


def _rule(alerts: Sequence[Alert], version: ThresholdVersion | None, past: Sequence[Past]) -> Rule:
    newest = alerts[-1]
    label = (version or newest.version).label
    found = drafts(terms_of(version), past) if version is not None and not version.retired else []
    return Rule(newest.threshold, label, worth(past), version, tuple(found))


def _past(
    alert: Alert,
    life: Sequence[AlertEvent],
    days_off: Mapping[int, frozenset[date]],
    today: Mapping[int, tuple[int, str]],
) -> Past:
    fired, acted = _answer(life)
    return Past(
        key=alert.pk,
        unit=(alert.unit.left, alert.unit.right),
        metric=alert.version.metric,
        verdict=alert.verdict,
        size=size_of(terms_of(alert.version), alert.evidence),
        impact=alert.impact,
        is_cash=alert.impact_is_cash,
        first=alert.began.ordinal,
        last=alert.period.ordinal,
        fired=fired,
        acted=acted,
        days_off=days_off.get(alert.unit_id, frozenset()),
        saving=saving_of(alert.promise),
        today=today[alert.pk][0] if alert.pk in today else None,
    )


def _answer(life: Sequence[AlertEvent]) -> tuple[date | None, date | None]:
    """The day an alert fired and the day of the first answer that was not taken back."""
    fires = {event.kind: localdate(event.at) for event in reversed(life) if event.kind in FIRES}
    answers: list[AlertEvent] = []
    for event in life:
        if event.kind in ANSWERS:
            answers.append(event)
        elif event.kind == "undone" and answers and answers[-1].kind == event.text:
            answers.pop()
    return fires.get("fired") or fires.get("opened"), localdate(answers[0].at) if answers else None


def _lives(scope: Scope, alerts: Iterable[Alert]) -> dict[int, list[AlertEvent]]:
    """By alert its events that matter here, the oldest first."""
    kinds = (*FIRES, *ANSWERS, "undone")
    events = AlertEvent.objects.within(scope).filter(alert__in=[alert.pk for alert in alerts], kind__in=kinds)
    found: dict[int, list[AlertEvent]] = {}
    for event in events.order_by("pk"):
        found.setdefault(event.alert_id, []).append(event)
    return found


def _standing(scope: Scope, rules: Iterable[int]) -> dict[int, ThresholdVersion]:
    """By threshold its terms of today, for those whose terms this person may read."""
    if not scope.may("thresholds.read"):
        return {}
    versions: Any = ThresholdVersion.objects.within(scope).filter(threshold__in=list(rules), until_mark__isnull=True)
    return {version.threshold_id: version for version in versions}
