"""When somebody is told of alerts, who stands in for her, and what nothing is told of."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.deeds import Deed
from reports.figures.numbers import Action


@dataclass(frozen=True)
class Standing:
    """A line that stands until somebody ends it: a quiet window, a deputy, a silence. `end` is how, for who may."""

    words: str
    until: str = ""
    note: str = ""
    end: Deed | None = None


@dataclass(frozen=True)
class TellingBoard:
    """The part of the page of one's own that is about being told. The forms are Django's."""

    quiet: tuple[Standing, ...]
    deputies: tuple[Standing, ...]
    hours_form: object
    hours_href: str
    quiet_form: object
    quiet_href: str
    deputy_form: object
    deputy_href: str


@dataclass(frozen=True)
class SilencedNote:
    """What nothing is told of, with its money, and where to see why: "3 alerts are silenced, $1.2M a year"."""

    words: str
    link: Action


@dataclass(frozen=True)
class SilencesBoard:
    """The silences of the reader's units. The form is for who may begin one."""

    title: str
    silenced: str
    rows: tuple[Standing, ...]
    back: Action
    form: object | None = None
    href: str = ""


__all__ = ["SilencedNote", "SilencesBoard", "Standing", "TellingBoard"]
