"""A waterfall as a chart: top to bottom, each step hung where the one before it ended. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from itertools import pairwise
from typing import Any

from reports.charts.ink import CLEAR, leading, short
from reports.charts.waterfall import BridgeStep, Waterfall, pooled
from reports.formatting import Scale, amount

ROW = 24
STEP = 20
"""Pixels between two heights that a chart may have."""
LETTER = 6.9
"""How wide a letter of a label is at most, so that labels and bars do not meet."""
CAPITAL = 8.8
"""The same of a label in capitals."""
THICK = 0.62
"""How much of its row a bar fills."""


@dataclass(frozen=True)
class Bridge:
    """A waterfall with its scale, top to bottom; amounts in the least unit, as they are stored.

    `is_narrow` pools small steps and leaves out the longer names, for a phone. A baseline that `is_past` was an actual
    and is solid, if lighter; any other is an outline. The axis is cut below the smallest running total.
    """

    start: tuple[str, int]
    steps: Sequence[BridgeStep]
    end: tuple[str, int]
    scale: Scale
    is_past: bool = False
    is_narrow: bool = False

    @property
    def narrow(self) -> Bridge:
        """The same for a phone."""
        return replace(self, steps=pooled(self.steps), is_narrow=True)

    @cached_property
    def fall(self) -> Waterfall:
        """The running totals and the axis."""
        return Waterfall(self.start, self.steps, self.end)

    @cached_property
    def labels(self) -> list[tuple[str, str]]:
        """What stands before each row: a label, and a longer name or nothing."""
        names = (("" if self.is_narrow else step.name) for step in self.steps)
        between = ((step.label, name) for step, name in zip(self.steps, names, strict=True))
        return [(self.start[0], ""), *between, (self.end[0], "")]

    @cached_property
    def columns(self) -> tuple[int, int]:
        """Pixels that the labels take, and labels and longer names together."""
        first = max(_width(short(label)) for label, _ in self.labels)
        second = max(_width(short(name)) for _, name in self.labels)
        return first + 10, first + 10 + (second + 4 if second else 0)

    @property
    def height(self) -> int:
        """Pixels of all rows, in whole steps of the classes that hold its room."""
        return math.ceil((ROW * len(self.labels) + 12) / STEP) * STEP

    @property
    def pitch(self) -> float:
        """Pixels from one row to the next."""
        return self.height / len(self.labels)

    def middle(self, place: int) -> float:
        """Pixels from the top to the middle of a row."""
        return (place + 0.5) * self.pitch

    def share(self, total: int) -> float:
        """How far along the axis a total stands, in per cent."""
        low, high = self.fall.axis
        return (total - low) / (high - low) * 100


def _width(text: str) -> int:
    """Pixels that a label takes at most."""
    return round(max(len(text) * LETTER, sum(map(str.isupper, text)) * CAPITAL))


def bridge(drawn: Bridge) -> dict[str, Any]:
    """The figure of a bridge: from a baseline to the actual, each step hung where the one before it ended."""
    fall, scale = drawn.fall, drawn.scale
    first, room = drawn.columns
    return {
        "data": [
            _total(drawn.start, 0, fall, scale, fill="var(--d-py)" if drawn.is_past else CLEAR),
            _steps(fall, scale),
            _total(drawn.end, fall.last, fall, scale, fill="var(--d-ac)"),
            _values(fall, scale),
        ],
        "layout": {
            "height": drawn.height,
            "barmode": "overlay",
            "margin": {"l": room, "r": 8, "t": 0, "b": 0},
            "shapes": [*_connectors(fall, scale), *_slashes(fall, scale)],
            "annotations": _lettered(drawn.labels, first=first, room=room),
            "xaxis": {"range": [scale.of(end) for end in fall.axis], "visible": False},
            "yaxis": {
                "range": [len(drawn.labels) - 0.5, -0.5],
                "showgrid": False,
                "zeroline": False,
                "showticklabels": False,
                "automargin": False,
            },
        },
    }


def _total(total: tuple[str, int], place: int, fall: Waterfall, scale: Scale, *, fill: str) -> dict[str, Any]:
    """The baseline or the actual, from the beginning of the axis."""
    return {
        "type": "bar",
        "orientation": "h",
        "y": [place],
        "x": [scale.of(total[1] - fall.floor)],
        "base": [scale.of(fall.floor)],
        "width": THICK,
        "marker": {"color": fill, "line": {"color": "var(--d-bu)", "width": 1}},
        "customdata": [f"{escape(total[0])}  {amount(total[1], scale)}"],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _steps(fall: Waterfall, scale: Scale) -> dict[str, Any]:
    """The steps between both totals, each in its effect."""
    names = [f"{short(step.label)} {short(step.name)}".strip() for step in fall.steps]
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(fall.places),
        "x": [scale.of(step.size) for step in fall.steps],
        "base": [scale.of(total) for total in fall.running[:-1]],
        "width": THICK,
        "marker": {"color": [_fill(step) for step in fall.steps]},
        **leading([step.href for step in fall.steps]),
        "customdata": [f"{name}  {_signed(step, scale)}" for name, step in zip(names, fall.steps, strict=True)],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _values(fall: Waterfall, scale: Scale) -> dict[str, Any]:
    """The numbers behind the bars, each at the right end of its bar."""
    start, end = fall.start[1], fall.end[1]
    tops = [max(before, after) for before, after in pairwise(fall.running)]
    texts = [amount(start, scale), *(_signed(step, scale) for step in fall.steps), amount(end, scale)]
    return {
        "type": "scatter",
        "mode": "text",
        "y": list(range(fall.last + 1)),
        "x": [scale.of(value) for value in (max(start, 0), *tops, max(end, 0))],
        "text": [f"\u2002{text}" for text in texts],
        "textposition": "middle right",
        "textfont": {
            "size": 12,
            "color": ["var(--ink)", *(_ink(step.tone) for step in fall.steps), "var(--ink)"],
            "weight": [600, *(400 for _ in fall.steps), 600],
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _signed(step: BridgeStep, scale: Scale) -> str:
    return amount(step.size, scale, signed=True)


def _lettered(labels: Sequence[tuple[str, str]], *, first: int, room: int) -> list[dict[str, Any]]:
    """Labels in one column, longer names in the next; totals are strong."""
    last = len(labels) - 1
    return [
        *(_left(place, label, room, is_total=place in (0, last)) for place, (label, _) in enumerate(labels)),
        *(_left(place, name, room - first, is_name=True) for place, (_, name) in enumerate(labels) if name),
    ]


def _left(place: int, text: str, shift: int, *, is_total: bool = False, is_name: bool = False) -> dict[str, Any]:
    """A label at the left edge; totals are strong, longer names light. No markup: it would need inline styles."""
    at = {"xref": "paper", "x": 0, "xshift": -shift, "xanchor": "left", "y": place, "showarrow": False}
    color = "var(--ink)" if is_total else "var(--ink-3)" if is_name else "var(--ink-2)"
    return {**at, "text": short(text), "font": {"size": 12, "color": color, "weight": 600 if is_total else 400}}


def _connectors(fall: Waterfall, scale: Scale) -> list[dict[str, Any]]:
    """From the end of each bar down to the beginning of the next."""
    line = {"color": "var(--d-axis)", "width": 1}
    return [
        {"type": "line", "x0": x, "x1": x, "y0": place + THICK / 2, "y1": place + 1 - THICK / 2, "line": line}
        for place, x in enumerate(map(scale.of, fall.running))
    ]


def _slashes(fall: Waterfall, scale: Scale) -> list[dict[str, Any]]:
    """The double slash through both totals of an axis that does not start at zero."""
    if not fall.floor:
        return []
    return [shape for place in (0, fall.last) for shape in _slash(place, scale.of(fall.floor))]


def _slash(place: int, x: float) -> list[dict[str, Any]]:
    at = {"xsizemode": "pixel", "ysizemode": "pixel", "xanchor": x, "yanchor": place}
    line = {"color": "var(--d-axis)", "width": 1}
    return [
        {"type": "path", "path": "M14,-11 L21,11 L26,11 L19,-11 Z", "fillcolor": "var(--surface)", "line": {"width": 0}}
        | at,
        {"type": "line", "x0": 14, "y0": -11, "x1": 21, "y1": 11, "line": line} | at,
        {"type": "line", "x0": 19, "y0": -11, "x1": 26, "y1": 11, "line": line} | at,
    ]


def _fill(step: BridgeStep) -> str:
    """A bridge shows every step in its effect; what is immaterial says so in its grey number."""
    return "var(--good-fill)" if step.size > 0 else "var(--bad-fill)"


def _ink(tone: str) -> str:
    return {"g": "var(--good)", "b": "var(--bad)"}.get(tone, "var(--ink-2)")
