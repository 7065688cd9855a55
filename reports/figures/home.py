"""What people arrange for themselves: pinned figures and units, saved views, and the button that pins."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.frame import PeriodPicker
from reports.figures.metrics import MetricLine
from reports.figures.numbers import Choice, Headline, Reading, Section, Spark, Status, UnitName
from reports.figures.pages import AlertSummary
from reports.formatting import Scale


@dataclass(frozen=True)
class PinnedFigure:
    """A metric of a unit at home: its line on the unit's board, and what names the pin."""

    unit: UnitName
    line: MetricLine
    code: str
    metric: str

    @property
    def name(self) -> str:
        """`Operating margin, Unit 6`, for buttons that move it."""
        return f"{self.line.label}, {self.unit.short}"


@dataclass(frozen=True)
class PinnedUnit:
    """A unit at home, with what its alerts or its budget say of it."""

    unit: UnitName
    code: str
    revenue: Reading
    profit: Reading
    trend: Spark | None
    status: Status
    status_label: str


@dataclass(frozen=True)
class ViewLink:
    """A saved view: its name, where it leads, and what that is."""

    public_id: str
    label: str
    href: str
    hint: str


@dataclass(frozen=True)
class Piece:
    """Something that came about: what and when, and where it stands."""

    text: str
    when: str
    href: str = ""


@dataclass(frozen=True)
class ViewForm:
    """The form that saves a view: the address, what it is, the name typed so far, and why it was refused."""

    address: str
    what: str
    name: str = ""
    refused: str = ""


@dataclass(frozen=True)
class HomeBoard:
    """The home of one's own. `against` heads what figures are held against; `arrange` leads to or from its buttons."""

    title: str
    picker: PeriodPicker
    headline: Headline
    against: str
    figures: tuple[PinnedFigure, ...]
    figures_section: Section
    units: tuple[PinnedUnit, ...]
    units_section: Section
    views: tuple[ViewLink, ...]
    views_section: Section
    alerts: AlertSummary
    news: tuple[Piece, ...]
    arrange: Choice
    scale: Scale
    form: ViewForm | None = None
    notes: tuple[str, ...] = ()


__all__ = ["HomeBoard", "Piece", "PinnedFigure", "PinnedUnit", "ViewForm", "ViewLink"]
