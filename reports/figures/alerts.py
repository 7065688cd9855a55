"""Alerts as they are printed: in a list, and one of them with its evidence and its life so far."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.frame import ONE_PAGE, Pager
from reports.figures.numbers import Action, Choice, Figure, Section, Severity, Variance


@dataclass(frozen=True)
class AlertItem:
    """An alert in a list. `impact_words` replaces the amount ("in cloud cost"); `impact_unit` follows it.

    `state` is open, acknowledged, in_progress, escalated, snoozed, resolved or ended; `state_label` its word.
    `of_which` names the unit further down whose own alert most of this impact is.
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
class Recommendation:
    """What to do: one imperative sentence, what it brings and needs, and the steps towards it."""

    title: str
    text: str = ""
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Property:
    """A line of the side panel. `person` prints the initials beside the text."""

    label: str
    text: str
    href: str = ""
    hint: str = ""
    initials: str = ""
    severity: Severity | None = None


@dataclass(frozen=True)
class AlertAction:
    """A step the reader may take. Without a form it is one button, else the button opens the form.

    `form` is a Django form or None; `href` is where it is posted; `key` the keyboard shortcut.
    """

    verb: str
    label: str
    href: str
    icon: str = ""
    key: str = ""
    is_primary: bool = False
    form: object | None = None


@dataclass(frozen=True)
class Activity:
    """A comment, or a step in the history of an alert."""

    who: str
    what: str
    when: str
    initials: str = ""
    is_comment: bool = False


@dataclass(frozen=True)
class AlertDetail:
    """One alert with evidence, recommendation, side panel, actions and what happened so far."""

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


@dataclass(frozen=True)
class AlertsBoard:
    """The inbox and, beside it, the alert that is open. On a phone one follows the other.

    `filters` are chips; `list_href` leads back to the list from an alert.
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


__all__ = [
    "Activity",
    "AlertAction",
    "AlertDetail",
    "AlertItem",
    "AlertsBoard",
    "Fact",
    "LifeStep",
    "Property",
    "Recommendation",
]
