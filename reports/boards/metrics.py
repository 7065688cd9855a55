"""All metrics of a unit by family: figure, limit and status, variance, twelve months, and why one is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from alerts.judging.inheritance import Edition
from alerts.models import Alert
from metrics.catalogue import SEVERITY_WORDS
from metrics.catalogue.terms import (
    BUDGET,
    CASH,
    CLASSES,
    CONSOLIDATION,
    CONTROL,
    COST_RATIOS,
    CUSTOMERS,
    GROWTH,
    MARKET_AND_OPERATIONS,
    PEOPLE,
    PROFIT_AND_LOSS,
)
from metrics.declaration import Metric
from metrics.readings import Level
from reports import formatting
from reports.baselines import LABELS
from reports.boards.contributors import baselines_of
from reports.boards.limits import STATUSES, WORDS, said_limits
from reports.boards.limits import status as beyond
from reports.boards.naming import full_name, metric_href, short_name
from reports.boards.picker import picker, read_at
from reports.boards.reading import Reader, difference, partial, relative, shown_kind
from reports.figures import (
    Crumb,
    Figure,
    Headline,
    MetricChapter,
    MetricFamily,
    MetricLine,
    MetricsBoard,
    PinButton,
    Remark,
    Section,
    Spark,
    Status,
    Variance,
)
from reports.levels import ACTUAL, Series
from reports.materiality import EXPLAINED
from reports.selection import Selection
from reports.wording import Phrase, listed

FAMILIES = {
    "financial": "Financial",
    "customer": "Customer",
    "market": "Market",
    "operational": "Operational",
    "added": "Added by the company",
}
OF_CHAPTER = {
    **dict.fromkeys((PROFIT_AND_LOSS, COST_RATIOS, BUDGET, GROWTH, CASH, CONSOLIDATION, CONTROL), "financial"),
    CUSTOMERS: "customer",
    PEOPLE: "operational",
    CLASSES: "operational",
}
OF_MARKET = frozenset({"market_share", "market_growth", "competitive_index", "brand"})
TOLD = 3
"""How many metrics beyond their limits a sentence names."""


@dataclass(frozen=True)
class Seen:
    """What was read of a unit: its metrics, their figures and months, what judges them, and its open alerts.

    `pinned` are the metrics its reader keeps at home; None where none is to be pinned.
    """

    selection: Selection
    metrics: Mapping[str, Metric]
    reader: Reader
    series: Series
    editions: Sequence[Edition]
    alerts: Sequence[Alert]
    pinned: Collection[str] | None = None


def family_of(metric: Metric) -> str:
    """Which family a metric belongs to; what the company added stands for itself."""
    if metric.group == MARKET_AND_OPERATIONS:
        if metric.code == "satisfaction":
            return "customer"
        return "market" if metric.code in OF_MARKET else "operational"
    return OF_CHAPTER.get(metric.group, "added")


def metrics_board(seen: Seen) -> MetricsBoard:
    """Every family that has a metric, in the order of the manual."""
    selection, unit = seen.selection, seen.selection.unit
    lines = {code: line(seen, metric) for code, metric in seen.metrics.items()}
    address = reverse("unit", args=[unit.code]) + selection.query()
    ranked = sorted(seen.metrics.values(), key=lambda metric: list(FAMILIES).index(family_of(metric)))
    families = [_family(name, list(metrics), lines, selection) for name, metrics in groupby(ranked, key=family_of)]
    return MetricsBoard(
        title=f"Metrics of {full_name(unit)}",
        crumbs=(Crumb("Units", reverse("units") + selection.query()), Crumb(short_name(unit.code), address)),
        picker=picker(selection, here=reverse("unit-metrics", args=[unit.code]) + selection.query()),
        headline=Headline(_sentence(list(lines.values()), short_name(unit.code)), _meta(seen, families)),
        against=LABELS[selection.baseline],
        families=tuple(families),
        notes=(EXPLAINED, "Press a number for how it was made, a name for its months, limits and peers."),
    )


def line(seen: Seen, metric: Metric) -> MetricLine:
    """One row."""
    reader, code = seen.reader, metric.code
    level = reader.level(code)
    basis = seen.selection.container
    limits = holding_limits(seen.editions, metric, basis=basis, currency=reader.currency)
    alerts = [each for each in seen.alerts if (each.version.metric, each.version.basis) == (code, basis)]
    mark, word = status_of(metric, level, limits, alerts)
    return MetricLine(
        label=metric.label,
        href=metric_href(seen.selection.unit.code, code, seen.selection.query()),
        figure=figure(reader, metric),
        reference=figure(reader, metric, reader.baseline),
        variance=compared(reader, metric),
        trend=trend([each.number for each in seen.series.of(reader.unit, ACTUAL, code)]),
        limit=", ".join(text for _, text, _ in limits),
        status=mark,
        status_label=word,
        reason="" if level.number is not None else formatting.missing(level.reason).reason,
        pin=None if seen.pinned is None else _pin(seen, metric),
        code=code,
    )


def _pin(seen: Seen, metric: Metric) -> PinButton:
    unit = seen.selection.unit
    back = f"{reverse('unit-metrics', args=[unit.code])}{seen.selection.query()}#{family_of(metric)}"
    is_pinned = metric.code in (seen.pinned or ())
    label = f"{metric.label}, {full_name(unit)}"
    return PinButton(unit.code, metric.code, label, back, is_pinned, is_small=True)


def figure(reader: Reader, metric: Metric, version: str = ACTUAL) -> Figure:
    """A figure on its own, with its unit; only an actual one leads to its explanation."""
    level = reader.level(metric.code, version)
    is_actual = version == ACTUAL
    return Figure(
        number=level.number,
        kind=shown_kind(metric),
        reason=level.reason,
        href=reader.href(metric.code) if is_actual else "",
        currency=reader.currency,
        coverage=partial(reader.levels.coverage(reader.unit, version, metric.code)) if is_actual else "",
    )


def compared(reader: Reader, metric: Metric) -> Variance:
    """The variance as the metric compares: percent of an amount, points of a ratio, else the difference."""
    if metric.compare == "none" or metric.kind == "class":
        return Variance(None, reason="not_applicable: a class is not compared")
    read, is_material = reader.variance(metric, reader.baseline)
    if metric.compare == "percent":
        return relative(read, is_material, of=reader.baseline)
    return difference(metric, read, is_material)


def trend(numbers: Sequence[object]) -> Spark | None:
    """Months as a line; fewer than two numbers make none."""
    drawn = tuple(float(each) if isinstance(each, int | float) else None for each in numbers)
    return Spark(drawn) if sum(each is not None for each in drawn) > 1 else None


# --- limits --------------------------------------------------------------------------------------------

Limits = list[tuple[str, str, Edition]]


def holding_limits(editions: Sequence[Edition], metric: Metric, *, basis: str, currency: str) -> Limits:
    """The limits in force on a metric over a basis: name, words, and the terms they are of."""
    found: Limits = []
    for edition in editions:
        if edition.terms.metric == metric.code and edition.terms.basis == basis:
            found += [(name, text, edition) for name, text in said_limits(edition, metric, currency)]
    return found


def status_of(metric: Metric, level: Level, limits: Limits, alerts: Sequence[Alert]) -> tuple[Status, str]:
    """The worst of what the fixed limits say of the figure and what open alerts say; nothing without either."""
    marks: set[Status] = {"h" if SEVERITY_WORDS[each.severity] == "high" else "m" for each in alerts}
    if level.number is not None and not isinstance(level.number, str):
        marks |= {beyond(metric, level.number, edition) for _, _, edition in limits if not edition.terms.has_baseline}
    if limits and level.number is not None:
        marks.add("ok")
    worst: Status = next((mark for mark in STATUSES if mark in marks), "")
    return worst, WORDS[worst]


# --- sentences -----------------------------------------------------------------------------------------


def _sentence(lines: Sequence[MetricLine], name: str) -> tuple[Phrase, ...]:
    """`3 of 64 metrics of Unit 9 pass a limit: DSO, churn and runway.`"""
    known = [each for each in lines if each.figure.number is not None]
    out = [each for each in known if each.status in ("m", "h")]
    if not known:
        return (Phrase(f"{name} has no figure of any metric in this period."),)
    judged = [each for each in known if each.status]
    if not judged:
        return (Phrase(f"{len(known)} metrics of {name} are known, and no limit holds on any of them."),)
    if len(judged) == 1:
        does = "passes one" if out else "is within them"
        return (Phrase(f"One metric of {name} has limits: "), *_named(judged), Phrase(f" {does}."))
    if not out:
        return (Phrase(f"None of the {len(judged)} metrics of {name} that have limits passes one."),)
    verb = "pass" if len(out) > 1 else "passes"
    return (
        Phrase(f"{len(out)} of {len(judged)} metrics of {name} that have limits {verb} one: "),
        *_named(out),
        Phrase("."),
    )


def _named(out: Sequence[MetricLine]) -> list[Phrase]:
    """The first few by name, each a link, the gravest first."""
    ranked = sorted(out, key=lambda each: each.status != "h")
    told = [Phrase(each.label, href=each.href) for each in ranked[:TOLD]]
    rest = len(ranked) - len(told)
    ends = [*told, *([Phrase(f"{rest} more")] if rest else [])]
    found: list[Phrase] = []
    for place, each in enumerate(ends):
        if place:
            found.append(Phrase(" and " if place == len(ends) - 1 else ", "))
        found.append(each)
    return found


def _meta(seen: Seen, families: Sequence[MetricFamily]) -> tuple[Remark, ...]:
    jumps = [Remark(family.name, href=f"#{family.id}") for family in families]
    return (Remark(seen.selection.in_words), *read_at(seen.selection), *jumps)


def _family(
    name: str, metrics: Sequence[Metric], lines: Mapping[str, MetricLine], selection: Selection
) -> MetricFamily:
    chapters = tuple(
        MetricChapter(FAMILIES["added"] if chapter == "added" else chapter, tuple(lines[each.code] for each in found))
        for chapter, found in groupby(metrics, key=lambda metric: metric.group)
    )
    own = [lines[metric.code] for metric in metrics]
    here = reverse("unit-metrics", args=[selection.unit.code])
    views = baselines_of(selection, lambda query: f"{here}{query}#{name}")
    subtitle = f"{selection.label}, against {LABELS[selection.baseline].lower()}. {_missing(own)}"
    return MetricFamily(name, FAMILIES[name], Section(_title(name, own), subtitle, views=views), chapters)


def _title(name: str, lines: Sequence[MetricLine]) -> str:
    """What the section shows: which of its figures pass a limit."""
    what = f"{FAMILIES[name]} figures" if name != "added" else "Figures the company added"
    known = [each for each in lines if each.figure.number is not None]
    out = [each.label for each in known if each.status in ("m", "h")]
    if not known:
        return f"{what}: none of {len(lines)} is reported"
    if out:
        passes = f"{listed(out[:TOLD])}{f' and {len(out) - TOLD} more' if len(out) > TOLD else ''}"
        return f"{what}: {passes} {'passes its limit' if len(out) == 1 else 'pass their limits'}"
    if not any(each.status for each in known):
        return f"{what}: {len(known)} of {len(lines)} known, none has limits"
    return f"{what}: all within limits"


def _missing(lines: Sequence[MetricLine]) -> str:
    missing = sum(each.figure.number is None for each in lines)
    return f"{missing} without a figure say why." if missing else "Every one has a figure."
