"""A bridge drawn by the server where plotly will draw it: there before any script, and without one. Pure.

Labels stand in an SVG of their own width, bars beside them in one that takes the width that is left; their places are
shares of it, so nothing has to be computed when a window changes. Geometry and inks are those of the figure that
`bridges` makes of the same waterfall, so that nothing moves when it takes the place of this.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from reports.charts.bridges import THICK, Bridge
from reports.charts.ink import short
from reports.formatting import amount

BASELINE = 4
"""Pixels from the middle of a row down to the line that letters of 12 pixels stand on."""


def still(bridge: Bridge) -> str:
    """The bridge as SVG; colours are classes, what came from files is escaped, hidden from screen readers."""
    return f'<div class="still">{_names(bridge)}{_bars(bridge)}</div>'


def _names(bridge: Bridge) -> str:
    """Labels in one column, longer names in the next; totals are strong."""
    first, room = bridge.columns
    last = bridge.fall.last
    texts = []
    for place, (label, name) in enumerate(bridge.labels):
        ink = "k w6" if place in (0, last) else "k2"
        texts.append(_text("0", bridge.middle(place), short(label), ink))
        if name:
            texts.append(_text(str(first), bridge.middle(place), short(name), ""))
    return f'<svg class="names" width="{room}" height="{bridge.height}" aria-hidden="true">{"".join(texts)}</svg>'


def _bars(bridge: Bridge) -> str:
    fall = bridge.fall
    start, end = bridge.start[1], bridge.end[1]
    body = [
        *_connectors(bridge),
        _bar(bridge, 0, fall.floor, start, "c-py" if bridge.is_past else "c-bu"),
        *(
            _bar(bridge, place, before, after, "c-good" if step.size > 0 else "c-bad")
            for place, step, (before, after) in zip(fall.places, fall.steps, pairwise(fall.running), strict=True)
        ),
        _bar(bridge, fall.last, fall.floor, end, "c-ac"),
        *(_slash(bridge, place) for place in (0, fall.last) if fall.floor),
        *_values(bridge),
    ]
    return f'<svg class="bars" height="{bridge.height}" aria-hidden="true">{"".join(body)}</svg>'


def _bar(bridge: Bridge, place: int, left: int, right: int, cls: str) -> str:
    low, high = sorted((bridge.share(left), bridge.share(right)))
    top, thick = bridge.middle(place) - THICK * bridge.pitch / 2, THICK * bridge.pitch
    return f'<rect x="{low:.2f}%" y="{top:.1f}" width="{high - low:.2f}%" height="{thick:.1f}" class="{cls}"/>'


def _connectors(bridge: Bridge) -> Iterator[str]:
    """From the end of each bar down to the beginning of the next."""
    reach = THICK * bridge.pitch / 2
    for place, total in enumerate(bridge.fall.running):
        x, top, bottom = bridge.share(total), bridge.middle(place) + reach, bridge.middle(place + 1) - reach
        yield f'<line x1="{x:.2f}%" x2="{x:.2f}%" y1="{top:.1f}" y2="{bottom:.1f}" class="l-conn"/>'


def _slash(bridge: Bridge, place: int) -> str:
    """The double slash through a total of an axis that does not start at zero."""
    x, y = bridge.share(bridge.fall.floor), bridge.middle(place)
    strokes = '<path d="M14 11 21-11h5L19 11Z" class="c-surface"/><path d="M14 11 21-11M19 11 26-11" class="l-conn"/>'
    return f'<svg x="{x:.2f}%" y="{y:.1f}" width="1" height="1" aria-hidden="true">{strokes}</svg>'


def _values(bridge: Bridge) -> Iterator[str]:
    """The numbers behind the bars, each at the right end of its bar."""
    fall, scale = bridge.fall, bridge.scale
    yield _value(bridge, 0, max(bridge.start[1], 0), amount(bridge.start[1], scale), "k w6")
    for place, step, totals in zip(fall.places, fall.steps, pairwise(fall.running), strict=True):
        ink = step.tone if step.tone in ("g", "b") else "k2"
        yield _value(bridge, place, max(totals), amount(step.size, scale, signed=True), ink)
    yield _value(bridge, fall.last, max(bridge.end[1], 0), amount(bridge.end[1], scale), "k w6")


def _value(bridge: Bridge, place: int, at: int, text: str, ink: str) -> str:
    return _text(f"{bridge.share(at):.2f}%", bridge.middle(place), text, ink, shift=8)


def _text(x: str, middle: float, text: str, ink: str, *, shift: int = 0) -> str:
    """Text at a place, with its middle at a height; it is markup already."""
    aside = f' dx="{shift}"' if shift else ""
    cls = f"f12 {ink}".rstrip()
    return f'<text x="{x}"{aside} y="{middle + BASELINE:.1f}" class="{cls}">{text}</text>'
