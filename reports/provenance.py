"""What the page of a figure shows of where it comes from: plain values, ready to be printed. Pure.

Numbers are as sheets hold them: money and counts in whole ten-thousandths, ratios, days and months as floats, a
class as its word; None is missing, and `reason` says why. `reports.drill` fills them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Number = int | float | str | None
Sort = Literal["operand", "unit", "own", "month"]


@dataclass(frozen=True)
class Input:
    """One thing a figure is made of, one level down, and where to look further.

    `value` is its own stored number and `part` what it adds to the figure above; `part` is None where the figure
    is no sum. `code`, `unit` (an id), `ordinal`, `basis` and `version` name it, so that a page can link to its own
    explanation; own figures (`own`) have none below them but rows.
    """

    sort: Sort
    label: str
    value: Number
    part: int | None
    measure: str
    reason: str
    code: str
    unit: int
    ordinal: int
    basis: str
    version: str
    coverage: str = ""


@dataclass(frozen=True)
class Piece:
    """A piece of a formula as it is written: plain text, or a name with its label and the figures it was read as.

    A name read in several months (a mean) has as many figures.
    """

    text: str
    figures: tuple[Input, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class FormulaView:
    """A metric's formula with the figures put in."""

    label: str
    formula: str
    description: str
    value: Number
    measure: str
    reason: str
    pieces: tuple[Piece, ...]
    is_sum: bool
    is_reported: bool

    @property
    def operands(self) -> tuple[Input, ...]:
        """The figures of the formula, each once."""
        return tuple(dict.fromkeys(figure for piece in self.pieces for figure in piece.figures))


@dataclass(frozen=True)
class Source:
    """What one sheet of one file adds to a figure: how many entries, in which rows, brought by whom and when.

    `largest` is the row with the largest amount as it stood in the file, empty where the reader may not see the
    unit on its other side. `notes` say what is unusual about how its rows are translated, `accounts` are the ids of
    those it has rows on.
    """

    file: str
    sheet: str
    rows: int
    first_row: int
    last_row: int
    part: int
    person: str
    at: datetime
    import_id: str
    largest: str
    largest_row: int
    notes: tuple[str, ...] = ()
    accounts: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Cause:
    """An import that changed entries behind a figure."""

    import_id: str
    file: str
    person: str
    at: datetime


@dataclass(frozen=True)
class Restatement:
    """What a number was from a moment on. Without causes it moved by rates, structure or definitions."""

    value: Number
    reason: str
    since: datetime
    causes: tuple[Cause, ...]
