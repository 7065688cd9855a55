"""The bridge of a unit: its operating income from what it is read against to the actual, driver by driver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports import charts
from reports.baselines import LABELS, NAMES, PRIOR_YEAR
from reports.boards.bridged import bridged
from reports.boards.driven import INCOME, Behind, steps_of
from reports.boards.picture import Picture
from reports.boards.reading import Reader
from reports.figures import ChartTable, Section
from reports.formatting import Scale, amount, scale_for
from reports.wording import line_bridge_title, listed


def bridge(seen: Picture, own: Reader, behind: Behind) -> Section | None:
    """The bridge with its numbers as a table; None where one of its ends is not known."""
    start, end = own.level(INCOME, own.baseline).number, own.level(INCOME).number
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    found = steps_of(own, behind, [each.pk for each in seen.children], gap=end - start)
    scale = scale_for([start, end], currency=seen.currency)
    steps, still = moving(found.steps, scale)
    told = f"{found.told} {_unmoved(still)}".strip()
    return _drawn(seen, start, steps, end, scale=scale, told=told)


def moving(steps: Sequence[charts.BridgeStep], scale: Scale) -> tuple[list[charts.BridgeStep], list[charts.BridgeStep]]:
    """The steps that print as more than zero, and those that did not move, which are told in words.

    What the latter come to lies in the largest step that prints the same with it, so that the bridge adds up exactly.
    """
    drawn = [step for step in steps if _printed(step.size, scale) != _printed(0, scale)]
    still = [step for step in steps if _printed(step.size, scale) == _printed(0, scale)]
    left = sum(step.size for step in still)
    for step in sorted(drawn, key=lambda each: -abs(each.size)):
        if _printed(step.size + left, scale) == _printed(step.size, scale):
            return [replace(each, size=each.size + left) if each is step else each for each in drawn], still
    return list(steps), []


def _printed(size: int, scale: Scale) -> str:
    return amount(size, scale, signed=True)


def _unmoved(still: Sequence[charts.BridgeStep]) -> str:
    """That some drivers did not move, in words."""
    if not still:
        return ""
    names = listed(list(dict.fromkeys(step.label.lower() for step in still)))
    return f"{names[0].upper()}{names[1:]} did not move."


def _drawn(
    seen: Picture, start: int, steps: Sequence[charts.BridgeStep], end: int, *, scale: Scale, told: str
) -> Section:
    baseline = seen.selection.baseline
    of, label, is_past = NAMES[baseline], LABELS[baseline], baseline == PRIOR_YEAR
    lowest = charts.cut(start=start, steps=steps, end=end)
    title = line_bridge_title([(step.label, step.size) for step in steps], gap=end - start, of=of)
    rows = [(label, amount(start, scale)), *((_called(s), amount(s.size, scale, signed=True)) for s in steps)]
    cut = f" Axis cut at {amount(lowest, scale)}." if lowest > 0 else ""
    first, last = (label, start), ("Actual", end)
    return Section(
        title,
        f"Operating income from {of} to actual by driver, {scale.unit}, {seen.selection.label}.{cut} {told}".rstrip(),
        charts=(
            bridged(
                "drivers",
                title,
                charts.Bridge(first, steps, last, scale, is_past=is_past),
                ChartTable(("Driver", scale.unit), (*rows, ("Actual", amount(end, scale)))),
            ),
        ),
    )


def _called(step: charts.BridgeStep) -> str:
    """A step in the table: two of one name are told apart by what they are."""
    return f"{step.label}, {step.name}" if step.name else step.label
