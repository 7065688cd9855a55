"""Shares of a whole: a bar a row, the part that is spoken of in front of the others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from reports.charts.ink import lettering, short

NARROW = 190
"""Pixels that the bars have on a phone and in half of a sheet."""
LETTER, LINE = 7, 13
"""Pixels of one letter above the bars, and from one line of them to the next."""


def stack(
    *, rows: Sequence[tuple[str, Sequence[float | None]]], parts: Sequence[str], told: int, is_narrow: bool = False
) -> dict[str, Any]:
    """Shares of a whole, a bar a row; the part the title speaks of (`told`) is dark, the others are light.

    Parts are named once, above the first bar, where they are wide enough; with little room on two lines.
    """
    widest = max((sum(share or 0 for share in shares) for _, shares in rows), default=1.0) or 1.0
    lines = LINE if is_narrow else 0
    names = _part_names(rows[0][1], parts) if rows else []
    return {
        "data": [_part(rows, parts, i, told) for i in range(len(parts))],
        "layout": {
            "height": 44 * len(rows) + 28 + lines,
            "barmode": "stack",
            "bargap": 0.38,
            "margin": {"l": 8, "r": 8, "t": 22 + lines, "b": 4},
            "annotations": _on_two_lines(names, NARROW / (100 * widest)) if is_narrow else names,
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
            text = short(part, max(4, int(share * 80)))
            found.append({**place, "text": text, "showarrow": False, "font": lettering("ink-2")})
        at += share or 0
    return found


def _on_two_lines(names: Sequence[dict[str, Any]], pixels: float) -> list[dict[str, Any]]:
    """The names, with those that the one before would run into one line higher; so many pixels are one per cent."""
    found, free = [], 0.0
    for name in names:
        left = name["x"] * pixels
        is_free = left >= free
        found.append(name if is_free else name | {"yshift": name["yshift"] + LINE})
        free = left + LETTER * len(name["text"]) if is_free else free
    return found
