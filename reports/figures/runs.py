"""The list of recomputes: what was computed, when, and how far the current one is."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.control import Progress
from reports.figures.deeds import Deed
from reports.figures.frame import ONE_PAGE, Pager


@dataclass(frozen=True)
class RunRow:
    """One recompute. `covers` says which versions, units and periods; `tone` wants attention (warn, bad)."""

    number: str
    when: str
    who: str
    state: str
    covers: str
    sheets: str
    written: str
    closed: str
    seconds: str
    tone: str = ""
    problem: str = ""


@dataclass(frozen=True)
class RunsBoard:
    """The recomputes, newest first, with what can be asked for and what is under way."""

    title: str
    heading: str
    text: str
    rows: tuple[RunRow, ...]
    progress: Progress | None = None
    deeds: tuple[Deed, ...] = ()
    pager: Pager = ONE_PAGE


__all__ = ["RunRow", "RunsBoard"]
