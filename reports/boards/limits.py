"""Operating metrics of a unit against their limits, and the metrics the company added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from alerts.judging.inheritance import Edition
from metrics.catalogue import METRICS, Metric
from metrics.readings import Level, variance
from reports import formatting
from reports.boards.limit_lines import called
from reports.boards.reading import Href, Reader, shown_kind
from reports.figures import Action, Band, Figure, LimitedMetric, LimitedMetrics, Section, Status
from reports.levels import ACTUAL, BUDGET, PRIOR
from reports.wording import listed

SHOWN = ("dso", "cac", "ltv_cac", "churn", "contractor_share_of_budget", "revenue_per_head", "runway")
MOST = 4
STATUSES: tuple[Status, ...] = ("h", "m", "ok")
STRETCHES = {"month": "month", "qtd": "quarter to date", "ytd": "year to date", "ltm": "last twelve months"}
WORDS: dict[Status, str] = {"ok": "Within limits", "m": "Warning", "h": "Critical", "": ""}


def limits_of(editions: Sequence[Edition], basis: str) -> dict[str, Edition]:
    """By metric the terms with fixed limits to show it against: those over the stretch picked before others."""
    fixed = [each for each in editions if each.terms.comparator == "absolute"]
    return {each.terms.metric: each for each in sorted(fixed, key=lambda each: each.terms.basis == basis)}


def limited_metrics(
    readers: Mapping[str, Reader],
    limits: Mapping[str, Edition],
    *,
    basis: str,
    added: Sequence[Metric],
    label: str,
    quiet: Href,
) -> LimitedMetrics | None:
    """The first few operating metrics that have a number, those with limits first; then every one that was added.

    A metric stands against its limits over the stretch they were set for, whatever stretch was picked: churn of a
    quarter is no churn of a month. `readers` are by basis, the one picked among them. `quiet` leads from a metric to
    why it was quiet, without one to where it is chosen.
    """
    stretch = {code: limits[code].terms.basis if code in limits else basis for code in SHOWN}
    known = [code for code in SHOWN if readers[stretch[code]].level(code).number is not None]
    codes = sorted(known, key=lambda code: (code not in limits, SHOWN.index(code)))[:MOST]
    shown = [*(METRICS[code] for code in codes), *added]
    if not shown:
        return None
    items = tuple(
        replace(_over_its_stretch(readers, metric, limits.get(metric.code), basis), quiet=quiet(metric.code))
        for metric in shown
    )
    return LimitedMetrics(
        Section(
            _title(items),
            f"Operating metrics against their limits, {label}. Grey tick: prior year.",
            link=Action("Why was it quiet?", quiet("")),
        ),
        items,
    )


def _title(items: Sequence[LimitedMetric]) -> str:
    if not any(item.band for item in items):
        return "Operating metrics, without limits yet"
    beyond = [item.label for item in items if item.status in ("m", "h")]
    if not beyond:
        return "All within limits"
    return f"{listed(beyond)} {'passes its' if len(beyond) == 1 else 'pass their'} limits"


def _over_its_stretch(
    readers: Mapping[str, Reader], metric: Metric, edition: Edition | None, basis: str
) -> LimitedMetric:
    """A metric against its limits; where these are of another stretch than the one picked, it says so."""
    judged = edition.terms.basis if edition else basis
    item = _item(readers[judged], metric, edition)
    return item if judged == basis else replace(item, label=f"{item.label}, {STRETCHES[judged]}")


def _item(reader: Reader, metric: Metric, edition: Edition | None) -> LimitedMetric:
    level, prior = reader.level(metric.code), reader.level(metric.code, PRIOR)
    figure = Figure(level.number, shown_kind(metric), level.reason, reader.href(metric.code), reader.currency)
    before = _compared(reader, metric)
    if edition is None or level.number is None:
        return LimitedMetric(metric.label, figure, note=before, code=metric.code)
    value = float(level.number)
    limits = {name: _stored(metric, size) for name, size in edition.terms.limits()}
    warning, critical = limits.get("warning"), limits.get("critical", limits.get("emergency"))
    rising = edition.terms.direction > 0
    status = _status(value, warning, critical, rising=rising)
    known = [
        each
        for each in (value, warning, critical, None if prior.number is None else float(prior.number))
        if each is not None
    ]
    high = max(known)
    written = {name: _written(metric, size, reader.currency) for name, size in limits.items()}
    return LimitedMetric(
        label=metric.label,
        code=metric.code,
        figure=figure,
        status=status,
        status_label=WORDS[status],
        band=Band(
            value=value,
            low=min(0.0, *known),
            high=high + abs(high) * 0.15,
            warning=warning,
            critical=critical,
            warning_text=written.get("warning", ""),
            critical_text=written.get("critical", written.get("emergency", "")),
            prior=None if prior.number is None else float(prior.number),
            rising_is_worse=rising,
            label=f"{metric.label}: {_written(metric, value, reader.currency)}, {WORDS[status].lower()}",
        ),
        note=" ".join([*(f"{name.capitalize()} {text}." for name, text in written.items()), before]).strip(),
    )


def _compared(reader: Reader, metric: Metric) -> str:
    """The prior year; of an added metric the budget too, each with the difference, for no other part shows them."""
    is_added, told = metric.code not in METRICS, []
    for word, version in (("Budget", BUDGET), ("Prior year", PRIOR)) if is_added else (("Prior year", PRIOR),):
        baseline = reader.level(metric.code, version)
        if baseline.number is not None:
            apart = _apart(metric, reader.level(metric.code, ACTUAL), baseline, reader.currency) if is_added else ""
            told.append(f"{word} {_written(metric, float(baseline.number), reader.currency)}{apart}.")
    return " ".join(told)


def _apart(metric: Metric, actual: Level, baseline: Level, currency: str) -> str:
    """The difference in brackets as the metric is compared: ` (+5.0%)`; nothing where there is none."""
    read = variance(actual, baseline, sense=metric.better, compare=metric.compare)
    if metric.compare == "percent" and read.percent.number is not None:
        return f" ({formatting.percent(read.percent.number, signed=True)})"
    number, kind = read.difference.number, shown_kind(metric)
    if number is None:
        return ""
    if kind == "money":
        return f" ({formatting.single(number, currency, signed=True)})"
    return f" ({formatting.plain(number, 'points' if kind == 'ratio' else kind, signed=True)})"


def status(metric: Metric, value: float, edition: Edition) -> Status:
    """How a figure, in the measure levels are stored in, stands to the fixed limits of some terms, on either side."""
    found: set[Status] = set()
    for side in edition.terms.sides():
        limits = {name: _stored(metric, size) for name, size in side.limits}
        critical = limits.get("critical", limits.get("emergency"))
        found.add(_status(value, limits.get("warning"), critical, rising=side.direction > 0))
    return next((mark for mark in STATUSES if mark in found), "")


def said_limits(edition: Edition, metric: Metric, currency: str) -> list[tuple[str, str]]:
    """The limits of some terms as name and words, the mildest first: `55 days warning`, `+25% critical`."""
    return [
        (name, called(edition.terms, metric, currency, name, size, side.direction))
        for side in edition.terms.sides()
        for name, size in side.limits
    ]


def _stored(metric: Metric, size: Any) -> float:
    """A limit, which stands in plain units, in the measure that levels are stored in."""
    scale = formatting.EXACT if metric.kind in ("money", "count") else 1
    return float(size) * scale


def _status(value: float, warning: float | None, critical: float | None, *, rising: bool) -> Status:
    def beyond(limit: float | None) -> bool:
        return limit is not None and (value >= limit if rising else value <= limit)

    return "h" if beyond(critical) else "m" if beyond(warning) else "ok"


def _written(metric: Metric, number: float, currency: str) -> str:
    kind = shown_kind(metric)
    return formatting.single(number, currency) if kind == "money" else formatting.plain(number, kind)
