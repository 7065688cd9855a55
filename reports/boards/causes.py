"""Which line of a unit moves its profit most: what the headline names."""

from __future__ import annotations

from reports.boards.reading import Reader
from reports.wording import Cause

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
