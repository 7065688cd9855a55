"""The boards of the overview and of a unit: everything their templates print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.figures.alerts import AlertItem, Menu
from reports.figures.commentary import CommentarySection
from reports.figures.consolidation import ConsolidationTable
from reports.figures.forecasts import LagRow
from reports.figures.frame import Crumb, PeriodPicker
from reports.figures.gaps import Contributors
from reports.figures.metrics import PeersTable
from reports.figures.numbers import (
    NO_VARIANCE,
    NOTHING,
    Action,
    ActualBar,
    Band,
    Chart,
    Choice,
    Figure,
    Headline,
    Kpi,
    Pin,
    Reading,
    Section,
    Spark,
    Status,
    UnitName,
    Variance,
    VarianceBar,
)
from reports.figures.studies import CashAhead, Findings
from reports.formatting import Scale


@dataclass(frozen=True)
class MatrixRow:
    """A unit on the overview. `kind` is unit, minor (corporate, eliminations) or total.

    Bars are None where a part has none (eliminations have no budget outline, a total no bar).
    """

    unit: UnitName
    revenue: Reading
    profit: Reading
    margin: Figure = NOTHING
    margin_variance: Variance = NO_VARIANCE
    heads: Figure = NOTHING
    heads_planned: Figure = NOTHING
    status: Status = ""
    status_label: str = ""
    revenue_bar: ActualBar | None = None
    revenue_pin: Pin | None = None
    profit_bar: VarianceBar | None = None
    trend: Spark | None = None
    kind: str = "unit"


@dataclass(frozen=True)
class Matrix:
    """All units on one scale. `sorts` maps a column to its link; `sorted_by` names the one in force.

    Columns to sort by: unit, revenue, revenue_percent, growth, profit, variance, margin, margin_variance,
    heads, status. Columns are held `against` one thing, growth stands `beside` it, heads before their `plan`.
    `menus` narrow it to some units.
    """

    section: Section
    rows: tuple[MatrixRow, ...]
    scale: Scale
    phone_title: str = ""
    phone_subtitle: str = ""
    sorts: Mapping[str, str] = field(default_factory=dict)
    sorted_by: str = ""
    pages: tuple[Choice, ...] = ()
    menus: tuple[Menu, ...] = ()
    against: str = "budget"
    beside: str = "PY"
    plan: str = "plan"

    @property
    def heads_label(self) -> str:
        """`FTE / plan`."""
        return f"FTE / {self.plan}"

    @property
    def worst_first(self) -> tuple[MatrixRow, ...]:
        """The units for a phone's list, by the difference in profit; those without one last."""
        units = [row for row in self.rows if row.kind == "unit"]
        return tuple(sorted(units, key=_by_variance))


def _by_variance(row: MatrixRow) -> tuple[bool, float]:
    number = row.profit.variance.number
    return (True, 0.0) if not isinstance(number, int | float) else (False, float(number))


@dataclass(frozen=True)
class Multiple:
    """One unit's months beside its budget; the figure stands in the caption in the tone of its variance."""

    unit: UnitName
    figure: Figure
    actual: tuple[float | None, ...]
    baseline: tuple[float | None, ...]
    effect: str = "neutral"
    is_material: bool = False


@dataclass(frozen=True)
class Multiples:
    """Small multiples on one scale: `low` to `high`, grid lines at `ticks`, first and last month named.

    `divisor` turns a tick into what is printed at it (0.01 for percent, the scale's divisor for money);
    `more_is_better` decides which side of the budget is shaded red; None leaves the gap grey.
    """

    section: Section
    items: tuple[Multiple, ...]
    low: float
    high: float
    ticks: tuple[float, ...]
    first: str
    last: str
    divisor: float = 0.01
    more_is_better: bool | None = True


@dataclass(frozen=True)
class AlertSummary:
    """The alerts of a board: how many and what they are worth, the first few, and where the rest are."""

    section: Section
    items: tuple[AlertItem, ...]


@dataclass(frozen=True)
class OverviewBoard:
    """The overview but its alerts: where did we leave the plan, and why."""

    title: str
    picker: PeriodPicker
    headline: Headline
    kpis: tuple[Kpi, ...]
    bridge: Section
    matrix: Matrix
    multiples: Multiples | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comment:
    """A leader's words on a line; without words the way to write them, wanted or not. `state` is said with its tone."""

    initials: str
    person: str
    text: str
    replies: int = 0
    href: str = ""
    state: str = ""
    tone: str = ""
    is_needed: bool = False


@dataclass(frozen=True)
class StatementRow:
    """A line of the income statement. `kind` is line, sum, total or ratio; `level` indents from 0 to 3.

    A row with `is_parent` opens and closes the rows below it that are deeper. `second` is the year to date
    beside the month, None where the page itself stands on it.
    """

    code: str
    label: str
    first: Reading
    second: Reading | None = None
    bar: VarianceBar | None = None
    level: int = 0
    kind: str = "line"
    is_parent: bool = False
    comment: Comment | None = None

    @property
    def is_ratio(self) -> bool:
        return self.kind == "ratio"


@dataclass(frozen=True)
class Statement:
    """The income statement: the stretch picked, and the year to date beside it where that differs.

    Variances are to what `baseline_label` heads, one of the `baselines` to choose from; `beside_label` heads what is
    printed for comparison alone.
    """

    section: Section
    rows: tuple[StatementRow, ...]
    scale: Scale
    first_label: str
    second_label: str = ""
    baseline_label: str = "Budget"
    beside_label: str = "Prior year"
    baselines: tuple[Choice, ...] = ()

    @property
    def has_comments(self) -> bool:
        """Whether a column for them is worth its room."""
        return any(row.comment for row in self.rows)


@dataclass(frozen=True)
class LimitedMetric:
    """An operating metric against its limits, in a band where it has any; `quiet` leads to why it was quiet."""

    label: str
    figure: Figure
    status: Status = ""
    status_label: str = ""
    band: Band | None = None
    note: str = ""
    quiet: str = ""
    code: str = ""


@dataclass(frozen=True)
class LimitedMetrics:
    """The operating metrics of a unit and the message they carry together."""

    section: Section
    items: tuple[LimitedMetric, ...]


@dataclass(frozen=True)
class LandingRow:
    """A line of the year: actual months, forecast months and their sum, against the budget of the whole year.

    `interval` and `error` (how wrong the forecast was before) are as printed; `how` names the method, `why` says in a
    sentence what it was made of.
    """

    label: str
    closed: Figure
    ahead: Figure
    year: Figure
    interval: str
    budget: Figure
    variance: Variance
    error: str
    how: str
    why: str


@dataclass(frozen=True)
class Landings:
    """Where the year is heading. `labels` head the actual and the forecast months; `lags` tells of `lags_of` how right
    earlier forecasts were.
    """

    section: Section
    rows: tuple[LandingRow, ...]
    scale: Scale
    labels: tuple[str, str]
    notes: tuple[str, ...] = ()
    lags: tuple[LagRow, ...] = ()
    lags_of: str = ""


@dataclass(frozen=True)
class UnitBoard:
    """A unit's page: how is it doing, and what does its leader explain. Sections that are None are left out.

    `children` lists the parts of a group in the matrix of the overview.
    """

    title: str
    short: str
    crumbs: tuple[Crumb, ...]
    picker: PeriodPicker
    headline: Headline
    kpis: tuple[Kpi, ...]
    statement: Statement
    commentary: CommentarySection | None = None
    bridge: Section | None = None
    structure: Section | None = None
    contributors: Contributors | None = None
    consolidation: ConsolidationTable | None = None
    metrics: LimitedMetrics | None = None
    landing: Landings | None = None
    cash: CashAhead | None = None
    findings: Findings | None = None
    outlook: Section | None = None
    alerts: AlertSummary | None = None
    peers: PeersTable | None = None
    children: Matrix | None = None
    actions: tuple[Action, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SetupStep:
    """One step towards the first figures. `state` is done, now or todo."""

    label: str
    text: str
    state: str = "todo"
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class EmptyBoard:
    """A page without figures: what is missing and the way to the first ones."""

    title: str
    heading: str
    text: str
    steps: tuple[SetupStep, ...] = ()
    remark: str = ""


__all__ = [
    "AlertSummary",
    "Chart",
    "Comment",
    "EmptyBoard",
    "LandingRow",
    "Landings",
    "LimitedMetric",
    "LimitedMetrics",
    "Matrix",
    "MatrixRow",
    "Multiple",
    "Multiples",
    "OverviewBoard",
    "SetupStep",
    "Statement",
    "StatementRow",
    "UnitBoard",
]
