"""A ratio by month as a line, against what it must not cross. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.charts.ink import Numbers, leading, lettering, triangles
from reports.charts.limits import BESIDE, Limit, across, stairs, zones
from reports.formatting import digits


def series(
    *,
    months: Sequence[str],
    values: Numbers,
    limits: Sequence[Limit] = (),
    fired: Sequence[int] = (),
    suffix: str = "%",
    rising_is_worse: bool = True,
    hrefs: Sequence[str] = (),
    height: int = 220,
) -> dict[str, Any]:
    """A ratio by month as a line, with its limits, the zones behind them, and where a rule fired.

    A limit that moved is a flight of stairs; zones are drawn only where none did.

    Values and limits are as printed (42.0 for 42 %); `hrefs` are where a click on a month leads.
    """
    bounds = _bounds(values, limits)
    return {
        "data": [
            *stairs(limits, months),
            _line(months, values, suffix) | leading(hrefs),
            triangles([months[place] for place in fired], [values[place] for place in fired]),
        ],
        "layout": {
            "height": height,
            "margin": {"l": 8, "r": 112, "t": 8, "b": 8},
            "shapes": [
                *(zones(limits, bounds, rising_is_worse) if all(limit.is_straight for limit in limits) else ()),
                *across(limits),
            ],
            "annotations": [*(limit.name() for limit in limits), *_last_value(values, suffix)],
            "xaxis": {"type": "category", "tickangle": 0, "nticks": 9},
            "yaxis": {"range": bounds, "nticks": 5, "ticksuffix": suffix},
        },
    }


def _bounds(values: Numbers, limits: Sequence[Limit]) -> list[float]:
    """The ends of the axis: zero, all values and limits, with some room on the sides where any of them lies.

    Only a bridge may cut its axis, so that a fall of two points never looks like one to nothing.
    """
    drawn = [*values, *(limit.number for limit in limits), *(step for limit in limits for step in limit.steps)]
    known = [value for value in drawn if value is not None]
    low, high = min(known, default=0), max(known, default=1)
    low, high = min(low, 0), max(high, 0)
    room = (high - low or 1) * 0.12
    return [low and low - room, high and high + room]


def _line(months: Sequence[str], values: Numbers, suffix: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(months),
        "y": list(values),
        "line": {"color": "var(--d-ac)", "width": 1.8},
        "hovertemplate": f"%{{x}}  %{{y:.1f}}{suffix}<extra></extra>",
    }


def _last_value(values: Numbers, suffix: str) -> list[dict[str, Any]]:
    """The one number that is printed: the last month's, right of the line; none where that month has none."""
    last = values[-1] if values else None
    if last is None:
        return []
    return [{**BESIDE, "y": last, "text": f"{digits(last, 1)}{suffix}", "font": lettering("ink", is_strong=True)}]
