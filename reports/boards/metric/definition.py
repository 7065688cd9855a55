"""What a metric means: its formula in words and as it is written, what it is measured in, and since when."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.timezone import localtime

from metrics.declaration import Metric
from metrics.formula import parse, references
from reports.boards.metric.seen import SeenMetric
from reports.boards.metric.spelling import named, spelled
from reports.figures import MetricDefinition, Section
from reports.formatting import apart, day
from reports.wording import listed

BETTER = {1: "Higher is better", -1: "Lower is better", 0: "Neither way is better by itself"}
COMPARES = {
    "percent": "In percent of what it is compared with",
    "points": "In percentage points",
    "difference": "By plain difference",
    "none": "Not compared",
}
OVER_TIME = {
    "sum": "Months add up",
    "last": "The last month counts",
    "average": "The mean of the months",
    "formula": "Computed anew from the parts of the stretch, never added or averaged",
}
OVER_UNITS = {
    "sum": "Units add up",
    "formula": "Computed anew from the summed parts of the units",
    "none": "Not rolled up over units",
}


def definition(seen: SeenMetric) -> MetricDefinition:
    """The definition in force at the mark of the page."""
    metric = seen.metric
    facts = facts_of(metric, seen.metrics)
    if not seen.versions:
        facts = (*facts, ("Version", "Shipped with the product"))
    return MetricDefinition(
        section=Section(meaning_of(metric), f"As defined on {seen.selection.label}." if seen.selection.as_of else ""),
        formula=metric.formula,
        words=written_out(metric, seen.metrics),
        facts=facts,
        versions=tuple(
            (day(localtime(seen.known_since[each.from_mark])), each.formula)
            for each in seen.versions
            if each.from_mark in seen.known_since
        ),
        history_href=seen.history_href,
    )


def facts_of(metric: Metric, metrics: Mapping[str, Metric]) -> tuple[tuple[str, str], ...]:
    """What is to be known about a metric beside its formula, as label and text."""
    facts = [
        ("Measured in", metric.unit_of_measure),
        ("Direction", BETTER[metric.better]),
        ("Compared", COMPARES.get(metric.compare, metric.compare)),
        ("Over time", OVER_TIME[metric.time_rollup]),
        ("Over units", OVER_UNITS[metric.unit_rollup]),
        ("Source", _source(metric, metrics)),
        ("Code", metric.code),
    ]
    if metric.reported_role:
        facts.insert(6, ("Else", f"the account reported as {metric.reported_role}, for a unit of its own"))
    if metric.impact:
        facts.append(("A breach costs a year", f"{metric.impact}, in {metric.impact_on}"))
    return tuple(facts)


def meaning_of(metric: Metric) -> str:
    """What a metric is, in a sentence without its full stop."""
    return metric.description.rstrip(".") if metric.description else f"{apart(metric.label)} is what its formula says"


def written_out(metric: Metric, metrics: Mapping[str, Metric]) -> str:
    """The formula in words."""
    return spelled(parse(metric.formula), metrics)


def _source(metric: Metric, metrics: Mapping[str, Metric]) -> str:
    """What it is made of: other metrics by name, and accounts of the chart."""
    codes = dict.fromkeys(name.code for name in references(parse(metric.formula)))
    made = [metrics[code].label if code in metrics else named(code, metrics) for code in codes]
    return listed(made) if made else "The calendar"
