"""How a group's figures come about, as a table of columns."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.numbers import Section


@dataclass(frozen=True)
class ConsolidationRow:
    """A figure of the statement in columns; a cell that is not known is a dash, and `title` says why."""

    label: str
    href: str
    cells: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class ConsolidationTable:
    """The columns from the sum of units to the group, a row for each figure."""

    section: Section
    heads: tuple[str, ...]
    rows: tuple[ConsolidationRow, ...]
    notes: tuple[str, ...] = ()


__all__ = ["ConsolidationRow", "ConsolidationTable"]
