"""Why a figure was quiet, and which figures are missing."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.alerts import Fact
from reports.figures.frame import Crumb
from reports.figures.numbers import Action
from reports.figures.telling import Standing


@dataclass(frozen=True)
class TermsChange:
    """One version of a threshold: when it was set, by whom and why (empty where that is not the reader's to know),
    and what it says otherwise than the one before."""

    when: str
    who: str
    reason: str
    changed: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class HeardThreshold:
    """What one threshold made of the figure. `tone` is the class of its word: bad, warn, info, good or empty.

    `terms` say what it holds against what; `stands` where it comes from, `state` the state the alert was in.
    """

    label: str
    word: str
    tone: str
    why: str
    facts: tuple[Fact, ...]
    terms: tuple[tuple[str, str], ...]
    alerts: tuple[Action, ...] = ()
    changes: tuple[TermsChange, ...] = ()


@dataclass(frozen=True)
class QuietBoard:
    """The question as a form and, where it was asked, the answer. `evaluations` are the newest judgings."""

    form: object
    crumbs: tuple[Crumb, ...]
    title: str = ""
    sentence: str = ""
    facts: tuple[Fact, ...] = ()
    heard: tuple[HeardThreshold, ...] = ()
    silences: tuple[Standing, ...] = ()
    gaps: tuple[Standing, ...] = ()
    evaluations: tuple[str, ...] = ()


@dataclass(frozen=True)
class GapRow:
    """What is missing of one source of a unit. `anchor` is where mails lead to; `is_mine` says whose it is to bring."""

    anchor: str
    unit: str
    href: str
    kind: str
    tone: str
    what: str
    period: str
    since: str
    owner: str
    quiet: Action
    is_mine: bool = False


@dataclass(frozen=True)
class GapCause:
    """What several gaps share: the same thing missing since the same period. `note` says how many units lack it.

    `is_open` where its units are listed at once: a single one, or what is the reader's to bring.
    """

    kind: str
    tone: str
    what: str
    period: str
    note: str
    rows: tuple[GapRow, ...]
    is_open: bool = False


@dataclass(frozen=True)
class GapsBoard:
    """All that is missing in the reader's units by its cause, what is the reader's to bring first."""

    title: str
    causes: tuple[GapCause, ...]
    crumbs: tuple[Crumb, ...]

    @property
    def rows(self) -> tuple[GapRow, ...]:
        return tuple(row for cause in self.causes for row in cause.rows)


__all__ = ["GapCause", "GapRow", "GapsBoard", "HeardThreshold", "QuietBoard", "TermsChange"]
