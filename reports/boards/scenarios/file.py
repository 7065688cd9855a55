"""A scenario as a table for spreadsheets: its drivers, and every line of base and case by month."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ledger.amounts import as_text
from metrics.catalogue import METRICS
from metrics.readings import Level
from metrics.scenarios.case import STATEMENT
from metrics.scenarios.drivers import DRIVERS
from reports.boards.scenarios.drawing import Drawing
from reports.boards.scenarios.drivers import driver_label
from reports.boards.scenarios.seen import SeenScenario
from reports.spreadsheets import harmless

HEAD = ("kind", "unit", "name", "period", "measure", "base", "scenario", "difference", "missing")
Row = tuple[str, ...]


def scenario_file(seen: SeenScenario) -> bytes:
    """One table, UTF-8 with a mark for spreadsheets. Drivers first, with the value they were given and what they add
    to operating income; then every figure, a row a month. Money as decimal text, ratios as fractions; what is missing
    is empty with its reason."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(HEAD)
    for row in (*_drivers(seen), *_figures(seen)):
        out.writerow([harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _drivers(seen: SeenScenario) -> Iterator[Row]:
    for setting, part in zip(seen.settings, seen.case.parts, strict=True):
        driver = DRIVERS[setting.kind]
        first = "" if setting.first is None else seen.calendar.at(setting.first).code
        added = as_text(part.profit_over(seen.months)) if not part.reason else ""
        yield (
            "driver",
            setting.unit,
            driver_label(seen, setting),
            first,
            driver.measure,
            "0",
            as_text(setting.value),
            added,
            part.reason,
        )


def _figures(seen: SeenScenario) -> Iterator[Row]:
    drawing = Drawing(seen)
    for code in STATEMENT:
        for month in seen.months:
            yield _figure(seen, code, month, drawing.base(code, (month,)), drawing.case(code, (month,)))
    for month in seen.months:
        yield _figure(seen, "cash", month, seen.base.cash_at(month), seen.case.cash(month))


def _figure(seen: SeenScenario, code: str, month: int, base: Level, case: Level) -> Row:
    metric = METRICS[code]
    measure = seen.currency if metric.kind == "money" else metric.kind
    between = Level(None) if base.number is None or case.number is None else Level(case.number - base.number)
    numbers = (_text(level, metric.kind) for level in (base, case, between))
    return ("figure", seen.unit.code, metric.label, seen.calendar.at(month).code, measure, *numbers, case.reason)


def _text(level: Level, kind: str) -> str:
    if level.number is None:
        return ""
    return as_text(int(level.number)) if kind == "money" else f"{level.number:.12g}"
