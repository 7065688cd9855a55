"""The bridge of a unit: its operating income from what it is read against to the actual, driver by driver."""

from __future__ import annotations

from collections.abc import Sequence

from reports import charts
from reports.baselines import LABELS, NAMES, PRIOR_YEAR
from reports.boards.driven import INCOME, Behind, steps_of
from reports.boards.picture import Picture
from reports.boards.reading import Reader
from reports.figures import Chart, ChartTable, Section
from reports.formatting import amount, scale_for
from reports.wording import line_bridge_title


def bridge(seen: Picture, own: Reader, behind: Behind) -> Section | None:
    """The bridge with its numbers as a table; None where one of its ends is not known."""
    start, end = own.level(INCOME, own.baseline).number, own.level(INCOME).number
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    found = steps_of(own, behind, [each.pk for each in seen.children], gap=end - start)
    return _drawn(seen, start, found.steps, end, told=found.told)


def _drawn(seen: Picture, start: int, steps: Sequence[charts.BridgeStep], end: int, *, told: str) -> Section:
    baseline = seen.selection.baseline
    of, label, is_past = NAMES[baseline], LABELS[baseline], baseline == PRIOR_YEAR
    scale = scale_for([start, end], currency=seen.currency)
    lowest = charts.cut(start=start, steps=steps, end=end)
    title = line_bridge_title([(step.label, step.size) for step in steps], gap=end - start, of=of)
    rows = [(label, amount(start, scale)), *((_called(s), amount(s.size, scale, signed=True)) for s in steps)]
    cut = f" Axis cut at {amount(lowest, scale)}." if lowest > 0 else ""
    first, last = (label, start), ("Actual", end)
    return Section(
        title,
        f"Operating income from {of} to actual by driver, {scale.unit}, {seen.selection.label}.{cut} {told}".rstrip(),
        charts=(
            Chart(
                "drivers",
                title,
                charts.bridge(start=first, steps=steps, end=last, scale=scale, is_past=is_past),
                ChartTable(("Driver", scale.unit), (*rows, ("Actual", amount(end, scale)))),
                narrow=charts.bridge(
                    start=first, steps=charts.pooled(steps), end=last, scale=scale, narrow=True, is_past=is_past
                ),
            ),
        ),
    )


def _called(step: charts.BridgeStep) -> str:
    """A step in the table: two of one name are told apart by what they are."""
    return f"{step.label}, {step.name}" if step.name else step.label
