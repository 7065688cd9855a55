"""The boards of metrics: all of a unit's, and one of them with its history, its limits and its peers."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.alerts import AlertItem
from reports.figures.deeds import PinButton
from reports.figures.forecasts import LagRow, MonthAhead
from reports.figures.frame import Crumb, PeriodPicker
from reports.figures.numbers import (
    NO_VARIANCE,
    NOTHING,
    Choice,
    Figure,
    Headline,
    Section,
    Spark,
    Status,
    UnitName,
    Variance,
    VarianceBar,
)
from reports.figures.studies import Finding
from reports.formatting import Scale


@dataclass(frozen=True)
class MetricLine:
    """One metric of a unit. `reference` is what the variance is against; `limit` is printed, empty where none holds.

    `reason` says in words why there is no figure.
    """

    label: str
    href: str
    figure: Figure
    reference: Figure = NOTHING
    variance: Variance = NO_VARIANCE
    trend: Spark | None = None
    limit: str = ""
    status: Status = ""
    status_label: str = ""
    reason: str = ""
    pin: PinButton | None = None
    code: str = ""


@dataclass(frozen=True)
class MetricChapter:
    """The metrics of one chapter of the catalogue."""

    label: str
    lines: tuple[MetricLine, ...]


@dataclass(frozen=True)
class MetricFamily:
    """The chapters that belong together: financial, customer, market, operational, added."""

    id: str
    name: str
    section: Section
    chapters: tuple[MetricChapter, ...]


@dataclass(frozen=True)
class MetricsBoard:
    """Every metric of a unit in one stretch of time. `against` names what variances are read against."""

    title: str
    crumbs: tuple[Crumb, ...]
    picker: PeriodPicker
    headline: Headline
    against: str
    families: tuple[MetricFamily, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SeasonRow:
    """What one month of the year usually adds, as printed and as a bar."""

    label: str
    index: str
    bar: VarianceBar


@dataclass(frozen=True)
class MetricSpread:
    """The months on one line, 560 wide and 40 high: dots, the newest, the middle half (from, wide) and the median."""

    dots: tuple[tuple[float, float], ...]
    newest: tuple[float, float] | None
    band: tuple[float, float]
    median: float
    low: str
    high: str
    label: str


@dataclass(frozen=True)
class Usual:
    """What the months of a metric say of themselves: how they lie, facts, findings, the season where there is one."""

    section: Section
    facts: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    season: tuple[SeasonRow, ...]
    season_title: str = ""
    notes: tuple[str, ...] = ()
    spread: MetricSpread | None = None


@dataclass(frozen=True)
class Companion:
    """A metric that moves with this one: r, how many months it comes earlier, on how many months, and what to mind."""

    label: str
    href: str
    how: str
    r: str
    months: int
    odds: str
    warning: str
    code: str = ""


@dataclass(frozen=True)
class Together:
    """What moves with a metric, the surest first; without rows the section says why nothing was held against it."""

    section: Section
    rows: tuple[Companion, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class LimitSpan:
    """Limits that held over some months, as printed, with where they come from."""

    months: str
    compared: str
    limits: str
    origin: str


@dataclass(frozen=True)
class PeerRow:
    """A unit beside the others; `is_own` is the one the page is of."""

    rank: str
    unit: UnitName
    figure: Figure
    variance: Variance
    trend: Spark | None
    is_own: bool


@dataclass(frozen=True)
class Peers:
    """The units of the same sort that the reader may see, the best first."""

    section: Section
    rows: tuple[PeerRow, ...]
    against: str
    scale: Scale | None
    pages: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class PeerColumn:
    """A metric that units are held beside each other by; `is_wide` ones have no room on a phone."""

    label: str
    is_wide: bool


@dataclass(frozen=True)
class PeerFigure:
    """A unit's figure in such a column."""

    figure: Figure
    is_wide: bool


@dataclass(frozen=True)
class PeerUnit:
    """A unit with its figures in the order of the columns; `is_own` is the one the page is of."""

    unit: UnitName
    figures: tuple[PeerFigure, ...]
    is_own: bool


@dataclass(frozen=True)
class PeersTable:
    """A unit and those of its type that the reader may see, side by side."""

    section: Section
    columns: tuple[PeerColumn, ...]
    rows: tuple[PeerUnit, ...]


@dataclass(frozen=True)
class MetricAhead:
    """The forecast of a metric, month by month, with how wrong such forecasts were."""

    section: Section
    rows: tuple[MonthAhead, ...]
    lags: tuple[LagRow, ...]
    scale: Scale
    href: str


@dataclass(frozen=True)
class MetricDefinition:
    """What a metric is: facts as label and text; versions newest first where it was added by the company."""

    section: Section
    formula: str
    words: str
    facts: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...] = ()
    history_href: str = ""


@dataclass(frozen=True)
class MetricBoard:
    """One metric of one unit; a part that does not apply is None."""

    title: str
    crumbs: tuple[Crumb, ...]
    picker: PeriodPicker
    headline: Headline
    figure: Figure
    reference: Figure
    against: str
    variance: Variance
    prior: Figure
    baselines: tuple[Choice, ...]
    history: Section | None
    limits: tuple[LimitSpan, ...]
    limits_title: str
    usual: Usual | None
    together: Together | None
    ahead: MetricAhead | None
    peers: Peers | None
    alerts: tuple[AlertItem, ...]
    past: tuple[AlertItem, ...]
    alerts_title: str
    definition: MetricDefinition
    notes: tuple[str, ...]


__all__ = [
    "Companion",
    "LimitSpan",
    "MetricAhead",
    "MetricBoard",
    "MetricChapter",
    "MetricDefinition",
    "MetricFamily",
    "MetricLine",
    "MetricSpread",
    "MetricsBoard",
    "PeerColumn",
    "PeerFigure",
    "PeerRow",
    "PeerUnit",
    "Peers",
    "PeersTable",
    "SeasonRow",
    "Together",
    "Usual",
]
