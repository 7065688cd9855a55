"""What each line of cost takes of a unit's revenue, beside budget and prior year: bars that end where profit begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports import charts
from reports.boards.cloud import CLOUD, READ, SALES, apart
from reports.boards.picture import Picture
from reports.boards.reading import Reader
from reports.figures import Chart, ChartTable, Section
from reports.formatting import percent as exactly
from reports.levels import ACTUAL, BUDGET, PRIOR
from reports.wording import percent

SIDES = (("Actual", ACTUAL), ("Budget", BUDGET), ("Prior year", PRIOR))
PARTS = {
    SALES: "Cost of sales",
    CLOUD: "Cloud",
    "personnel_cost": "People",
    "contractor_cost": "Contractors",
    "marketing_cost": "Marketing",
    "other_operating_cost": "Other",
}
DIRECT = "Direct cost"
"""What cost of sales is called where cloud is told apart from it."""
SHORT = {"Marketing": "Mkt", DIRECT: "Direct"}
"""What stands above a bar where there is little room."""

Shares = Mapping[str, float]


def structure(seen: Picture, own: Reader) -> Section | None:
    """Costs as shares of revenue, the part that differs most dark; None where there is nothing to lay beside it."""
    amounts = _amounts(own)
    versions = [(label, version) for label, version in SIDES if amounts.get((version, "revenue"))]
    if is_apart := all((version, CLOUD) in amounts for _, version in versions):
        amounts = apart(amounts)
    rows = [(label, _shares(amounts, version)) for label, version in versions]
    if len(rows) < 2 or versions[0] != SIDES[0] or not rows[0][1]:
        return None
    codes = [code for code in PARTS if code in rows[0][1] and (is_apart or code != CLOUD)]
    return _drawn(seen, rows, codes, is_apart=is_apart)


def _amounts(own: Reader) -> dict[tuple[str, str], int]:
    """Revenue and the lines of cost by version, as far as they are known."""
    found = {(version, code): own.level(code, version).number for _, version in SIDES for code in ("revenue", *READ)}
    return {place: number for place, number in found.items() if isinstance(number, int)}


def _shares(amounts: Mapping[tuple[str, str], int], version: str) -> Shares:
    revenue = amounts[version, "revenue"]
    return {code: amounts[version, code] / revenue for code in PARTS if (version, code) in amounts}


def _drawn(
    seen: Picture,
    rows: Sequence[tuple[str, Shares]],
    codes: Sequence[str],
    *,
    is_apart: bool,
) -> Section:
    names = [DIRECT if is_apart and code == SALES else PARTS[code] for code in codes]
    above = [SHORT.get(name, name) for name in names]
    told = max(range(len(codes)), key=lambda at: abs(rows[0][1][codes[at]] - rows[1][1].get(codes[at], 0.0)))
    listed = [(label, [shares.get(code) for code in codes]) for label, shares in rows]
    now, then = listed[0][1][told], listed[1][1][told]
    title = f"{names[told]} takes {percent(now or 0)} of revenue, {listed[1][0].lower()} {percent(then or 0)}"
    what = f" {DIRECT}: cost of sales without cloud." if is_apart else ""
    table = tuple((label, *("–" if each is None else exactly(each) for each in shares)) for label, shares in listed)
    return Section(
        title,
        f"Cost as % of revenue, {seen.selection.label}.{what} The rest is operating margin.",
        charts=(
            Chart(
                "structure",
                title,
                charts.stack(rows=listed, parts=above, told=told),
                ChartTable(("", *names), table),
                narrow=charts.stack(rows=listed, parts=above, told=told, is_narrow=True),
            ),
        ),
    )
