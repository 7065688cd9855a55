"""Revenue a head against operating margin, unit by unit, with the group as a cross."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.hiring import ONE
from reports import charts, formatting
from reports.boards.naming import full_name, place, unit_name
from reports.boards.picture import Part
from reports.boards.resources.move import working
from reports.boards.resources.seen import SeenResources
from reports.charts.scatter import Dot
from reports.figures import Chart, ChartTable, Section
from reports.formatting import digits, single
from reports.wording import count, listed

FEWEST = 2
NAMED = 3


@dataclass(frozen=True)
class _Unit:
    part: Part
    earned: int
    margin: float
    heads: int


def efficiency(seen: SeenResources) -> Section:
    """The scatter; in words alone where fewer than two units have revenue, margin and heads."""
    units = [each for part in working(seen) if (each := _read(seen, part)) is not None]
    if len(units) < FEWEST:
        return Section(
            "Nothing to compare by revenue a head",
            f"{_many(units)} with revenue, margin and heads; two make a picture.",
        )
    own = _read(seen, seen.own)
    group = None if own is None else (own.earned, own.margin)
    leader = max(units, key=lambda each: each.earned)
    trailing = [] if own is None else [each for each in units if each.earned < own.earned and each.margin < own.margin]
    title = _title(leader, trailing, has_group=own is not None)
    missing = len(working(seen)) - len(units)
    return Section(
        title,
        "Operating margin against revenue a head, last twelve months. Area: headcount. Red: off plan."
        + (f" {_left_out(missing)}" if missing else ""),
        terms=(("operating_margin", "Operating margin"), ("revenue_per_head", "revenue a head")),
        charts=(
            Chart(
                id="efficiency",
                message=title,
                spec=_drawn(seen, units, leader, group, width=560),
                table=_table(seen, units, own),
                narrow=_drawn(seen, units, leader, group, width=358),
            ),
        ),
    )


def _read(seen: SeenResources, part: Part) -> _Unit | None:
    """A unit with all three numbers; one without heads has no place in the picture."""
    earned, margin, heads = (
        seen.level(part.pk, code, "ltm").number for code in ("revenue_per_head", "operating_margin", "headcount")
    )
    if earned is None or margin is None or not heads or heads < 0:
        return None
    return _Unit(part, int(earned), float(margin), int(heads))


def _drawn(
    seen: SeenResources, units: Sequence[_Unit], leader: _Unit, group: tuple[int, float] | None, *, width: int
) -> dict[str, object]:
    dots = [
        Dot(
            label=full_name(each.part),
            across=each.earned,
            up=each.margin,
            size=each.heads,
            told=_told(seen, each),
            tone="lead" if each == leader else "bad" if seen.standing.of(each.part.pk) == "h" else "",
            href=_href(seen, each),
        )
        for each in units
    ]
    return charts.scatter(
        dots, group=group, currency=seen.currency, title="Revenue a head, last 12 months", width=width
    )


def _href(seen: SeenResources, each: _Unit) -> str:
    return unit_name(each.part, seen.selection.query()).href


def _told(seen: SeenResources, each: _Unit) -> str:
    earned, margin = single(each.earned, seen.currency), digits(each.margin * 100, 1)
    return f"{place(each.part)}  {earned} a head, margin {margin}%, {formatting.plain(each.heads, 'count')} heads"


def _table(seen: SeenResources, units: Sequence[_Unit], own: _Unit | None) -> ChartTable:
    rows = [*units, *([own] if own is not None else [])]
    return ChartTable(
        ("Unit", "Revenue a head", "Operating margin", "Heads"),
        tuple(
            (
                place(each.part) if each is not own else full_name(each.part),
                single(each.earned, seen.currency),
                formatting.percent(each.margin),
                digits(each.heads / ONE, 0 if each.heads % ONE == 0 else 1),
            )
            for each in rows
        ),
        tuple(_href(seen, each) for each in rows),
    )


def _title(leader: _Unit, trailing: Sequence[_Unit], *, has_group: bool) -> str:
    """Who leads, and who trails the group on both axes."""
    leads = f"{full_name(leader.part)} leads on revenue a head"
    if not has_group:
        return leads
    if not trailing:
        return f"{leads}; no unit trails the group on both axes"
    lowest = sorted(trailing, key=lambda each: each.margin)
    if len(lowest) > NAMED:
        names = listed([full_name(each.part) for each in lowest[: NAMED - 1]])
        return f"{leads}; {count(len(lowest))} units trail on both axes, {names} most on margin"
    names = listed([full_name(each.part) for each in lowest])
    return f"{leads}; {names} {'trails' if len(lowest) == 1 else 'trail'} on both axes"


def _many(units: Sequence[_Unit]) -> str:
    return f"{count(len(units)).capitalize()} {'unit' if len(units) == 1 else 'units'}"


def _left_out(missing: int) -> str:
    return f"{count(missing).capitalize()} {'unit lacks' if missing == 1 else 'units lack'} one of the three."
