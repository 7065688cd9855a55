"""What accounts for a gap, as a table: the parts ranked, their shares of the gross, and what to know before."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.numbers import Choice, Section, Variance, VarianceBar
from reports.formatting import Scale


@dataclass(frozen=True)
class Contributor:
    """One part of a gap. Its variance is the favourable one, plus is always better; shares are of its own side."""

    label: str
    variance: Variance
    of_gross: str = ""
    cumulative: str = ""
    bar: VarianceBar | None = None
    href: str = ""


@dataclass(frozen=True)
class Contributors:
    """The parts of a gap, largest first on each side. `last` are what is no part: the others together, the rest.

    `guards` are sentences; `section.title` says what accounts for most, never what caused it. `views` cut it another
    way, `baselines` compare with something else; without rows there is nothing to compare with, as the title says.
    """

    section: Section
    rows: tuple[Contributor, ...]
    last: tuple[Contributor, ...]
    guards: tuple[str, ...]
    scale: Scale
    views: tuple[Choice, ...] = ()
    baselines: tuple[Choice, ...] = ()


__all__ = ["Contributor", "Contributors"]
