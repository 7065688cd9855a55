"""What a page shows of a metric that is tried out before it is saved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A number in words, or the word for a missing one with the reason why."""

    text: str
    reason: str = ""


@dataclass(frozen=True)
class TriedRow:
    """A month or a unit: the figure in force, the proposed one, and what lies between."""

    label: str
    before: Cell
    after: Cell
    difference: Cell
    is_other: bool


@dataclass(frozen=True)
class Dependent:
    """A metric or a threshold that depends on the one tried out, with the page it is changed on."""

    name: str
    about: str
    href: str = ""


@dataclass(frozen=True)
class TrialBoard:
    """The whole preview. `measure` says in what the numbers are; `note` what was not tried."""

    title: str
    measure: str
    months: tuple[TriedRow, ...]
    units: tuple[TriedRow, ...]
    metrics: tuple[Dependent, ...]
    thresholds: tuple[Dependent, ...]
    summary: str
    note: str = ""
    is_new: bool = False

    @property
    def units_caption(self) -> str:
        return "Units below, the largest first, newest month" if self.is_new else "Units that change most, newest month"
