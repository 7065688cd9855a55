"""Scenarios: the list of them, one with its drivers and what follows, and several side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.figures.deeds import Deed
from reports.figures.frame import Crumb
from reports.figures.numbers import Choice, Figure, Headline, Section, UnitName, Variance, VarianceBar
from reports.formatting import Scale


@dataclass(frozen=True)
class DriverRow:
    """A driver: what was typed, where its slider stands and ends, what it adds, and what is wrong with it.

    `unit`, `kind`, `value`, `first` and `part` go back as they came; `parts` are the accounts that it may act on
    alone. Slider numbers are text in plain digits; `mark` is where nothing is changed. `effect` is what it adds to
    operating income, or to cash where `is_cash`.
    """

    place: int
    unit: str
    unit_label: str
    kind: str
    label: str
    measure: str
    value: str
    first: str
    slider: Mapping[str, str]
    effect: Variance
    about: str
    today: str = ""
    error: str = ""
    reason: str = ""
    is_cash: bool = False
    part: str = ""
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ScenarioLine:
    """A line over all months shown: base, scenario, difference, the bar of it, and its percentage."""

    label: str
    base: Figure
    case: Figure
    change: Variance
    percent: Variance
    bar: VarianceBar | None = None
    weight: str = ""


@dataclass(frozen=True)
class ScenarioCells:
    """A line over the columns of the breakdown: base, scenario and, where there is any, what is between them."""

    label: str
    base: tuple[Figure, ...]
    case: tuple[Figure, ...]
    change: tuple[Variance, ...] = ()


@dataclass(frozen=True)
class ScenarioPicture:
    """What follows from the drivers: the part of the page that goes with the sliders.

    `address` says the same numbers to whoever opens it. `wrong` counts the drivers that could not be read.
    """

    headline: Headline
    drivers: tuple[DriverRow, ...]
    statement: Section
    lines: tuple[ScenarioLine, ...]
    scale: Scale
    month_scale: Scale
    breakdown: Section | None = None
    columns: tuple[str, ...] = ()
    table: tuple[ScenarioCells, ...] = ()
    bridge: Section | None = None
    cash: Section | None = None
    notes: tuple[str, ...] = ()
    wrong: int = 0
    address: str = ""


@dataclass(frozen=True)
class Sharing:
    """With whom a scenario is shared, and with whom it can be. Rows are name, what they may, and taking it back."""

    rows: tuple[tuple[str, str, Deed | None], ...] = ()
    people: tuple[tuple[int, str], ...] = ()
    href: str = ""
    error: str = ""


@dataclass(frozen=True)
class ScenarioPage:
    """One scenario. `units` and `kinds` are what a driver can be added of, `firsts` the months it can begin with.

    `moved` says that figures moved since it was saved, with the links that follow; `forms` are the addresses of its
    steps by name, empty where a reader may not take them.
    """

    title: str
    unit: UnitName
    crumbs: tuple[Crumb, ...]
    tags: tuple[str, ...]
    seen: int
    picture: ScenarioPicture
    units: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    firsts: tuple[tuple[str, str], ...]
    forms: Mapping[str, str]
    base: str = ""
    span: str = ""
    by: str = ""
    moved: str = ""
    moved_links: tuple[Choice, ...] = ()
    is_edited: bool = False
    rebase: Deed | None = None
    reset: str = ""
    compare: str = ""
    sharing: Sharing | None = None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScenarioLink:
    """A scenario in the list: its name, unit, how many drivers it moves, whose it is and when it was saved."""

    public_id: str
    name: str
    href: str
    unit: UnitName
    drivers: str
    owner: str
    saved: str
    is_mine: bool


@dataclass(frozen=True)
class ScenarioListing:
    """The scenarios of a reader: own and shown ones, and the form for a new one where he may make any."""

    mine: tuple[ScenarioLink, ...]
    shared: tuple[ScenarioLink, ...]
    form: Any = None
    more: str = ""


@dataclass(frozen=True)
class ComparedScenario:
    """One column: the scenario, what it stands on, and what it changes."""

    name: str
    href: str
    unit: UnitName
    about: str
    drivers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ComparedLine:
    """A line in every column: the scenario's figure and its difference to its own base."""

    label: str
    cells: tuple[tuple[Figure, Variance], ...]
    weight: str = ""


@dataclass(frozen=True)
class ComparedScenarios:
    """Up to three scenarios side by side.

    `choices` are those that can be picked, `slots` the fields they are picked in: name, label and what stands there.
    """

    title: str
    columns: tuple[ComparedScenario, ...]
    lines: tuple[ComparedLine, ...]
    section: Section
    scale: Scale
    cash: Section | None
    choices: tuple[tuple[str, str], ...]
    slots: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...] = ()


__all__ = [
    "ComparedLine",
    "ComparedScenario",
    "ComparedScenarios",
    "DriverRow",
    "ScenarioCells",
    "ScenarioLine",
    "ScenarioLink",
    "ScenarioListing",
    "ScenarioPage",
    "ScenarioPicture",
    "Sharing",
]
