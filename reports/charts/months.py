"""Amounts by month as columns: what was, what was planned and what is expected. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.charts.ink import CLEAR, Numbers, leading, lettering, triangles
from reports.charts.limits import Limit, across, stairs
from reports.formatting import Scale, amount


def columns(
    *,
    months: Sequence[str],
    actual: Numbers,
    budget: Numbers = (),
    scale: Scale,
    forecast: Numbers = (),
    interval: Sequence[tuple[float, float] | None] = (),
    limits: Sequence[Limit] = (),
    fired: Sequence[int] = (),
    hrefs: Sequence[str] = (),
    height: int = 200,
) -> dict[str, Any]:
    """Months as columns: actual solid in the outline of its budget, forecast hatched with its interval.

    `months` name actual and forecast months in order; `interval` is (low, high) a forecast month. `limits`
    are in plain units of the scale, one that moved as a flight of stairs; `fired` are the places of months where a rule
    fired; `hrefs` are where a click on an actual month leads.
    """
    known, coming = list(months[: len(actual)]), list(months[len(actual) : len(actual) + len(forecast)])
    planned = list(months[: len(budget)])
    return {
        "data": [
            *([_column("Budget", planned, budget, scale, width=0.78, fill=CLEAR, outline=True)] if budget else []),
            _column("Actual", known, actual, scale, width=0.56, fill="var(--d-ac)") | leading(hrefs),
            *([_forecast(coming, forecast, interval, scale)] if forecast else []),
            *stairs(limits, known),
            *_above(known, actual, budget, fired, scale, beside=_first_reach(forecast, interval)),
        ],
        "layout": {
            "height": height,
            "barmode": "overlay",
            "margin": {"l": 8, "r": 112 if limits else 8, "t": 14, "b": 8},
            "shapes": [*across(limits), *([_now_line(len(known))] if forecast else [])],
            "annotations": [limit.name() for limit in limits],
            "xaxis": {"type": "category", "tickangle": 0, "nticks": 9},
            "yaxis": {"nticks": 5, "tickformat": ",~f", "rangemode": "tozero"},
        },
    }


def _column(
    name: str, months: Sequence[str], numbers: Numbers, scale: Scale, *, width: float, fill: str, outline: bool = False
) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": list(months),
        "y": [_scaled(number, scale) for number in numbers],
        "width": width,
        "marker": {"color": fill, "line": {"color": "var(--d-bu)", "width": 1 if outline else 0}},
        "customdata": [_printed(number, scale) for number in numbers],
        "hovertemplate": f"%{{x}}  {name.lower()} %{{customdata}}<extra></extra>",
    }


def _forecast(
    months: Sequence[str], numbers: Numbers, interval: Sequence[tuple[float, float] | None], scale: Scale
) -> dict[str, Any]:
    hatch = {"shape": "/", "fgcolor": "var(--d-fc)", "bgcolor": "var(--surface)", "size": 5, "solidity": 0.28}
    trace = _column("Forecast", months, numbers, scale, width=0.56, fill="var(--surface)", outline=True)
    trace["marker"]["pattern"] = {**hatch, "fillmode": "replace"}
    if any(interval):
        around = list(zip(numbers, interval, strict=True))
        up = [_scaled(span[1] - (number or 0), scale) if span else None for number, span in around]
        down = [_scaled((number or 0) - span[0], scale) if span else None for number, span in around]
        spread = {"type": "data", "symmetric": False, "array": up, "arrayminus": down}
        trace["error_y"] = {**spread, "color": "var(--d-ac)", "thickness": 1, "width": 4}
    return trace


def _first_reach(forecast: Numbers, interval: Sequence[tuple[float, float] | None]) -> float | None:
    """How high the first forecast month reaches; its interval, where it has one."""
    span = interval[0] if interval else None
    return span[1] if span else forecast[0] if forecast else None


def _above(
    months: Sequence[str],
    actual: Numbers,
    budget: Numbers,
    fired: Sequence[int],
    scale: Scale,
    *,
    beside: float | None,
) -> list[dict[str, Any]]:
    """What stands above the columns: a triangle where a rule fired, and the last number above all that is drawn there
    and in the months on either side (`beside` is the one after), which it covers where columns are thin."""
    last = next((place for place in reversed(range(len(actual))) if actual[place] is not None), None)
    lift = max((scale.of(number) for number in actual if number), default=0.0) * 0.05
    tops = [_scaled(number, scale) for number in actual]
    found = []
    if fired:
        found.append(triangles([months[place] for place in fired], [tops[place] for place in fired], lift=lift))
    if last is not None:
        column = (tops[last] or 0.0) + (2 * lift if last in fired else 0.0)
        before = tops[last - 1] if last else None
        outline = _scaled(budget[last], scale) if last < len(budget) else None
        around = (column, before, outline, _scaled(beside, scale))
        found.append(_last_value(months[last], actual[last], scale, at=max(x for x in around if x is not None)))
    return found


def _last_value(month: str, number: int | float | None, scale: Scale, *, at: float) -> dict[str, Any]:
    """The one number that is printed: the last actual, above its column, its budget and its triangle."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [month],
        "y": [at],
        "text": [_printed(number, scale)],
        "textposition": "top center",
        "textfont": lettering("ink"),
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _now_line(months: int) -> dict[str, Any]:
    line = {"color": "var(--d-axis)", "width": 1, "dash": "2px,3px"}
    return {"type": "line", "yref": "paper", "x0": months - 0.5, "x1": months - 0.5, "y0": 0, "y1": 1, "line": line}


def _scaled(number: int | float | None, scale: Scale) -> float | None:
    return None if number is None else scale.of(number)


def _printed(number: int | float | None, scale: Scale) -> str:
    return "–" if number is None else amount(number, scale)
