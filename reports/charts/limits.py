"""A line that numbers must not cross: how it is drawn, named, and shaded on its worse side. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from reports.charts.ink import lettering

BESIDE: dict[str, Any] = {"xref": "paper", "x": 1.005, "xanchor": "left", "showarrow": False}
"""Right of the drawing, where a line is named."""


@dataclass(frozen=True)
class Limit:
    """A line that a series must not cross, in the series' own unit; `tone` is warn or bad."""

    label: str
    number: float
    tone: str

    def line(self) -> dict[str, Any]:
        line = {"color": f"var(--{self.tone}-fill)", "width": 1.2, "dash": "4px,3px"}
        return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": self.number, "y1": self.number, "line": line}

    def name(self) -> dict[str, Any]:
        return {**BESIDE, "y": self.number, "text": escape(self.label), "font": lettering(self.tone)}


def zones(limits: Sequence[Limit], bounds: Sequence[float], rising_is_worse: bool) -> list[dict[str, Any]]:
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
