"""Plotly figures as plain dictionaries: what a browser draws, without plotly in the web process. Pure.

Colours are names of design tokens, `var(--good-fill)`; the script that draws resolves them in the reader's
theme and lays its template (fonts, axes, hover) under the layout. Marks follow the notation: actual solid,
budget outlined, forecast hatched, variances coloured by effect. The plotly package validates the dictionaries
in tests. Names come from files: what plotly would read as markup is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from reports.formatting import Scale, amount, digits

CLEAR = "rgba(0,0,0,0)"
ROW = 24
LETTER = 6.9
"""How wide a letter of a label is at most, so that labels and bars do not meet."""
CUT_FROM = 4
"""The axis of a bridge is cut where the smallest total is more than this many times the spread."""

STRONG = {"size": 11, "color": "var(--ink)", "weight": 600}

Numbers = Sequence[int | float | None]


@dataclass(frozen=True)
class BridgeStep:
    """One step of a bridge: what it is called, a longer name, the favourable variance it adds, and its tone.

    The tone is g or b where the step is material, z where it stays grey.
    """

    label: str
    name: str
    size: int
    tone: str


@dataclass(frozen=True)
class Limit:
    """A line that a series must not cross, in the series' own unit; `tone` is warn or bad."""

    label: str
    number: float
    tone: str


# --- bridge ------------------------------------------------------------------------------------------------
def bridge(
    *,
    start: tuple[str, int],
    steps: Sequence[BridgeStep],
    end: tuple[str, int],
    scale: Scale,
    narrow: bool = False,
) -> dict[str, Any]:
    """From a baseline to the actual, top to bottom; the axis is cut below the smallest running total.

    `narrow` leaves out the longer names, for a phone.
    """
    running = [start[1], *_running(start[1], steps)]
    low, high = _range([*running, end[1]])
    rows = len(steps) + 2
    places = list(range(1, rows - 1))
    names = [f"{_short(step.label)} {_short(step.name)}".strip() for step in steps]
    texts = [amount(step.size, scale, signed=True) for step in steps]
    labels = [(start[0], ""), *((step.label, "" if narrow else step.name) for step in steps), (end[0], "")]
    first, room = _columns_of(labels)
    return {
        "data": [
            _total(start, 0, low, scale, fill=CLEAR),
            {
                "type": "bar",
                "orientation": "h",
                "y": places,
                "x": [scale.of(step.size) for step in steps],
                "base": [scale.of(value) for value in running[:-1]],
                "width": 0.62,
                "marker": {"color": [_fill(step) for step in steps]},
                "customdata": [f"{name}  {text}" for name, text in zip(names, texts, strict=True)],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            _total(end, rows - 1, low, scale, fill="var(--d-ac)"),
            _values(start, steps, end, running, texts, scale),
        ],
        "layout": {
            "height": ROW * rows + 12,
            "barmode": "overlay",
            "margin": {"l": room, "r": 8, "t": 0, "b": 0},
            "shapes": [
                *(_connector(place, value, scale) for place, value in enumerate(running)),
                *([shape for place in (0, rows - 1) for shape in _slashes(place, low, scale)] if low > 0 else []),
            ],
            "annotations": [
                *(_left(i, label, room, is_total=i in (0, rows - 1)) for i, (label, _) in enumerate(labels)),
                *(_left(i, name, room - first, is_name=True) for i, (_, name) in enumerate(labels) if name),
            ],
            "xaxis": {"range": [scale.of(low), scale.of(high)], "visible": False},
            "yaxis": {
                "range": [rows - 0.5, -0.5],
                "showgrid": False,
                "zeroline": False,
                "showticklabels": False,
                "automargin": False,
            },
        },
    }


def pooled(steps: Sequence[BridgeStep]) -> list[BridgeStep]:
    """The steps for a phone: those under a third of the largest become one, between gains and losses."""
    largest = max((abs(step.size) for step in steps), default=0)
    kept = [step for step in steps if 3 * abs(step.size) >= largest]
    rest = sum(step.size for step in steps) - sum(step.size for step in kept)
    others = [BridgeStep("Others", "", rest, "z")] if rest else []
    return [*(step for step in kept if step.size > 0), *others, *(step for step in kept if step.size <= 0)]


def cut(*, start: int, steps: Sequence[BridgeStep], end: int) -> int:
    """Where the axis of a bridge begins, for the subtitle that says so; 0 where it is not cut."""
    low, _ = _range([start, *_running(start, steps), end])
    return max(int(low), 0)


def _running(start: int, steps: Sequence[BridgeStep]) -> list[int]:
    totals, at = [], start
    for step in steps:
        at += step.size
        totals.append(at)
    return totals


def _range(totals: Sequence[int]) -> tuple[int, int]:
    """The ends of the axis. It starts at zero; only totals that dwarf their differences are cut, at a round value."""
    low, high = min(totals), max(totals)
    spread = (high - low) or abs(high) or 1
    start = low - round(0.6 * spread)
    if low <= CUT_FROM * (high - low) or start <= 0:
        return min(0, low - round(0.05 * spread)), max(0, high) + round(0.22 * (max(0, high) - min(0, low)))
    step = 10 ** (len(str(spread)) - 1) // 2 or 1
    return start // step * step, high + round(0.35 * spread)


def _total(total: tuple[str, int], place: int, low: int, scale: Scale, *, fill: str) -> dict[str, Any]:
    base = max(low, 0)
    return {
        "type": "bar",
        "orientation": "h",
        "y": [place],
        "x": [scale.of(total[1] - base)],
        "base": [scale.of(base)],
        "width": 0.62,
        "marker": {"color": fill, "line": {"color": "var(--d-bu)", "width": 1}},
        "customdata": [f"{escape(total[0])}  {amount(total[1], scale)}"],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _values(
    start: tuple[str, int],
    steps: Sequence[BridgeStep],
    end: tuple[str, int],
    running: Sequence[int],
    texts: Sequence[str],
    scale: Scale,
) -> dict[str, Any]:
    """The numbers behind the bars, each at the right end of its bar."""
    tops = [max(before, after) for before, after in pairwise(running)]
    return {
        "type": "scatter",
        "mode": "text",
        "y": list(range(len(steps) + 2)),
        "x": [scale.of(value) for value in (max(start[1], 0), *tops, max(end[1], 0))],
        "text": [f"\u2002{text}" for text in (amount(start[1], scale), *texts, amount(end[1], scale))],
        "textposition": "middle right",
        "textfont": {
            "size": 12,
            "color": ["var(--ink)", *(_ink(step.tone) for step in steps), "var(--ink)"],
            "weight": [600, *(400 for _ in steps), 600],
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _columns_of(labels: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """How wide the labels are, and labels and longer names together."""
    first = max(len(_short(label)) for label, _ in labels)
    second = max(len(_short(name)) for _, name in labels)
    width = round(first * LETTER) + 10
    return width, width + (round(second * LETTER) + 4 if second else 0)


def _short(text: str, length: int = 24) -> str:
    return escape(text if len(text) <= length else f"{text[: length - 1].rstrip()}…")


def _connector(place: int, value: int, scale: Scale) -> dict[str, Any]:
    x = scale.of(value)
    line = {"color": "var(--d-axis)", "width": 1}
    return {"type": "line", "x0": x, "x1": x, "y0": place + 0.31, "y1": place + 0.69, "line": line}


def _slashes(place: int, low: int, scale: Scale) -> list[dict[str, Any]]:
    """The double slash of a total whose axis does not start at zero."""
    at = {"xsizemode": "pixel", "ysizemode": "pixel", "xanchor": scale.of(low), "yanchor": place}
    line = {"color": "var(--d-axis)", "width": 1}
    return [
        {"type": "path", "path": "M14,-11 L21,11 L26,11 L19,-11 Z", "fillcolor": "var(--surface)", "line": {"width": 0}}
        | at,
        {"type": "line", "x0": 14, "y0": -11, "x1": 21, "y1": 11, "line": line} | at,
        {"type": "line", "x0": 19, "y0": -11, "x1": 26, "y1": 11, "line": line} | at,
    ]


def _left(place: int, text: str, shift: int, *, is_total: bool = False, is_name: bool = False) -> dict[str, Any]:
    """A label at the left edge; totals are strong, longer names light. No markup: it would need inline styles."""
    at = {"xref": "paper", "x": 0, "xshift": -shift, "xanchor": "left", "y": place, "showarrow": False}
    color = "var(--ink)" if is_total else "var(--ink-3)" if is_name else "var(--ink-2)"
    return {**at, "text": _short(text), "font": {"size": 12, "color": color, "weight": 600 if is_total else 400}}


def _fill(step: BridgeStep) -> str:
    """A bridge shows every step in its effect; what is immaterial says so in its grey number."""
    return "var(--good-fill)" if step.size > 0 else "var(--bad-fill)"


def _ink(tone: str) -> str:
    return {"g": "var(--good)", "b": "var(--bad)"}.get(tone, "var(--ink-2)")


# --- months ------------------------------------------------------------------------------------------------
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
    height: int = 200,
) -> dict[str, Any]:
    """Months as columns: actual solid in the outline of its budget, forecast hatched with its interval.

    `months` name actual and forecast months in order; `interval` is (low, high) a forecast month. `limits`
    are in plain units of the scale; `fired` are the places of months where a rule fired.
    """
    known, coming = list(months[: len(actual)]), list(months[len(actual) : len(actual) + len(forecast)])
    data = [_column("Budget", list(months[: len(budget)]), budget, scale, width=0.78, fill=CLEAR, outline=True)]
    data.append(_column("Actual", known, actual, scale, width=0.56, fill="var(--d-ac)"))
    if forecast:
        data.append(_forecast(coming, forecast, interval, scale))
    last = next((place for place in reversed(range(len(actual))) if actual[place] is not None), None)
    lift = max((scale.of(number) for number in actual if number), default=0.0) * 0.05
    if fired:
        tops = [_scaled(actual[place], scale) for place in fired]
        data.append(_fired([known[place] for place in fired], tops, lift=lift))
    if last is not None:
        data.append(_last_value(known[last], actual[last], scale, lift=2 * lift if last in fired else 0.0))
    return {
        "data": data if budget else data[1:],
        "layout": {
            "height": height,
            "barmode": "overlay",
            "margin": {"l": 8, "r": 112 if limits else 8, "t": 14, "b": 8},
            "shapes": [
                *(_limit_line(limit) for limit in limits),
                *([_now_line(len(known))] if forecast else []),
            ],
            "annotations": [_limit_label(limit) for limit in limits],
            "xaxis": {"type": "category", "tickangle": 0, "nticks": 9},
            "yaxis": {"nticks": 5, "tickformat": ",~f", "rangemode": "tozero"},
        },
    }


def series(
    *,
    months: Sequence[str],
    values: Numbers,
    limits: Sequence[Limit] = (),
    fired: Sequence[int] = (),
    suffix: str = "%",
    rising_is_worse: bool = True,
    height: int = 220,
) -> dict[str, Any]:
    """A ratio by month as a line, with its limits, the zones behind them, and where a rule fired.

    Values and limits are as printed (42.0 for 42 %).
    """
    known = [value for value in values if value is not None] + [limit.number for limit in limits]
    low, high = min(known, default=0), max(known, default=1)
    room = (high - low or 1) * 0.12
    bounds = [low - room, high + room]
    label = {"xref": "paper", "x": 1.005, "xanchor": "left", "showarrow": False}
    last = values[-1] if values else None
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(months),
                "y": list(values),
                "line": {"color": "var(--d-ac)", "width": 1.8},
                "hovertemplate": f"%{{x}}  %{{y:.1f}}{suffix}<extra></extra>",
            },
            _fired([months[place] for place in fired], [values[place] for place in fired]),
        ],
        "layout": {
            "height": height,
            "margin": {"l": 8, "r": 112, "t": 8, "b": 8},
            "shapes": [*_zones(limits, bounds, rising_is_worse), *(_limit_line(limit) for limit in limits)],
            "annotations": [
                *(_limit_label(limit) for limit in limits),
                *([] if last is None else [{**label, "y": last, "text": f"{digits(last, 1)}{suffix}", "font": STRONG}]),
            ],
            "xaxis": {"type": "category", "tickangle": 0, "nticks": 9},
            "yaxis": {"range": bounds, "nticks": 5, "ticksuffix": suffix},
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
        up = [_scaled(high[1] - (number or 0), scale) if high else None for number, high in zip(numbers, interval)]  # noqa: B905
        down = [_scaled((number or 0) - low[0], scale) if low else None for number, low in zip(numbers, interval)]  # noqa: B905
        spread = {"type": "data", "symmetric": False, "array": up, "arrayminus": down}
        trace["error_y"] = {**spread, "color": "var(--d-ac)", "thickness": 1, "width": 4}
    return trace


def _fired(months: Sequence[str], numbers: Numbers, *, lift: float = 0.0) -> dict[str, Any]:
    """Where a rule fired: a triangle on the point, or lifted to stand above a column."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(months),
        "y": [None if number is None else number + lift for number in numbers],
        "marker": {
            "symbol": "triangle-up",
            "size": 10,
            "color": "var(--bad-fill)",
            "line": {"color": "var(--surface)", "width": 1.5},
        },
        "hovertemplate": "%{x}  the rule fired<extra></extra>",
        "cliponaxis": False,
    }


def _last_value(month: str, number: int | float | None, scale: Scale, *, lift: float) -> dict[str, Any]:
    """The one number that is printed: the last actual, above the triangle where a rule fired there."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [month],
        "y": [(_scaled(number, scale) or 0.0) + lift],
        "text": [_printed(number, scale)],
        "textposition": "top center",
        "textfont": {"size": 11, "color": "var(--ink)"},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _limit_line(limit: Limit) -> dict[str, Any]:
    line = {"color": f"var(--{limit.tone}-fill)", "width": 1.2, "dash": "4px,3px"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": limit.number, "y1": limit.number, "line": line}


def _limit_label(limit: Limit) -> dict[str, Any]:
    place = {"xref": "paper", "x": 1.005, "xanchor": "left", "y": limit.number, "showarrow": False}
    return {**place, "text": escape(limit.label), "font": _inked(f"var(--{limit.tone})")}


def _zones(limits: Sequence[Limit], bounds: Sequence[float], rising_is_worse: bool) -> list[dict[str, Any]]:
    """From each limit to the next worse one, the last to the edge."""
    ordered = sorted(limits, key=lambda limit: limit.number, reverse=not rising_is_worse)
    edges = [limit.number for limit in ordered[1:]] + [bounds[1] if rising_is_worse else bounds[0]]
    return [
        {
            "type": "rect",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": limit.number,
            "y1": edge,
            "fillcolor": f"var(--{limit.tone}-soft)",
            "line": {"width": 0},
            "layer": "below",
        }
        for limit, edge in zip(ordered, edges, strict=bool(ordered))
    ]


def _now_line(months: int) -> dict[str, Any]:
    line = {"color": "var(--d-axis)", "width": 1, "dash": "2px,3px"}
    return {"type": "line", "yref": "paper", "x0": months - 0.5, "x1": months - 0.5, "y0": 0, "y1": 1, "line": line}


def _inked(color: str) -> dict[str, Any]:
    return {"size": 11, "color": color}


def _scaled(number: int | float | None, scale: Scale) -> float | None:
    return None if number is None else scale.of(number)


def _printed(number: int | float | None, scale: Scale) -> str:
    return "–" if number is None else amount(number, scale)


# --- parts of a whole --------------------------------------------------------------------------------------
def stack(*, rows: Sequence[tuple[str, Sequence[float | None]]], parts: Sequence[str], told: int) -> dict[str, Any]:
    """Shares of a whole, a bar a row; the part the title speaks of (`told`) is dark, the others are light.

    Parts are named once, above the first bar, where they are wide enough.
    """
    widest = max((sum(share or 0 for share in shares) for _, shares in rows), default=1.0) or 1.0
    return {
        "data": [_part(rows, parts, i, told) for i in range(len(parts))],
        "layout": {
            "height": 44 * len(rows) + 28,
            "barmode": "stack",
            "bargap": 0.38,
            "margin": {"l": 8, "r": 8, "t": 22, "b": 4},
            "annotations": _part_names(rows[0][1], parts) if rows else [],
            "xaxis": {"visible": False, "range": [0, 100 * widest]},
            "yaxis": {
                "range": [len(rows) - 0.5, -0.5],
                "tickvals": list(range(len(rows))),
                "ticktext": [escape(label) for label, _ in rows],
                "tickfont": {"size": 12, "color": "var(--ink-2)"},
                "showgrid": False,
                "zeroline": False,
            },
        },
    }


def _part(
    rows: Sequence[tuple[str, Sequence[float | None]]], parts: Sequence[str], i: int, told: int
) -> dict[str, Any]:
    shares = [row[i] for _, row in rows]
    return {
        "type": "bar",
        "orientation": "h",
        "name": parts[i],
        "y": list(range(len(rows))),
        "x": [None if share is None else 100 * share for share in shares],
        "text": [f"{share * 100:.0f}" if share is not None and share > 0.055 else "" for share in shares],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"size": 11, "color": "var(--surface)" if i == told else "var(--ink)"},
        "marker": {
            "color": "var(--d-1)" if i == told else "var(--d-4)" if (i - told) % 2 else "var(--d-5)",
            "line": {"color": "var(--surface)", "width": 1.5},
        },
        "customdata": [f"{escape(label)}  {escape(parts[i])}" for label, _ in rows],
        "hovertemplate": "%{customdata} %{x:.1f}%<extra></extra>",
    }


def _part_names(shares: Sequence[float | None], parts: Sequence[str]) -> list[dict[str, Any]]:
    found, at = [], 0.0
    for share, part in zip(shares, parts, strict=True):
        if share and share > 0.055:
            place = {"x": 100 * at, "xanchor": "left", "yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 2}
            text = _short(part, max(4, int(share * 80)))
            found.append({**place, "text": text, "showarrow": False, "font": _inked("var(--ink-2)")})
        at += share or 0
    return found
