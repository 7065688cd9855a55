"""The boards of control: an explanation, the record, a refusal; and how far work is."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.deeds import Deed
from reports.figures.frame import ONE_PAGE, Crumb, Pager
from reports.figures.gaps import Contributors
from reports.figures.numbers import Action, Figure, Variance
from reports.formatting import Scale


@dataclass(frozen=True)
class Formula:
    """How a figure is computed, in words and with numbers put in: `Operating income / Revenue = 240 / 1,693`.

    Where it is one division, `over` holds the two lines of each fraction and is drawn as such.
    """

    text: str
    numbers: str = ""
    over: tuple[tuple[str, str], tuple[str, str]] | None = None
    note: str = ""


@dataclass(frozen=True)
class SourceRow:
    """An imported row behind a figure: file, sheet and row, who brought it in and when, and the row itself.

    `notes` say what is unusual about how it is translated.
    """

    file: str
    row: str
    amount: Figure
    when: str
    person: str = ""
    version: str = ""
    text: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class InputNode:
    """A part of a figure, which opens to its own parts.

    `note` says what it is ("account 5310", "unit"), or why there is no figure for all of them together.

    `sources` are the imported rows of a leaf; `is_open` unfolds it from the start.
    """

    label: str
    figure: Figure | None
    note: str = ""
    children: tuple[InputNode, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    is_open: bool = False
    more: str = ""


@dataclass(frozen=True)
class Restatement:
    """What the figure was from one mark to the next."""

    figure: Figure
    when: str
    reason: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class ExplanationBoard:
    """One figure down to its rows: formula, inputs, the largest source, and what it was before.

    `report` leads to where a problem with it is reported, `reported` to those that were.
    """

    title: str
    figure: Figure
    variance: Variance | None
    against: str
    formula: Formula
    inputs: tuple[InputNode, ...]
    scale: Scale
    inputs_label: str = "Inputs"
    sources: tuple[SourceRow, ...] = ()
    sources_label: str = "Source"
    largest: SourceRow | None = None
    record: Action | None = None
    restatements: tuple[Restatement, ...] = ()
    remark: str = ""
    href: str = ""
    rows_href: str = ""
    crumbs: tuple[Crumb, ...] = ()
    contributors: Contributors | None = None
    report: Action | None = None
    reported: Action | None = None

    @property
    def steps(self) -> dict[str, int]:
        """The number in front of each part that is there, without gaps."""
        parts = {"inputs": self.inputs, "sources": self.sources, "restatements": self.restatements}
        shown = ["formula", *(name for name, part in parts.items() if part)]
        return {name: place for place, name in enumerate(shown, start=1)}


@dataclass(frozen=True)
class Verification:
    """Whether the record is whole. `state` is intact, broken or unsealed; `head` the digest to compare."""

    state: str
    title: str
    text: str
    head: str = ""


@dataclass(frozen=True)
class Change:
    """One value that a deed changed; empty where there was none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RecordRow:
    """A deed. `tone` colours the action where it wants attention (warn, bad); details open below it."""

    position: str
    when: str
    who: str
    initials: str
    action: str
    target: str
    tone: str = ""
    change: Change | None = None
    digest: str = ""
    changes: tuple[Change, ...] = ()
    context: tuple[tuple[str, str], ...] = ()
    chain: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class RecordBoard:
    """The record with its seal, filters (a Django form, sent by GET) and one page of deeds."""

    title: str
    verification: Verification
    rows: tuple[RecordRow, ...]
    count: str
    form: object | None = None
    clear_href: str = ""
    actions: tuple[Action, ...] = ()
    pager: Pager = ONE_PAGE
    deeds: tuple[Deed, ...] = ()
    progress: Progress | None = None


@dataclass(frozen=True)
class Progress:
    """How far a job is, from 0 to 100. `href` is asked again until it is `is_done`.

    `text` says the same in what it counts ("12,000 of 100,000 rows checked"); `note` what to do meanwhile.
    """

    label: str
    percent: int
    note: str = ""
    href: str = ""
    is_done: bool = False
    text: str = ""


@dataclass(frozen=True)
class Refusal:
    """A page for somebody who may see this but not do that: what is not possible, who can, what instead."""

    title: str
    heading: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ()
    crumbs: tuple[Crumb, ...] = ()


__all__ = [
    "Change",
    "ExplanationBoard",
    "Formula",
    "InputNode",
    "Progress",
    "RecordBoard",
    "RecordRow",
    "Refusal",
    "Restatement",
    "SourceRow",
    "Verification",
]
