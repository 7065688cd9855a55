"""One alert with its evidence: the figures that were judged, the months around them, what to do, its life so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from alerts.models import Alert, AlertEvent
from alerts.observations import ACTUAL, BUDGET, Book, Place, Wanted, read_book
from alerts.rulebook import terms_of
from alerts.terms import Terms
from ledger.models import Period
from metrics.catalogue import SEVERITY_WORDS
from metrics.declaration import Metric
from metrics.querysets import computed_mark
from reports import charts, formatting
from reports.boards.actors import Actor, actors
from reports.boards.inbox import place
from reports.boards.naming import explain_href
from reports.boards.reading import shown_kind
from reports.boards.steps import MAIN, STEPS, form_of, offered
from reports.boards.waiting import age
from reports.figures import (
    Activity,
    AlertAction,
    AlertDetail,
    Chart,
    ChartTable,
    Fact,
    Figure,
    LifeStep,
    Property,
    Section,
    Variance,
)
from reports.figures.alerts import Recommendation
from units.scope import Scope

MONTHS = 24
BASES = {"month": "in the month", "qtd": "quarter to date", "ytd": "year to date", "ltm": "over twelve months"}
HANDLING = ("open", "acknowledged", "in_progress", "resolved")
STATIONS = ("Open", "Acknowledged", "In progress", "Resolved")
ENTERED = {"opened": 0, "reopened": 0, "returned": 0, "acknowledged": 1, "started": 2, "resolved": 3, "ended": 3}
DID = {
    "opened": "opened the alert",
    "fired": "saw it last long enough to fire",
    "escalated": "raised the severity to {after}",
    "eased": "lowered the severity to {after}",
    "recovering": "saw the figure back inside its limit",
    "relapsed": "saw the figure beyond its limit again",
    "restated": "changed it after a restatement",
    "returned": "brought it back after a restatement",
    "ended": "ended it: {text}",
    "acknowledged": "acknowledged it",
    "started": "started work on it",
    "assigned": "gave it to {after}",
    "snoozed": "snoozed it until {after}: “{text}”",
    "woken": "brought it back after its snooze",
    "passed_on": "escalated it to {after}: “{text}”",
    "resolved": "resolved it as {after}",
    "reopened": "opened it again",
    "undone": "took back the last step",
}


@dataclass(frozen=True)
class Told:
    """Everything the page of an alert is made of, read once."""

    alert: Alert
    terms: Terms
    metric: Metric | None
    events: Sequence[AlertEvent]
    names: Any
    periods: Sequence[Period]
    book: Book
    earlier: Alert | None
    scope: Scope
    at: datetime
    currency: str

    @property
    def kind(self) -> str:
        return shown_kind(self.metric) if self.metric else "money"

    def number(self, text: Any) -> int | float | None:
        """A number of the evidence as pages print it: exact text back into ten-thousandths."""
        return int(Decimal(text).scaleb(4)) if isinstance(text, str) else text


def told(alert: Alert, metric: Metric | None, *, scope: Scope, at: datetime, currency: str) -> Told:
    """Read what one alert shows: five queries."""
    terms = terms_of(alert.version)
    last = alert.period.ordinal
    periods = list(Period.objects.filter(ordinal__gt=last - MONTHS, ordinal__lte=last).order_by("ordinal"))
    wanted = Wanted([alert.unit_id], [terms.metric], [terms.basis], last - MONTHS + 1, last)
    events = list(AlertEvent.objects.within(scope).filter(alert=alert).select_related("period").order_by("-pk"))
    others = Alert.objects.within(scope).filter(threshold=alert.threshold_id, unit=alert.unit_id, ended__isnull=False)
    return Told(
        alert=alert,
        terms=terms,
        metric=metric,
        events=events,
        names=actors([*(event.actor for event in events), *_people_in(events)]),
        periods=periods,
        book=read_book(scope, wanted, mark=computed_mark()),
        earlier=others.exclude(pk=alert.pk).order_by("-pk").first(),
        scope=scope,
        at=at,
        currency=currency,
    )


def alert_detail(told: Told) -> AlertDetail:
    """The whole page of an alert."""
    alert = told.alert
    return AlertDetail(
        number=alert.public_id[:6],
        unit=place(alert.unit),
        unit_href=reverse("unit", args=[alert.unit.code]),
        severity=SEVERITY_WORDS[alert.severity],
        title=alert.title,
        life=_life(told),
        facts=_facts(told),
        evidence=_evidence(told),
        recommendation=_recommendation(alert.action),
        properties=_properties(told),
        sources=_sources(told),
        actions=_actions(told),
        comment=_comment(told),
        activities=tuple(_activity(event, told.names) for event in told.events),
    )


def _life(told: Told) -> tuple[LifeStep, ...]:
    now = HANDLING.index(told.alert.handling)
    when: dict[int, str] = {}
    for event in told.events:  # the newest first, so the first of a station is when it was entered last
        station = ENTERED.get(event.kind)
        if station is not None:
            word = "reopened " if event.kind in ("reopened", "returned") else ""
            when.setdefault(station, word + _day(event.at))
    return tuple(
        LifeStep(label, when.get(i, "") if i <= now else "", "now" if i == now else "done" if i < now else "todo")
        for i, label in enumerate(STATIONS)
    )


def _facts(told: Told) -> tuple[Fact, ...]:
    """The figure, what it is read against, by how much, and what it costs: as they were judged."""
    evidence, terms = told.alert.evidence, told.terms
    value, baseline = told.number(evidence.get("value")), told.number(evidence.get("baseline"))
    limit, target = told.number(evidence.get("limit")), evidence.get("target")
    href = _explain(told)
    facts = [Fact(f"{evidence.get('period', '')} {BASES[terms.basis]}", _figure(told, value, href=href))]
    if terms.comparator == "absolute":
        facts.append(Fact("Limit", _figure(told, limit), note=f"target {_target(told, target)}" if target else ""))
    else:
        against = "Budget" if terms.comparator == "budget" else "Prior year"
        facts.append(Fact(against, _figure(told, baseline)))
    if value is not None and (reference := limit if terms.comparator == "absolute" else baseline) is not None:
        facts.append(_beyond(told, value, reference))
    impact = Figure(told.alert.impact, currency=told.currency, reason=told.alert.impact_reason)
    facts.append(Fact("If unchanged", impact, note="cash" if told.alert.impact_is_cash else "profit a year"))
    return tuple(facts)


def _beyond(told: Told, value: int | float, reference: int | float) -> Fact:
    kind = "points" if told.kind == "ratio" else told.kind
    difference = Variance(value - reference, kind, "unfavourable", is_material=True, currency=told.currency)
    share = (value - reference) / abs(reference) if reference else None
    compares = told.metric is None or told.metric.compare == "percent"
    note = formatting.plain(share, "percent", signed=True) if share is not None and compares else ""
    word = "Beyond the limit" if told.terms.comparator == "absolute" else "Difference"
    return Fact(word, variance=difference, note=note or ("unbudgeted" if told.alert.evidence.get("unbudgeted") else ""))


def _evidence(told: Told) -> Section | None:
    """The figure by period, with its baseline or its limits, and where the rule fired."""
    label = told.metric.label if told.metric else told.terms.metric
    actual = [_level(told, ACTUAL, period) for period in told.periods]
    if sum(number is not None for number in actual) < 2:
        return None
    months = [f"{period.ends:%b %y}" for period in told.periods]
    fired_in = {event.period_id for event in told.events if event.kind in ("opened", "fired", "escalated", "returned")}
    fired = [i for i, period in enumerate(told.periods) if period.pk in fired_in and actual[i] is not None]
    draw = _columns if told.kind == "money" else _line
    spec, table, unit = draw(told, months, actual, fired)
    lasted = sum(1 for period in told.periods if told.alert.began.ordinal <= period.ordinal)
    since = f"since {told.alert.began.ends:%B %Y}" if lasted > 1 else f"in {told.alert.began.ends:%B %Y}"
    title = f"Beyond its limit {since}"
    subtitle = f"{label} by month, {unit}, {BASES[told.terms.basis]}. Triangle: the rule fired."
    chart = Chart("evidence", f"{label}: {title[:1].lower()}{title[1:]}", spec, table)
    return Section(title, subtitle, charts=(chart,))


def _columns(told: Told, months: list[str], actual: list[Any], fired: list[int]) -> tuple[Any, ChartTable, str]:
    against_budget = told.terms.comparator == "budget"
    budget = [_level(told, BUDGET, period) for period in told.periods] if against_budget else []
    scale = formatting.scale_for([*actual, *budget], currency=told.currency)
    limits = [charts.Limit(name, size / scale.divisor, tone) for name, size, tone in _limits(told)]
    spec = charts.columns(months=months, actual=actual, budget=budget, scale=scale, limits=limits, fired=fired)
    heads = ("Month", "Actual", "Budget") if against_budget else ("Month", "Actual")
    sides = zip(months, actual, *([budget] if against_budget else []), strict=True)
    rows = tuple(
        (month, *("–" if each is None else formatting.amount(each, scale) for each in numbers))
        for month, *numbers in sides
    )
    return spec, ChartTable(heads, rows), scale.unit


def _line(told: Told, months: list[str], actual: list[Any], fired: list[int]) -> tuple[Any, ChartTable, str]:
    suffix, unit = {"ratio": ("%", "%"), "points": (" pp", "points")}.get(told.kind, ("", told.kind))
    factor = {"ratio": 100.0, "points": 100.0, "count": 1 / formatting.EXACT}.get(told.kind, 1.0)
    values = [None if number is None else number * factor for number in actual]
    scaled = 100 if told.kind in ("ratio", "points") else 1
    limits = [charts.Limit(name, size * scaled, tone) for name, size, tone in _limits(told)]
    worse = told.terms.direction > 0
    spec = charts.series(months=months, values=values, limits=limits, fired=fired, suffix=suffix, rising_is_worse=worse)
    rows = tuple(
        (month, "–" if number is None else formatting.plain(number, told.kind))
        for month, number in zip(months, actual, strict=True)
    )
    return spec, ChartTable(("Month", "Actual"), rows), unit


def _limits(told: Told) -> list[tuple[str, float, str]]:
    """The lines of fixed limits in plain units; against a baseline the limit moves with it and is not a line."""
    if told.terms.comparator != "absolute":
        return []
    return [(name, float(size), "warn" if name == "warning" else "bad") for name, size in told.terms.limits()]


def _recommendation(action: str) -> Recommendation | None:
    """The first sentence is what to do; the rest says why and what it brings."""
    if not action:
        return None
    first, _, rest = action.partition("\n")
    return Recommendation(first.strip(), rest.strip())


def _properties(told: Told) -> tuple[Property, ...]:
    alert = told.alert
    owner = alert.owner
    inbox = reverse("alerts:list")
    lines = [
        Property("Owner", owner.name, initials=owner.initials) if owner else Property("Owner", "Nobody yet"),
        Property(
            "Severity",
            SEVERITY_WORDS[alert.severity].capitalize(),
            severity=SEVERITY_WORDS[alert.severity],
            hint=alert.severity if alert.severity == "emergency" else "",
        ),
        Property("Condition", alert.get_condition_display(), hint=alert.ended_because),
        Property("Age", age(alert.opened, told.at), hint=f"began in {alert.began.code}, judged to {alert.period.code}"),
    ]
    if alert.is_late:
        lines.append(Property("Found", "Late", hint="a restatement brought it to light"))
    if alert.snoozed_until:
        lines.append(Property("Snoozed", f"until {formatting.day(alert.snoozed_until)}"))
    if alert.escalated_to:
        lines.append(Property("Escalated", alert.escalated_to.name, initials=alert.escalated_to.initials))
    if alert.outcome:
        lines.append(Property("Outcome", alert.get_outcome_display()))
    if owner:
        lines.append(Property("Others", f"All of {owner.name}", href=f"{inbox}?owner={owner.pk}"))
    return tuple(lines)


def _sources(told: Told) -> tuple[Property, ...]:
    alert, version = told.alert, told.alert.version
    may_edit = told.scope.may("thresholds.set", alert.unit) and told.scope.may("admin.enter")
    rule = reverse("admin:alerts_threshold_change", args=[alert.threshold_id]) if may_edit else ""
    periods = f"{version.periods} periods in a row" if version.periods > 1 else "each period"
    coverage = alert.evidence.get("coverage", "")
    lines = [
        Property("Rule", version.label, href=rule, hint=f"of {_day(version.at)}, {periods}"),
        Property("Source", alert.evidence.get("period", ""), href=_explain(told), hint=f"{coverage} delivered"),
    ]
    if told.earlier:
        before = told.earlier
        href = reverse("alerts:detail", args=[before.public_id])
        lines.append(Property("Earlier", before.began.code, href=href, hint=before.ended_because))
    return tuple(lines)


def _actions(told: Told) -> tuple[AlertAction, ...]:
    alert = told.alert
    names = offered(alert, told.events[0] if told.events else None, scope=told.scope, at=told.at)
    main = MAIN.get(alert.handling)
    return tuple(_action(told, name, is_primary=name == main) for name in names)


def _comment(told: Told) -> AlertAction | None:
    return _action(told, "comment") if told.scope.may("alerts.work", told.alert.unit) else None


def _action(told: Told, name: str, *, is_primary: bool = False) -> AlertAction:
    step = STEPS[name]
    form = form_of(name, told.alert, scope=told.scope, at=told.at) if step.asks else None
    href = reverse("alerts:step", args=[told.alert.public_id, name])
    return AlertAction(name, step.label, href, step.icon, step.key, is_primary, form)


def _activity(event: AlertEvent, names: Any) -> Activity:
    who: Actor = names[event.actor]
    is_comment = event.kind == "commented" or (event.kind in ("acknowledged", "started", "resolved") and event.text)
    after = names[f"person:{event.after}"].name if event.kind in ("assigned", "passed_on") else event.after
    what = DID.get(event.kind, event.kind).format(after=after.replace("_", " "), text=event.text)
    if is_comment:
        what = event.text if event.kind == "commented" else f"{what[:1].upper()}{what[1:]}: {event.text}"
    return Activity(who.name, what, f"{localtime(event.at):%-d %b %H:%M}", who.initials, bool(is_comment))


def _people_in(events: Sequence[AlertEvent]) -> list[str]:
    return [f"person:{event.after}" for event in events if event.kind in ("assigned", "passed_on")]


def _figure(told: Told, number: int | float | None, *, href: str = "") -> Figure:
    reason = "" if number is not None else "not_applicable: nothing to compare with"
    return Figure(number, told.kind, reason, href, told.currency)


def _target(told: Told, text: str) -> str:
    number = float(text) * (formatting.EXACT if told.kind in ("money", "count") else 1)
    return formatting.single(number, told.currency) if told.kind == "money" else formatting.plain(number, told.kind)


def _level(told: Told, version: str, period: Period) -> Any:
    at: Place = (told.alert.unit_id, version, told.terms.basis, period.ordinal)
    return told.book.level(at, told.terms.metric).number


def _explain(told: Told) -> str:
    period, basis = told.alert.evidence.get("period", ""), told.terms.basis
    return explain_href(told.alert.unit.code, told.terms.metric, f"?period={period}&basis={basis}")


def _day(moment: datetime) -> str:
    return f"{localtime(moment):%-d %b %Y}"
