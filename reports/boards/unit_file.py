"""The statement of a unit as a table for spreadsheets: every line as exact as it is stored, both stretches of time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from metrics.readings import Level
from metrics.wire import as_wire
from reports.boards.reading import Reader
from reports.boards.statement import HEADS, metric_of, told_lines
from reports.boards.unit import Lines, Stretches
from reports.levels import BUDGET, PRIOR
from reports.selection import Selection
from reports.spreadsheets import harmless

HEAD = (
    *("unit", "name", "period", "stretch", "as_known_on", "currency", "line", "label", "measure"),
    *("actual", "compared_with", "baseline", "difference", "budget", "prior_year", "missing"),
)
Cell = str | int | float


def unit_file(selection: Selection, stretches: Stretches, lines: Lines) -> bytes:
    """One table, UTF-8 with a mark for spreadsheets: the lines of the page in their order, once a stretch of time.

    Money and counts are decimal text with all four places, ratios fractions. The difference is arithmetic, actual
    less baseline. What is missing is empty; of an actual the reason stands in the last column.
    """
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(HEAD)
    readers = (stretches.first, stretches.second)
    for reader, stretch in zip(readers, stretches.labels, strict=True):
        for row in _rows(selection, stretches, lines, reader, stretch) if reader is not None else ():
            out.writerow([harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _rows(
    selection: Selection, stretches: Stretches, lines: Lines, reader: Reader, stretch: str
) -> Iterator[tuple[Cell, ...]]:
    """The lines of one stretch."""
    unit = selection.unit
    known = "latest" if selection.as_of is None else selection.as_of.isoformat()
    place = (unit.code, unit.name, selection.period.code, stretch, known, reader.currency)
    for line, _, _ in told_lines(lines.plan, lines.accounts, stretches.first, stretches.second):
        metric = metric_of(line, lines.accounts)
        actual, baseline = reader.level(line.code), reader.level(line.code, reader.baseline)
        between = reader.variance(metric, reader.baseline)[0].difference
        others = (reader.level(line.code, version) for version in (BUDGET, PRIOR))
        yield (
            *place,
            *(line.code, line.label, metric.kind, _cell(actual, metric.kind), HEADS[reader.baseline]),
            *(_cell(each, metric.kind) for each in (baseline, between, *others)),
            actual.reason,
        )


def _cell(level: Level, kind: str) -> Cell:
    found = as_wire(level.number, kind)
    return "" if found is None else found
