"""People by function, and the positions that are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from metrics.hiring import ONE, per_head
from metrics.readings import Level
from reports import formatting
from reports.boards.naming import unit_name
from reports.boards.picture import Part
from reports.boards.resources.seen import SeenResources
from reports.figures import (
    NO_VARIANCE,
    NOTHING,
    Figure,
    FunctionRow,
    Functions,
    OpeningRow,
    Openings,
    Section,
    StaffBar,
    Variance,
)
from reports.formatting import scale_for, single
from reports.levels import ACTUAL, BUDGET
from reports.staffing import CONTRACTORS, HEADS, OPEN, Opening
from reports.wording import count, listed

UNASSIGNED = "Not by function"
NOT_SPLIT = "not_applicable: the budget is not split by function"
NOT_SAID = "not_applicable: not reported by function"


def functions(seen: SeenResources) -> Functions:
    """A row for each function, in the order of the chart, then what names none, then all together."""
    named = _named(seen)
    rows = [_row(seen, label, account) for label, account in named.items()]
    total = _total(seen)
    rest = _rest(total, rows)
    if rows and rest is not None:
        rows.append(rest)
    largest = max((_length(row) for row in rows), default=1.0)
    when = formatting.day(seen.selection.period.ends)
    return Functions(
        section=Section(
            _title(seen, rows),
            f"People at the end of {when}. Outline: plan. Light: contractors." if rows else _why(seen),
            legend=("actual", "budget") if rows else (),
        ),
        rows=tuple(_drawn(row, largest) for row in rows),
        total=total,
    )


def _named(seen: SeenResources) -> dict[str, str]:
    """Functions by name with the code of their headcount account, empty where only entries name them."""
    found = {name: code for code, name in seen.staffing.accounts.items()}
    for _, function in seen.staffing.counts:
        if function:
            found.setdefault(function, "")
    return found


def _row(seen: SeenResources, label: str, account: str) -> FunctionRow:
    if account:
        own = seen.own
        heads, planned = (_account(seen, account, version) for version in (ACTUAL, BUDGET))
        figure = Figure(heads.number, "count", heads.reason, seen.reader(own, "ytd").href(f"account:{account}"))
    else:
        number, planned = seen.staffing.count(HEADS, label), Level(None, NOT_SPLIT)
        figure = Figure(number, "count", "" if number is not None else NOT_SAID)
    return FunctionRow(
        label=label,
        heads=figure,
        planned=Figure(planned.number, "count", planned.reason),
        variance=_variance(Level(figure.number if isinstance(figure.number, int) else None, figure.reason), planned),
        contractors=_counted(seen, CONTRACTORS, label),
        openings=_counted(seen, OPEN, label),
    )


def _account(seen: SeenResources, account: str, version: str) -> Level:
    return seen.level(seen.own.pk, f"account:{account}", "ytd", version=version)


def _counted(seen: SeenResources, role: str, function: str) -> Figure:
    number = seen.staffing.count(role, function)
    return Figure(number, "count", "" if number is not None else NOT_SAID)


def _total(seen: SeenResources) -> FunctionRow:
    """All together, from the sheet of the unit itself."""
    reader = seen.reader(seen.own, "ytd")
    heads, planned = reader.level("headcount"), reader.level("headcount", BUDGET)
    return FunctionRow(
        label=seen.selection.unit.name,
        heads=reader.figure("headcount"),
        planned=Figure(planned.number, "count", planned.reason),
        variance=_variance(heads, planned),
        contractors=reader.figure("contractors_fte"),
        openings=reader.figure("open_positions"),
    )


def _rest(total: FunctionRow, rows: Sequence[FunctionRow]) -> FunctionRow | None:
    """What the functions do not add up to: people whose function nobody named."""
    columns = ("heads", "planned", "contractors", "openings")
    left = {column: _left(getattr(total, column), [getattr(row, column) for row in rows]) for column in columns}
    if not any(left.values()):
        return None
    figures = {column: NOTHING if number is None else Figure(number, "count") for column, number in left.items()}
    heads, planned = (Level(left[column], NOT_SAID) for column in ("heads", "planned"))
    return FunctionRow(
        label=UNASSIGNED,
        heads=figures["heads"],
        planned=figures["planned"],
        variance=_variance(heads, planned) if all(row.planned.number is not None for row in rows) else NO_VARIANCE,
        contractors=figures["contractors"],
        openings=figures["openings"],
    )


def _left(total: Figure, parts: Sequence[Figure]) -> int | None:
    if not isinstance(total.number, int):
        return None
    return total.number - sum(part.number for part in parts if isinstance(part.number, int))


def _variance(heads: Level, planned: Level) -> Variance:
    for level in (heads, planned):
        if level.number is None:
            return Variance(None, "count", reason=level.reason)
    return Variance(int(heads.number or 0) - int(planned.number or 0), "count")


def _length(row: FunctionRow) -> float:
    return max(_number(row.heads), _number(row.planned)) + _number(row.contractors)


def _number(figure: Figure) -> float:
    return max(float(figure.number), 0.0) if isinstance(figure.number, int) else 0.0


def _drawn(row: FunctionRow, largest: float) -> FunctionRow:
    if not isinstance(row.heads.number, int):
        return row
    planned = _number(row.planned) if row.planned.number is not None else None
    bar = StaffBar(_number(row.heads), planned, _number(row.contractors), largest or 1.0)
    return FunctionRow(row.label, row.heads, row.planned, row.variance, row.contractors, row.openings, bar)


def _title(seen: SeenResources, rows: Sequence[FunctionRow]) -> str:
    """How many positions are open and where most of them are; else where most people work."""
    level = seen.reader(seen.own, "ytd").level("open_positions")
    if not rows:
        return "Nobody reports people by function"
    largest = max(rows, key=lambda row: _number(row.heads))
    if not level.number:
        said = "No position is open" if level.number == 0 else "Open positions are not known"
        return f"{said}; most people work in {largest.label}"
    heads = level.number / ONE
    named = [row for row in rows if row.label != UNASSIGNED]
    most = max((_number(row.openings) for row in named), default=0)
    where = listed([row.label for row in named if _number(row.openings) == most]) if most else ""
    positions = f"{count(round(heads)).capitalize()} {'position is' if heads == 1 else 'positions are'} open"
    return f"{positions}, most in {where}" if where and heads > 1 else f"{positions}{f' in {where}' if where else ''}"


def _why(seen: SeenResources) -> str:
    level = seen.reader(seen.own, "ytd").level("headcount")
    if level.number is None:
        return f"Headcount: {formatting.missing(level.reason).reason}."
    return "A function is an account below headcount, or the segment of a row."


# --- open positions ----------------------------------------------------------------------------------------


def openings(seen: SeenResources) -> Openings:
    """Each unit's open positions by function, at what a head of that unit costs a year."""
    found = priced(seen)
    numbers = [level.number for _, level in found if level.number is not None]
    unpriced = len(found) - len(numbers)
    scale = scale_for(numbers, currency=seen.currency)
    rows = tuple(_opening(seen, each, level) for each, level in found)
    subtitle = (
        f"{scale.unit} a year, at what a head of the unit cost in the last twelve months. The longest open first."
    )
    note = f"{count(unpriced).capitalize()} of {len(found)} rows cannot be priced, and the sum leaves them out."
    return Openings(
        section=Section(_openings_title(seen, numbers), subtitle if rows else ""),
        rows=rows,
        scale=scale,
        notes=(note,) if unpriced else (),
    )


def priced(seen: SeenResources) -> list[tuple[Opening, Level]]:
    """Open positions with what they will cost a year, the longest open first."""
    parts = {part.pk: part for part in seen.parts}
    units = dict.fromkeys(each.unit for each in seen.staffing.openings)
    costs = {unit: _cost_per_head(seen, parts, unit) for unit in units}
    return [(each, _cost(each, costs[each.unit])) for each in seen.staffing.openings]


def _cost_per_head(seen: SeenResources, parts: Mapping[int, Part], unit: int) -> Level:
    if unit not in parts:
        return Level(None, "not_applicable: the unit lies further below, its months are not read here")
    return per_head(seen.months(unit), periods_in_year=seen.calendar.periods_in_year).cost


def _cost(each: Opening, per_one: Level) -> Level:
    return per_one if per_one.number is None else Level(round(each.heads * per_one.number / ONE))


def _opening(seen: SeenResources, each: Opening, cost: Level) -> OpeningRow:
    since = seen.calendar.at(each.since)
    part = Part(each.unit, each.code, each.name, "")
    return OpeningRow(
        unit=unit_name(part, seen.selection.query()),
        function=each.function or UNASSIGNED,
        number=Figure(each.heads, "count"),
        since=since.code if "-P" in since.code else f"{since.ends:%b %Y}",
        cost=Figure(cost.number, reason=cost.reason, currency=seen.currency),
    )


def _openings_title(seen: SeenResources, numbers: Sequence[int | float]) -> str:
    if numbers:
        return f"Open positions cost {single(sum(numbers), seen.currency)} a year once filled"
    if seen.staffing.openings:
        return "What open positions will cost is not known"
    level = seen.reader(seen.own, "ytd").level("open_positions")
    return "No position is open" if level.number == 0 else "Nobody reports open positions"
