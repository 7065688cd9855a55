"""The units of the same sort side by side: only those the reader may see, so a rank tells of nobody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.baselines import LABELS
from reports.boards.metric.seen import SeenMetric
from reports.boards.metrics import compared, figure, trend
from reports.boards.naming import full_name, metric_href, short_name
from reports.boards.reading import Reader
from reports.figures import Choice, PeerRow, Peers, Section, UnitName

PEERS_ON_PAGE = 25
MONTHS = 12


def ranked(units: Sequence[Any], readers: Mapping[int, Reader], code: str, *, better: int) -> list[Any]:
    """The best first, of what is neither good nor bad the largest; those without a number last, in their order."""

    def key(unit: Any) -> tuple[bool, float]:
        number = readers[unit.pk].level(code).number
        if number is None or isinstance(number, str):
            return True, 0.0
        return False, float(-number if better >= 0 else number)

    return sorted(units, key=key)


def peers(seen: SeenMetric) -> Peers | None:
    """The units of the page; None where there is nobody beside the unit."""
    if len(seen.peers) < 2:
        return None
    first = (seen.page - 1) * PEERS_ON_PAGE
    shown = seen.peers[first : first + PEERS_ON_PAGE]
    places = _places(seen)
    rows = tuple(_row(seen, unit, places.get(unit.pk)) for unit in shown)
    order = {1: "highest first", -1: "lowest first", 0: "largest first"}[seen.metric.better]
    return Peers(
        section=Section(_title(seen), f"{seen.selection.label}, {order}, among the units you may see."),
        rows=rows,
        against=LABELS[seen.selection.baseline],
        scale=None,
        pages=_pages(seen),
    )


def _places(seen: SeenMetric) -> dict[int, int]:
    """By unit its place among those with a number; equal numbers share the first of their places."""
    found: dict[int, int] = {}
    before, shared = None, 0
    for place, unit in enumerate(seen.peers, start=1):
        number = seen.readers[unit.pk].level(seen.metric.code).number
        if number is not None:
            shared = shared if number == before else place
            found[unit.pk], before = shared, number
    return found


def _row(seen: SeenMetric, unit: Any, place: int | None) -> PeerRow:
    reader = seen.readers[unit.pk]
    shown = figure(reader, seen.metric)
    name = UnitName(short_name(unit.code), unit.name, metric_href(unit.code, seen.metric.code, seen.selection.query()))
    return PeerRow(
        rank=str(place or ""),
        unit=name,
        figure=shown,
        variance=compared(reader, seen.metric),
        trend=trend(seen.months(unit=unit.pk)[-MONTHS:]),
        is_own=unit.pk == seen.selection.unit.pk,
    )


def _title(seen: SeenMetric) -> str:
    """Where the unit stands among them."""
    places, name = _places(seen), full_name(seen.selection.unit)
    place = places.get(seen.selection.unit.pk)
    if place is None:
        return f"{name} has no figure; {len(places)} of {len(seen.peers)} units have one"
    word = {1: "highest", -1: "lowest", 0: "largest"}[seen.metric.better]
    nth = "" if place == 1 else f"{ordinal(place)}-"
    return f"{name} has the {nth}{word} of {len(places)} units"


def ordinal(number: int) -> str:
    """`2nd`, `11th`, `23rd`."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _pages(seen: SeenMetric) -> tuple[Choice, ...]:
    number = -(-len(seen.peers) // PEERS_ON_PAGE)
    if number < 2:
        return ()
    here = seen.selection.query
    return tuple(Choice(str(page), f"{here(page=page)}#peers", page == seen.page) for page in range(1, number + 1))
