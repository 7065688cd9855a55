"""What the months of a unit say of themselves, and its cash ahead, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.numbers import Section


@dataclass(frozen=True)
class Finding:
    """One thing to know: its sort in a word, the figure it is of with the link to its explanation, and the sentence."""

    sort: str
    label: str
    text: str
    href: str = ""
    hint: str = ""


@dataclass(frozen=True)
class StudiedRow:
    """A figure's usual months, all of it as printed."""

    label: str
    median: str
    middle: str
    trend: str
    season: str
    score: str
    months: int


@dataclass(frozen=True)
class Findings:
    """The findings of a unit, those that matter most first; the usual months of every figure behind them."""

    section: Section
    items: tuple[Finding, ...]
    rows: tuple[StudiedRow, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CashAhead:
    """Cash month by month ahead, drawn with the months behind, and what a reader has to know of it."""

    section: Section
    notes: tuple[str, ...] = ()


__all__ = ["CashAhead", "Finding", "Findings", "StudiedRow"]
