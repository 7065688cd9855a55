"""The props of commentary: the lines of a statement with the words on them, one of them, and who has written what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reports.figures.alerts import Activity
from reports.figures.deeds import Deed
from reports.figures.frame import Crumb, PeriodPicker
from reports.figures.numbers import Choice, Figure, Section, UnitName, Variance
from reports.formatting import Scale


@dataclass(frozen=True)
class Remarked:
    """A line in a list with the words on it, or without. `state` is said with its `tone`; `note` tells what is wrong.

    Without a variance it is a figure by itself. `is_quiet` is a line with nothing amiss: where the statement has a
    column of words it need not be said again.
    """

    label: str
    href: str
    variance: Variance | None
    text: str = ""
    who: str = ""
    initials: str = ""
    state: str = ""
    tone: str = ""
    note: str = ""
    is_quiet: bool = False

    @property
    def is_wanting(self) -> bool:
        """Whether nobody has written anything yet."""
        return not self.text


@dataclass(frozen=True)
class CommentarySection:
    """What a unit's statement says in words: lines that need them first, and timing that has not come back."""

    section: Section
    rows: tuple[Remarked, ...]
    late: tuple[Remarked, ...]
    scale: Scale


@dataclass(frozen=True)
class CommentaryPage:
    """The words on one variance, with both legs of it, and what its reader may do with them.

    `banner` says that the value has moved since. `form` writes, `reply` answers, `back` gives a reason to open again.
    `refused` says why nothing was saved where no form is offered any more; `unsaved` is what was typed into it.
    """

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    href: str
    legs: tuple[tuple[str, Figure], ...]
    variance: Variance
    state: str = ""
    tone: str = ""
    banner: str = ""
    note: str = ""
    refused: str = ""
    unsaved: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    byline: str = ""
    form: Any = None
    deeds: tuple[Deed, ...] = ()
    back: Any = None
    back_href: str = ""
    back_label: str = ""
    reply: Any = None
    reply_href: str = ""
    thread: tuple[Activity, ...] = ()
    askable: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProblemsPage:
    """Problems with one figure: `facts` say which and as known when, `form` reports one, `reply` answers in the thread.

    `told` says who is asked when one is reported.
    """

    title: str
    crumbs: tuple[Crumb, ...]
    href: str
    explain_href: str
    figure: Figure
    facts: tuple[tuple[str, str], ...]
    told: str
    form: Any
    heading: str = ""
    reply: Any = None
    reply_href: str = ""
    thread: tuple[Activity, ...] = ()
    askable: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommentaryOfUnit:
    """The page of a unit's words, without one line picked."""

    title: str
    crumbs: tuple[Crumb, ...]
    picker: PeriodPicker
    told: CommentarySection | None


@dataclass(frozen=True)
class WrittenRow:
    """A unit on the page of who has written what: how many variances need words, and how far those have come."""

    unit: UnitName
    required: int
    missing: int
    draft: int
    submitted: int
    accepted: int
    stale: int
    late: int


@dataclass(frozen=True)
class CommentaryBoard:
    """Who has written what: submitted words that wait for the reader, and every unit's count."""

    title: str
    picker: PeriodPicker
    heading: str
    text: str
    section: Section
    waiting: tuple[Remarked, ...]
    asked: tuple[Remarked, ...]
    rows: tuple[WrittenRow, ...]
    pages: tuple[Choice, ...] = ()


__all__ = [
    "CommentaryBoard",
    "CommentaryOfUnit",
    "CommentaryPage",
    "CommentarySection",
    "ProblemsPage",
    "Remarked",
    "WrittenRow",
]
