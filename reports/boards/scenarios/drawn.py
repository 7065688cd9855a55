"""The drawings of a scenario: the bridge from its base, driver by driver, and cash by month."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.scenarios.case import PROFIT
from metrics.scenarios.drivers import Setting, written
from reports import charts
from reports.boards.bridged import bridged
from reports.boards.naming import full_name
from reports.boards.scenarios.drawing import Drawing, named
from reports.boards.scenarios.drivers import driver_label, small
from reports.boards.scenarios.seen import SeenScenario
from reports.figures import Chart, ChartTable, Section
from reports.formatting import Scale, amount, scale_for, single
from reports.wording import listed

CASH_HEAD = ("Month end", "Base", "Scenario", "Difference", "80% interval")
NARROWER, LEAST = 1_000, 10
Moved = tuple[Setting, int]


def bridge(drawing: Drawing) -> Section | None:
    """From the base's operating income to the scenario's, driver by driver; none where no driver moves it."""
    seen = drawing.seen
    start, end = drawing.base(PROFIT).number, drawing.case(PROFIT).number
    moved = [(part.setting, size) for part in seen.case.parts if (size := part.profit_over(seen.months))]
    if not moved or start is None or end is None:
        return None
    moved.sort(key=lambda each: -each[1])
    first, last = int(start), int(end)
    steps = [charts.BridgeStep(*_names(seen, setting), size, "g" if size > 0 else "b") for setting, size in moved]
    scale = _scale(drawing, [first, last, *(size for _, size in moved)])
    title = _title(seen, moved)
    cut = charts.cut(start=first, steps=steps, end=last)
    told = f" Axis cut at {amount(cut, scale)}." if cut else ""
    drawn = charts.Bridge(("Base", first), steps, ("Scenario", last), scale)
    chart = bridged("scenario-bridge", title, drawn, _bridge_table(first, steps, last, scale))
    return Section(title, f"Operating income from base to scenario by driver, {scale.unit}.{told}", charts=(chart,))


def cash(drawing: Drawing) -> Section | None:
    """Month ends of base and scenario with the interval, from the last closed one on; none where none is known."""
    seen = drawing.seen
    months = _with_opening(drawing)
    base = [seen.base.cash_at(month).number for month in months]
    case = [seen.case.cash(month).number for month in months]
    if all(each is None for each in case):
        return None
    scale = scale_for([*base, *case], currency=seen.currency)
    ends = [_ends(seen, month) for month in months]
    labels = [named(seen.calendar, month) for month in months]
    title = _cash_title(drawing)
    chart = Chart(
        id="scenario-cash",
        message=title,
        spec=charts.paths(
            months=labels,
            lines=(charts.Path("Base", base, is_base=True), charts.Path("Scenario", case)),
            scale=scale,
            interval=ends,
            known=sum(1 for month in months if month in seen.base.closed),
        ),
        table=_cash_table(labels, base, case, ends, scale),
    )
    told = "Dashed: scenario with its 80% interval. Thin: base." if any(ends) else "Dashed: scenario. Thin: base."
    return Section(title, f"Month-end cash, {scale.unit}. {told}", charts=(chart,))


def _scale(drawing: Drawing, sizes: Sequence[int]) -> Scale:
    """The unit of the statement, or the next smaller one where steps would be lost in it."""
    scale = drawing.scale
    least = min(abs(size) for size in sizes if size)
    if scale.divisor == 1 or scale.of(least) >= LEAST:
        return scale
    return Scale(scale.divisor // NARROWER, 0, scale.currency)


def _names(seen: SeenScenario, setting: Setting) -> tuple[str, str]:
    """The unit and the driver; where all drivers are the unit's own, the driver and how far it is moved."""
    driver = setting.driver
    if all(row.unit == seen.unit.code for row in seen.rows):
        return driver_label(seen, setting), f"{written(setting.kind, setting.value)} {driver.measure}"
    return full_name(seen.members[setting.unit]), small(driver_label(seen, setting))


def _title(seen: SeenScenario, moved: Sequence[Moved]) -> str:
    """Which driver moves it most."""
    total = sum(abs(size) for _, size in moved)
    largest = sorted(moved, key=lambda each: -abs(each[1]))[:2]
    names = listed([" ".join(_whose(seen, setting)) for setting, _ in largest])
    if len(moved) < 3:
        return f"{names} {'moves' if len(moved) == 1 else 'move'} operating income"
    share = sum(abs(size) for _, size in largest) / total
    return f"{names} make {share:.0%} of the change"


def _whose(seen: SeenScenario, setting: Setting) -> tuple[str, ...]:
    unit = () if setting.unit == seen.unit.code else (full_name(seen.members[setting.unit]),)
    label = driver_label(seen, setting)
    return (*unit, small(label) if unit else label)


def _bridge_table(start: int, steps: Sequence[charts.BridgeStep], end: int, scale: Scale) -> ChartTable:
    rows = [(f"{step.label} {step.name}".strip(), amount(step.size, scale, signed=True)) for step in steps]
    head = ("Driver", f"Operating income, {scale.unit}")
    return ChartTable(head, (("Base", amount(start, scale)), *rows, ("Scenario", amount(end, scale))))


def _with_opening(drawing: Drawing) -> tuple[int, ...]:
    """The months shown, after the month end they open with."""
    first = drawing.months[0] - 1
    return (first, *drawing.months) if first in drawing.seen.base.closed else tuple(drawing.months)


def _ends(seen: SeenScenario, month: int) -> tuple[int, int] | None:
    """The interval of the base, moved by what the drivers add."""
    ends, more = seen.base.interval.get(month), seen.case.cash_added.get(month)
    if ends is None or more is None or more.number is None:
        return None
    return ends[0] + int(more.number), ends[1] + int(more.number)


def _cash_title(drawing: Drawing) -> str:
    seen = drawing.seen
    base, case = (level.number for level in drawing.cash)
    if base is None or case is None:
        return "Cash is known for some of the months only"
    end = named(seen.calendar, drawing.months[-1], "%B %Y")
    if base == case:
        return f"Cash at the end of {end} is that of the base, {single(base, seen.currency)}"
    side = "ahead of" if case > base else "behind"
    return f"Cash ends {end} at {single(case, seen.currency)}, {single(abs(case - base), seen.currency)} {side} base"


def _cash_table(
    months: Sequence[str],
    base: Sequence[int | float | None],
    case: Sequence[int | float | None],
    ends: Sequence[tuple[int, int] | None],
    scale: Scale,
) -> ChartTable:
    rows = []
    for month, was, now, interval in zip(months, base, case, ends, strict=True):
        between = None if was is None or now is None else now - was
        low_high = "" if interval is None else " to ".join(amount(each, scale) for each in interval)
        rows.append(
            (month, _printed(was, scale), _printed(now, scale), _printed(between, scale, signed=True), low_high)
        )
    return ChartTable(CASH_HEAD, tuple(rows))


def _printed(number: int | float | None, scale: Scale, *, signed: bool = False) -> str:
    return "–" if number is None else amount(number, scale, signed=signed)
