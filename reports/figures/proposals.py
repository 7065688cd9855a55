"""Changes of thresholds that wait for a second person, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.deeds import Deed
from reports.figures.frame import Crumb
from reports.figures.numbers import Action


@dataclass(frozen=True)
class ProposalRow:
    """One proposal in the list: what it is on, what it would change in a few words, who asks, and how it stands.

    `decided` is who ended it and when.
    """

    label: str
    code: str
    href: str
    place: str
    change: str
    units: int
    proposed_by: str
    proposed: str
    state: str
    tone: str = ""
    decided: str = ""


@dataclass(frozen=True)
class ProposalsBoard:
    """Those that wait, the oldest first, and those that are over, the newest first."""

    title: str
    waiting: tuple[ProposalRow, ...]
    over: tuple[ProposalRow, ...]
    crumbs: tuple[Crumb, ...] = ()


@dataclass(frozen=True)
class ProposedTerm:
    """One term as it stands and as it is to be, in words; a dash where there is none."""

    label: str
    before: str
    after: str
    is_changed: bool = False


@dataclass(frozen=True)
class ProposedUnit:
    """A unit the change touches: what judges it today and what would, with where that comes from.

    `metric` is said where the change is on several.
    """

    short: str
    name: str
    metric: str
    before: str
    before_of: str
    after: str
    after_of: str


@dataclass(frozen=True)
class ProposalBoard:
    """One proposal exactly as it was shown, with what its reader may do about it.

    `hash` is the whole one, which goes with the approval; `hash_short` its first twelve characters. `void` says why it
    cannot be approved although it waits. `facts` are label and words of who, when and why.
    """

    title: str
    state: str
    tone: str
    why: str
    facts: tuple[tuple[str, str], ...]
    terms: tuple[ProposedTerm, ...]
    unchanged: tuple[ProposedTerm, ...]
    units_title: str
    units: tuple[ProposedUnit, ...]
    hash: str
    hash_short: str
    before_title: str
    after_title: str
    crumbs: tuple[Crumb, ...] = ()
    void: str = ""
    note: str = ""
    comment: str = ""
    comment_by: str = ""
    threshold: Action | None = None
    approve: Deed | None = None
    refuse: Deed | None = None
    withdraw: Deed | None = None


__all__ = ["ProposalBoard", "ProposalRow", "ProposalsBoard", "ProposedTerm", "ProposedUnit"]
