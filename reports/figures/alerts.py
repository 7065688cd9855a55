"""Alerts as they are printed: in a list, and one of them with its evidence and its life so far."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.frame import ONE_PAGE, Pager
from reports.figures.numbers import Action, Choice, Figure, Section, Severity, Variance
from reports.figures.telling import SilencedNote


@dataclass(frozen=True)
class AlertItem:
    """An alert in a list. `impact_words` replaces the amount ("in cloud cost"); `impact_unit` follows it.

    `state` is open, acknowledged, in_progress, escalated, snoozed, resolved or ended; `state_label` its word.
    `of_which` names the unit further down whose own alert most of this impact is; `folded` are the alerts of units
    above that only repeat this one.
    """

    severity: Severity
    title: str
    href: str
    impact: Figure
    impact_unit: str = "a year"
    impact_words: str = ""
    action: str = ""
    unit: str = ""
    owner: str = ""
    owner_initials: str = ""
    age: str = ""
    state: str = "open"
    state_label: str = "Open"
    is_selected: bool = False
    of_which: str = ""
    folded: tuple[AlertItem, ...] = ()


@dataclass(frozen=True)
class Menu:
    """Choices of one sort. A chip says which is in force (`label`); an icon stands for a menu that has no chip."""

    label: str
    choices: tuple[Choice, ...]
    is_on: bool = False
    icon: str = ""


@dataclass(frozen=True)
class LifeStep:
    """A station in the life of an alert. `state` is done, now or todo."""

    label: str
    note: str = ""
    state: str = "todo"


@dataclass(frozen=True)
class Fact:
    """One of three or four figures between hairlines: a figure, or a variance where `variance` is set."""

    label: str
    figure: Figure | None = None
    variance: Variance | None = None
    text: str = ""
    note: str = ""


@dataclass(frozen=True)
class Face:
    """Somebody by the letters of a name; the name itself is heard and shown on hover."""

    name: str
    initials: str


@dataclass(frozen=True)
class Property:
    """A line of the side panel. `initials` stand before the text, `faces` in its place; `term` is a metric it names."""

    label: str
    text: str
    href: str = ""
    hint: str = ""
    initials: str = ""
    severity: Severity | None = None
    faces: tuple[Face, ...] = ()
    is_strong: bool = False
    term: str = ""


@dataclass(frozen=True)
class AlertAction:
    """A step the reader may take: one button or, where it `asks`, a button that opens the form (`is_open`: it is open).

    `form` is a Django form or None; `href` is where it is posted; `key` the keyboard shortcut.
    """

    verb: str
    label: str
    href: str
    icon: str = ""
    key: str = ""
    is_primary: bool = False
    form: object | None = None
    asks: bool = False
    is_open: bool = False


@dataclass(frozen=True)
class Todo:
    """Something to be done about an alert: by whom and when, or who did it and when.

    `turn` ticks or unticks it and `strike` takes it off the list, for whoever may.
    """

    text: str
    note: str = ""
    is_done: bool = False
    is_late: bool = False
    turn: AlertAction | None = None
    strike: AlertAction | None = None


@dataclass(frozen=True)
class Recommendation:
    """What to do: one imperative sentence, what it brings and needs, and the steps towards it.

    `steps` are proposed and `todos` agreed; `adopt` makes the proposed ones agreed, `add` puts another on the list.
    `bringing` says what it was expected to bring and what came of it, `trial` leads to a scenario of the unit.
    """

    title: str
    text: str = ""
    steps: tuple[str, ...] = ()
    todos: tuple[Todo, ...] = ()
    bringing: tuple[str, ...] = ()
    adopt: AlertAction | None = None
    add: AlertAction | None = None
    trial: Action | None = None


@dataclass(frozen=True)
class Activity:
    """A comment, or a step in the history of an alert. `before` and `after` say what a step changed.

    `about` says of a reported problem which value it was written about, `href` leads there, `moved` what stands now.
    """

    who: str
    what: str
    when: str
    initials: str = ""
    is_comment: bool = False
    before: str = ""
    after: str = ""
    about: str = ""
    href: str = ""
    moved: str = ""


@dataclass(frozen=True)
class Toast:
    """What has just been done, with the button that takes it back."""

    words: str
    undo: AlertAction


@dataclass(frozen=True)
class RefusedStep:
    """Why a step was not taken, and what others did meanwhile. `is_kept`: what was typed stands in the comment."""

    words: str
    meanwhile: tuple[Activity, ...] = ()
    is_kept: bool = False


@dataclass(frozen=True)
class Pick:
    """A button that posts one of a few values; pressed where that is what stands."""

    value: str
    label: str
    is_on: bool = False


@dataclass(frozen=True)
class Verdicts:
    """What an alert was worth to those who work on it, and the buttons that say so."""

    action: AlertAction
    picks: tuple[Pick, ...]


@dataclass(frozen=True)
class AlertDetail:
    """One alert with evidence, recommendation, side panel, actions and what happened so far.

    `actions` stand on the bar, `more` behind it, and `more_on_phone` too where the bar is short. `shown` are the tabs
    of what happened; `is_listed` prints it as a table. `askable` are the people whom a comment can ask.
    """

    number: str
    unit: str
    unit_href: str
    severity: Severity
    title: str
    life: tuple[LifeStep, ...]
    facts: tuple[Fact, ...] = ()
    evidence: Section | None = None
    recommendation: Recommendation | None = None
    properties: tuple[Property, ...] = ()
    sources: tuple[Property, ...] = ()
    actions: tuple[AlertAction, ...] = ()
    comment: AlertAction | None = None
    activities: tuple[Activity, ...] = ()
    more: tuple[Action, ...] = ()
    more_on_phone: tuple[Action, ...] = ()
    shown: tuple[Choice, ...] = ()
    is_listed: bool = False
    askable: tuple[str, ...] = ()
    toast: Toast | None = None
    refused: RefusedStep | None = None
    verdicts: Verdicts | None = None


@dataclass(frozen=True)
class AlertsBoard:
    """The inbox and, beside it, the alert that is open. On a phone one follows the other.

    `menus` are what the list is narrowed and sorted by, each a heading with its choices; `filters` are chips of what
    is on. `list_href` leads back to the list from an alert.
    """

    tabs: tuple[Choice, ...]
    items: tuple[AlertItem, ...]
    count: int
    list_href: str
    filters: tuple[Choice, ...] = ()
    detail: AlertDetail | None = None
    empty: str = "No alerts here."
    empty_action: Action | None = None
    pager: Pager = ONE_PAGE
    silenced: SilencedNote | None = None
    missing: SilencedNote | None = None
    menus: tuple[Menu, ...] = ()


__all__ = [
    "Activity",
    "AlertAction",
    "AlertDetail",
    "AlertItem",
    "AlertsBoard",
    "Face",
    "Fact",
    "LifeStep",
    "Menu",
    "Pick",
    "Property",
    "Recommendation",
    "RefusedStep",
    "Toast",
    "Todo",
    "Verdicts",
]
