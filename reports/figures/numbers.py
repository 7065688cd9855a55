"""A number ready to be shown, and what it is read against. A missing number is None with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reports.formatting import Number, Scale
from reports.wording import Phrase

Effect = Literal["favourable", "unfavourable", "on target", "neutral", "unknown"]
Status = Literal["ok", "b", "m", "h", "n", ""]
"""On plan, below plan without an alert, to watch, off plan, without alerts and nothing to compare; empty where a
unit has no status (corporate, eliminations)."""
Severity = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class Figure:
    """A number with its kind, its reason where it is missing, and the link to its explanation.

    `kind` is a metric's: money and count in int ten-thousandths, ratio as a fraction, days, months, class.
    `unit` is the word behind a count ("FTE"); `tag` a small remark beside it ("restated"); `coverage` says
    what a total is made of where a part is missing ("9 of 12 units").
    """

    number: Number
    kind: str = "money"
    reason: str = ""
    href: str = ""
    currency: str = ""
    unit: str = ""
    tag: str = ""
    coverage: str = ""


@dataclass(frozen=True)
class Variance:
    """A difference as it is printed: its sign is arithmetic, the effect says whether it helps.

    `kind` is "money", "count", "days", "number" for a difference, "percent" for a relative one, "points" for
    a difference of ratios. What is not `is_material` stays grey and carries no triangle. `currency` is needed only
    where it stands alone, outside a table that names its unit.
    """

    number: Number
    kind: str = "money"
    effect: str = "neutral"
    is_material: bool = False
    reason: str = ""
    href: str = ""
    currency: str = ""

    @property
    def tone(self) -> str:
        """The class of its colour: good, bad, or inside tolerance."""
        if not self.is_material or self.number is None:
            return "z"
        return {"favourable": "g", "unfavourable": "b"}.get(self.effect, "z")


NOTHING = Figure(None, reason="not_applicable: not reported here")
NO_VARIANCE = Variance(None, reason="not_applicable: not compared")


@dataclass(frozen=True)
class Reading:
    """One line in one stretch of time: actual, what it is read against, the difference, and the prior year."""

    actual: Figure
    baseline: Figure = NOTHING
    variance: Variance = NO_VARIANCE
    percent: Variance = NO_VARIANCE
    prior: Figure = NOTHING
    growth: Variance = NO_VARIANCE


@dataclass(frozen=True)
class Spark:
    """Twelve months as a line, with the baseline dotted; None is a month without a number.

    `span` is the least height of its scale, so that a flat series of a common scale looks flat.
    """

    actual: tuple[float | None, ...]
    baseline: tuple[float | None, ...] = ()
    span: float = 0.0


@dataclass(frozen=True)
class ActualBar:
    """Actual solid in the outline of its baseline; `largest` is the common scale of the column.

    A baseline that `is_past` was an actual and is solid, if lighter.
    """

    actual: float
    baseline: float | None
    largest: float
    is_past: bool = False


@dataclass(frozen=True)
class VarianceBar:
    """A difference left or right of a zero line; `largest` is the common scale of the column."""

    number: float
    largest: float
    tone: str = "z"


@dataclass(frozen=True)
class Pin:
    """A relative difference as a line with a head; beyond `largest` it is clipped."""

    number: float
    largest: float
    tone: str = "z"


@dataclass(frozen=True)
class Band:
    """A value between its limits. `rising_is_worse` says on which side the limits lie.

    Texts are the limits as printed under the band; `prior` is the grey tick of the prior year.
    """

    value: float
    low: float
    high: float
    warning: float | None = None
    critical: float | None = None
    warning_text: str = ""
    critical_text: str = ""
    prior: float | None = None
    rising_is_worse: bool = True
    label: str = ""


@dataclass(frozen=True)
class Choice:
    """One of a few ways to read the same page: a link that says whether it is on. `count` where it has one."""

    label: str
    href: str
    is_on: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Action:
    """Something the page lets the reader do, as a link. At most one is primary."""

    label: str
    href: str
    icon: str = ""
    is_primary: bool = False


@dataclass(frozen=True)
class Remark:
    """A piece of a meta line under the headline: words, a link, or a status with its mark."""

    text: str
    href: str = ""
    status: Status = ""


@dataclass(frozen=True)
class Headline:
    """The sentence of the page in phrases, and the line under it."""

    sentence: tuple[Phrase, ...]
    meta: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """One row under a headline figure: what it is read against, that number, and the difference."""

    label: str
    reference: Figure
    variance: Variance


@dataclass(frozen=True)
class Kpi:
    """A headline figure with its year in a line and its comparisons; `code` is its metric's, for the definition."""

    label: str
    figure: Figure
    spark: Spark | None = None
    comparisons: tuple[Comparison, ...] = ()
    code: str = ""


@dataclass(frozen=True)
class ChartLine:
    """A row of the table beside a chart: what it is about, where that leads to if anywhere, and its cells."""

    name: str
    href: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ChartTable:
    """What a chart shows, as a table for those who do not see it; `hrefs` say where each row leads, if any does."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    hrefs: tuple[str, ...] = ()

    @property
    def lines(self) -> list[ChartLine]:
        """The rows as they are printed."""
        hrefs = self.hrefs or ("",) * len(self.rows)
        return [ChartLine(name, href, tuple(cells)) for (name, *cells), href in zip(self.rows, hrefs, strict=True)]


@dataclass(frozen=True)
class Chart:
    """A figure dictionary of `reports.charts` with its message, and the same numbers as a table.

    `id` is unique on the page; `narrow` is drawn on a phone where it differs; `label` stands above one of
    several charts of a section. `still` and `narrow_still` are the drawing that stands there before any script, as
    markup; where there is none, the chart is drawn as soon as the page stands.
    """

    id: str
    message: str
    spec: Mapping[str, Any]
    table: ChartTable
    narrow: Mapping[str, Any] | None = None
    label: str = ""
    still: str = ""
    narrow_still: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a page: its message, how to read it, ways to read it, and charts where it has them.

    `legend` names marks: actual, budget, prior, forecast, interval, raises, lowers, line, and budget-line, prior-line,
    forecast-line. `terms` are the metrics its subtitle speaks of, as code and as
    written there.
    """

    title: str
    subtitle: str = ""
    legend: tuple[str, ...] = ()
    views: tuple[Choice, ...] = ()
    link: Action | None = None
    charts: tuple[Chart, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class UnitName:
    """How a unit is named in a row: a short name ("Unit 6"), its name, and the link to its page."""

    short: str
    name: str = ""
    href: str = ""


__all__ = [
    "NOTHING",
    "NO_VARIANCE",
    "Action",
    "ActualBar",
    "Band",
    "Chart",
    "ChartLine",
    "ChartTable",
    "Choice",
    "Comparison",
    "Effect",
    "Figure",
    "Headline",
    "Kpi",
    "Number",
    "Phrase",
    "Pin",
    "Reading",
    "Remark",
    "Scale",
    "Section",
    "Severity",
    "Spark",
    "Status",
    "UnitName",
    "Variance",
    "VarianceBar",
]
