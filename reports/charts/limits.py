"""A line that numbers must not cross: how it is drawn, named, and shaded on its worse side. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from reports.charts.ink import lettering

STAIRS = 4
"""How many steps a limit takes before they are drawn each for itself."""

BESIDE: dict[str, Any] = {"xref": "paper", "x": 1.005, "xanchor": "left", "showarrow": False}
"""Right of the drawing, where a line is named."""


@dataclass(frozen=True)
class Limit:
    """A line that a series must not cross, in the series' own unit; `tone` is warn or bad.

    `steps` are where it lay in each period, None where there was none; without them it has always lain at `number`.
    """

    label: str
    number: float
    tone: str
    steps: Sequence[float | None] = ()

    @property
    def is_straight(self) -> bool:
        """Whether it lies where it has always lain, as far as the drawing goes back."""
        return all(step == self.number for step in self.steps)

    @property
    def is_restless(self) -> bool:
        """Whether it moves with what it is measured from: joined up, its steps would be a picket fence."""
        known = [step for step in self.steps if step is not None]
        return sum(one != other for one, other in pairwise(known)) > STAIRS

    def stairs(self, months: Sequence[str]) -> dict[str, Any]:
        """The line as it moved: level within a period, with a step where the next one had another limit."""
        return {
            "type": "scatter",
            "mode": "lines",
            "x": list(months),
            "y": list(self.steps),
            "line": {"color": f"var(--{self.tone}-fill)", "width": 1.2, "dash": "4px,3px", "shape": "hvh"},
            "connectgaps": False,
            "hoverinfo": "skip",
        }

    def dashes(self) -> list[dict[str, Any]]:
        """The line cut into one piece a period."""
        line = {"color": f"var(--{self.tone}-fill)", "width": 1.6}
        return [
            {"type": "line", "x0": place - 0.42, "x1": place + 0.42, "y0": step, "y1": step, "line": line}
            for place, step in enumerate(self.steps)
            if step is not None
        ]

    def line(self) -> dict[str, Any]:
        line = {"color": f"var(--{self.tone}-fill)", "width": 1.2, "dash": "4px,3px"}
        return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": self.number, "y1": self.number, "line": line}

    def name(self) -> dict[str, Any]:
        return {**BESIDE, "y": self.number, "text": escape(self.label), "font": lettering(self.tone)}


def across(limits: Sequence[Limit]) -> list[dict[str, Any]]:
    """The limits that are drawn as shapes: right across, or a dash a period where they never rest."""
    straight = [limit.line() for limit in limits if limit.is_straight]
    return [*straight, *(dash for limit in limits if limit.is_restless for dash in limit.dashes())]


def stairs(limits: Sequence[Limit], months: Sequence[str]) -> list[dict[str, Any]]:
    """The limits that have moved now and then, month by month."""
    return [limit.stairs(months) for limit in limits if not limit.is_straight and not limit.is_restless]


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
