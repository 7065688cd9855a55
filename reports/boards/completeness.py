"""The board of deliveries: which units delivered which periods, what is late or partial, and what is closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from ledger.models import Period
from reports.boards.actors import Actor
from reports.boards.delivered import WORDS, said, sign
from reports.boards.naming import full_name, unit_name
from reports.completeness import IN, Cell, State, states
from reports.figures import (
    AsOf,
    Choice,
    ClosingOffer,
    CompletenessBoard,
    DeliveryCell,
    DeliveryMonth,
    DeliveryRow,
    Headline,
    Menu,
    PeriodPicker,
    PickerYear,
    Remark,
    Section,
)
from reports.formatting import day
from reports.wording import Phrase, listed

TITLE = "Completeness"
ON_PAGE = 50
AWAITED: tuple[State, ...] = ("late", "partial", "received", "restated", "closed", "not_due")
TOLD: tuple[State, ...] = ("late", "partial", "restated")
"""The states that units can be narrowed to."""
NAMED = 2
"""How many late units the sentence names."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `period` is empty for the last twelve; `parts` are all of it, as they stand there."""

    period: str = ""
    as_of: datetime | None = None
    state: str = ""
    region: str = ""
    vertical: str = ""
    page: int = 1

    def query(self, **changes: Any) -> str:
        parts = {
            "period": self.period,
            "as_of": self.as_of.isoformat() if self.as_of else "",
            "state": self.state,
            "region": self.region,
            "vertical": self.vertical,
        }
        kept = {key: value for key, value in {**parts, **changes}.items() if value}
        return "?" + urlencode(kept) if kept else reverse("completeness")

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """What asking for another as-of must not lose."""
        parts = (("period", self.period), ("state", self.state), ("region", self.region), ("vertical", self.vertical))
        return tuple((key, value) for key, value in parts if value)


@dataclass(frozen=True)
class Deliveries:
    """What was read: the periods to choose from, those shown, the one told of, the units, their cells by ordinal."""

    periods: Sequence[Period]
    shown: Sequence[Period]
    picked: Period
    units: Sequence[Any]
    cells: Mapping[int, Mapping[int, Cell]]

    def at(self, period: Period, units: Sequence[Any]) -> list[Cell]:
        return [self.cells[unit.pk][period.ordinal] for unit in units]

    @property
    def last_day(self) -> Any:
        """Until when the period told of is in time, for the unit with most time."""
        due = [cell.due for cell in self.at(self.picked, self.units) if cell.due]
        return max(due, default=None)


Href = Callable[[Any, Period, Cell], str]


def completeness_board(
    found: Deliveries, asked: Asked, *, href: Href, who: Mapping[str, Actor], form: Any = None
) -> CompletenessBoard:
    """The board, narrowed to what was asked for. `href` says where a cell leads, empty for nowhere; `form` closes the
    period told of, for those who may."""
    units = [unit for unit in found.units if _is_asked(found, unit, asked)]
    first = (asked.page - 1) * ON_PAGE
    rows = [_row(found, unit, href=href, who=who) for unit in units[first : first + ON_PAGE]]
    worst = sorted(rows, key=lambda row: list(WORDS).index(row.picked.state))  # type: ignore[arg-type]  # a cell is in one of them
    return CompletenessBoard(
        title=TITLE,
        headline=Headline(_sentence(found, units), _meta(found, units)),
        picker=_picker(found, asked),
        section=Section(_title(found, units), _subtitle(found)),
        months=tuple(_month(found, period, units, asked) for period in found.shown),
        rows=tuple(rows),
        worst=tuple(worst),
        worst_title=f"{_name(found.picked)}: {_counted(found.at(found.picked, units))}",
        states=tuple(_states(found, asked)),
        menus=tuple(_menus(found, asked)),
        pages=tuple(
            Choice(str(page), asked.query(page=page), is_on=page == asked.page)
            for page in range(1, -(-len(units) // ON_PAGE) + 1)
            if len(units) > ON_PAGE
        ),
        notes=(
            "Awaited is every source that delivered the unit in one of the three periods before. Days late are days"
            " after the last working day on which figures are in time.",
        ),
        clear_href=asked.query(state="", region="", vertical=""),
        closing=_closing(found, form) if form is not None else None,
    )


def _is_asked(found: Deliveries, unit: Any, asked: Asked) -> bool:
    if (asked.region and unit.region != asked.region) or (asked.vertical and unit.vertical != asked.vertical):
        return False
    return not asked.state or any(found.cells[unit.pk][each.ordinal].state == asked.state for each in found.shown)


def _closing(found: Deliveries, form: Any) -> ClosingOffer | None:
    """The offer to close the period told of; none where every unit is closed."""
    cells = found.at(found.picked, found.units)
    if all(cell.shut for cell in cells):
        return None
    missing = states(cells, "late", "partial", "not_due")
    awaited = f"{missing} unit{' has' if missing == 1 else 's have'} not delivered everything yet."
    return ClosingOffer(
        label=f"Close {_name(found.picked)}",
        form=form,
        href=reverse("period-close"),
        told=(*((awaited,) if missing else ()), "What comes in or changes afterwards is a restatement and says so."),
    )


# --- sentences -----------------------------------------------------------------------------------------


def _sentence(found: Deliveries, units: Sequence[Any]) -> tuple[Phrase, ...]:
    """How many units are in, and who is late: `11 of 12 units delivered September; Unit 9 is 4 days late.`"""
    cells, month = found.at(found.picked, units), _name(found.picked)
    awaited, there = states(cells, *AWAITED), states(cells, *IN)
    if not awaited:
        return (Phrase(f"Nothing is awaited for {month}."),)
    if there == awaited:
        each = "The one unit has" if awaited == 1 else f"All {awaited} units have"
        return (Phrase(f"{each} delivered {month}."),)
    late = [(cell.days, unit) for cell, unit in zip(cells, units, strict=True) if cell.state == "late"]
    partial = states(cells, "partial")
    rest = [*_late(late), *([_part(partial)] if partial else [])]
    if not rest and found.last_day:
        rest = [f"the others have until {day(found.last_day)}"]
    of = f"{there or 'None'} of {awaited} unit{'' if awaited == 1 else 's'} delivered {month}"
    return (Phrase(f"{of}; "), Phrase(f"{' and '.join(rest)}", "unfavourable" if late else ""), Phrase("."))


def _late(late: list[tuple[int, Any]]) -> list[str]:
    if not late:
        return []
    ranked = sorted(late, key=lambda each: -each[0])
    days = {number for number, _ in ranked}
    if len(ranked) > NAMED:
        return [f"{len(ranked)} are {'' if len(days) == 1 else 'up to '}{_days(ranked[0][0])} late"]
    if len(days) == 1:
        names = listed([full_name(unit) for _, unit in ranked])
        return [f"{names} {'is' if len(ranked) == 1 else 'are'} {_days(ranked[0][0])} late"]
    return [f"{full_name(unit)} is {_days(number)} late" for number, unit in ranked]


def _part(number: int) -> str:
    return f"{number} {'is' if number == 1 else 'are'} partial"


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def _meta(found: Deliveries, units: Sequence[Any]) -> tuple[Remark, ...]:
    cells = found.at(found.picked, units)
    shut = sum(each.shut is not None for each in cells)
    told = [Remark(f"Closed for {shut} of {len(cells)} units" if shut else "Not closed for any unit")]
    return (*told, Remark(f"Due by {day(found.last_day)}")) if found.last_day else tuple(told)


def _title(found: Deliveries, units: Sequence[Any]) -> str:
    """What the table shows: how much of it is late, partial or restated."""
    cells = [cell for period in found.shown for cell in found.at(period, units)]
    counted = [(states(cells, "late"), "late"), (states(cells, "partial"), "partial")]
    told = [f"{number} {'is' if number == 1 else 'are'} {word}" for number, word in counted if number]
    awaited = states(cells, *AWAITED) - states(cells, "not_due")
    if not told:
        return f"All {awaited} deliveries that were due are in" if awaited else "Nothing is due yet"
    return f"Of {awaited} deliveries {listed(told)}"


def _subtitle(found: Deliveries) -> str:
    first, last = _label(found.shown[0]), _label(found.shown[-1])
    return f"Actual figures by unit and period, {first} to {last}. A mark opens the import or the statement behind it."


def _counted(cells: Sequence[Cell]) -> str:
    return f"{states(cells, *IN)} of {states(cells, *AWAITED)} are in"


# --- rows ----------------------------------------------------------------------------------------------


def _row(found: Deliveries, unit: Any, *, href: Href, who: Mapping[str, Actor]) -> DeliveryRow:
    cells = {
        period.ordinal: _cell(found.cells[unit.pk][period.ordinal], period, unit, found, href=href, who=who)
        for period in found.shown
    }
    query = "?" + urlencode({"period": found.picked.code})
    return DeliveryRow(unit_name(unit, query), tuple(cells.values()), cells[found.picked.ordinal])


def _cell(
    cell: Cell, period: Period, unit: Any, found: Deliveries, *, href: Href, who: Mapping[str, Actor]
) -> DeliveryCell:
    return DeliveryCell(
        state=cell.state,
        word=WORDS[cell.state],
        sign=sign(cell),
        said=said(cell, who),
        href=href(unit, period, cell),
        is_picked=period == found.picked,
    )


def _month(found: Deliveries, period: Period, units: Sequence[Any], asked: Asked) -> DeliveryMonth:
    cells = found.at(period, units)
    awaited = states(cells, *AWAITED)
    is_due = awaited > states(cells, "not_due")
    return DeliveryMonth(
        label=_label(period),
        name=_name(period),
        href=asked.query(period=period.code),
        count=f"{states(cells, *IN)}/{awaited}" if is_due else "–",
        is_picked=period == found.picked,
    )


def _label(period: Period) -> str:
    return period.code if "-P" in period.code else f"{period.ends:%b %y}"


def _name(period: Period) -> str:
    return period.code if "-P" in period.code else f"{period.ends:%B %Y}"


# --- what can be asked for -----------------------------------------------------------------------------


def _states(found: Deliveries, asked: Asked) -> list[Choice]:
    """The states that some unit is in, with how many units; what is on takes itself off."""
    chips = []
    for state in TOLD:
        number = sum(
            any(cell.state == state for cell in (found.cells[unit.pk][each.ordinal] for each in found.shown))
            for unit in found.units
        )
        if number or asked.state == state:
            is_on = asked.state == state
            chips.append(Choice(WORDS[state], asked.query(state="" if is_on else state), is_on, number))
    return chips


def _menus(found: Deliveries, asked: Asked) -> list[Menu]:
    menus = []
    for name, everything in (("region", "All regions"), ("vertical", "All verticals")):
        standing = getattr(asked, name)
        values = sorted({getattr(unit, name) for unit in found.units} - {""})
        if len(values) > 1 or standing:
            choices = [Choice(everything, asked.query(**{name: ""}), not standing)]
            choices += [Choice(value, asked.query(**{name: value}), value == standing) for value in values]
            menus.append(Menu(standing or everything, tuple(choices), bool(standing)))
    return menus


def _picker(found: Deliveries, asked: Asked) -> PeriodPicker:
    codes = [period.code for period in found.periods]
    place = codes.index(found.picked.code)
    by_year = groupby(sorted(found.periods, key=lambda period: -period.year), key=lambda period: period.year)
    as_of = AsOf("Latest deliveries")
    if asked.as_of:
        label = f"As known on {day(asked.as_of)}"
        as_of = AsOf(label, is_latest=False, hint="Later changes are left out.", href=asked.query(as_of=""))
    return PeriodPicker(
        label=_label(found.picked),
        short=_label(found.picked),
        previous=asked.query(period=codes[place - 1]) if place else "",
        next=asked.query(period=codes[place + 1]) if place + 1 < len(codes) else "",
        bases=(
            Choice("Last 12", asked.query(period=""), not asked.period),
            Choice("Year", asked.query(period=found.picked.code), bool(asked.period)),
        ),
        years=tuple(
            PickerYear(
                str(year),
                tuple(
                    Choice(
                        period.code[-3:] if "-P" in period.code else f"{period.ends:%b}",
                        asked.query(period=period.code),
                        period == found.picked,
                    )
                    for period in periods
                ),
            )
            for year, periods in by_year
        ),
        as_of=replace(as_of, kept=asked.kept),
    )
