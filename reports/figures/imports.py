"""The pages of imports: a file is chosen, its columns are mapped, it is checked, looked at, and imported."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.alerts import Fact
from reports.figures.control import Progress
from reports.figures.deeds import Deed
from reports.figures.frame import ONE_PAGE, Crumb, Pager
from reports.figures.numbers import Action, Choice, Figure, Severity, UnitName, Variance
from reports.formatting import Scale

UPLOAD, MAP, CHECK, PREVIEW, IMPORT = "upload", "map", "check", "preview", "import"
STEPS = {UPLOAD: "Upload", MAP: "Map columns", CHECK: "Check", PREVIEW: "Preview changes", IMPORT: "Import"}
"""The steps of a file by their code; files of structure have columns of their own names and skip the map."""


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
class MovedTotal:
    """A main figure before and after an import: of all units of the file, or of one of them in a month.

    `is_new` where nothing stood before: there is no difference from nothing.
    """

    figure: str
    period: str
    version: str
    measure: str
    before: Figure
    after: Figure
    variance: Variance
    unit: str = ""
    is_new: bool = False


@dataclass(frozen=True)
class AlertChange:
    """What becomes of an alert, with its title; `severity` is the one it has then, or had where it `ends`."""

    severity: Severity
    text: str
    ends: bool = False


@dataclass(frozen=True)
class AffectedUnit:
    """A unit where an import moves figures or alerts. `before` is there where operating income is another one then."""

    unit: UnitName
    revenue: Figure | None = None
    before: Figure | None = None
    after: Figure | None = None
    change: Variance | None = None
    alerts: tuple[AlertChange, ...] = ()


@dataclass(frozen=True)
class ImportEffects:
    """What an import was found to do in a rehearsal: figures of one month in the unit of `scale`, and alerts.

    `reason` says why there was none.
    """

    lead: str = ""
    period: str = ""
    scale: Scale | None = None
    rows: tuple[AffectedUnit, ...] = ()
    reason: str = ""

    @property
    def has_figures(self) -> bool:
        return any(row.after for row in self.rows)

    @property
    def has_changes(self) -> bool:
        """Whether any figure stood there before, so that it changes."""
        return any(row.change and row.change.number is not None for row in self.rows)


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
    """The import of one file. `step` is one of STEPS, empty for a reader who imports nothing; `is_over` once it landed.

    `form` is the Django form of the step (the file, or why figures are replaced); `heading` says the state
    ("3 rows block this import"). `submit` repeats the verb and the count; empty where nothing can be done.
    `differences` are those of figures, `changes` those of structure.
    `totals` are the sums of all amounts by version. `structure` is the form for units, accounts, rates and the
    calendar, posted to `structure_href`, `dated` the one for a file of places, a tree, ownership or holidays, posted to
    `dated_href`. What is put right goes to `mend_href`: `columns` that are mapped, or values by their fix, which may be
    one of the `offers` (id and codes with names); `mended` says what was put right before, `again` how earlier files of
    the reader were read. `moved` are the units, `main` the main figures of all of them, `apart` those of single units
    and months where they change most. `effects` are what was rehearsed. `reason` is why figures that stood were
    replaced.
    `pager` leads on through `past` or `problems`, whichever the page lists.
    """

    title: str
    step: str
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
    main: tuple[MovedTotal, ...] = ()
    apart: tuple[MovedTotal, ...] = ()
    effects: ImportEffects | None = None
    reason: str = ""
    is_structure: bool = False
    is_over: bool = False

    @property
    def steps(self) -> tuple[tuple[str, str, bool], ...]:
        """The names of the steps, each with done, now or todo, and whether it is the one that the page shows."""
        codes = [code for code in STEPS if not (self.is_structure and code == MAP)]
        at = codes.index(self.step)
        return tuple(
            (STEPS[code], "done" if place < at or self.is_over else "now" if place == at else "todo", place == at)
            for place, code in enumerate(codes)
        )


__all__ = [
    "CHECK",
    "IMPORT",
    "MAP",
    "PREVIEW",
    "UPLOAD",
    "AffectedUnit",
    "AlertChange",
    "ColumnMapping",
    "Fix",
    "ImportDifference",
    "ImportEffects",
    "ImportProblem",
    "MovedTotal",
    "MovedUnit",
    "PastImport",
    "StructureChange",
    "UploadBoard",
]
