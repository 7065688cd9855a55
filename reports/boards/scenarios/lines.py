"""The statement of a scenario: every line over all months shown, and by month; base, scenario and what is between."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.catalogue import METRICS
from metrics.readings import Level, variance
from reports.boards.reading import difference, relative
from reports.boards.scenarios.drawing import Drawing, named
from reports.figures import Figure, ScenarioLine, ScenarioMonths, VarianceBar

WEIGHTS = {
    "gross_profit": "sum",
    "operating_cost": "sum",
    "operating_income": "tot",
    "gross_margin": "minor",
    "operating_margin": "minor",
    "cloud_cost": "minor",
}
INSIDE = {"cloud_cost": "Cloud, inside other lines"}


def lines(drawing: Drawing) -> tuple[ScenarioLine, ...]:
    """The statement over all months shown, and cash at their end."""
    seen = drawing.seen
    pairs = [(code, drawing.base(code), drawing.case(code)) for code in drawing.codes]
    changes = [_changed(base, case) for code, base, case in pairs if METRICS[code].kind == "money"]
    largest = max((abs(each) for each in changes), default=0)
    rows = [_line(code, base, case, largest) for code, base, case in pairs]
    base, case = drawing.cash
    label = f"Cash, end of {named(seen.calendar, seen.months[-1], '%B %Y')}"
    return (*rows, _line("cash", base, case, largest, label=label))


def _line(code: str, base: Level, case: Level, largest: int, *, label: str = "") -> ScenarioLine:
    metric = METRICS[code]
    read = variance(case, base, sense=metric.better, compare=metric.compare)
    change = difference(metric, read, bool(read.difference.number))
    is_money = metric.kind == "money"
    bar = VarianceBar(_changed(base, case), max(largest, abs(_changed(base, case))), change.tone) if is_money else None
    return ScenarioLine(
        label=label or label_of(code),
        base=_figure(code, base),
        case=_figure(code, case),
        change=change,
        percent=relative(read, False, of=""),
        bar=bar if _changed(base, case) else None,
        weight=WEIGHTS.get(code, ""),
    )


def _changed(base: Level, case: Level) -> int:
    return 0 if base.number is None or case.number is None else int(case.number) - int(base.number)


def _figure(code: str, level: Level) -> Figure:
    return Figure(level.number, METRICS[code].kind, level.reason)


def table(drawing: Drawing) -> tuple[ScenarioMonths, ...]:
    """Every line by month."""
    seen = drawing.seen
    rows = [_by_month(label_of(code), code, _pairs(drawing, code)) for code in drawing.codes]
    cash = [(seen.base.cash_at(month), seen.case.cash(month)) for month in seen.months]
    return (*rows, _by_month("Cash, month end", "cash", cash))


def _pairs(drawing: Drawing, code: str) -> list[tuple[Level, Level]]:
    return [(drawing.base(code, (month,)), drawing.case(code, (month,))) for month in drawing.months]


def label_of(code: str) -> str:
    """What a line is called here."""
    return INSIDE.get(code, METRICS[code].label)


def _by_month(label: str, code: str, pairs: Sequence[tuple[Level, Level]]) -> ScenarioMonths:
    metric = METRICS[code]
    read = [variance(case, base, sense=metric.better, compare=metric.compare) for base, case in pairs]
    changes = tuple(difference(metric, each, bool(each.difference.number)) for each in read)
    return ScenarioMonths(
        label=label,
        base=tuple(_figure(code, base) for base, _ in pairs),
        case=tuple(_figure(code, case) for _, case in pairs),
        change=changes if any(each.number for each in changes) else (),
    )
