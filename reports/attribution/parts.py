"""One part of a gap as it was read, and what all cuts share: the two contexts that are compared."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from metrics.attribution import Change, turned
from metrics.formula import Context
from metrics.readings import Level


class CannotAttribute(ValueError):
    """This gap has no parts of the kind asked for; the sentence says why."""


@dataclass(frozen=True)
class Legs:
    """The two contexts a gap lies between."""

    actual: Context
    baseline: Context


@dataclass(frozen=True)
class Line:
    """A part of a gap. `moved` is in the sign of the total, so weights have been applied.

    `actual` and `baseline` are the part's own numbers; `mix`, `rate` and `other` split what a unit moved of a ratio.
    """

    code: str
    label: str
    actual: Level
    baseline: Level
    moved: Level
    windows: tuple[str, str] = ("", "")
    mix: Fraction | None = None
    rate: Fraction | None = None
    other: Fraction | None = None

    def change(self, sense: int) -> Change:
        """The part as it is ranked."""
        return Change(self.code, turned(self.moved, sense), self.windows)


def said(reason: str) -> str:
    """A reason as a sentence ends with it: without its sort in front."""
    return reason.partition(": ")[2] or reason or "not known"


def gap_of(actual: Level, baseline: Level, factor: int = 1) -> Level:
    """Factor times actual less baseline, missing where one of them is."""
    if actual.number is None or baseline.number is None:
        return actual if actual.number is None else baseline
    return Level(factor * (actual.number - baseline.number))
