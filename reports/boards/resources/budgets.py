"""Spend against budget: how much is used, how much was planned by now, and the day each budget runs out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from metrics.readings import Level
from metrics.spending import Course, course
from reports import formatting
from reports.boards.naming import full_name, unit_name
from reports.boards.picture import ON_PAGE, Part
from reports.boards.reading import partial
from reports.boards.resources.seen import OVER, QUARTER, YEAR, SeenResources
from reports.figures import BudgetBar, BudgetRow, Budgets, Choice, Effect, Figure, Section, Status, UnitName, Variance
from reports.formatting import day, scale_for
from reports.levels import BUDGET
from reports.wording import count, listed

FAR, SHORT = 0.03, 0.005
"""How far beyond its budget a unit is off plan rather than to be watched, and below what it falls just short."""
WIDEST, LEAST_WIDE = 1.4, 1.08
"""The scale of the bars: the longest budget that is drawn whole, and the room beyond one that nobody exceeds."""
NAMED = 3


@dataclass(frozen=True)
class Line:
    """A unit's budget of the quarter or year, what went of it and was planned to go by now, and where that leads."""

    part: Part
    budget: Level
    spent: Level
    planned: Level
    course: Course


def budgets(seen: SeenResources) -> Budgets:
    """All units, those that run out first on top and those of which nothing can be said last; then the whole, where it
    is more than one unit."""
    lines = sorted((line_of(seen, part) for part in seen.parts), key=_gravest)
    own = line_of(seen, seen.own)
    shown = lines[(seen.page - 1) * ON_PAGE : seen.page * ON_PAGE]
    scale = scale_for([line.budget.number for line in lines], currency=seen.currency)
    longest = max((_length(line) for line in lines), default=1.0)
    widest = min(max(longest, LEAST_WIDE), WIDEST)
    last = seen.calendar.at(seen.span(seen.over)[-1])
    stretch = "year" if seen.over == YEAR else "quarter"
    gone = _gone(seen)
    return Budgets(
        section=Section(
            _title(lines, stretch, ends=last.ends, is_over=seen.through >= last.ends),
            f"Total cost against the budget of {_named(seen)}, {scale.unit}. Hatched: the rest of the {stretch} at the"
            f" rate of the quarter so far. Blue line: planned by now; {formatting.percent(gone)} of the {stretch} is"
            " over.",
            legend=("actual", "budget", "forecast"),
            views=tuple(
                Choice(label, f"{seen.selection.query(over=over, unit=seen.own.code)}#budgets", is_on=over == seen.over)
                for over, label in ((QUARTER, "Quarter"), (YEAR, "Year"))
            ),
            terms=(("total_cost", "Total cost"),),
        ),
        rows=tuple(_row(seen, line, unit_name(line.part, seen.selection.query()), widest, last.ends) for line in shown),
        total=None if _is_alone(lines, own) else _row(seen, own, UnitName(full_name(own.part)), widest, last.ends),
        scale=scale,
        end="Year end" if seen.over == YEAR else "Quarter end",
        pages=_pages(seen, len(lines)),
        notes=_notes(lines),
    )


def _is_alone(lines: Sequence[Line], own: Line) -> bool:
    return [line.part.pk for line in lines] == [own.part.pk]


def line_of(seen: SeenResources, part: Part) -> Line:
    """The budget of one unit over the quarter or year that is looked at."""
    basis = OVER[seen.over]
    budget, spent = seen.budget(part.pk), seen.level(part.pk, "total_cost", basis)
    found = course(
        budget,
        spent,
        through=seen.through,
        ends=seen.calendar.at(seen.span(seen.over)[-1]).ends,
        pace=seen.pace(part.pk),
        past=seen.spent_by_month(part.pk),
    )
    return Line(part, budget, spent, seen.level(part.pk, "total_cost", basis, version=BUDGET), found)


def _gravest(line: Line) -> tuple[bool, float]:
    over = line.course.over.number
    if line.course.state == "ran out" and over is None:
        return False, float("-inf")
    return over is None, -float(over or 0)


def _length(line: Line) -> float:
    """How long the bar of a line would be, in budgets."""
    over = line.course.over.number
    return max(1.0, 1 + float(over or 0), float(line.course.used.number or 0))


def _row(seen: SeenResources, line: Line, unit: UnitName, widest: float, ends: date) -> BudgetRow:
    basis, found = OVER[seen.over], line.course
    reader = seen.reader(line.part, basis)
    due = _due(line)
    over = found.over.number
    effect: Effect = "unfavourable" if (over or 0) > 0 else "favourable" if (over or 0) < 0 else "on target"
    is_used = found.used.number is not None
    used_href = reader.href("budget_utilisation") if seen.over == YEAR else ""
    return BudgetRow(
        unit=unit,
        budget=Figure(
            line.budget.number, reason=line.budget.reason, currency=seen.currency, coverage=_covered(seen, line)
        ),
        spent=reader.figure("total_cost"),
        used=Figure(found.used.number, "ratio", found.used.reason, used_href),
        due=Figure(due.number, "ratio", due.reason),
        over=Variance(over, "percent", effect, abs(over or 0) >= SHORT, found.over.reason),
        outcome=_outcome(found, ends=ends, is_over=seen.through >= ends),
        status=_status(found),
        bar=BudgetBar(
            float(found.used.number or 0),
            None if over is None else 1 + float(over),
            None if due.number is None else float(due.number),
            widest,
        )
        if is_used
        else None,
    )


def _due(line: Line) -> Level:
    """The part of the budget that its own months had planned to be spent by now."""
    for level in (line.budget, line.planned):
        if level.number is None:
            return level
    if not line.budget.number or line.budget.number < 0:
        return Level(None, line.course.used.reason)
    return Level(float(line.planned.number or 0) / float(line.budget.number))


def _covered(seen: SeenResources, line: Line) -> str:
    """How much of the budget is there, where some unit or month of it is missing."""
    place = OVER[seen.over], seen.span(seen.over)[-1]
    if place not in seen.read:
        return ""
    covered = partial(seen.read[place].coverage(line.part.pk, BUDGET, "total_cost"))
    return f"{covered} unit-months of the budget" if covered else ""


def _outcome(found: Course, *, ends: date, is_over: bool) -> str:
    match found.state:
        case "lasts":
            return "lasted" if is_over else "lasts"
        case "runs out":
            return f"runs out {_short(found.day, ends)}"
        case "ran out":
            return f"ran out {_short(found.day, ends)}" if found.day else "has run out"
        case _:
            return formatting.missing(found.reason).reason


def _short(when: date | None, ends: date) -> str:
    if when is None:
        return ""
    return f"{when.day} {when:%b}" if when.year == ends.year else day(when)


def _status(found: Course) -> Status:
    if found.state == "unknown":
        return ""
    if found.state == "lasts":
        return "ok"
    over = found.over.number
    if over is None or over > FAR:
        return "h"
    return "m" if over >= SHORT else "b"


def _title(lines: Sequence[Line], stretch: str, *, ends: date, is_over: bool) -> str:
    """Which budgets do not last, and the first day one is gone."""
    out = [line for line in lines if _status(line.course) in ("m", "h")]
    short = sum(_status(line.course) == "b" for line in lines)
    known = [line for line in lines if line.course.state != "unknown"]
    if not known:
        return f"No unit has a budget and spend of this {stretch} to compare"
    if not out:
        left = len(lines) - len(known)
        rest = f"; {count(left)} {'is' if left == 1 else 'are'} not known" if left else ""
        return f"{_just_short(short) or f'Every budget lasts the {stretch}'}{rest}"
    dated = sorted((line for line in out if line.course.day), key=lambda line: line.course.day or ends)
    names = [full_name(line.part) for line in out]
    called = listed(names) if len(out) <= NAMED else f"{count(len(out)).capitalize()} units"
    run = "ran" if is_over else "runs" if len(out) == 1 else "run"
    said = f"{called} {run} out of budget before the {stretch} {'ended' if is_over else 'ends'}"
    if dated:
        whose = "" if len(out) == 1 else f"{full_name(dated[0].part)} first, "
        said = f"{said}, {whose}on {_short(dated[0].course.day, ends)}"
    return f"{said}; {_just_short(short, 'more')}" if short else said


def _just_short(number: int, more: str = "") -> str:
    """`Three budgets fall just short`; as the end of a sentence `three more fall just short`."""
    if not number:
        return ""
    fall = "falls" if number == 1 else "fall"
    if more:
        return f"{count(number)} more {fall} just short"
    return f"{count(number).capitalize()} {'budget' if number == 1 else 'budgets'} {fall} just short"


def _notes(lines: Sequence[Line]) -> tuple[str, ...]:
    """What the total holds besides budgeted spend."""
    without = [line for line in lines if line.budget.number is None and line.spent.number]
    if not without:
        return ()
    said = (
        "unit has no budget; what it spends counts" if len(without) == 1 else "units have no budget; their spend counts"
    )
    return (f"{count(len(without)).capitalize()} {said} in the total.",)


def _named(seen: SeenResources) -> str:
    year, number = seen.calendar.year_and_number(seen.at)
    return str(year) if seen.over == YEAR else f"Q{seen.calendar.quarter(number)} {year}"


def _gone(seen: SeenResources) -> float:
    """The periods so far in those of the quarter or year."""
    span = seen.span(seen.over)
    return (seen.at - span[0] + 1) / len(span)


def _pages(seen: SeenResources, units: int) -> tuple[Choice, ...]:
    """Links to the other pages of a long list; none where all units are on this one."""
    pages = -(-units // ON_PAGE)
    around = [each for each in range(1, pages + 1) if each in (1, pages) or abs(each - seen.page) <= 2]
    kept = {"unit": seen.own.code, "over": seen.over}
    links = [
        Choice(str(each), f"{seen.selection.query(page=each, **kept)}#budgets", is_on=each == seen.page)
        for each in around
    ]
    return tuple(links) if pages > 1 else ()
