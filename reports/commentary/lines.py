"""The lines of a unit's statement with what they differ by, and which of them need words.

Words are asked of the finest material lines: of a line whose variance is material while none of the lines inside it is.
So a variance is explained once, small items that add up are explained where they add up, and lines that offset each
other are explained although their sum is quiet. Totals and ratios follow from the lines above them and ask for none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reports import materiality
from reports.asked import Asked, Rows, one
from reports.baselines import BUDGET as BUDGETED
from reports.baselines import FORECAST, FORESEEN, PRIOR_YEAR
from reports.boards.reading import Reader
from reports.boards.statement import Chart, Line, lines, metric_of
from reports.levels import ACTUAL, BUDGET, PRIOR, levels_of, with_foreseen
from reports.models import Commentary
from reports.selection import Selection
from units.scope import Scope

LEGS = {BUDGETED: BUDGET, PRIOR_YEAR: PRIOR, FORECAST: FORESEEN}
"""The version under which a reader finds each baseline."""
FOLLOWS = ("total", "ratio")
"""Kinds of line that follow from the lines above them."""


class LineUnknown(LookupError):
    """The unit's statement has no such line, or no variance on it; the sentence says which."""


@dataclass(frozen=True)
class Value:
    """A line with both legs of its variance, in ten-thousandths of group currency, as known at the selection's mark.

    `tolerance` is by how much the variance may move before words on it are stale. `needs_words` says that words are
    required on the very line.
    """

    line: Line
    actual: int
    compared: int
    effect: str
    is_material: bool
    tolerance: float
    needs_words: bool = False

    @property
    def variance(self) -> int:
        """Actual − baseline."""
        return self.actual - self.compared


def may_be_explained(selection: Selection) -> bool:
    """Whether words can stand on what is picked: as reported and as known now, over a stretch that sheets hold."""
    return selection.may_compare and not selection.is_now and selection.as_of is None


def values(chart: Chart, plan: Sequence[Line], reader: Reader) -> dict[str, Value]:
    """The lines of a statement that have both legs, by code in the statement's order, against the reader's baseline.

    Ratios are left out: they follow from lines that have words of their own.
    """
    found = {line.code: value for line in plan if (value := _value(chart, line, reader)) is not None}
    needed = set(_finest(plan, found))
    return {code: replace(value, needs_words=code in needed) for code, value in found.items()}


def _value(chart: Chart, line: Line, reader: Reader) -> Value | None:
    metric = metric_of(line, chart)
    actual, compared = (reader.level(line.code, version).number for version in (ACTUAL, reader.baseline))
    if metric.kind == "ratio" or not isinstance(actual, int) or not isinstance(compared, int):
        return None
    read, is_material = reader.variance(metric, reader.baseline)
    revenue = reader.level("revenue", reader.baseline)
    revenue = reader.level("revenue") if revenue.number is None else revenue
    tolerance = materiality.tolerance(metric, read.baseline, revenue=revenue)
    return Value(line, actual, compared, read.effect, is_material, tolerance)


def _finest(plan: Sequence[Line], found: Mapping[str, Value]) -> Iterator[str]:
    """The codes of the material lines inside which no other line is material."""
    for at, line in enumerate(plan):
        value = found.get(line.code)
        if value is None or not value.is_material or line.kind in FOLLOWS:
            continue
        inside = []
        for below in plan[at + 1 :]:
            if below.level <= line.level:
                break
            inside.append(below)
        if not any(each.code in found and found[each.code].is_material for each in inside):
            yield line.code


def read_values(scope: Scope, selection: Selection, units: Collection[int]) -> dict[int, dict[str, Value]]:
    """The same of several units, read anew within a scope: the chart and one query of levels; a third against forecast.

    Against a forecast only the selection's own unit is read.
    """
    return one(values_asked(scope, selection, units, Chart.read()))


def values_asked(
    scope: Scope, selection: Selection, units: Collection[int], chart: Chart
) -> Asked[dict[int, dict[str, Value]]]:
    """The question for the same on a chart that is read already."""
    plan = lines(chart)
    codes = list(dict.fromkeys(["revenue", *(line.code for line in plan)]))
    asked = levels_of(scope, selection, units=units, codes=codes, versions=(ACTUAL, BUDGET, PRIOR))
    leg = LEGS[selection.baseline]

    def answer(rows: Rows) -> dict[int, dict[str, Value]]:
        found = asked.answer(rows)
        if selection.baseline == FORECAST:
            found = with_foreseen(found, scope, selection)
        return {unit: values(chart, plan, Reader(found, unit, "", lambda _: "", leg)) for unit in units}

    return replace(asked, answer=answer)  # type: ignore[arg-type, return-value]  # another answer to the same question


def value_of(scope: Scope, selection: Selection, line: str) -> Value:
    """The value of one line of the selection's unit. Raises LineUnknown."""
    found = read_values(scope, selection, [selection.unit.pk])[selection.unit.pk].get(line)
    if found is None:
        raise LineUnknown("There is no variance on this line that could be explained.")
    return found


def is_stale(words: Commentary, now: Value | None) -> bool:
    """Whether the variance has moved by as much as would be material itself since the words were bound to it.

    A variance that is not there any more has moved.
    """
    return now is None or has_moved(words.variance, now)


def has_moved(then: int, now: Value) -> bool:
    """Whether a variance that somebody read has moved since by as much as would be material itself."""
    moved = abs(now.variance - then)
    return moved != 0 and moved >= now.tolerance
