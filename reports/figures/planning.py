"""The boards of planning: a hiring budget in another unit, and a budget divided over requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reports.figures.control import Progress
from reports.figures.frame import Crumb
from reports.figures.numbers import Figure, Section
from reports.formatting import Scale


@dataclass(frozen=True)
class HeadRow:
    """One side of a move: the unit, how many heads the budget is there, and what a head costs and brings a year."""

    label: str
    heads: Figure
    cost: Figure
    average: Figure
    marginal: Figure


@dataclass(frozen=True)
class HiringMove:
    """What follows from a move: both sides, the revenue a year either way, and what to doubt."""

    section: Section
    rows: tuple[HeadRow, ...]
    gains: tuple[tuple[str, Figure], ...]
    warnings: tuple[str, ...]
    scale: Scale


@dataclass(frozen=True)
class DivisionLink:
    """A division asked for earlier, as the list names it."""

    label: str
    when: str
    state: str
    href: str


@dataclass(frozen=True)
class PlanningBoard:
    """The forms, the move that was asked for, and one's own divisions. The forms are Django's."""

    hiring: Any
    division: Any
    move: HiringMove | None
    past: tuple[DivisionLink, ...]


@dataclass(frozen=True)
class DivisionRow:
    """A request with what each division grants it, in the order of the heads."""

    label: str
    minimum: Figure
    asked: Figure
    returns: str
    granted: tuple[Figure, ...]


@dataclass(frozen=True)
class DivisionBoard:
    """A budget over requests, side by side. `last` are what is left and what returns; `progress` until it is done."""

    title: str
    section: Section
    heads: tuple[str, ...]
    rows: tuple[DivisionRow, ...]
    last: tuple[tuple[str, tuple[Figure, ...]], ...]
    scale: Scale
    crumbs: tuple[Crumb, ...]
    progress: Progress | None = None
    problem: str = ""


__all__ = ["DivisionBoard", "DivisionLink", "DivisionRow", "HeadRow", "HiringMove", "PlanningBoard"]
