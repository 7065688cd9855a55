"""The frame around every page: who reads, where to go, and the period the page stands on."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from reports.figures.numbers import Choice, Status


@dataclass(frozen=True)
class NavigationItem:
    """A place in the rail. `key` is compared with the frame's `current`; a hot count is red.

    `live` is the address that says how the count stands, for a count that keeps itself up to date.
    """

    key: str
    label: str
    href: str
    icon: str
    count: int = 0
    is_hot: bool = False
    live: str = ""


@dataclass(frozen=True)
class UnitLink:
    """A unit in the rail: the number or code in front, its name, and its mark where it is not on plan."""

    code: str
    short: str
    name: str
    href: str
    status: Status = ""


@dataclass(frozen=True)
class Frame:
    """What `base.html` prints. `tabs` are the places of the phone's bottom bar, five at most.

    `current` is the key of a navigation item, `current_unit` the code of a unit; `more_units` leads to all
    of them where the rail lists only some. `trees` are the tops of other trees over the same units. `theme` is light,
    dark or system, as the person set it. `kept` are the parts of the address that every link of the frame carries;
    `here` is the page that a jump to another period comes back to, empty where there is none.
    """

    workspace: str
    person: str = ""
    role: str = ""
    initials: str = ""
    theme: str = "system"
    current: str = ""
    current_unit: str = ""
    home: str = "/"
    search: str = ""
    account: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    here: str = ""
    navigation: tuple[NavigationItem, ...] = ()
    control: tuple[NavigationItem, ...] = ()
    units: tuple[UnitLink, ...] = ()
    units_label: str = "Units"
    more_units: NavigationItem | None = None
    trees: tuple[NavigationItem, ...] = ()
    tabs: tuple[NavigationItem, ...] = ()
    alert_count: int = 0

    @property
    def query(self) -> str:
        """What is carried, for a link that has nothing of its own behind its address."""
        return f"?{urlencode(self.kept)}" if self.kept else ""


@dataclass(frozen=True)
class PickerYear:
    """The months of one fiscal year in the period menu; a month without figures has no href."""

    label: str
    months: tuple[Choice, ...]


@dataclass(frozen=True)
class AsOf:
    """Since when the figures are known. `href` leads back to the newest where they are not.

    `moments` are those that may be asked for by name, the newest figures first; `kept` are the parts of the address
    that asking for another day must not lose.
    """

    label: str
    is_latest: bool = True
    hint: str = ""
    href: str = ""
    moments: tuple[Choice, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PeriodPicker:
    """Previous and next period (empty at the ends), the basis, and a menu of months. All are links.

    `short` is the label on a phone ("Q3 2026, QTD"). `likes` are the ways to compare a period that is not over; none
    where it is. `trees` are the trees to read by; none where the members of the unit never changed. `rates` are the
    exchange rates to read at; none where figures are the same at all. `baselines` are what the whole page may be read
    against. `save` leads to where the page as it stands is kept under a name.
    """

    label: str
    short: str
    previous: str = ""
    next: str = ""
    bases: tuple[Choice, ...] = ()
    likes: tuple[Choice, ...] = ()
    trees: tuple[Choice, ...] = ()
    rates: tuple[Choice, ...] = ()
    baselines: tuple[Choice, ...] = ()
    years: tuple[PickerYear, ...] = ()
    as_of: AsOf | None = None
    save: str = ""


@dataclass(frozen=True)
class Crumb:
    """A place above this page."""

    label: str
    href: str = ""


@dataclass(frozen=True)
class Pager:
    """The way on through a long list, by key; empty where there is no further page."""

    newer: str = ""
    older: str = ""
    older_label: str = "Show earlier"
    newer_label: str = "Back to the newest"


ONE_PAGE = Pager()

__all__ = [
    "ONE_PAGE",
    "AsOf",
    "Crumb",
    "Frame",
    "NavigationItem",
    "Pager",
    "PeriodPicker",
    "PickerYear",
    "UnitLink",
]
