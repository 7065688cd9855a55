"""The months of a metric as a chart: with budget, limits then in force, forecast, and where an alert began."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from reports import charts, formatting
from reports.boards.limit_lines import LimitLine
from reports.boards.metric.limits import lines
from reports.boards.metric.seen import EXACT, SeenMetric
from reports.boards.naming import explain_href
from reports.boards.past_error import span
from reports.figures import Chart, ChartTable, Section
from reports.formatting import Scale
from reports.levels import BUDGET

DRAWN = 24
AHEAD = 6
HEIGHT = 240


def history(seen: SeenMetric) -> Section | None:
    """The last two years; None where there are fewer than two numbers to draw."""
    first = max(len(seen.series.periods) - DRAWN, 0)
    actual = seen.months()[first:]
    if sum(number is not None for number in actual) < 2:
        return None
    draw = _columns if seen.kind == "money" else _line
    limits = lines(seen, first)
    spec, table, unit = draw(seen, first, actual, limits)
    title = _title(seen, actual)
    parts = [f"{seen.metric.label} by month, {unit}."]
    parts += ["Outline: budget."] if seen.kind == "money" else []
    parts += ["Dashes: the limits in force."] if limits else []
    parts += ["Triangle: an alert began."] if _fired(seen, first, actual) else []
    return Section(title, " ".join(parts), charts=(Chart("history", f"{seen.metric.label}: {title}", spec, table),))


def _title(seen: SeenMetric, actual: Sequence[Any]) -> str:
    """Where the newest month lies among those drawn."""
    known = [number for number in actual if number is not None]
    newest = actual[-1]
    if newest is None:
        return f"{len(known)} of {len(actual)} months are known, the newest is not"
    above = sum(number > newest for number in known)
    if len(set(known)) == 1:
        return f"The same in all {len(known)} months"
    if not above:
        return f"The highest of {len(known)} months"
    if above == len(known) - 1:
        return f"The lowest of {len(known)} months"
    return f"Lower than in {above} of the {len(known) - 1} months before"


def _fired(seen: SeenMetric, first: int, actual: Sequence[Any]) -> list[int]:
    began = {alert.began_id for alert in (*seen.alerts, *seen.past)}
    periods = seen.series.periods[first:]
    return [at for at, period in enumerate(periods) if period.pk in began and actual[at] is not None]


def _hrefs(seen: SeenMetric, first: int) -> tuple[str, ...]:
    """Where each month explains itself."""
    unit, code = seen.selection.unit.code, seen.metric.code
    queries = (seen.selection.query(period=each.code, basis="month") for each in seen.series.periods[first:])
    return tuple(explain_href(unit, code, query) for query in queries)


def _months(seen: SeenMetric, first: int) -> list[str]:
    return [short(period) for period in seen.series.periods[first:]]


def short(period: Any) -> str:
    """`Sep 26`; a period of weeks by its code."""
    return period.code if "-P" in period.code else f"{period.ends:%b %y}"


def _columns(
    seen: SeenMetric, first: int, actual: list[Any], limits: Sequence[LimitLine]
) -> tuple[Any, ChartTable, str]:
    budget, ahead = seen.months(BUDGET)[first:], list(seen.ahead[:AHEAD])
    scale = formatting.scale_for([*actual, *budget, *(row.number for row in ahead)], currency=seen.currency)
    months = [*_months(seen, first), *(short(row.period) for row in ahead)]
    spec = charts.columns(
        months=months,
        actual=actual,
        budget=budget,
        scale=scale,
        forecast=[row.number for row in ahead],
        interval=[None if row.low is None or row.high is None else (row.low, row.high) for row in ahead],
        limits=[limit.drawn(Fraction(1, scale.divisor)) for limit in limits],
        fired=_fired(seen, first, actual),
        hrefs=_hrefs(seen, first),
        height=HEIGHT,
    )
    head = ("Month", "Actual", "Budget", *(limit.label for limit in limits))
    steps = [[None if step is None else round(step * formatting.EXACT) for step in limit.steps] for limit in limits]
    rows = [
        (month, *(_amount(number, scale) for number in row))
        for month, row in zip(months, zip(actual, budget, *steps, strict=True), strict=False)
    ]
    if ahead:
        head = (*head, "Forecast", "80% interval")
        rows = [(*row, "", "") for row in rows]
        rows += [
            (short(row.period), *[""] * (2 + len(limits)), _amount(row.number, scale), span(row.low, row.high, scale))
            for row in ahead
        ]
    return spec, ChartTable(head, tuple(rows), (*_hrefs(seen, first), *("" for _ in ahead))), scale.unit


def _line(seen: SeenMetric, first: int, actual: list[Any], limits: Sequence[LimitLine]) -> tuple[Any, ChartTable, str]:
    suffix, unit = {"ratio": ("%", "%"), "points": (" pp", "points")}.get(seen.kind, ("", _measure(seen)))
    factor = {"ratio": 100.0, "points": 100.0, "count": 1 / formatting.EXACT}.get(seen.kind, 1.0)
    months = _months(seen, first)
    spec = charts.series(
        months=months,
        values=[None if number is None else number * factor for number in actual],
        limits=[limit.drawn(Fraction(100 if seen.kind in ("ratio", "points") else 1)) for limit in limits],
        fired=_fired(seen, first, actual),
        suffix=suffix,
        rising_is_worse=seen.metric.better < 0,
        hrefs=_hrefs(seen, first),
        height=HEIGHT,
    )
    stored = formatting.EXACT if seen.kind in EXACT else 1
    columns = [
        [_plain(number, seen.kind) for number in actual],
        *(
            [_plain(None if step is None else float(step * stored), seen.kind) for step in each.steps]
            for each in limits
        ),
    ]
    head = ("Month", "Actual", *(limit.label for limit in limits))
    return spec, ChartTable(head, tuple(zip(months, *columns, strict=True)), _hrefs(seen, first)), unit


def _measure(seen: SeenMetric) -> str:
    return seen.kind if seen.metric.unit_of_measure == "count" else seen.metric.unit_of_measure


def _amount(number: int | None, scale: Scale) -> str:
    return "–" if number is None else formatting.amount(number, scale)


def _plain(number: int | float | None, kind: str) -> str:
    return "–" if number is None else formatting.plain(number, kind)
