"""Small drawings that stand in cells and captions: inline SVG from the server. Pure.

They cost no script, print well and stand in e-mails. Colours and strokes come from classes, lengths are
attributes: no style attribute anywhere, so the strictest content policy draws them. A drawing whose number
stands beside it is hidden from screen readers; the others carry a label.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from reports.formatting import digits

Point = tuple[float, float]
Numbers = Sequence[float | None]

ACTUAL = "c-ac"
LETTER = 5.6
"""How wide a letter of a limit is, so that two of them do not touch."""
BAND_TOP, BAND = 16, 12
"""Where the track of a band begins, below its marker, and how thick it is."""
TONES = {"g": "good", "b": "bad", "z": "py"}


@dataclass(frozen=True)
class _Limit:
    """A limit on a band: where it stands along it, what it is called, and the tones of its zone and its name."""

    place: float
    text: str
    tone: str
    ink: str


def spark(actual: Numbers, baseline: Numbers = (), *, width: int = 128, height: int = 34, span: float = 0.0) -> str:
    """A line of months with the last point marked and the baseline dotted.

    A missing month breaks the line. `span` is the least height of the scale. Nothing at all draws nothing.
    """
    known = [number for number in (*actual, *baseline) if number is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    pad = (high - low) * 0.12 or 1.0
    if span and high - low < span:
        middle = (low + high) / 2
        low, high, pad = middle - span / 2, middle + span / 2, 0.0
    across = _linear(0, max(len(actual), len(baseline), 2) - 1, 1, width - 5)
    up = _linear(low - pad, high + pad, height - 2, 2)
    body = _lines(baseline, across, up, "l-bu dotted") + _lines(actual, across, up, "l-ac") + _last(actual, across, up)
    return _svg(width, height, body)


def actual_bar(
    actual: float,
    baseline: float | None,
    largest: float,
    *,
    width: int = 68,
    height: int = 16,
    is_past: bool = False,
) -> str:
    """Actual solid in the outline of its baseline, on the scale of its column; losses draw no bar.

    A baseline that `is_past` was an actual and is solid, if lighter.
    """
    mark = "c-py" if is_past else "c-bu"
    along = _linear(0, largest or 1, 0, width - 1)
    frame = "" if baseline is None else _rect(0.5, 2.5, max(along(baseline), 0), height - 5, mark)
    return _svg(width, height, frame + _rect(0, 5, max(along(actual), 0), height - 10, ACTUAL), cls="bar")


def variance_bar(number: float, largest: float, tone: str, *, width: int = 64, height: int = 16) -> str:
    """A difference left or right of a zero line, on the scale of its column; beyond it the bar is clipped."""
    zero, length = _from_zero(number, largest, width, reserve=1)
    mark = f"c-{TONES[tone]}"
    return _svg(
        width,
        height,
        _rect(zero, 4, length, height - 8, mark) + _line(zero, 0, zero, height, "l-axis"),
        cls="bar",
    )


def pin(number: float, largest: float, tone: str, *, width: int = 42, height: int = 16) -> str:
    """A relative difference: a thin line with a head."""
    zero, length = _from_zero(number, largest, width, reserve=3)
    middle = height / 2
    return _svg(
        width,
        height,
        _line(zero, 0, zero, height, "l-axis")
        + _line(zero, middle, zero + length, middle, f"l-{TONES[tone]}")
        + _circle(zero + length, middle, 2.8, f"c-{TONES[tone]}"),
        cls="bar",
    )


def multiple(
    actual: Numbers,
    baseline: Numbers,
    *,
    low: float,
    high: float,
    ticks: Sequence[float],
    first: str,
    last: str,
    label: str,
    divisor: float = 0.01,
    more_is_better: bool | None = True,
    width: int = 176,
    height: int = 84,
) -> str:
    """One of several small charts on one scale: actual, budget thin, and the gap between them shaded.

    Only a gap that hurts is shaded red and one that helps green; where neither helps, it stays grey.
    """
    left = 22
    across = _linear(0, max(len(actual) - 1, 1), left, width - 5)
    up = _linear(low, high, height - 15, 4)
    grid = "".join(
        _line(left, up(tick), width, up(tick), "l-axis" if tick == 0 else "l-grid")
        + _text(16, up(tick) + 3.5, digits(tick / divisor), "e f10")
        for tick in ticks
    )
    gaps = "".join(
        _polygon(corners, tone) for corners, tone in _gaps(actual, baseline, across, up, better=more_is_better)
    )
    lines = _lines(baseline, across, up, "l-bu") + _lines(actual, across, up, "l-ac") + _last(actual, across, up)
    months = _text(left, height - 2, first, "f10") + _text(width, height - 2, last, "e f10")
    return _svg(width, height, grid + gaps + lines + months, cls="fluid", label=label)


def band(
    value: float,
    *,
    low: float,
    high: float,
    warning: float | None,
    critical: float | None,
    warning_text: str = "",
    critical_text: str = "",
    prior: float | None = None,
    rising_is_worse: bool = True,
    label: str = "",
    width: int = 240,
    height: int = 44,
) -> str:
    """A track with its warning and critical zones, both limits named, a marker at the value, a tick for last year."""
    along = _linear(low, high, 0, width)

    def at(number: float) -> float:
        return min(max(along(number), 0), width)

    given = ((warning, warning_text, "warn", "wn"), (critical, critical_text, "bad", "b"))
    limits = [_Limit(at(number), text, tone, ink) for number, text, tone, ink in given if number is not None]
    body = _rect(0, BAND_TOP, width, BAND, "c-band half", radius=2)
    body += _zones(limits, worst=width if rising_is_worse else 0) + _named(limits, width)
    if prior is not None:
        body += _line(at(prior), BAND_TOP + 1, at(prior), BAND_TOP + BAND - 1, "l-tick")
    body += f'<path d="M{at(value):.1f},{BAND_TOP - 1} l-5,-8 h10 Z" class="{ACTUAL}"/>'
    body += _line(at(value), BAND_TOP - 1, at(value), BAND_TOP + BAND, "l-mark")
    return _svg(width, height, body, cls="fluid", label=label)


def budget_bar(
    used: float, ahead: float | None, due: float | None, largest: float, *, width: int = 230, height: int = 18
) -> str:
    """A budget as an outline of length 1, what is spent solid in it, and hatched what is spent until its end.

    The tick stands at `due`, the part that was planned to be spent by now. What goes beyond `largest` is clipped.
    """
    along = _linear(0, largest or 1, 0, width - 1)
    spent = min(max(along(used), 0), width - 1.0)
    body = _rect(0.5, 2.5, along(1), height - 5, "c-bu") + _rect(0, 5, spent, height - 10, ACTUAL)
    if ahead is not None and ahead > used:
        end = min(along(ahead), width - 1.0)
        body += _rect(spent, 5.5, max(end - spent, 0), height - 11, "c-fc") + _hatch(spent, end, 5.5, height - 5.5)
    if due is not None:
        body += _line(along(due), 0, along(due), height, "l-acc")
    return _svg(width, height, body, cls="bar")


def staff_bar(
    heads: float, planned: float | None, contractors: float, largest: float, *, width: int = 190, height: int = 16
) -> str:
    """Own heads solid in the outline of the plan, and contractors lighter behind the longer of the two."""
    along = _linear(0, largest or 1, 0, width - 4)
    frame = "" if planned is None else _rect(0.5, 2.5, along(planned), height - 5, "c-bu")
    behind = max(along(planned or 0), along(heads)) + 2.5
    others = _rect(behind, 4, along(contractors), height - 8, "c-d4") if contractors else ""
    return _svg(width, height, frame + _rect(0, 5, along(heads), height - 10, ACTUAL) + others, cls="bar")


def dot(
    number: float,
    baseline: float | None,
    limit: float | None,
    largest: float,
    tone: str,
    *,
    width: int = 190,
    height: int = 20,
) -> str:
    """A share as a dot on a line from zero, its budget as a ring, and the limit as a dashed line through the row."""
    along = _linear(0, largest or 1, 4, width - 5)
    middle = height / 2
    body = "" if limit is None else _line(along(limit), 0, along(limit), height, "l-bad dashed")
    body += _line(4, 0, 4, height, "l-axis") + _line(4, middle, along(number), middle, f"l-{TONES[tone]}")
    if baseline is not None:
        body += _circle(along(baseline), middle, 3.5, "c-bu")
    body += _circle(along(number), middle, 3.8, "c-bad" if tone == "b" else ACTUAL)
    return _svg(width, height, body, cls="bar")


# --- shapes ------------------------------------------------------------------------------------------------
def _gaps(
    actual: Numbers,
    baseline: Numbers,
    across: Callable[[float], float],
    up: Callable[[float], float],
    *,
    better: bool | None,
) -> list[tuple[list[Point], str]]:
    """The four corners between two months of both lines, and the class of each."""
    found: list[tuple[list[Point], str]] = []
    for i in range(min(len(actual), len(baseline)) - 1):
        here, there, base, later = actual[i], actual[i + 1], baseline[i], baseline[i + 1]
        if here is None or there is None or base is None or later is None:
            continue
        tone = "c-band" if better is None else "c-goodsoft" if (here + there >= base + later) == better else "c-badsoft"
        corners = [(i, here), (i + 1, there), (i + 1, later), (i, base)]
        found.append(([(across(x), up(y)) for x, y in corners], tone))
    return found


def _zones(limits: Sequence[_Limit], *, worst: float) -> str:
    """From each limit to the next worse one, the last to the worst end."""
    ends = [limit.place for limit in limits[1:]] + [worst]
    return "".join(
        _rect(limit.place, BAND_TOP, end - limit.place, BAND, f"c-{limit.tone}soft")
        for limit, end in zip(limits, ends, strict=bool(limits))
    )


def _named(limits: Sequence[_Limit], width: float) -> str:
    """Each limit as a line through the band, with its name below."""
    bottom = BAND_TOP + BAND
    return "".join(
        _line(limit.place, BAND_TOP - 2, limit.place, bottom + 3, f"l-{limit.tone}")
        + _text(middle, bottom + 14, limit.text, f"c {limit.ink} f10")
        for limit, middle in zip(limits, _apart(limits, width), strict=True)
    )


def _apart(limits: Sequence[_Limit], width: float) -> list[float]:
    """Where the middles of names stand: on their lines, moved apart where they would touch, inside the width."""
    middles = [limit.place for limit in limits]
    halves = [max(len(limit.text) * LETTER / 2, 6) for limit in limits]
    if len(limits) == 2:
        lack = sum(halves) + LETTER - abs(middles[0] - middles[1])
        if lack > 0:
            away = lack / 2 if middles[0] <= middles[1] else -lack / 2
            middles = [middles[0] - away, middles[1] + away]
    return [min(max(middle, half), width - half) for middle, half in zip(middles, halves, strict=True)]


def _lines(numbers: Numbers, across: Callable[[float], float], up: Callable[[float], float], cls: str) -> str:
    """One polyline for each stretch without a gap."""
    stretches: list[list[Point]] = [[]]
    for i, number in enumerate(numbers):
        if number is None:
            stretches.append([])
        else:
            stretches[-1].append((across(i), up(number)))
    return "".join(_polyline(stretch, cls) for stretch in stretches if len(stretch) > 1)


def _last(numbers: Numbers, across: Callable[[float], float], up: Callable[[float], float]) -> str:
    if not numbers or numbers[-1] is None:
        return ""
    return _circle(across(len(numbers) - 1), up(numbers[-1]), 2.6, ACTUAL)


def _from_zero(number: float, largest: float, width: int, *, reserve: int) -> tuple[float, float]:
    """Where zero stands and how far the mark goes from there, inside the cell."""
    zero = width / 2
    reach = zero - reserve
    return zero, min(max(number / (largest or 1) * reach, -reach), reach)


def _linear(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    size = high - low or 1.0
    return lambda number: start + (number - low) / size * (end - start)


def _svg(width: int, height: int, body: str, *, cls: str = "", label: str = "") -> str:
    reading = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    name = f' class="{cls}"' if cls else ""
    return f'<svg{name} width="{width}" height="{height}" viewBox="0 0 {width} {height}" {reading}>{body}</svg>'


def _rect(x: float, y: float, width: float, height: float, cls: str, *, radius: int = 0) -> str:
    if width < 0:
        x, width = x + width, -width
    corner = f' rx="{radius}"' if radius else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"{corner} class="{cls}"/>'


def _hatch(left: float, right: float, top: float, bottom: float, *, step: float = 4.0) -> str:
    """Strokes at 45 degrees that fill a rectangle and end at its edges."""
    strokes, high, x = [], bottom - top, left - (bottom - top)
    while x < right:
        start, end = max(x, left), min(x + high, right)
        if end > start:
            strokes.append(f"M{start:.1f} {bottom - (start - x):.1f} {end:.1f} {bottom - (end - x):.1f}")
        x += step
    return f'<path d="{"".join(strokes)}" class="l-hatch"/>'


def _line(x1: float, y1: float, x2: float, y2: float, cls: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{cls}"/>'


def _circle(x: float, y: float, radius: float, cls: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" class="{cls}"/>'


def _text(x: float, y: float, text: str, cls: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{cls}">{escape(text)}</text>'


def _polyline(points: Sequence[Point], cls: str) -> str:
    return f'<polyline points="{_points(points)}" class="{cls}"/>'


def _polygon(points: Sequence[Point], cls: str) -> str:
    return f'<polygon points="{_points(points)}" class="{cls}"/>'


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
