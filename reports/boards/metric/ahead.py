"""What is forecast of a metric, month by month, and how wrong such forecasts were."""

from __future__ import annotations

from metrics.statement import quotient
from reports.boards.foreseen import month_ahead
from reports.boards.metric.limits import name
from reports.boards.metric.seen import SeenMetric
from reports.boards.naming import forecast_href
from reports.boards.past_error import lag_rows, month, why
from reports.figures import Figure, MetricAhead, MonthAhead, Section
from reports.formatting import scale_for, single

MONTHS = 6


def ahead(seen: SeenMetric) -> MetricAhead | None:
    """The next months; None where nothing is forecast of the metric, or an earlier month is looked at."""
    if seen.divided:
        return _divided(seen)
    rows = list(seen.ahead[:MONTHS])
    if not rows:
        return None
    first = rows[0]
    scale = scale_for([row.number for row in rows], currency=seen.currency)
    ends = [single(each, seen.currency) for each in (first.low, first.high) if each is not None]
    interval = f", between {ends[0]} and {ends[1]} four times in five" if len(ends) == 2 else ""
    title = f"{single(first.number, seen.currency)} is expected in {name(first.period)}{interval}"
    made = why(first)
    return MetricAhead(
        section=Section(title, f"{scale.unit}. {made[0].upper()}{made[1:]}."),
        rows=tuple(month_ahead(row, scale, seen.currency) for row in rows),
        lags=lag_rows(seen.lags),
        scale=scale,
        href=forecast_href(seen.selection.unit.code, seen.metric.code, seen.selection.query()),
    )


def _divided(seen: SeenMetric) -> MetricAhead | None:
    """The months ahead of a ratio whose two parts are forecast: one over the other, as its formula has it."""
    rows = list(seen.divided[:MONTHS])
    first = next((row for row in rows if row.number is not None), None)
    over = quotient(seen.metric.formula)
    if first is None or first.number is None or over is None:
        return None
    top, bottom = (seen.metrics[code].label.lower() for code in over)
    return MetricAhead(
        section=Section(
            f"{seen.written(first.number)} is expected in {name(first.period)}",
            f"Forecast {top} over forecast {bottom}. No interval: both err together, which their own do not tell.",
        ),
        rows=tuple(
            MonthAhead(
                month(row.period),
                Figure(row.number, seen.kind, reason=f"not_applicable: no {bottom} is forecast"),
                "–",
                Figure(row.naive, seen.kind, reason="not_applicable: no month a year before"),
            )
            for row in rows
        ),
        lags=(),
        scale=scale_for([], currency=seen.currency),
        href=forecast_href(seen.selection.unit.code, over[0], seen.selection.query()),
    )
