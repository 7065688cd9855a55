"""The board of resources: where money and people sit, what they return, and how long the budget lasts."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.frame import PeriodPicker
from reports.figures.numbers import (
    NO_VARIANCE,
    NOTHING,
    Action,
    ChartTable,
    Choice,
    Figure,
    Headline,
    Section,
    Status,
    UnitName,
    Variance,
)
from reports.formatting import Scale


@dataclass(frozen=True)
class Beside:
    """A row under a headline figure: a reference, and a share or a variance beside it. What is None is not printed."""

    label: str
    reference: Figure | None = None
    share: Figure | None = None
    variance: Variance | None = None


@dataclass(frozen=True)
class ResourceFigure:
    """A headline figure with what is to be read beside it; `code` is the metric that says what it is."""

    label: str
    figure: Figure
    facts: tuple[Beside, ...]
    code: str = ""


@dataclass(frozen=True)
class TileText:
    """A line of letters in a rectangle: where it stands, which end of it, and how it is lettered."""

    x: str
    y: str
    cls: str
    text: str


@dataclass(frozen=True)
class Tile:
    """A rectangle of a treemap in the drawing's own measure, a link where it is a unit. `tone` is its class of return.

    `label` is what is heard and shown on hovering.
    """

    x: str
    y: str
    width: str
    height: str
    tone: str
    label: str
    texts: tuple[TileText, ...] = ()
    href: str = ""


@dataclass(frozen=True)
class Drawing:
    """The rectangles of a treemap, and how wide and high it is; `cls` says at which widths of a page it is shown."""

    cls: str
    width: int
    height: int
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Treemap:
    """Spend by unit as areas, once for wide pages and once for a phone, with the same as a table.

    `legend` are pairs of tone and words; `notes` say what is not drawn.
    """

    section: Section
    drawings: tuple[Drawing, ...]
    table: ChartTable
    legend: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class BudgetBar:
    """Parts of a budget: spent, spent by its end at the current rate, and planned by now; None where not known."""

    used: float
    ahead: float | None
    due: float | None
    largest: float


@dataclass(frozen=True)
class BudgetRow:
    """A unit's budget and its course. `outcome` says in words when it runs out, or why that is not known."""

    unit: UnitName
    budget: Figure
    spent: Figure
    used: Figure
    due: Figure
    over: Variance
    outcome: str
    status: Status = ""
    bar: BudgetBar | None = None


@dataclass(frozen=True)
class Budgets:
    """Spend against budget of all units, those that run out first on top, the group itself last; none for one alone."""

    section: Section
    rows: tuple[BudgetRow, ...]
    total: BudgetRow | None
    scale: Scale
    end: str
    pages: tuple[Choice, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StaffBar:
    """Heads, planned heads and contractors of a function, on the common scale of the column."""

    heads: float
    planned: float | None
    contractors: float
    largest: float


@dataclass(frozen=True)
class FunctionRow:
    """People of a function; what nobody assigned to one is a row of its own."""

    label: str
    heads: Figure
    planned: Figure = NOTHING
    variance: Variance = NO_VARIANCE
    contractors: Figure = NOTHING
    openings: Figure = NOTHING
    bar: StaffBar | None = None


@dataclass(frozen=True)
class Functions:
    """People by function; without any rows the section says why."""

    section: Section
    rows: tuple[FunctionRow, ...]
    total: FunctionRow


@dataclass(frozen=True)
class OpeningRow:
    """Positions of a function open in a unit: since when, and what they cost a year once filled."""

    unit: UnitName
    function: str
    number: Figure
    since: str
    cost: Figure


@dataclass(frozen=True)
class Openings:
    """All open positions, the longest open first."""

    section: Section
    rows: tuple[OpeningRow, ...]
    scale: Scale
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LimitDot:
    """A share, its budget and the limit on it, on the common scale of the column."""

    number: float
    baseline: float | None
    limit: float | None
    largest: float
    tone: str


@dataclass(frozen=True)
class ContractorRow:
    """A unit's contractors in what all staff was budgeted to cost. `note` says in words what passes the limit."""

    unit: UnitName
    share: Figure
    budget: Figure
    dot: LimitDot | None
    note: str = ""


@dataclass(frozen=True)
class Contractors:
    """The mix of contractors and own staff by unit, the largest share first."""

    section: Section
    rows: tuple[ContractorRow, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResourcesBoard:
    """Where money and people sit and what they return."""

    title: str
    picker: PeriodPicker
    headline: Headline
    figures: tuple[ResourceFigure, ...]
    treemap: Treemap
    efficiency: Section
    budgets: Budgets
    functions: Functions
    openings: Openings
    contractors: Contractors
    actions: tuple[Action, ...] = ()
    notes: tuple[str, ...] = ()


__all__ = [
    "Beside",
    "BudgetBar",
    "BudgetRow",
    "Budgets",
    "ContractorRow",
    "Contractors",
    "Drawing",
    "FunctionRow",
    "Functions",
    "LimitDot",
    "OpeningRow",
    "Openings",
    "ResourceFigure",
    "ResourcesBoard",
    "StaffBar",
    "Tile",
    "TileText",
    "Treemap",
]
