"""All tables of the page of resources as one for spreadsheets: a figure a row, as exact as it is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from metrics.readings import Level
from metrics.wire import EXACT, as_wire
from reports.boards.picture import Part
from reports.boards.resources.budgets import line_of
from reports.boards.resources.contractors import BUDGETED, limit_of, stretch
from reports.boards.resources.people import functions, priced
from reports.boards.resources.seen import LIMITED, OVER, YEAR, SeenResources
from reports.boards.resources.spread import return_of
from reports.figures import Figure, Variance
from reports.levels import ACTUAL, BUDGET
from reports.spreadsheets import harmless

HEAD = (
    *("table", "unit", "name", "function", "period", "stretch", "as_known_on"),
    *("figure", "measure", "currency", "value", "missing"),
)
DATE = "date"
Cell = str | int | float


def resources_file(seen: SeenResources) -> bytes:
    """One table, UTF-8 with a mark for spreadsheets: the parts of the page in their order, of all units, not a page.

    Budgets stand over the quarter and over the year, whichever the page shows. Money and counts are decimal text with
    all four places, ratios fractions, days of the calendar ISO dates. What is missing is empty, its reason beside it.
    """
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(HEAD)
    tables = (_spend(seen), _efficiency(seen), _budgets(seen), _functions(seen), _openings(seen), _contractors(seen))
    for rows in tables:
        for row in rows:
            out.writerow([harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _row(
    seen: SeenResources,
    table: str,
    part: Part,
    stretch: str,
    figure: str,
    level: Level | Figure | Variance,
    kind: str = "money",
    *,
    function: str = "",
) -> tuple[Cell, ...]:
    """One figure. `stretch` is the basis it is read over, or the whole quarter or year around the period."""
    selection = seen.selection
    known = "latest" if selection.as_of is None else selection.as_of.isoformat()
    value = as_wire(level.number, kind) if kind in EXACT else level.number
    return (
        *(table, part.code, part.name, function, selection.period.code, stretch, known),
        *(figure, kind, seen.currency if kind == "money" else ""),
        *("" if value is None else value, level.reason if value is None else ""),
    )


def _spend(seen: SeenResources) -> Iterator[tuple[Cell, ...]]:
    """What units spent in the stretch picked, and what twelve months of that returned; then the unit itself."""
    for part in _with_own(seen):
        spent = seen.spend.of(part.pk, ACTUAL, "total_cost")
        yield _row(seen, "spend", part, seen.selection.basis, "total_cost", spent)
        yield _row(seen, "spend", part, YEAR, "budget", seen.budget_over(part.pk, YEAR))
        yield _row(seen, "spend", part, "ltm", "return_on_spend", return_of(seen, part), "ratio")


def _efficiency(seen: SeenResources) -> Iterator[tuple[Cell, ...]]:
    """What a head brings, and the margin, of twelve months."""
    for part in _with_own(seen):
        for code, kind in (("revenue_per_head", "money"), ("operating_margin", "ratio"), ("headcount", "count")):
            yield _row(seen, "efficiency", part, "ltm", code, seen.level(part.pk, code, "ltm"), kind)


def _budgets(seen: SeenResources) -> Iterator[tuple[Cell, ...]]:
    """The budget of the quarter and of the year, what went of it, and the day it runs out where it does not last."""
    for over in OVER:
        there = replace(seen, over=over)
        for part in _with_own(seen):
            line = line_of(there, part)
            found = line.course
            day = Figure(found.day.isoformat() if found.day else None, DATE, found.reason)
            yield _row(seen, "budget", part, over, "budget", line.budget)
            yield _row(seen, "budget", part, over, "spent", line.spent)
            yield _row(seen, "budget", part, over, "planned_by_now", line.planned)
            yield _row(seen, "budget", part, over, "used", found.used, "ratio")
            yield _row(seen, "budget", part, over, "by_the_end", found.ahead)
            yield _row(seen, "budget", part, over, "end_against_budget", found.over, "ratio")
            yield _row(seen, "budget", part, over, "runs_out_on", day, DATE)


def _functions(seen: SeenResources) -> Iterator[tuple[Cell, ...]]:
    """People by function at the end of the period; the unit itself has no function."""
    found = functions(seen)
    for row in (*found.rows, found.total):
        name = "" if row is found.total else row.label
        columns: dict[str, Figure | Variance] = {
            "headcount": row.heads,
            "headcount_planned": row.planned,
            "headcount_against_plan": row.variance,
            "contractors_fte": row.contractors,
            "open_positions": row.openings,
        }
        for code, figure in columns.items():
            yield _row(seen, "functions", seen.own, "period end", code, figure, "count", function=name)


def _openings(seen: SeenResources) -> Iterator[tuple[Cell, ...]]:
    """Open positions by unit and function; since when is the last day of the first month they were known open at."""
    for each, cost in priced(seen):
        part = Part(each.unit, each.code, each.name, "")
        since = Figure(seen.calendar.at(each.since).ends.isoformat(), DATE)
        told: tuple[tuple[str, Level | Figure, str], ...] = (
            ("open_positions", Level(each.heads), "count"),
            ("open_since_end_of", since, DATE),
            ("cost_a_year", cost, "money"),
        )
        for code, level, kind in told:
            yield _row(seen, "open positions", part, "period end", code, level, kind, function=each.function)


def _contractors(seen: SeenResources) -> Iterator[tuple[Cell, ...]]:
    """Contractors in the staff budget, what was budgeted, and the limit on it where one holds."""
    basis, limit = stretch(seen), limit_of(seen)
    for part in seen.parts:
        budgeted = seen.level(part.pk, BUDGETED, basis, version=BUDGET)
        yield _row(seen, "contractors", part, basis, LIMITED, seen.level(part.pk, LIMITED, basis), "ratio")
        yield _row(seen, "contractors", part, basis, "budget", budgeted, "ratio")
        if limit is not None:
            yield _row(seen, "contractors", part, basis, "limit", Level(limit.level), "ratio")


def _with_own(seen: SeenResources) -> list[Part]:
    """The units, then the unit they are below; one that stands alone once."""
    return [*(part for part in seen.parts if part.pk != seen.own.pk), seen.own]
