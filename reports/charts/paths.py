"""Month ends as lines: what is expected, thin, and what is proposed, dashed, with the interval around it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.charts.ink import Numbers, lettering, short
from reports.charts.limits import BESIDE
from reports.formatting import Scale, amount

DASHES = ("3px,3px", "8px,3px", "1px,3px")
BASE, SCENARIO = "Base", "Scenario"


@dataclass(frozen=True)
class Path:
    """A line by month: its name as it stands beside its end, and its amounts; a base is thin, all others dashed."""

    name: str
    amounts: Numbers
    is_base: bool = False


def paths(
    *,
    months: Sequence[str],
    lines: Sequence[Path],
    scale: Scale,
    interval: Sequence[tuple[int, int] | None] = (),
    known: int = 0,
    height: int = 240,
) -> dict[str, Any]:
    """Lines over the same months with their names at the end, the lowest point to come of the last one told.

    `interval` is (low, high) a month, drawn as a band; None is a month without one. The first `known` months are
    closed. Amounts in ten-thousandths.
    """
    drawn = [each for line in lines for each in line.amounts if each is not None]
    drawn += [end for ends in interval if ends for end in ends]
    low, high = (scale.of(min(drawn)), scale.of(max(drawn))) if drawn else (0.0, 1.0)
    room = (high - low or 1) * 0.12
    return {
        "data": [
            *_band(months, interval, scale),
            *_lines(months, lines, scale),
            *_lowest(months, lines[-1], scale, known),
        ],
        "layout": {
            "height": height,
            "margin": {"l": 8, "r": 112, "t": 14, "b": 8},
            "annotations": _names(lines, scale, least=(high - low) * 0.09),
            "xaxis": {"type": "category", "tickangle": 0, "nticks": 13},
            "yaxis": {"range": [low - room, high + room], "nticks": 5, "tickformat": ",~f"},
        },
    }


def _lines(months: Sequence[str], lines: Sequence[Path], scale: Scale) -> list[dict[str, Any]]:
    dashes = iter(DASHES * len(lines))
    return [_line(months, line, scale, "solid" if line.is_base else next(dashes)) for line in lines]


def _line(months: Sequence[str], line: Path, scale: Scale, dash: str) -> dict[str, Any]:
    ink = {"color": "var(--d-bu)", "width": 1} if line.is_base else {"color": "var(--d-ac)", "width": 2, "dash": dash}
    return {
        "type": "scatter",
        "mode": "lines",
        "name": short(line.name),
        "x": list(months),
        "y": [None if each is None else scale.of(each) for each in line.amounts],
        "line": ink,
        "customdata": ["–" if each is None else amount(each, scale) for each in line.amounts],
        "hovertemplate": f"%{{x}}  {short(line.name)} %{{customdata}}<extra></extra>",
    }


def _band(months: Sequence[str], interval: Sequence[tuple[int, int] | None], scale: Scale) -> list[dict[str, Any]]:
    """Two lines nobody sees with the room between them filled."""
    if not any(interval):
        return []
    ends = [[scale.of(each[side]) if each else None for each in interval] for side in (0, 1)]
    hidden = {"type": "scatter", "mode": "lines", "x": list(months), "line": {"width": 0}, "hoverinfo": "skip"}
    return [{**hidden, "y": ends[0]}, {**hidden, "y": ends[1], "fill": "tonexty", "fillcolor": "var(--d-band)"}]


def _lowest(months: Sequence[str], line: Path, scale: Scale, known: int) -> list[dict[str, Any]]:
    """The lowest month end of a line that is still to come, told below its point."""
    coming = [(each, place) for place, each in enumerate(line.amounts) if each is not None and place >= known]
    if line.is_base or not coming:
        return []
    least, place = min(coming)
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [months[place]],
            "y": [scale.of(least)],
            "marker": {"size": 6, "color": "var(--d-ac)"},
            "text": [f"lowest {amount(least, scale)}"],
            "textposition": "bottom center",
            "textfont": lettering("ink"),
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
    ]


def _names(lines: Sequence[Path], scale: Scale, *, least: float) -> list[dict[str, Any]]:
    """The name and last amount of each line right of its end, moved apart where they would meet."""
    ends = [(line.amounts[-1], line) for line in lines if line.amounts and line.amounts[-1] is not None]
    found: list[dict[str, Any]] = []
    at = float("-inf")
    for last, line in sorted(ends, key=lambda each: each[0] or 0):
        assert last is not None
        at = max(scale.of(last), at + least)
        ink = lettering("ink-2") if line.is_base else lettering("ink", is_strong=True)
        found.append({**BESIDE, "y": at, "text": f"{short(line.name, 12)} {amount(last, scale)}", "font": ink})
    return found
