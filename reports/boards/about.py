"""What stands beside an alert: whose it is, how grave, how old, whose money it is, and where it comes from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate, localtime

from alerts.judging.money import repeated
from alerts.models import Alert
from metrics.catalogue import SEVERITY_WORDS
from reports import formatting
from reports.boards.months import month_of
from reports.boards.naming import metric_href, place
from reports.boards.told import Told
from reports.boards.waiting import age
from reports.carried import link
from reports.figures import Face, Property


def properties(told: Told) -> tuple[Property, ...]:
    alert, owner = told.alert, told.alert.owner
    severity = SEVERITY_WORDS[alert.severity]
    lines = [
        Property("Owner", owner.name, initials=owner.initials) if owner else Property("Owner", "Nobody yet"),
        Property(
            "Severity",
            severity.capitalize(),
            severity=severity,
            hint=alert.severity if alert.severity == "emergency" else "",
        ),
        _impact(told),
        Property("Condition", alert.get_condition_display(), hint=alert.ended_because),
        Property("Age", f"{age(alert.opened, told.at)}, first seen {_seen(alert.opened, told.at)}", hint=_span(alert)),
    ]
    if alert.due:
        is_over = alert.due < localdate(told.at) and alert.handling != Alert.Handling.RESOLVED
        lines.append(Property("Due", formatting.day(alert.due), hint="overdue" if is_over else ""))
    if alert.is_late:
        lines.append(Property("Found", "Late", hint="a restatement brought it to light"))
    if alert.snoozed_until:
        lines.append(Property("Snoozed", _snoozed(alert)))
    if alert.escalated_to:
        lines.append(Property("Escalated", alert.escalated_to.name, initials=alert.escalated_to.initials))
    if watching := _watching(told):
        lines.append(Property("Watching", "", faces=watching))
    if alert.outcome:
        lines.append(Property("Outcome", alert.get_outcome_display()))
    lines += _same_money(told)
    if owner:
        href = f"{reverse('alerts:list')}?owner={owner.pk}"
        lines.append(Property("Others", f"All of {owner.name}", href=href))
    return tuple(lines)


def _seen(moment: datetime, at: datetime) -> str:
    """`10 Aug`, with the year where it is not this one."""
    return f"{localtime(moment):%-d %b}" if moment.year == at.year else day_of(moment)


def _impact(told: Told) -> Property:
    alert = told.alert
    if alert.impact is None:
        return Property("Impact", "Not known", hint=formatting.missing(alert.impact_reason).reason)
    unit = "of cash" if alert.impact_is_cash else "a year"
    return Property("Impact", f"{formatting.impact(alert.impact, told.breach.currency)} {unit}", is_strong=True)


def _span(alert: Alert) -> str:
    return f"began in {month_of(alert.began.code)}, judged to {month_of(alert.period.code)}"


def _snoozed(alert: Alert) -> str:
    if alert.snoozed_to:
        return f"until the close of {month_of(alert.snoozed_to.code)}"
    return f"until {formatting.day(alert.snoozed_until)}" if alert.snoozed_until else ""


def _watching(told: Told) -> tuple[Face, ...]:
    """The people who have said or done something about it, or were asked, beside its owner; the first comes first."""
    owner = f"person:{told.alert.owner_id}"
    did = [event.actor for event in reversed(told.events)]
    passed_to = [f"person:{told.alert.escalated_to_id}"] if told.alert.escalated_to_id else []
    faces = [
        Face(told.names[each].name, told.names[each].initials)
        for each in dict.fromkeys((*did, *told.mentioned, *passed_to))
        if each.startswith("person:") and each != owner and each in told.names
    ]
    return tuple(faces[:6])


def _same_money(told: Told) -> list[Property]:
    """The alert further down that this one repeats, and those further up that repeat this one."""
    parts = repeated(told.kin)
    lines = []
    part = parts.get(told.alert.pk)
    if part is not None:
        lines.append(_link("Repeats", part, told))
    for whole in told.kin:
        other = parts.get(whole.pk)
        if other is not None and other.pk == told.alert.pk:
            lines.append(_link("Also in", whole, told))
    return lines


def _link(label: str, alert: Alert, told: Told) -> Property:
    impact = formatting.impact(alert.impact or 0, told.breach.currency)
    hint = f"{impact}{' of cash' if alert.impact_is_cash else ' a year'}, the same money"
    return Property(label, place(alert.unit), href=_href(alert, told), hint=hint)


def sources(told: Told) -> tuple[Property, ...]:
    alert, version = told.alert, told.alert.version
    may_read = told.scope.may("thresholds.read", alert.threshold.unit)
    rule = reverse("threshold", args=[alert.threshold.code]) if may_read else ""
    number = sum(edition.from_mark <= version.from_mark for edition in told.breach.editions)
    coverage = alert.evidence.get("coverage", "")
    lines = [
        Property("Rule", version.label, href=rule, hint=f"version {number}, {_patience(version)}"),
        Property(
            "Source",
            month_of(alert.evidence.get("period", "")),
            href=told.breach.explained,
            hint=f"{coverage} delivered" if coverage else "",
        ),
    ]
    if told.breach.metric is not None:
        lines.append(_metric(told))
    if told.earlier:
        lines.append(_earlier(told.earlier, told))
    if told.asked_next:
        day, person = told.asked_next
        words = f"{formatting.day(day)} to {told.names[f'person:{person}'].name}"
        lines.append(Property("Escalates", words, hint="if not acknowledged"))
    return tuple(lines)


def _metric(told: Told) -> Property:
    """The metric that was judged, with its months, limits and peers."""
    assert told.breach.metric is not None  # asked for so
    query = f"?period={told.alert.evidence.get('period', '') or told.alert.period.code}"
    href = metric_href(told.alert.unit.code, told.breach.metric.code, query)
    return Property(
        "Metric", told.breach.metric.label, href=href, hint="its months, limits and peers", term=told.breach.metric.code
    )


def _patience(version: Any) -> str:
    if version.out_of:
        return f"{version.periods} periods of {version.out_of}"
    return f"{version.periods} periods in a row" if version.periods > 1 else "each period"


def _earlier(before: Alert, told: Told) -> Property:
    assert before.ended is not None  # asked for so
    days = (localdate(before.ended) - localdate(before.opened)).days
    lasted = f"ended after {days} day{'' if days == 1 else 's'}" if days else "ended the same day"
    said = f"{month_of(before.began.code)}, {lasted}"
    return Property("Earlier", said, href=_href(before, told), hint=before.ended_because)


def _href(alert: Alert, told: Told) -> str:
    """Another alert, with what the reader took along to this one."""
    return link(reverse("alerts:detail", args=[alert.public_id]), dict(told.filters.carried))


def day_of(moment: datetime) -> str:
    """`9 Oct 2026`, where the reader is."""
    return f"{localtime(moment):%-d %b %Y}"
