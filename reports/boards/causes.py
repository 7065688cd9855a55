"""Which line of a unit moves its profit most: what the headline names."""

from __future__ import annotations

from reports.boards.picture import Part, Picture
from reports.boards.reading import Reader
from reports.wording import CAUSES, Cause

LINES = {
    "revenue": "revenue",
    "cost_of_sales": "cost of sales",
    "personnel_cost": "personnel cost",
    "contractor_cost": "contractor cost",
    "marketing_cost": "marketing cost",
    "cloud_cost": "cloud cost",
    "other_operating_cost": "other cost",
}
INSIDE = {"cost_of_sales": "cloud_cost"}


def moving(seen: Picture) -> list[Part]:
    """The units that a headline may name: those with the largest material parts of the gap, CAUSES on either side."""
    sized = [(unit, *seen.reader(unit).against("operating_income")) for unit in seen.parts]
    known = [(unit, read.favourable.number) for unit, read, is_material in sized if is_material]
    largest = sorted(known, key=lambda each: -abs(each[1] or 0))
    better = [unit for unit, size in largest if size is not None and size > 0][:CAUSES]
    return better + [unit for unit, size in largest if size is not None and size < 0][:CAUSES]


def cause(reader: Reader, name: str, href: str) -> Cause | None:
    """The unit's part of the gap and the line behind most of it; None where its profit cannot be read.

    Where one line is part of another and explains at least half of it, the part is named.
    """
    read, _ = reader.against("operating_income")
    size = read.favourable.number
    if not isinstance(size, int) or size == 0:
        return None
    moves = {code: _move(reader, code) for code in LINES}
    pulling = {code: move for code, move in moves.items() if move * size > 0}
    if not pulling:
        return Cause(name, "operating income", size, href)
    top = max(pulling, key=lambda code: abs(pulling[code]))
    inner = INSIDE.get(top)
    if inner in pulling and abs(pulling[inner]) * 2 >= abs(pulling[top]):
        top = inner
    return Cause(name, LINES[top], size, href)


def _move(reader: Reader, code: str) -> int:
    read, _ = reader.against(code)
    return read.favourable.number if isinstance(read.favourable.number, int) else 0
