"""A treemap: amounts as rectangles that fill an area, as close to squares as they come. Pure.

Squarified layout after Bruls, Huizing and van Wijk (2000): a row is filled along the shorter side as long as that
brings its worst rectangle nearer to a square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST = 60
"""How many rectangles are drawn at most."""
LEAST = 0.003
"""The share of the whole below which a rectangle is too small to hit with a finger."""


@dataclass(frozen=True)
class Box:
    """A rectangle: its upper left corner, its width and its height."""

    x: float
    y: float
    width: float
    height: float


def squarified(sizes: Sequence[float], width: float, height: float) -> list[Box]:
    """A rectangle for each size, in their order, which together fill the area; areas are in proportion to sizes.

    Sizes are positive and descend; others raise ValueError. No sizes give no rectangles.
    """
    if any(size <= 0 for size in sizes) or any(a < b for a, b in pairwise(sizes)):
        raise ValueError("Sizes of a treemap are positive and descend.")
    scale = width * height / sum(sizes) if sizes else 0.0
    left = [size * scale for size in sizes]
    found: list[Box] = []
    x, y = 0.0, 0.0
    while left:
        row = _row(left, min(width, height))
        left = left[len(row) :]
        if width >= height:
            across = sum(row) / height
            found += _stacked(row, x, y, across, is_upright=True)
            x, width = x + across, width - across
        else:
            across = sum(row) / width
            found += _stacked(row, x, y, across, is_upright=False)
            y, height = y + across, height - across
    return found


def folded(sizes: Sequence[float], *, most: int = MOST, least: float = LEAST) -> int:
    """How many of descending sizes are drawn for themselves; the rest become one rectangle of their sum.

    One alone is never folded: its place would be as large as it is.
    """
    whole = sum(sizes)
    kept = sum(size >= least * whole for size in sizes[: most if len(sizes) <= most else most - 1])
    return len(sizes) if len(sizes) - kept < 2 else kept


def _row(areas: Sequence[float], side: float) -> list[float]:
    """The areas that stand side by side next."""
    row = [areas[0]]
    for area in areas[1:]:
        if _worst([*row, area], side) > _worst(row, side):
            break
        row.append(area)
    return row


def _worst(row: Sequence[float], side: float) -> float:
    """The longest of a row's rectangles: its longer side over its shorter one."""
    total = sum(row)
    return max(max(side * side * area / total**2, total**2 / (side * side * area)) for area in (max(row), min(row)))


def _stacked(row: Sequence[float], x: float, y: float, across: float, *, is_upright: bool) -> list[Box]:
    """A row as rectangles one below the other, or one beside the other."""
    found = []
    for area in row:
        along = area / across
        found.append(Box(x, y, across, along) if is_upright else Box(x, y, along, across))
        x, y = (x, y + along) if is_upright else (x + along, y)
    return found
