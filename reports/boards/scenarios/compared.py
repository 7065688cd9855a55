"""Up to three scenarios side by side: each over its own months, against its own base."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from metrics.catalogue import METRICS
from metrics.readings import Level, variance
from metrics.scenarios.case import STATEMENT
from metrics.scenarios.drivers import written
from reports import charts
from reports.boards.naming import full_name, unit_name
from reports.boards.reading import difference
from reports.boards.scenarios.drawing import Drawing, named
from reports.boards.scenarios.drivers import driver_label, small
from reports.boards.scenarios.lines import WEIGHTS, label_of
from reports.boards.scenarios.seen import SeenScenario
from reports.figures import (
    Chart,
    ChartTable,
    ComparedLine,
    ComparedScenario,
    ComparedScenarios,
    Figure,
    Section,
    Variance,
)
from reports.formatting import Scale, amount, scale_for
from reports.wording import count, listed

SLOTS = (("a", "First"), ("b", "Second"), ("c", "Third"))
MOST = len(SLOTS)
NOTHING = Level(None, "not_applicable: nothing is forecast of this unit")
PICK = "Choose two or three scenarios to see them side by side."
NOTE = (
    "Every scenario stands against the base of its own unit as known now; under each figure is its difference to that."
)


def compared_scenarios(picked: Sequence[SeenScenario], choices: Sequence[tuple[str, str]]) -> ComparedScenarios:
    """The columns in the order they were picked."""
    drawings = [Drawing(each) for each in picked if each.months]
    money = [drawing.case(code).number for drawing in drawings for code in drawing.codes if _is_money(code)]
    currency = picked[0].currency if picked else "USD"
    scale = scale_for(money, currency=currency)
    title = listed([each.scenario.name for each in picked]) if picked else PICK
    stretch = f"{scale.unit}, over the months ahead of each." if drawings else PICK
    return ComparedScenarios(
        title="Compare scenarios",
        columns=tuple(_column(each) for each in picked),
        lines=_lines(picked),
        section=Section(title, stretch),
        scale=scale,
        cash=_cash(drawings, scale_for(_all_cash(drawings), currency=currency)),
        choices=tuple(choices),
        slots=_slots([each.scenario.public_id for each in picked]),
        notes=(NOTE,) if picked else (),
    )


def _slots(picked: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    chosen = [*picked, *("" for _ in range(MOST - len(picked)))]
    return tuple((name, label, each) for (name, label), each in zip(SLOTS, chosen, strict=True))


def _is_money(code: str) -> bool:
    return METRICS[code].kind == "money"


def _column(seen: SeenScenario) -> ComparedScenario:
    moved = [each for each in seen.settings if not each.is_neutral]
    return ComparedScenario(
        name=seen.scenario.name,
        href=reverse("scenario", args=[seen.scenario.public_id]),
        unit=unit_name(seen.unit),
        about=_about(seen),
        drivers=tuple(
            (
                driver_label(seen, each)
                if each.unit == seen.unit.code
                else f"{_whose(seen, each.unit)} {small(driver_label(seen, each))}",
                f"{written(each.kind, each.value)} {each.driver.measure}",
            )
            for each in moved
        ),
    )


def _whose(seen: SeenScenario, code: str) -> str:
    return full_name(seen.members[code]) if code in seen.members else "A unit that left"


def _about(seen: SeenScenario) -> str:
    if not seen.months:
        return "Nothing is forecast"
    first, last = (named(seen.calendar, month, "%b %Y") for month in (seen.months[0], seen.months[-1]))
    return f"{first} to {last}"


def _lines(picked: Sequence[SeenScenario]) -> tuple[ComparedLine, ...]:
    drawings = [Drawing(each) for each in picked]
    codes = [code for code in STATEMENT if any(each.months and code in each.codes for each in drawings)]
    rows = [
        ComparedLine(label_of(code), tuple(_cell(code, *_pair(each, code)) for each in drawings), WEIGHTS.get(code, ""))
        for code in codes
    ]
    cash = tuple(_cell("cash", *(each.cash if each.months else (NOTHING, NOTHING))) for each in drawings)
    return (*rows, ComparedLine("Cash at the end", cash)) if picked else ()


def _pair(drawing: Drawing, code: str) -> tuple[Level, Level]:
    return (drawing.base(code), drawing.case(code)) if drawing.months else (NOTHING, NOTHING)


def _cell(code: str, base: Level, case: Level) -> tuple[Figure, Variance]:
    metric = METRICS[code]
    read = variance(case, base, sense=metric.better, compare=metric.compare)
    return Figure(case.number, metric.kind, case.reason), difference(metric, read, bool(read.difference.number))


def _all_cash(drawings: Sequence[Drawing]) -> list[int | float | None]:
    return [drawing.seen.case.cash(month).number for drawing in drawings for month in drawing.months]


def _cash(drawings: Sequence[Drawing], scale: Scale) -> Section | None:
    """Month ends of all of them, where they are over the same months."""
    if not drawings or len({tuple(each.months) for each in drawings}) > 1:
        return None
    first = drawings[0]
    months = [named(first.seen.calendar, month) for month in first.months]
    lines = [
        charts.Path(_letter(place), [each.seen.case.cash(month).number for month in each.months])
        for place, each in enumerate(drawings)
    ]
    if all(number is None for line in lines for number in line.amounts):
        return None
    names = [f"{line.name} {each.seen.scenario.name}" for line, each in zip(lines, drawings, strict=True)]
    title = f"Cash by month in {count(len(lines))} scenario{'' if len(lines) == 1 else 's'}"
    rows = tuple(
        (month, *(_printed(line.amounts[place], scale) for line in lines)) for place, month in enumerate(months)
    )
    chart = Chart(
        id="scenarios-cash",
        message=title,
        spec=charts.paths(months=months, lines=lines, scale=scale),
        table=ChartTable(("Month end", *names), rows),
    )
    return Section(title, f"Month-end cash, {scale.unit}. {'; '.join(names)}.", charts=(chart,))


def _letter(place: int) -> str:
    return "ABC"[place]


def _printed(number: int | float | None, scale: Scale) -> str:
    return "–" if number is None else amount(number, scale)
