"""The limits of a threshold as lines over the periods: where each lay, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from alerts.terms import Terms
from alerts.wording import percent, plain, points
from metrics.declaration import Metric
from reports import charts


@dataclass(frozen=True)
class LimitLine:
    """One limit of a rule over the periods, in plain units; None where it was not in force or is not known."""

    name: str
    label: str
    steps: tuple[Fraction | None, ...]

    @property
    def tone(self) -> str:
        return "warn" if self.name.endswith("warning") else "bad"

    @property
    def last(self) -> Fraction:
        """Where it lies today, or where it lay last."""
        return next(step for step in reversed(self.steps) if step is not None)

    def drawn(self, factor: Fraction) -> charts.Limit:
        steps = tuple(None if step is None else float(step * factor) for step in self.steps)
        return charts.Limit(self.label, float(self.last * factor), self.tone, steps)


def limit_at(terms: Terms, place: int, name: str, *, base: Fraction | None) -> Fraction | None:
    """Where one limit of a side lies, in plain units; None where terms have none or where it is no plain distance.

    `base` is what the figure is compared with, which an absolute limit does not need.
    """
    sides = terms.sides()
    level = dict(sides[place].limits).get(name) if place < len(sides) else None
    if level is None or terms.currency:
        return None
    if terms.comparator == "absolute":
        return level
    if terms.measure == "deviations" or base is None:
        return None
    return base + sides[place].direction * level * (abs(base) if terms.measure == "percent" else 1)


def called(terms: Terms, metric: Metric | None, currency: str, name: str, size: Fraction, direction: int) -> str:
    """`+25% critical`, `55 days warning`."""
    if terms.comparator == "absolute":
        return f"{plain(size, metric, currency)} {name}"
    sign = "+" if direction > 0 else "−"
    match terms.measure:
        case "percent":
            return f"{sign}{percent(size)} {name}"
        case "points" if metric is not None and metric.is_share:
            return f"{sign}{points(size)} {name}"
    return f"{sign}{plain(size, metric, currency)} {name}"
