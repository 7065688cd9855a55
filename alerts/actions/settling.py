"""Settling some units: what was judged is held against the alerts that stand, and what must change is written.

One transaction, with the alerts locked: condition, words, events, news and records change together or not at all.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils.timezone import localdate

from alerts.judging.facts import facts as facts_of
from alerts.judging.hearing import heir, why_left
from alerts.judging.inheritance import Edition
from alerts.judging.units import Case
from alerts.models import Alert, AlertEvent
from alerts.rulebook import terms_of
from alerts.rules import Breach, State, Transition, after
from alerts.telling.outbox import tell
from audit.actions import record

if TYPE_CHECKING:
    from alerts.actions.evaluation import Session

VERBS = {
    "opened": "alerts.alert.opened",
    "fired": "alerts.alert.fired",
    "escalated": "alerts.alert.escalated",
    "eased": "alerts.alert.eased",
    "recovering": "alerts.alert.recovering",
    "relapsed": "alerts.alert.relapsed",
    "restated": "alerts.alert.restated",
    "ended": "alerts.alert.ended",
    "returned": "alerts.alert.returned",
    "reopened": "alerts.alert.reopened",
}


Rule = tuple[int, int, str]
"""A version of a threshold, a unit, and what of it is judged: `alerts.judging.units.Case.kind`."""


class AlertMoved(RuntimeError):
    """An alert was changed between reading and writing: the job is tried again."""


@dataclass
class Settlement:
    """The writes of some units, in one transaction."""

    session: Session
    book: Any
    cases: list[Case]
    alerts: list[Alert]
    events: list[AlertEvent] = field(default_factory=list)

    def write(self) -> None:
        by_rule: dict[Rule, list[Alert]] = {}
        for alert in self.alerts:
            by_rule.setdefault(_rule_of(alert), []).append(alert)
        cases = {(case.edition.version, case.spot.unit, case.kind): case for case in self.cases}
        for alert in self.alerts:
            if alert.condition != Alert.Condition.ENDED and _rule_of(alert) not in cases:
                self._leave(alert, by_rule)
        for key, case in cases.items():
            self._settle(case, by_rule.get(key, []))
        AlertEvent.unscoped.bulk_create(self.events)

    def _leave(self, alert: Alert, by_rule: dict[Rule, list[Alert]]) -> None:
        """An alert whose rule judges this unit no more goes over to a version that judges alike, or ends."""
        current = self.session.standing.get(alert.threshold_id)
        successor = heir(alert, terms_of(alert.version), current, self.cases)
        if successor is not None:
            alert.version_id = successor.edition.version
            Alert.unscoped.filter(pk=alert.pk).update(version=successor.edition.version)
            by_rule.setdefault(_rule_of(alert), []).append(alert)
            return
        because = self._why_left(alert, current)
        state = _state(alert)
        self._change(alert, Transition(("ended",), state.as_ended, alert.pk, because, said=state.said), None)

    def _why_left(self, alert: Alert, current: Edition | None) -> str:
        session = self.session
        is_closed = alert.unit_id in session.gone
        return why_left(alert.version_id, current, through=session.court.through, is_closed=is_closed)

    def _settle(self, case: Case, alerts: list[Alert]) -> None:
        by_key = {alert.pk: alert for alert in alerts}
        known = self.session.knowledge_of(case.edition)
        changes = case.settle([_state(alert) for alert in alerts], known)
        moved = {change.key for change in changes}
        changes += [_same(alert) for alert in alerts if alert.pk not in moved and self._is_stale(alert, case)]
        for change in sorted(changes, key=lambda change: change.key is None):
            if change.key is None:
                self._open(case, change)
            else:
                self._change(by_key[change.key], change, case)

    def _is_stale(self, alert: Alert, case: Case) -> bool:
        """Whether an alert says the same by another figure, restated within its level, or by new words."""
        if alert.condition not in ("pending", "firing"):
            return False
        told = case.told_by(_as_it_stands(alert))
        if told is None:
            return False
        return (alert.evidence.get("mark"), alert.evidence.get("version")) != (told.mark, case.edition.version)

    def _open(self, case: Case, change: Transition) -> None:
        breach, session = change.breach, self.session
        periods = session.court.times.periods
        told = case.told_by(breach)
        assert told is not None  # a breach that no alert tells of is made of figures that stand
        facts = facts_of(session.court, case, told, self.book)
        has_ended = not breach.is_alive
        alert = Alert.unscoped.create(
            public_id=secrets.token_urlsafe(12),
            threshold_id=case.edition.threshold,
            version_id=case.edition.version,
            unit_id=case.spot.unit,
            kind=case.kind,
            began=periods[breach.began],
            period=periods[breach.last],
            condition=breach.condition,
            handling=Alert.Handling.RESOLVED if has_ended else Alert.Handling.OPEN,
            severity=breach.severity,
            said=_as_stored(change),
            title=facts.title,
            action=facts.action,
            impact=facts.impact,
            impact_is_cash=facts.is_cash,
            impact_reason=facts.impact_reason,
            is_late=change.is_late,
            evidence=facts.evidence,
            owner_id=session.owners.of(case.spot, named=case.edition.owner),
            ended_because=change.because if has_ended else "",
            opened=session.at,
            changed=session.at,
            ended=session.at if has_ended else None,
            transitions=1,
        )
        self._note(alert, change, "", late=change.is_late)
        if breach.condition == "firing":
            tell(alert, ("opened",), at=session.at)

    def _change(self, alert: Alert, change: Transition, case: Case | None) -> None:
        """Write a transition, if the alert is still the one that was judged."""
        breach, session = change.breach, self.session
        kinds = change.kinds
        if "escalated" in kinds and alert.snoozed_until and alert.snoozed_until > localdate(session.at):
            alert.snoozed_until = None
        before = alert.severity if "escalated" in kinds or "eased" in kinds else alert.condition
        changed: dict[str, Any] = {
            "condition": breach.condition,
            "severity": breach.severity,
            "said": _as_stored(change),
            "period": session.court.times.periods.get(breach.last, alert.period),
            "snoozed_until": alert.snoozed_until,
            "snoozed_to_id": alert.snoozed_to_id if alert.snoozed_until else None,
            "changed": session.at if kinds else alert.changed,
        }
        changed |= self._handling(alert, change)
        told = case.told_by(breach) if case is not None and breach.condition in ("pending", "firing") else None
        if case is not None and told is not None:
            facts = facts_of(session.court, case, told, self.book)
            changed |= {
                "title": facts.title,
                "action": facts.action,
                "impact": facts.impact,
                "impact_reason": facts.impact_reason,
                "impact_is_cash": facts.is_cash,
                "evidence": facts.evidence,
            }
        same = Alert.unscoped.filter(pk=alert.pk, transitions=alert.transitions)
        if not same.update(**changed, transitions=F("transitions") + 1):
            raise AlertMoved(f"Alert {alert.public_id} was changed while it was judged.")
        was_told = alert.condition in ("firing", "recovering") and alert.handling != Alert.Handling.RESOLVED
        for name, value in changed.items():
            setattr(alert, name, value)
        alert.transitions += 1
        self._note(alert, change, before)
        self._tell(alert, change, was_told=was_told)

    def _handling(self, alert: Alert, change: Transition) -> dict[str, Any]:
        stands = after(change, _state(alert), key=alert.pk)
        handled: dict[str, Any] = {"handling": stands.handling, "outcome": stands.outcome}
        if "ended" in change.kinds:
            awake = {"snoozed_until": None, "snoozed_to_id": None}
            return handled | awake | {"ended": self.session.at, "ended_because": change.because}
        return handled | {"ended": None, "ended_because": ""} if "returned" in change.kinds else handled

    def _tell(self, alert: Alert, change: Transition, *, was_told: bool) -> None:
        """Who owns the alert hears that it fires, grows, returns or ends; snoozed ones only that they grow."""
        kinds = change.kinds
        if "ended" in kinds:
            if was_told:
                tell(alert, ("ended",), at=self.session.at)
            return
        if alert.condition != Alert.Condition.FIRING:
            return
        is_snoozed = alert.snoozed_until is not None and alert.snoozed_until > localdate(self.session.at)
        news = tuple(
            {"fired": "opened", "returned": "reopened"}.get(kind, kind)
            for kind in kinds
            if kind in ("fired", "escalated", "returned", "reopened") and (kind == "escalated" or not is_snoozed)
        )
        tell(alert, news, at=self.session.at)

    def _note(self, alert: Alert, change: Transition, before: str, *, late: bool = False) -> None:
        """One event and one record for each step; what merely moved on in time needs neither."""
        session = self.session
        for kind in change.kinds:
            session.counts[kind] += 1
            after = alert.severity if kind in ("opened", "escalated", "eased") else alert.condition
            self.events.append(
                AlertEvent(
                    alert=alert,
                    at=session.at,
                    actor=session.actor.actor,
                    kind=kind,
                    period=alert.period,
                    before=before,
                    after=after,
                    number=alert.transitions,
                    text="late detected" if late and kind == "opened" else change.because if kind == "ended" else "",
                )
            )
            record(
                actor=session.actor.actor,
                verb=VERBS[kind],
                target=("alerts.alert", alert.public_id),
                unit=alert.unit_id,
                at=session.at,
                before=before or None,
                after={"condition": alert.condition, "severity": alert.severity, "version": alert.version_id},
                reason=change.because,
                act=session.act,
            )


def _rule_of(alert: Alert) -> Rule:
    return alert.version_id, alert.unit_id, alert.kind


def _as_it_stands(alert: Alert) -> Breach:
    return Breach(alert.began.ordinal, alert.period.ordinal, alert.severity, alert.condition)  # type: ignore[arg-type]  # one of its choices


def _same(alert: Alert) -> Transition:
    """No step at all: what the alert says is written anew."""
    return Transition((), _as_it_stands(alert), alert.pk, said=_state(alert).said)


def _state(alert: Alert) -> State:
    return State(
        key=alert.pk,
        began=alert.began.ordinal,
        last=alert.period.ordinal,
        condition=alert.condition,  # type: ignore[arg-type]  # one of its choices
        severity=alert.severity,
        handling=alert.handling,
        outcome=alert.outcome,
        said={int(ordinal): severity for ordinal, severity in alert.said.items()},
    )


def _as_stored(change: Transition) -> dict[str, str]:
    return {str(ordinal): severity for ordinal, severity in change.said.items()}
