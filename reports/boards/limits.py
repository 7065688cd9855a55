"""Operating metrics of a unit against their limits."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.inheritance import Edition
from metrics.catalogue import METRICS
from reports import formatting
from reports.boards.reading import Reader, shown_kind
from reports.figures import Band, Figure, LimitedMetric, LimitedMetrics, Section, Status
from reports.levels import PRIOR
from reports.wording import listed

SHOWN = ("dso", "cac", "ltv_cac", "churn", "contractor_share_of_budget", "revenue_per_head", "runway")
MOST = 4
WORDS: dict[Status, str] = {"ok": "Within limits", "m": "Warning", "h": "Critical", "": ""}


def limited_metrics(reader: Reader, editions: Sequence[Edition], *, label: str) -> LimitedMetrics | None:
    """The first few operating metrics that have a number, those with limits first."""
    limits = {each.terms.metric: each for each in editions if each.terms.comparator == "absolute"}
    known = [code for code in SHOWN if reader.level(code).number is not None]
    codes = sorted(known, key=lambda code: (code not in limits, SHOWN.index(code)))[:MOST]
    if not codes:
        return None
    items = tuple(_item(reader, code, limits.get(code)) for code in codes)
    beyond = [item.label for item in items if item.status in ("m", "h")]
    title = (
        f"{listed(beyond)} {'passes its' if len(beyond) == 1 else 'pass their'} limits"
        if beyond
        else "All within limits"
    )
    if not any(item.band for item in items):
        title = "Operating metrics, without limits yet"
    return LimitedMetrics(
        Section(title, f"Operating metrics against their limits, {label}. Grey tick: prior year."), items
    )


def _item(reader: Reader, code: str, edition: Edition | None) -> LimitedMetric:
    metric, level, prior = METRICS[code], reader.level(code), reader.level(code, PRIOR)
    figure = Figure(level.number, shown_kind(metric), level.reason, reader.href(code), reader.currency)
    before = "" if prior.number is None else f"Prior year {_written(code, float(prior.number), reader.currency)}."
    if edition is None or level.number is None:
        return LimitedMetric(metric.label, figure, note=before)
    value = float(level.number)
    limits = {name: _stored(code, size) for name, size in edition.terms.limits()}
    warning, critical = limits.get("warning"), limits.get("critical", limits.get("emergency"))
    rising = edition.terms.direction > 0
    status = _status(value, warning, critical, rising=rising)
    known = [
        each
        for each in (value, warning, critical, None if prior.number is None else float(prior.number))
        if each is not None
    ]
    high = max(known)
    written = {name: _written(code, size, reader.currency) for name, size in limits.items()}
    return LimitedMetric(
        label=metric.label,
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
            label=f"{metric.label}: {_written(code, value, reader.currency)}, {WORDS[status].lower()}",
        ),
        note=" ".join([*(f"{name.capitalize()} {text}." for name, text in written.items()), before]).strip(),
    )


def _stored(code: str, size: object) -> float:
    """A limit, which stands in plain units, in the measure that levels are stored in."""
    scale = formatting.EXACT if METRICS[code].kind in ("money", "count") else 1
    return float(size) * scale  # type: ignore[arg-type]


def _status(value: float, warning: float | None, critical: float | None, *, rising: bool) -> Status:
    def beyond(limit: float | None) -> bool:
        return limit is not None and (value >= limit if rising else value <= limit)

    return "h" if beyond(critical) else "m" if beyond(warning) else "ok"


def _written(code: str, number: float, currency: str) -> str:
    kind = shown_kind(METRICS[code])
    return formatting.single(number, currency) if kind == "money" else formatting.plain(number, kind)
