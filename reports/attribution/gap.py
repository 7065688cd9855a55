"""The readings of one gap: its variance, the parts that account for it, the guards, and the way down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ledger.models import Account
from metrics.attribution import HOLDS, Attribution, Change, Descent, Guard, guards, ranked, said, shortened, walk
from metrics.declaration import Metric
from metrics.drivers import DRIVERS
from metrics.formula import Context
from metrics.readings import BETTER, SENSE, Level, Variance
from reports import materiality
from reports.attribution.drivers import drivers, want_drivers
from reports.attribution.lines import lines
from reports.attribution.parts import CannotAttribute, Legs, Line
from reports.attribution.units import is_quotient, units, want_shares
from reports.baselines import BUDGET, FORECAST, FORESEEN, PRIOR_YEAR
from reports.explanation import Explanation, Figures, MetricUnknown

UNIT, LINE, DRIVER = "unit", "line", "driver"
BY = (UNIT, LINE, DRIVER)
MOST = 12


@dataclass(frozen=True)
class Question:
    """Which gap: a metric or `account:CODE` of a unit (an id), a period by its ordinal, and how it is cut.

    Without `by` it is cut by unit where there are units below, else by line.
    """

    code: str
    unit: int
    ordinal: int
    basis: str
    baseline: str = BUDGET
    by: str = ""
    most: int = MOST


@dataclass(frozen=True)
class Step:
    """One step down: the part that holds most of the gap on its side, in the dimension it was cut by."""

    by: str
    code: str
    label: str
    held: Descent


@dataclass(frozen=True)
class Gap:
    """A gap and what accounts for it. `lines` are the parts by their codes, the left out ones too."""

    question: Question
    metric: Metric
    total: Variance
    is_material: bool
    found: Attribution
    lines: Mapping[str, Line]
    guards: tuple[Guard, ...]
    sentence: str
    path: tuple[Step, ...]


def gap(explanation: Explanation, asked: Question, *, with_path: bool = True) -> Gap:
    """The gap of a figure and its parts.

    Raises MetricUnknown, and CannotAttribute where the figure has no parts of the kind asked for.
    """
    figures = explanation.figure(asked.unit, asked.ordinal)
    company = figures.evidence.company
    asked = replace(asked, by=asked.by or (UNIT if company.children(asked.unit) else LINE))
    metric = metric_of(figures, asked.code)
    legs = legs_of(explanation, asked)
    total, is_material = _total(figures, metric, legs)
    parts = _parts(figures, metric, legs, asked)
    found, changes = _ranked(parts, metric, total)
    short = shortened(found, asked.most)
    names = {part.code: part.label for part in parts}
    return Gap(
        question=asked,
        metric=metric,
        total=total,
        is_material=is_material,
        found=short,
        lines={part.code: part for part in parts},
        guards=guards(short, changes),
        sentence=said(found, names),
        path=_path(explanation, asked) if with_path else (),
    )


def want(explanation: Explanation, asked: Question) -> None:
    """Tell the evidence at once which numbers of the unit and of those below it the cuts of a gap will ask for."""
    figures = explanation.figure(asked.unit, asked.ordinal)
    if asked.code.startswith("role:"):
        return
    metric, legs = metric_of(figures, asked.code), legs_of(explanation, asked)
    for leg in (legs.actual, legs.baseline):
        figures.gather(asked.code, leg, with_rows=False)
    want_shares(figures, metric, legs)
    if asked.by == DRIVER and asked.code in DRIVERS:
        want_drivers(figures, asked.code, legs)


def cuts(explanation: Explanation, asked: Question) -> tuple[str, ...]:
    """How the gap of a figure can be cut, before any part is read; not at all that of a class or of a role."""
    figures = explanation.figure(asked.unit, asked.ordinal)
    if asked.code.startswith("role:"):
        return ()
    metric, leg = metric_of(figures, asked.code), Context("actual", asked.basis)
    has_units = bool(figures.evidence.company.children(asked.unit))
    is_sum = figures.metric(asked.code) is None or figures.adds(metric, leg)
    is_ratio = metric.kind == "ratio" and is_quotient(metric)
    found = {
        UNIT: has_units and (is_sum or is_ratio),
        LINE: is_sum,
        DRIVER: asked.code in DRIVERS or (has_units and is_ratio),
    }
    return tuple(by for by in BY if found[by])


def legs_of(explanation: Explanation, asked: Question) -> Legs:
    """The two sides: prior year is the actual at the same fiscal ordinal one year earlier.

    Forecast is what was expected of the stretch of time before it began.
    """
    actual = Context("actual", asked.basis)
    if asked.baseline != PRIOR_YEAR:
        return Legs(actual, Context(FORESEEN if asked.baseline == FORECAST else asked.baseline, asked.basis))
    earlier = explanation.year_before(asked.ordinal, unit=asked.unit)
    return Legs(actual, replace(actual, lag=asked.ordinal - earlier))


def metric_of(figures: Figures, code: str) -> Metric:
    """The metric of a code; an account reads like a metric with its own direction. Raises MetricUnknown."""
    found = figures.metric(code)
    if found is not None:
        return found
    if code.startswith("role:"):
        raise MetricUnknown(f"{code} is no metric and no account.")
    on, name = figures.evidence.on, code.partition(":")[2]
    account = next(each for each in on.accounts if each.code == name) if on else Account.objects.get(code=name)
    better: Any = BETTER.get(account.better, 0) or SENSE[account.kind]
    kind: Any = "money" if account.unit_of_measure == "money" else "count"
    return Metric(code, account.name, kind, better, "percent", account.unit_of_measure, code)


def _total(figures: Figures, metric: Metric, legs: Legs) -> tuple[Variance, bool]:
    actual, baseline, revenue, own = (
        _level(figures, code, leg)
        for code, leg in (
            (metric.code, legs.actual),
            (metric.code, legs.baseline),
            ("revenue", legs.baseline),
            ("revenue", legs.actual),
        )
    )
    return materiality.read(metric, actual, baseline, revenue=own if revenue.number is None else revenue)


def _parts(figures: Figures, metric: Metric, legs: Legs, asked: Question) -> Sequence[Line]:
    if metric.compare == "none":
        raise CannotAttribute(f"{metric.label} is a class and has no size that parts could account for.")
    match asked.by:
        case "unit":
            return units(figures, asked.code, metric, legs)
        case "line":
            return lines(figures, asked.code, legs)
        case _:
            return drivers(figures, asked.code, metric, legs)


def _ranked(parts: Sequence[Line], metric: Metric, total: Variance) -> tuple[Attribution, list[Change]]:
    changes = [part.change(metric.better) for part in parts]
    net = total.difference if metric.better == 0 else total.favourable
    return ranked(changes, net=net), changes


# --- the way down ------------------------------------------------------------------------------------------
def _path(explanation: Explanation, asked: Question) -> tuple[Step, ...]:
    """Down the units as long as one holds most of the gap of its siblings, then one line of the last of them."""
    company = explanation.figure(asked.unit, asked.ordinal).evidence.company
    ids = {unit.code: unit.id for unit in company.units.values()}
    names: dict[str, str] = {}

    def opened(code: str) -> Attribution | None:
        return _cut(explanation, replace(asked, unit=ids[code], by=UNIT), names) if code in ids else None

    top = company.units[asked.unit].code
    down = [Step(UNIT, each.code, names[each.code], each) for each in walk(top, opened, holds=HOLDS)]
    last = next((ids[step.code] for step in reversed(down) if step.code in ids), asked.unit)
    found = _cut(explanation, replace(asked, unit=last, by=LINE), names)
    across = walk("", lambda code: found if not code else None, holds=HOLDS)
    return (*down, *(Step(LINE, each.code, names[each.code], each) for each in across))


def _cut(explanation: Explanation, asked: Question, names: dict[str, str]) -> Attribution | None:
    """The parts of one gap on the way, None where it has none; what they are called is noted in `names`."""
    figures = explanation.figure(asked.unit, asked.ordinal)
    metric, legs = metric_of(figures, asked.code), legs_of(explanation, asked)
    try:
        parts = _parts(figures, metric, legs, asked)
    except CannotAttribute:
        return None
    names.update({part.code: part.label for part in parts})
    return _ranked(parts, metric, _total(figures, metric, legs)[0])[0]


def _level(figures: Figures, code: str, context: Context) -> Level:
    value = figures.value(code, context)
    return Level(value.number, value.reason)
