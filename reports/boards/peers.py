"""The units of its type beside a unit: margin, growth and what its costs take of revenue, side by side.

Of those that the reader may see and of nobody else: no rank, no number and no mean tells of other units.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reports.boards.family import Peer, Peers
from reports.boards.metric.peers import ordinal
from reports.boards.naming import explain_href, short_name, unit_name
from reports.boards.picture import Picture
from reports.boards.reading import Reader
from reports.figures import PeerColumn, PeerFigure, PeersTable, PeerUnit, Section
from reports.levels import ACTUAL, Levels

MARGIN = "operating_margin"
COLUMNS = {
    MARGIN: "Operating margin",
    "revenue_growth": "Revenue growth",
    "cost_of_sales_to_revenue": "Cost of sales",
    "personnel_cost_to_revenue": "People",
    "contractor_cost_to_revenue": "Contractors",
    "marketing_cost_to_revenue": "Marketing",
    "other_operating_cost_to_revenue": "Other",
}
"""The columns: the metrics by what the table calls them; one that no unit has a number for is left out."""
WIDE = frozenset({"contractor_cost_to_revenue", "marketing_cost_to_revenue", "other_operating_cost_to_revenue"})
"""Those that a phone leaves to the pages of the units."""


class SeenPeers(NamedTuple):
    """The peers of a unit, and the actuals of the columns, its own among them."""

    found: Peers
    levels: Levels


def peers(seen: Picture, found: SeenPeers | None) -> PeersTable | None:
    """The unit among those of its type, the highest margin first and what has none last; None where it is alone."""
    if found is None:
        return None
    unit = seen.selection.unit
    own = Peer(unit.pk, unit.code, unit.name, unit.left)
    everybody = sorted([own, *found.found.nearest], key=lambda each: each.left)
    ranked = sorted(everybody, key=lambda each: _rank(found.levels, each))
    codes = [code for code in COLUMNS if any(_number(found.levels, each, code) is not None for each in everybody)]
    if MARGIN not in codes:
        return None
    return PeersTable(
        section=Section(_title(seen, found, ranked), _subtitle(seen, found)),
        columns=tuple(PeerColumn(COLUMNS[code], is_wide=code in WIDE) for code in codes),
        rows=tuple(_row(seen, found.levels, each, codes) for each in ranked),
    )


def _number(levels: Levels, unit: Peer, code: str) -> float | None:
    number = levels.of(unit.pk, ACTUAL, code).number
    return None if number is None else float(number)


def _rank(levels: Levels, unit: Peer) -> tuple[bool, float]:
    """The highest first; equal ones stay in the order of the tree."""
    margin = _number(levels, unit, MARGIN)
    return margin is None, -(margin or 0.0)


def _row(seen: Picture, levels: Levels, unit: Peer, codes: Sequence[str]) -> PeerUnit:
    query = seen.query
    reader = Reader(levels, unit.pk, seen.currency, lambda code: explain_href(unit.code, code, query))
    figures = tuple(PeerFigure(reader.figure(code), is_wide=code in WIDE) for code in codes)
    return PeerUnit(unit_name(unit, query), figures, is_own=unit.pk == seen.selection.unit.pk)


def _title(seen: Picture, found: SeenPeers, ranked: Sequence[Peer]) -> str:
    """Where the unit stands among those that have a margin; equal margins share the better place."""
    name = short_name(seen.selection.unit.code)
    of = "of its type" if len(found.found.nearest) == found.found.number else "of its type next to it"
    margins = {each.pk: _number(found.levels, each, MARGIN) for each in ranked}
    known, own = [each for each in margins.values() if each is not None], margins[seen.selection.unit.pk]
    if own is None:
        return f"{name} has no operating margin; {len(known)} {of} have one"
    if len(known) == 1:
        return f"No other unit {of} has an operating margin"
    place = 1 + sum(each > own for each in known)
    nth = "" if place == 1 else f"{ordinal(place)}-"
    return f"{name} has the {nth}highest operating margin of {len(known)} {of}"


def _subtitle(seen: Picture, found: SeenPeers) -> str:
    """How many stand beside it, and of whom."""
    shown, number = len(found.found.nearest), found.found.number
    peers = f"{number} peer{'' if number == 1 else 's'}"
    told = peers if shown == number else f"the {shown} of {peers} that stand next to it"
    return f"{seen.selection.label}, beside {told}; costs as % of revenue. Units you may not see are not counted."
