"""The boards of control: an explanation, the record, an import."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.alerts import Fact
from reports.figures.deeds import Deed
from reports.figures.frame import ONE_PAGE, Crumb, Pager
from reports.figures.gaps import Contributors
from reports.figures.numbers import Action, Choice, Figure, Variance
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
    """One figure down to its rows: formula, inputs, the largest source, and what it was before."""

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
class Fix:
    """What can be said of a value nobody knows: read it as another (one of a list), or leave its rows out."""

    part: str
    value: str
    offers: str = ""
    likely: str = ""


@dataclass(frozen=True)
class ImportProblem:
    """What is wrong with a place in a file. `severity` is high where it blocks, medium where it only warns."""

    severity: str
    row: str
    column: str
    value: str
    reason: str
    sheet: str = ""
    fix: Fix | None = None


@dataclass(frozen=True)
class ColumnMapping:
    """A column of a file that was not recognised: its first value, and what it may be taken for.

    `name` is the field of the form. A choice is on where it is taken for that already.
    """

    name: str
    column: str
    first: str
    fields: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class MovedUnit:
    """What an import does to one unit in one version."""

    unit: str
    version: str
    figures: str
    income: Variance
    costs: Variance
    profit: Variance


@dataclass(frozen=True)
class ImportDifference:
    """A figure that an import changes: before and after, in the amounts of the file."""

    unit: str
    line: str
    period: str
    version: str
    before: Figure
    after: Figure
    variance: Variance


@dataclass(frozen=True)
class StructureChange:
    """What an import of structure changes: a property of one thing, or (without a property) the thing itself."""

    kind: str
    code: str
    property: str
    before: str
    after: str


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
class PastImport:
    """An import that landed, or was refused."""

    when: str
    person: str
    file: str
    source: str
    rows: str
    state: str
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class UploadBoard:
    """The import of one file: choose, look at the report, done. `step` is 1 to 3.

    `form` is the Django form of the step (the file at 1, what confirms at 2); `heading` says the state
    ("3 rows block this import"). `submit` repeats the verb and the count; empty where nothing can be done.
    `differences` are those of figures, `changes` those of structure.
    `totals` are the sums of all amounts by version. `structure` is the form for units, accounts, rates and the
    calendar, posted to `structure_href`, `dated` the one for a file of places, a tree, ownership or holidays, posted to
    `dated_href`. What is put right goes to `mend_href`: `columns` that are mapped, or values by their fix, which may be
    one of the `offers` (id and codes with names); `mended` says what was put right before, `again` how earlier files of
    the reader were read. `moved` are the units.
    `pager` leads on through `past` or `problems`, whichever the page lists.
    """

    title: str
    step: int
    heading: str
    text: str
    form: object | None = None
    submit: str = ""
    action_href: str = ""
    file: str = ""
    file_note: str = ""
    facts: tuple[Fact, ...] = ()
    problems: tuple[ImportProblem, ...] = ()
    problem_filters: tuple[Choice, ...] = ()
    differences: tuple[ImportDifference, ...] = ()
    changes: tuple[StructureChange, ...] = ()
    more: str = ""
    progress: Progress | None = None
    actions: tuple[Action, ...] = ()
    past: tuple[PastImport, ...] = ()
    crumbs: tuple[Crumb, ...] = ()
    deeds: tuple[Deed, ...] = ()
    structure: object | None = None
    structure_href: str = ""
    dated: object | None = None
    dated_href: str = ""
    totals: tuple[tuple[str, str], ...] = ()
    pager: Pager = ONE_PAGE
    mend_href: str = ""
    columns: tuple[ColumnMapping, ...] = ()
    offers: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    moved: tuple[MovedUnit, ...] = ()
    mended: tuple[str, ...] = ()
    again: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """The names of the steps, each with done, now or todo."""
        names = ("Upload", "Check and preview", "Done")
        return tuple(
            (name, "done" if place < self.step else "now" if place == self.step else "todo")
            for place, name in enumerate(names, start=1)
        )


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
    "ColumnMapping",
    "ExplanationBoard",
    "Fix",
    "Formula",
    "ImportDifference",
    "ImportProblem",
    "InputNode",
    "MovedUnit",
    "PastImport",
    "Progress",
    "RecordBoard",
    "RecordRow",
    "Refusal",
    "Restatement",
    "SourceRow",
    "StructureChange",
    "UploadBoard",
    "Verification",
]
