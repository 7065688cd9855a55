"""The board of a forecast: how it was made, from what, and how wrong that was before."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.control import InputNode
from reports.figures.frame import Crumb
from reports.figures.numbers import Figure
from reports.formatting import Scale


@dataclass(frozen=True)
class TriedMethod:
    """A method that was tried on the months before, with its error as printed; one of them was chosen."""

    name: str
    error: str
    is_chosen: bool


@dataclass(frozen=True)
class MonthAhead:
    """One month of a forecast, its interval as printed, and what repeating last year would have said."""

    label: str
    figure: Figure
    interval: str
    naive: Figure


@dataclass(frozen=True)
class LagRow:
    """How right stored forecasts were that looked so far ahead; shares as printed."""

    ahead: str
    error: str
    bias: str
    added: str
    forecasts: int


@dataclass(frozen=True)
class ForecastBoard:
    """A forecast of the rest of a year, explained. `parts` add up to the figure; what is empty is left out."""

    title: str
    figure: Figure
    interval: str
    remark: str
    how: tuple[str, ...]
    methods: tuple[TriedMethod, ...]
    months: tuple[MonthAhead, ...]
    parts: tuple[InputNode, ...]
    parts_label: str
    lags: tuple[LagRow, ...]
    scale: Scale
    href: str
    crumbs: tuple[Crumb, ...]

    @property
    def steps(self) -> dict[str, int]:
        """The number in front of each section that is there, without gaps."""
        sections = {"how": self.how, "months": self.months, "parts": self.parts, "lags": self.lags}
        return {name: place for place, name in enumerate((each for each, part in sections.items() if part), start=1)}


__all__ = ["ForecastBoard", "LagRow", "MonthAhead", "TriedMethod"]
