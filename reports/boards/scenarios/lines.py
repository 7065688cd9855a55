"""The statement of a scenario: every line over all months shown; base, scenario and what is between."""

from __future__ import annotations

from metrics.catalogue import METRICS
from metrics.readings import Level, variance
from reports.boards.reading import difference, relative
from reports.boards.scenarios.drawing import Drawing, named
from reports.figures import Figure, ScenarioLine, VarianceBar

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
        base=figure_of(code, base),
        case=figure_of(code, case),
        change=change,
        percent=relative(read, False, of=""),
        bar=bar if _changed(base, case) else None,
        weight=WEIGHTS.get(code, ""),
    )


def _changed(base: Level, case: Level) -> int:
    return 0 if base.number is None or case.number is None else int(case.number) - int(base.number)


def figure_of(code: str, level: Level) -> Figure:
    """A figure as it is printed; what is missing says why."""
    return Figure(level.number, METRICS[code].kind, level.reason)


def label_of(code: str) -> str:
    """What a line is called here."""
    return INSIDE.get(code, METRICS[code].label)
