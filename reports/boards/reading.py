"""A metric of a unit read against its budget or what else was picked, and its prior year, ready to be printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from metrics.catalogue import METRICS, Metric
from metrics.readings import Level, growth
from metrics.readings import Variance as Read
from reports import materiality
from reports.figures import Figure, Reading, Variance
from reports.levels import ACTUAL, BUDGET, PRIOR, Levels

Href = Callable[[str], str]


@dataclass(frozen=True)
class Reader:
    """Reads the metrics of one unit from the levels of a page. `href` leads from a metric to its explanation.

    `baseline` is the version that figures are read against where none is named.
    """

    levels: Levels
    unit: int
    currency: str
    href: Href
    baseline: str = BUDGET
    _read: dict[tuple[str, str], tuple[Read, bool]] = field(default_factory=dict, repr=False, compare=False)

    def level(self, code: str, version: str = ACTUAL) -> Level:
        return self.levels.of(self.unit, version, code)

    def against(self, code: str, baseline: str = "") -> tuple[Read, bool]:
        """The variance of a metric and whether it is material, by the unit's own revenue; weighed once a reader."""
        asked = code, baseline or self.baseline
        if asked not in self._read:
            self._read[asked] = self.variance(METRICS[code], asked[1])
        return self._read[asked]

    def variance(self, metric: Metric, baseline: str) -> tuple[Read, bool]:
        """The same of any metric, an account read like one among them."""
        revenue = self.level("revenue", baseline)
        if revenue.number is None:
            revenue = self.level("revenue")
        return materiality.read(metric, self.level(metric.code), self.level(metric.code, baseline), revenue=revenue)

    def figure(self, code: str, version: str = ACTUAL) -> Figure:
        level = self.level(code, version)
        metric = METRICS[code]
        return Figure(
            number=level.number,
            kind=shown_kind(metric),
            reason=level.reason,
            href=self.href(code) if version == ACTUAL else "",
            currency=self.currency,
            coverage=partial(self.levels.coverage(self.unit, version, code)) if version == ACTUAL else "",
        )

    def reading(self, code: str) -> Reading:
        """Everything a row prints of a metric: against the baseline in amount and percent, and growth on a year ago."""
        metric = METRICS[code]
        read, is_material = self.against(code)
        grown = growth(self.level(code), self.level(code, PRIOR))
        return Reading(
            actual=self.figure(code),
            baseline=self.figure(code, self.baseline),
            variance=difference(metric, read, is_material),
            percent=relative(read, is_material, of=self.baseline),
            prior=self.figure(code, PRIOR),
            growth=Variance(grown.number, "percent", reason=grown.reason),
        )

    def compared(self, code: str, baseline: str) -> Variance:
        """The one variance a headline figure prints: percent for amounts, points for ratios, else the difference."""
        metric = METRICS[code]
        read, is_material = self.against(code, baseline)
        if metric.compare == "percent":
            return relative(read, is_material, of=baseline)
        return difference(metric, read, is_material)


def shown_kind(metric: Metric) -> str:
    """How a metric is printed: a change of a ratio in points, a ratio compared by difference as a number (3.4)."""
    if metric.unit_of_measure == "points":
        return "points"
    return "number" if metric.kind == "ratio" and metric.compare == "difference" else metric.kind


def difference(metric: Metric, read: Read, is_material: bool) -> Variance:
    """The arithmetic difference with its effect."""
    kind = "points" if shown_kind(metric) == "ratio" else shown_kind(metric)
    return Variance(read.difference.number, kind, read.effect, is_material, read.difference.reason)


def relative(read: Read, is_material: bool, *, of: str = BUDGET) -> Variance:
    """The difference in percent of the size of the baseline `of`."""
    reason = "not_applicable: unbudgeted" if read.unbudgeted and of == BUDGET else read.percent.reason
    return Variance(read.percent.number, "percent", read.effect, is_material, reason)


def partial(coverage: str) -> str:
    """The coverage where something is missing, nothing where all is there."""
    have, _, of = coverage.partition(" of ")
    return coverage if of and have != of else ""
