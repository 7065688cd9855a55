"""The alerts that a draft would have told, one by one: how far, how long, and whether the terms in force tell them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from alerts.backtest.comparing import Outcome
from alerts.backtest.replaying import Alarm
from alerts.terms import LIMITS
from alerts.wording import level
from alerts.working.worth import size_of
from metrics.catalogue import SEVERITY_WORDS
from reports.boards.naming import short_name
from reports.boards.thresholds.trying import Tried
from reports.figures import Figure, Firing

MOST_FIRINGS = 24


def firings(tried: Tried) -> Iterator[Firing]:
    """The newest of them."""
    yield from (_firing(tried, alarm) for alarm in _newest(tried.found.draft)[:MOST_FIRINGS])


def _newest(outcome: Outcome) -> list[Alarm]:
    return sorted(outcome.alarms, key=lambda alarm: (-(alarm.fired_in or 0), alarm.spot.left))


def _firing(tried: Tried, alarm: Alarm) -> Firing:
    unit = tried.units[alarm.unit_id]
    return Firing(
        fired=tried.month(alarm.fired_in or 0),
        short=short_name(unit.code),
        name=unit.name,
        severity=SEVERITY_WORDS[alarm.fired.severity] if alarm.fired else "low",
        severity_words=_severity_words(alarm),
        size=_how_far(tried, alarm),
        impact=Figure(alarm.impact, currency=tried.currency, reason=alarm.said.impact_reason),
        impact_unit="cash" if alarm.is_cash else "",
        outcome=_outcome(alarm),
        also=tried.found.active.also(alarm),
    )


def _how_far(tried: Tried, alarm: Alarm) -> str:
    """How far a figure went by its newest period beyond a limit, with three digits; a difference with its sign."""
    terms = alarm.edition.terms
    size = size_of(terms, alarm.said.evidence)
    if size is None:
        return "–"
    went = Fraction(f"{float(size * terms.direction):.3g}")
    text = level(went, terms, tried.metric, tried.currency)
    return f"+{text}" if terms.has_baseline and went > 0 else text


def _severity_words(alarm: Alarm) -> str:
    """`Medium`, `Medium then High`: as it fired and the gravest it came to."""
    first = alarm.fired.severity if alarm.fired else alarm.state.severity
    gravest = max((step.severity for step in alarm.steps if step.severity in LIMITS), key=LIMITS.index, default=first)
    words = [SEVERITY_WORDS[each].capitalize() for each in (first, gravest)]
    return words[0] if words[0] == words[1] else " then ".join(words)


def _outcome(alarm: Alarm) -> str:
    if alarm.state.is_alive:
        return "Still open"
    months = alarm.state.last - (alarm.fired_in or alarm.state.began)
    return f"Over after {months} {'month' if months == 1 else 'months'}" if months > 0 else "Over in the same month"
