"""The board of deliveries: units by periods, each cell a state with a mark, a sign and the words behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reports.figures.alerts import Menu
from reports.figures.frame import PeriodPicker
from reports.figures.numbers import Choice, Headline, Section, UnitName


@dataclass(frozen=True)
class DeliveryCell:
    """One unit in one period. `state` picks the mark, `word` names it, `sign` stands beside the mark where it is not as
    it should be ("4 d", "1/2"), `said` is all there is to say. `href` leads to the import or the statement.
    """

    state: str
    word: str
    sign: str = ""
    said: str = ""
    href: str = ""
    is_picked: bool = False


@dataclass(frozen=True)
class DeliveryMonth:
    """One period above its column: how many of the units that are awaited are in, and whether it is the one told of."""

    label: str
    name: str
    href: str
    count: str
    is_picked: bool = False


@dataclass(frozen=True)
class DeliveryRow:
    """A unit with its periods; `picked` is its cell in the period the page tells of."""

    unit: UnitName
    cells: tuple[DeliveryCell, ...]
    picked: DeliveryCell


@dataclass(frozen=True)
class ClosingOffer:
    """A period to close: the button's words, the form, and what is to know before."""

    label: str
    form: Any
    href: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class CompletenessBoard:
    """Who delivered what. `worst` are the same rows for a phone; `states` and `menus` narrow them to some units.

    `closing` is how the period told of is closed, for those who may and while it is open.
    """

    title: str
    headline: Headline
    picker: PeriodPicker
    section: Section
    months: tuple[DeliveryMonth, ...]
    rows: tuple[DeliveryRow, ...]
    worst: tuple[DeliveryRow, ...]
    worst_title: str
    states: tuple[Choice, ...]
    menus: tuple[Menu, ...]
    pages: tuple[Choice, ...]
    notes: tuple[str, ...]
    clear_href: str = ""
    closing: ClosingOffer | None = None


__all__ = ["ClosingOffer", "CompletenessBoard", "DeliveryCell", "DeliveryMonth", "DeliveryRow"]
