"""The drawing of one unit's months with the limits of a draft, each at a height that can be dragged. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from alerts.backtest.tracing import Point
from alerts.terms import Terms, is_share, whole
from alerts.wording import level
from metrics.declaration import Metric
from reports.figures import LimitHandle, Traced

LEFT, RIGHT, TOP, BOTTOM = 52.0, 676.0, 8.0, 172.0
"""The plot in a drawing 780 wide and 200 high."""
ROOM = 0.15
"""What is left free above and below, as a part of the span."""
TICKS = 4
MONTH_WORDS = 8
LETTER = 13.0
"""How high a name of a limit is."""


@dataclass(frozen=True)
class Scene:
    """What is drawn: the points of a unit, the terms tried and those in force, and where the draft fires."""

    points: Sequence[Point]
    draft: Terms
    active: Terms | None
    fired: frozenset[int]
    periods: Mapping[int, Any]
    metric: Metric | None
    currency: str


def traced(scene: Scene, *, title: str, can_be_dragged: bool) -> Traced | None:
    """The drawing; None where fewer than two months have a figure."""
    known = [float(point.size) for point in scene.points if point.size is not None]
    if len(known) < 2:
        return None
    low, high = _span(scene, known)
    up = _Up(low, high)
    handles = _handles(scene, up)
    across = {point.ordinal: _x(place, len(scene.points)) for place, point in enumerate(scene.points)}
    last = next(point for point in reversed(scene.points) if point.size is not None)
    metric = scene.metric
    return Traced(
        title=title,
        label=title,
        terms=((metric.code, metric.label[:1].lower() + metric.label[1:]),) if metric is not None else (),
        lines=tuple(_lines(scene.points, across, up)),
        ticks=tuple((up(tick), _written(scene, tick)) for tick in _ticks(low, high)),
        months=tuple(_months(scene, across)),
        fired=tuple(
            (across[point.ordinal], up(float(point.size)))
            for point in scene.points
            if point.ordinal in scene.fired and point.size is not None
        ),
        last=(across[last.ordinal], up(float(last.size or 0)), _named(scene, last, handles, up)),
        limits=tuple(handles),
        low=low,
        high=high,
        step=_step(high - low),
        zero=up(0.0) if low <= 0 <= high else None,
        is_share=is_share(scene.metric, scene.draft.measure),
        can_be_dragged=can_be_dragged,
        table=tuple(
            (scene.periods[point.ordinal].code, "–" if point.size is None else _written(scene, float(point.size)))
            for point in scene.points
        ),
    )


@dataclass(frozen=True)
class _Up:
    """Heights of numbers."""

    low: float
    high: float

    def __call__(self, number: float) -> float:
        share = (number - self.low) / (self.high - self.low)
        return round(BOTTOM - min(max(share, 0.0), 1.0) * (BOTTOM - TOP), 1)


def _x(place: int, count: int) -> float:
    return round(LEFT + place * (RIGHT - LEFT) / max(count - 1, 1), 1)


def _span(scene: Scene, known: Sequence[float]) -> tuple[float, float]:
    """The scale: from zero to the figures and limits in force, so that it stands still while a limit is dragged.

    A limit of the draft beyond it makes it larger. Room is left on the sides of zero where anything lies.
    """
    fixed = [0.0, *known, *(place for _, place, _ in _places(scene.active or scene.draft))]
    room = (max(fixed) - min(fixed)) * ROOM or 1.0
    tried = [place for _, place, _ in _places(scene.draft)]
    low, high = min(fixed) and min(fixed) - room, max(fixed) and max(fixed) + room
    low, high = (low, high) if low < high else (0.0, room)
    beyond = [each + math.copysign(room / 2, each) for each in tried]
    return min([low, *beyond]), max([high, *beyond])


def _places(terms: Terms) -> list[tuple[str, float, int]]:
    """The limits by the field of the form they are typed in: where they lie on the scale of the figures, which side.

    The lower side of a band that has no levels of its own moves with the fields of the upper one.
    """
    found = []
    for place, side in enumerate(terms.sides()):
        for name, size in side.limits:
            has_own = place == 1 and bool(getattr(terms, f"low_{name}"))
            lies = size * side.direction if terms.has_baseline else size
            found.append((f"low_{name}" if has_own else name, float(lies), side.direction))
    return found


def _handles(scene: Scene, up: _Up) -> list[LimitHandle]:
    """The limits of the draft, and those in force that lie elsewhere."""
    tried = _places(scene.draft)
    active = [] if scene.active is None else [each for each in _places(scene.active) if each not in tried]
    return [
        *(_handle(scene, up, *each, is_active=True) for each in active),
        *_apart([each for way in (1, -1) for each in _zoned(scene, up, [one for one in tried if one[2] == way], way)]),
    ]


def _zoned(scene: Scene, up: _Up, limits: list[tuple[str, float, int]], way: int) -> list[LimitHandle]:
    """The limits of one side, each with the zone from it to the next graver one; the last to the edge."""
    handles = sorted((_handle(scene, up, *each) for each in limits), key=lambda handle: -way * handle.y)
    ends = [each.y for each in handles[1:]] + [TOP if way > 0 else BOTTOM]
    return [
        replace(each, zone=(min(each.y, end), round(abs(each.y - end), 1)))
        for each, end in zip(handles, ends, strict=bool(handles))
    ]


def _apart(handles: list[LimitHandle]) -> list[LimitHandle]:
    """The same with their names so far apart that they do not touch."""
    found: list[LimitHandle] = []
    above = -LETTER
    for each in sorted(handles, key=lambda handle: handle.y):
        named = max(each.y, above + LETTER)
        found.append(replace(each, name_y=round(named - each.y, 1)))
        above = named
    return found


def _handle(scene: Scene, up: _Up, field: str, place: float, direction: int, *, is_active: bool = False) -> LimitHandle:
    y = up(place)
    name = field.removeprefix("low_")
    return LimitHandle(
        field=field,
        label=f"{field.replace('_', ' ').capitalize()} limit",
        tone="warn" if name == "warning" else "bad",
        y=y,
        value=f"{place:.10g}",
        words=f"{name.capitalize()} {_written(scene, place)}",
        zone=(y, 0.0),
        direction=direction if scene.draft.has_baseline else 1,
        is_active=is_active,
    )


def _named(scene: Scene, last: Point, handles: Sequence[LimitHandle], up: _Up) -> str:
    """What stands beside the newest month; nothing where the name of a limit stands there."""
    size = float(last.size or 0)
    is_free = all(abs(each.y + each.name_y - up(size)) >= LETTER for each in handles if not each.is_active)
    return _written(scene, size) if is_free else ""


def _lines(points: Sequence[Point], across: Mapping[int, float], up: _Up) -> list[str]:
    """The stretches of months with a figure, as points of a line."""
    found = []
    for is_known, stretch in groupby(points, key=lambda point: point.size is not None):
        if is_known:
            found.append(" ".join(f"{across[each.ordinal]},{up(float(each.size or 0))}" for each in stretch))
    return found


def _ticks(low: float, high: float) -> list[float]:
    step = _round((high - low) / TICKS)
    first = math.ceil(low / step)
    return [place * step for place in range(first, math.floor(high / step) + 1)]


def _round(size: float) -> float:
    """The nearest of 1, 2, 5 times a power of ten that is not smaller."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(power * part for part in (1, 2, 5, 10) if power * part >= size * 0.999)


def _step(span: float) -> float:
    """How far an arrow key moves a limit: about a two-hundredth of the scale."""
    return _round(span / 200)


def _months(scene: Scene, across: Mapping[int, float]) -> list[tuple[float, str]]:
    every = max(1, math.ceil(len(scene.points) / MONTH_WORDS))
    return [
        (across[point.ordinal], f"{scene.periods[point.ordinal].ends:%b %y}")
        for place, point in enumerate(reversed(scene.points))
        if place % every == 0
    ]


def _written(scene: Scene, number: float) -> str:
    """A number of the scale with few digits, signed where it is a difference."""
    digits = Fraction(f"{number:.3g}")
    text = level(digits, scene.draft, scene.metric, scene.currency)
    return f"+{text}" if scene.draft.has_baseline and number > 0 and whole(digits) != "0" else text
