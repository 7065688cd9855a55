"""What every chart is drawn and lettered with. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

Numbers = Sequence[int | float | None]

CLEAR = "rgba(0,0,0,0)"


def lettering(color: str, *, is_strong: bool = False) -> dict[str, Any]:
    """The small letters beside a mark, in the ink of a token."""
    font = {"size": 11, "color": f"var(--{color})"}
    return {**font, "weight": 600} if is_strong else font


def short(text: str, length: int = 24) -> str:
    """A name as it fits beside a mark, and as plotly takes it for text."""
    return escape(text if len(text) <= length else f"{text[: length - 1].rstrip()}…")


def leading(hrefs: Sequence[str]) -> dict[str, Any]:
    """Where a click on each mark of a trace leads, as the script that draws reads it; nothing where none leads away."""
    return {"meta": list(hrefs)} if any(hrefs) else {}


def triangles(months: Sequence[str], numbers: Numbers, *, lift: float = 0.0) -> dict[str, Any]:
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
