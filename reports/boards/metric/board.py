"""The page of a metric: one sentence, and its parts from what was read."""

from __future__ import annotations

from django.urls import reverse

from alerts.models import Alert
from metrics.readings import Level
from reports import formatting
from reports.baselines import LABELS, NAMES
from reports.boards.contributors import baselines_of
from reports.boards.metric.ahead import ahead
from reports.boards.metric.definition import definition
from reports.boards.metric.history import history
from reports.boards.metric.limits import held, spans
from reports.boards.metric.months import together, usual
from reports.boards.metric.peers import peers
from reports.boards.metric.seen import SeenMetric
from reports.boards.metrics import compared, figure, holding_limits, status_of
from reports.boards.naming import full_name, short_name
from reports.boards.picker import picker, read_at
from reports.boards.waiting import item
from reports.carried import carried
from reports.figures import AlertItem, Crumb, Headline, MetricBoard, Remark, Status, Variance
from reports.levels import PRIOR
from reports.materiality import EXPLAINED
from reports.wording import Phrase

STRETCHES = ("Fiscal", "Last", "Twelve", "First", "Second", "Third", "Fourth")


def metric_board(seen: SeenMetric) -> MetricBoard:
    """Everything about one metric of one unit."""
    selection, unit, metric = seen.selection, seen.selection.unit, seen.metric
    query = selection.query()
    here = reverse("unit-metric", args=[unit.code, metric.code])
    variance = compared(seen.reader, metric)
    return MetricBoard(
        title=f"{metric.label}, {full_name(unit)}",
        crumbs=(
            Crumb(short_name(unit.code), reverse("unit", args=[unit.code]) + query),
            Crumb("Metrics", reverse("unit-metrics", args=[unit.code]) + query),
        ),
        picker=picker(selection, here=here + query),
        headline=Headline(_sentence(seen, variance), _meta(seen)),
        figure=figure(seen.reader, metric),
        reference=figure(seen.reader, metric, seen.reader.baseline),
        against=LABELS[selection.baseline],
        variance=variance,
        baselines=baselines_of(selection, lambda query: f"{here}{query}"),
        prior=figure(seen.reader, metric, PRIOR),
        history=history(seen),
        limits=(limits := spans(seen)),
        limits_title=_limits_title(seen, len(limits)),
        usual=usual(seen),
        together=together(seen),
        ahead=ahead(seen),
        peers=peers(seen),
        alerts=tuple(_item(each, seen) for each in seen.alerts),
        past=tuple(_item(each, seen) for each in seen.past),
        alerts_title=_alerts_title(seen),
        definition=definition(seen),
        notes=(EXPLAINED,),
    )


def _status(seen: SeenMetric) -> tuple[Status, str]:
    """How the figure stands to the limits on the stretch picked, and to the alerts on that stretch."""
    basis = seen.selection.container
    standing = list(held(seen, seen.selection.period.ordinal).values())
    limits = holding_limits(standing, seen.metric, basis=basis, currency=seen.currency)
    alerts = [each for each in seen.alerts if each.version.basis == basis]
    return status_of(seen.metric, _level(seen), limits, alerts)


def _level(seen: SeenMetric) -> Level:
    return seen.reader.level(seen.metric.code)


def _sentence(seen: SeenMetric, variance: Variance) -> tuple[Phrase, ...]:
    """`Days sales outstanding of Unit 9, September 2026: 42 days, 3 days above prior year and within its limits.`"""
    label, name, when = seen.metric.label, full_name(seen.selection.unit), seen.selection.in_words
    level = _level(seen)
    if level.number is None:
        return (Phrase(f"{label} of {name} has no figure: {formatting.missing(level.reason).reason}."),)
    value = formatting.plain(level.number, seen.kind) if isinstance(level.number, str) else seen.written(level.number)
    parts = [Phrase(f"{label} of {name}, {_lower(when)}: {value}")]
    if (apart := _apart(seen, variance)) is not None:
        parts += [Phrase(", "), apart]
    mark, _ = _status(seen)
    if mark in ("m", "h"):
        parts += [Phrase(" and "), Phrase("beyond a limit", "unfavourable")]
    elif mark:
        parts.append(Phrase(" and within its limits"))
    return (*parts, Phrase("."))


def _lower(when: str) -> str:
    """A stretch of time inside a sentence; months keep their capital."""
    return when[0].lower() + when[1:] if when.startswith(STRETCHES) else when


def _apart(seen: SeenMetric, variance: Variance) -> Phrase | None:
    """How far from what it is read against; nothing where that cannot be said."""
    number, of = variance.number, NAMES[seen.selection.baseline]
    if number is None or isinstance(number, str):
        return None
    if not number:
        return Phrase(f"as {of}")
    kind = variance.kind
    size = formatting.single(abs(number), seen.currency) if kind == "money" else formatting.plain(abs(number), kind)
    if kind == "points":
        size = f"{abs(number) * 100:.1f} points"
    effect = variance.effect if variance.is_material else ""
    return Phrase(f"{size} {'above' if number > 0 else 'below'} {of}", effect)


def _meta(seen: SeenMetric) -> tuple[Remark, ...]:
    mark, word = _status(seen)
    told = [Remark(word, status=mark)] if mark else [Remark("No limit holds on it")]
    if seen.alerts:
        told.append(Remark(f"{len(seen.alerts)} open alert{'s' if len(seen.alerts) > 1 else ''}", href="#alerts"))
    return (*told, *read_at(seen.selection))


def _limits_title(seen: SeenMetric, number: int) -> str:
    if not number:
        return "No limit was in force in these months"
    now = len(held(seen, seen.selection.period.ordinal))
    if not now:
        return "No limit is in force any more"
    if number == now:
        return "The limits have not changed in these months"
    return f"{number} sets of limits were in force in these months"


def _item(alert: Alert, seen: SeenMetric) -> AlertItem:
    """An alert; its link takes the pick along."""
    return item(alert, at=seen.at, currency=seen.currency, kept=carried(seen.selection.parts()))


def _alerts_title(seen: SeenMetric) -> str:
    if seen.alerts:
        return f"{len(seen.alerts)} alert{'s stand' if len(seen.alerts) > 1 else ' stands'} on it"
    if seen.past:
        return f"No alert stands on it; {len(seen.past)} earlier {'ones' if len(seen.past) > 1 else 'one'} ended"
    return "It has never raised an alert"
