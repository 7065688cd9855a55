"""The statement of a scenario in columns: month by month, quarter by quarter, or unit by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from metrics.catalogue import METRICS
from metrics.readings import Level, variance
from metrics.scenarios.case import Case, lay_on, left_over
from reports.boards.naming import full_name
from reports.boards.reading import difference
from reports.boards.scenarios.drawing import Drawing, named
from reports.boards.scenarios.lines import figure_of, label_of
from reports.boards.scenarios.seen import MONTH, QUARTER, UNIT, SeenScenario
from reports.figures import Choice, ScenarioCells, Section
from reports.scenarios.asking import address

TITLES = {MONTH: "Month by month", QUARTER: "Quarter by quarter", UNIT: "Unit by unit"}
LABELS = {MONTH: "By month", QUARTER: "By quarter", UNIT: "By unit"}
REST, WHOLE = "All others", "Together"
ABOUT = "base, scenario, and what is between them where anything is"
ABOUT_UNITS = (
    f"{ABOUT}. All others are the unit without those named, drivers on it as a whole and what units sell each other"
    " among them"
)


@dataclass(frozen=True)
class Column:
    """The figures of STATEMENT over some months, of the base and of the case, with cash at the end of the last."""

    label: str
    base: Mapping[str, Level]
    case: Mapping[str, Level]
    cash: tuple[Level, Level]


def breakdown(drawing: Drawing) -> tuple[Section, tuple[str, ...], tuple[ScenarioCells, ...]]:
    """The head of the table, its columns, and every line over them."""
    by = _by(drawing.seen)
    columns = {MONTH: _months, QUARTER: _quarters, UNIT: _units}[by](drawing)
    rows = [
        _row(label_of(code), code, [(each.base[code], each.case[code]) for each in columns]) for code in drawing.codes
    ]
    cash = _row("Cash, end of the months" if by == UNIT else f"Cash, {by} end", "cash", [each.cash for each in columns])
    about = f"{drawing.month_scale.unit}; {ABOUT_UNITS if by == UNIT else ABOUT}."
    return Section(TITLES[by], about, views=_views(drawing.seen)), tuple(each.label for each in columns), (*rows, cash)


def _by(seen: SeenScenario) -> str:
    """As asked for; a scenario without a driver on a unit below cannot be told by unit."""
    return MONTH if seen.asked.by == UNIT and not _moved_units(seen) else seen.asked.by


def _views(seen: SeenScenario) -> tuple[Choice, ...]:
    now, queries = _by(seen), {by: replace(seen.asked, by=by).query for by in LABELS}
    return tuple(
        Choice(LABELS[by], f"?{address(seen.rows)}{f'&{query}' if query else ''}", by == now)
        for by, query in queries.items()
        if by != UNIT or _moved_units(seen)
    )


def _months(drawing: Drawing) -> list[Column]:
    return [_over(drawing, (month,), named(drawing.seen.calendar, month)) for month in drawing.months]


def _quarters(drawing: Drawing) -> list[Column]:
    """Fiscal quarters; one of which not all months are shown says how many are."""
    calendar = drawing.seen.calendar
    found = []
    for (year, number), group in groupby(drawing.months, key=drawing.quarter_of):
        months = tuple(group)
        around = (months[0] - 1, months[-1] + 1)
        is_whole = all(drawing.quarter_of(month) != (year, number) for month in around)
        part = "" if is_whole else f", {named(calendar, months[0], '%b')} to {named(calendar, months[-1], '%b')}"
        found.append(_over(drawing, months, f"Q{number} {year}{part}"))
    return found


def _over(drawing: Drawing, months: tuple[int, ...], label: str) -> Column:
    last, seen = months[-1], drawing.seen
    base, case = ({code: figures(code, months) for code in drawing.codes} for figures in (drawing.base, drawing.case))
    return Column(label, base, case, (seen.base.cash_at(last), seen.case.cash(last)))


def _units(drawing: Drawing) -> list[Column]:
    """Every unit that drivers name, all that is left of the unit, and the unit itself: they add up."""
    seen, months = drawing.seen, tuple(drawing.months)
    cases = {code: _alone(seen, code) for code in _moved_units(seen)}
    own = [_column(full_name(seen.members[code]), case, months) for code, case in cases.items()]
    left = [left_over(seen.case, cases.values(), months, of_base=of_base) for of_base in (True, False)]
    rest = Column(REST, left[0].figures, left[1].figures, (left[0].cash, left[1].cash))
    return [*own, rest, _over(drawing, months, WHOLE)]


def _alone(seen: SeenScenario, code: str) -> Case:
    """A unit below with its own drivers."""
    return lay_on(seen.bases[code], {}, [each for each in seen.settings if each.unit == code])


def _column(label: str, case: Case, months: tuple[int, ...]) -> Column:
    cash = (case.base.cash_at(months[-1]), case.cash(months[-1]))
    return Column(label, case.figures(months, of_base=True), case.figures(months), cash)


def _moved_units(seen: SeenScenario) -> list[str]:
    """The units below that drivers name and that have months ahead, in the order of the form."""
    named_units = dict.fromkeys(row.unit for row in seen.rows if row.unit != seen.unit.code)
    return [code for code in named_units if code in seen.members and code in seen.bases and seen.bases[code].months]


def _row(label: str, code: str, pairs: Sequence[tuple[Level, Level]]) -> ScenarioCells:
    metric = METRICS[code]
    read = [variance(case, base, sense=metric.better, compare=metric.compare) for base, case in pairs]
    changes = tuple(difference(metric, each, bool(each.difference.number)) for each in read)
    return ScenarioCells(
        label=label,
        base=tuple(figure_of(code, base) for base, _ in pairs),
        case=tuple(figure_of(code, case) for _, case in pairs),
        change=changes if any(each.number for each in changes) else (),
    )
