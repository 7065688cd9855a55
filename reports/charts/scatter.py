"""Two measures of each unit against each other, with the group's own as a cross. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt
from typing import Any

from reports.charts.ink import CLEAR, leading, lettering, short
from reports.formatting import LETTERS, digits, magnitude, symbol

LARGEST, SMALLEST = 26.0, 7.0
"""Diameters of the largest dot, and of one whose area would be too small to hit."""
LETTER, LINE = 6.3, 14.0
"""How much room a letter of a label takes, and a line of it."""
MARGIN = {"l": 40, "r": 14, "t": 16, "b": 46}
FILLS = {"lead": "var(--d-ac)", "bad": "var(--bad-fill)", "": "var(--d-ac)"}
INKS = {"lead": "ink", "bad": "bad", "": "ink-2"}


@dataclass(frozen=True)
class Dot:
    """A unit: money in ten-thousandths across, a ratio up, heads in ten-thousandths as its area.

    The tone is "lead" for what the title speaks of, "bad" for what is off plan; `told` is read on hovering,
    `href` is where a click leads.
    """

    label: str
    across: int
    up: float
    size: int
    told: str
    tone: str = ""
    href: str = ""


@dataclass(frozen=True)
class _Ends:
    """The ends of an axis and the pixels between them."""

    low: float
    high: float
    pixels: float

    def at(self, number: float) -> float:
        return (number - self.low) / (self.high - self.low) * self.pixels


def scatter(
    dots: Sequence[Dot],
    *,
    group: tuple[int, float] | None,
    currency: str,
    title: str,
    width: int = 560,
    height: int = 340,
) -> dict[str, Any]:
    """Dots in the order given; `group` is where the group itself stands, None where that is not known.

    Dots are named as far as their names do not meet, those with a tone first. `width` is what the drawing is about
    wide, which only the names depend on.
    """
    numbers = [dot.across for dot in dots] + ([group[0]] if group else [])
    divisor, _ = magnitude(max((abs(number) for number in numbers), default=0))
    unit = 10_000 * divisor
    xs = _ends([number / unit for number in numbers], width - MARGIN["l"] - MARGIN["r"], room=(0.08, 0.14))
    ups = [dot.up * 100 for dot in dots] + ([group[1] * 100] if group else [])
    ys = _ends([*ups, 0.0], height - MARGIN["t"] - MARGIN["b"], room=(0.1, 0.1))
    sizes = _diameters(dots)
    points = [(dot.across / unit, dot.up * 100) for dot in dots]
    return {
        "data": [_dots(dots, points, sizes), *([_cross_names(group, unit, currency, xs, ys)] if group else [])],
        "layout": {
            "height": height,
            "margin": dict(MARGIN),
            "shapes": _cross(group, unit) if group else [],
            "annotations": [_label(dots[place], points[place], side, sizes[place]) for place, side in
                            _placed(dots, points, sizes, xs, ys)],
            "xaxis": {
                "range": [xs.low, xs.high], "nticks": 6, "tickprefix": symbol(currency), "ticksuffix": LETTERS[divisor],
                "showgrid": True, "gridcolor": "var(--d-grid)", "automargin": False,
                "title": {"text": escape(title), "font": lettering("ink-3"), "standoff": 6},
            },
            "yaxis": {"range": [ys.low, ys.high], "nticks": 5, "ticksuffix": "%", "automargin": False},
        },
    }  # fmt: skip


def _ends(numbers: Sequence[float], pixels: float, *, room: tuple[float, float]) -> _Ends:
    """All numbers with some room at either end."""
    low, high = min(numbers), max(numbers)
    spread = (high - low) or abs(high) or 1.0
    return _Ends(low - room[0] * spread, high + room[1] * spread, pixels)


def _diameters(dots: Sequence[Dot]) -> list[float]:
    largest = max((dot.size for dot in dots), default=0) or 1
    return [round(max(LARGEST * sqrt(max(dot.size, 0) / largest), SMALLEST), 1) for dot in dots]


def _dots(dots: Sequence[Dot], points: Sequence[tuple[float, float]], sizes: Sequence[float]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        **leading([dot.href for dot in dots]),
        "marker": {
            "size": list(sizes),
            "color": [FILLS[dot.tone] for dot in dots],
            "opacity": [0.85 if dot.tone else 0.28 for dot in dots],
            "line": {"width": 0},
        },
        "customdata": [escape(dot.told) for dot in dots],
        "hovertemplate": "%{customdata}<extra></extra>",
        "cliponaxis": False,
    }


def _cross(group: tuple[int, float], unit: int) -> list[dict[str, Any]]:
    """The group's own two measures as thin lines."""
    line = {"color": "var(--d-axis)", "width": 1}
    x, y = group[0] / unit, group[1] * 100
    return [
        {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line, "layer": "below"},
        {"type": "line", "y0": y, "y1": y, "xref": "paper", "x0": 0, "x1": 1, "line": line, "layer": "below"},
    ]


def _cross_names(group: tuple[int, float], unit: int, currency: str, xs: _Ends, ys: _Ends) -> dict[str, Any]:
    x, y = group[0] / unit, group[1] * 100
    letter = LETTERS[unit // 10_000]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x, xs.high],
        "y": [ys.high, y],
        "text": [f"group {symbol(currency)}{digits(x, 2)}{letter}", f"group {digits(y)}%"],
        "textposition": ["top center", "top left"],
        "textfont": lettering("ink-3"),
        "hoverinfo": "skip",
        "cliponaxis": False,
        "marker": {"color": CLEAR},
    }


SIDES = ("right", "left", "above", "below")


def _placed(
    dots: Sequence[Dot], points: Sequence[tuple[float, float]], sizes: Sequence[float], xs: _Ends, ys: _Ends
) -> list[tuple[int, str]]:
    """Which dots are named, and on which side: where the name meets neither another name nor a dot."""
    spots = [(xs.at(x), ys.at(y), size / 2) for (x, y), size in zip(points, sizes, strict=True)]
    taken = [(x - r, y - r, x + r, y + r) for x, y, r in spots]
    found = []
    for place in sorted(range(len(dots)), key=lambda at: (not dots[at].tone, -dots[at].size)):
        for side in SIDES:
            box = _box(len(_name(dots[place])) * LETTER, *spots[place], side)
            others = taken[:place] + taken[place + 1 :]
            if box[0] >= 0 and box[2] <= xs.pixels and not any(_meet(box, other) for other in others):
                found.append((place, side))
                taken.append(box)
                break
    return found


def _box(wide: float, x: float, y: float, radius: float, side: str) -> tuple[float, float, float, float]:
    gap = radius + 3
    match side:
        case "right":
            return x + gap, y - LINE / 2, x + gap + wide, y + LINE / 2
        case "left":
            return x - gap - wide, y - LINE / 2, x - gap, y + LINE / 2
        case "above":
            return x - wide / 2, y + gap, x + wide / 2, y + gap + LINE
        case _:
            return x - wide / 2, y - gap - LINE, x + wide / 2, y - gap


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _name(dot: Dot) -> str:
    return short(dot.label, 18)


def _label(dot: Dot, point: tuple[float, float], side: str, size: float) -> dict[str, Any]:
    gap = size / 2 + 3
    places = {
        "right": {"xanchor": "left", "yanchor": "middle", "xshift": gap},
        "left": {"xanchor": "right", "yanchor": "middle", "xshift": -gap},
        "above": {"xanchor": "center", "yanchor": "bottom", "yshift": gap - 2},
        "below": {"xanchor": "center", "yanchor": "top", "yshift": 2 - gap},
    }
    font = lettering(INKS[dot.tone], is_strong=bool(dot.tone))
    return {"x": point[0], "y": point[1], "text": _name(dot), "showarrow": False, "font": font, **places[side]}
