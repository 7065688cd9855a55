"""Thresholds as they are printed: the list of them, one with its form, and what it would have done in the past."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.frame import Crumb
from reports.figures.numbers import Action, Figure
from reports.wording import Phrase


# --- the list ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ThresholdRow:
    """One threshold by its terms of today.

    `place` is where it holds and `origin` its step in the inheritance: default, type or unit. `limits` are its levels
    in words, the mildest first, each with its tone. `precision` is the share of useful alerts among those with a
    verdict, `firing` how many of its alerts fire now.
    """

    label: str
    code: str
    href: str
    measured: str
    place: str
    origin: str
    limits: tuple[tuple[str, str], ...]
    lasts: str
    owner: str
    version: str
    status: str
    status_tone: str
    precision: Figure
    verdicts: str = ""
    firing: int = 0
    firing_href: str = ""


@dataclass(frozen=True)
class MetricRules:
    """The thresholds on one metric, from the default of all down to those of single units; `code` is the metric's."""

    code: str
    label: str
    rows: tuple[ThresholdRow, ...]


@dataclass(frozen=True)
class Holding:
    """What judges one figure of a unit: its limits and where they come from, and what they stand in place of."""

    metric: str
    measured: str
    limits: tuple[tuple[str, str], ...]
    lasts: str
    origin: str
    label: str = ""
    href: str = ""
    instead_of: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True)
class ThresholdsBoard:
    """All thresholds the reader may see, by metric; with a unit picked, what holds there instead."""

    title: str
    about: str
    metrics: tuple[MetricRules, ...]
    holding: tuple[Holding, ...] | None
    metric_choices: tuple[tuple[str, str, bool], ...]
    unit_choices: tuple[tuple[str, str, bool], ...]
    with_retired: bool = False
    is_narrowed: bool = False
    actions: tuple[Action, ...] = ()


# --- the back-test -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Compared:
    """One line of what the active terms came to beside the draft."""

    label: str
    active: str
    draft: str
    is_other: bool = False


@dataclass(frozen=True)
class GridCell:
    """One unit in one month. `classes` colour it; `mark` is high, medium or empty where the draft fires nothing there.

    `is_ringed` says that the active terms fire there; `words` is what a screen reader hears.
    """

    classes: str
    mark: str = ""
    is_dotted: bool = False
    is_ringed: bool = False
    words: str = ""


@dataclass(frozen=True)
class GridRow:
    """One unit over the months. `code` picks it for the drawing below."""

    code: str
    short: str
    name: str
    cells: tuple[GridCell, ...]
    is_on: bool = False


@dataclass(frozen=True)
class Grid:
    """Units by months; `months` are heads, of which only some have a word. `rest` counts the units left out."""

    months: tuple[tuple[str, str, str], ...]
    rows: tuple[GridRow, ...]
    rest: str = ""


@dataclass(frozen=True)
class LimitHandle:
    """A limit in the drawing, at a height of it; `field` names the field of the form that it moves.

    `value` is where it lies in plain units, `words` how that is written, `name_y` how far below it so that two names do
    not touch, `zone` the worse side of it as top and height.
    `is_active` is the line of the active terms where the draft lies elsewhere.
    """

    field: str
    label: str
    tone: str
    y: float
    value: str
    words: str
    zone: tuple[float, float]
    direction: int = 1
    name_y: float = 0.0
    is_active: bool = False


@dataclass(frozen=True)
class Traced:
    """How far the figure of one unit went, month by month, with the limits that can be dragged.

    Heights are of a drawing 780 wide and 200 high, whose plot lies between `top` and `bottom`; `low` and `high` are
    the levels there. `lines` are the stretches with figures, `fired` the points at which the draft fires. `is_share`
    says that levels are typed in percent.
    """

    title: str
    label: str
    lines: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    months: tuple[tuple[float, str], ...]
    fired: tuple[tuple[float, float], ...]
    last: tuple[float, float, str] | None
    limits: tuple[LimitHandle, ...]
    low: float
    high: float
    step: float
    zero: float | None
    is_share: bool
    can_be_dragged: bool
    table: tuple[tuple[str, str], ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Firing:
    """One alert that the draft would have told; `also` says whether the active terms tell it too."""

    fired: str
    short: str
    name: str
    severity: str
    severity_words: str
    size: str
    impact: Figure
    impact_unit: str
    outcome: str
    also: bool = True


@dataclass(frozen=True)
class OwnerLoad:
    """How many alerts somebody would have had, and how many of them in the busiest month."""

    name: str
    active: int
    draft: int
    busiest: str


@dataclass(frozen=True)
class TouchedRow:
    """Units that the change touches alike: what judges them before and after."""

    units: str
    before: str
    after: str


@dataclass(frozen=True)
class Saving:
    """What saving would mean: whom it touches, and whether a second person must approve."""

    label: str
    touched: tuple[TouchedRow, ...] = ()
    touched_title: str = ""
    approval: str = ""


@dataclass(frozen=True)
class TriedBoard:
    """What terms would have done over the past, beside those in force.

    `compares` says whether there is a draft beside the active terms. `assumed` is what the answer takes for granted.
    """

    title: tuple[Phrase, ...]
    about: str
    compared: tuple[Compared, ...] = ()
    grid: Grid | None = None
    traced: Traced | None = None
    firings: tuple[Firing, ...] = ()
    more_firings: str = ""
    owners: tuple[OwnerLoad, ...] = ()
    lost: tuple[Action, ...] = ()
    lost_title: str = ""
    assumed: tuple[str, ...] = ()
    compares: bool = True
    has_new: bool = False
    saving: Saving | None = None
    refused: tuple[str, ...] = ()
    months: int = 24
    at: str = ""


# --- one threshold -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class VersionRow:
    """One version of the terms: from when, who set it, why, and what it changed."""

    number: int
    since: str
    until: str
    set_at: str
    who: str
    why: str
    changes: tuple[tuple[str, str, str], ...]
    is_current: bool = False


@dataclass(frozen=True)
class ThresholdPage:
    """One threshold: its terms of today, what was in force when, and links to its alerts.

    `terms` are the terms in words, for whoever may not change them. `proposals` are better limits by what alerts were
    called, each with the address that tries it. `windows` are how many months it can be tried over, and which is on.
    `form` is a Django form or None.
    """

    title: str
    crumbs: tuple[Crumb, ...]
    tags: tuple[tuple[str, str], ...]
    href: str
    try_href: str
    terms: tuple[tuple[str, str], ...] = ()
    versions: tuple[VersionRow, ...] = ()
    alerts: tuple[Action, ...] = ()
    proposals: tuple[tuple[str, str], ...] = ()
    precision: str = ""
    form: object | None = None
    levels: tuple[LevelField, ...] = ()
    low_levels: tuple[LevelField, ...] = ()
    windows: tuple[tuple[int, bool], ...] = ()
    months: int = 24
    actions: tuple[Action, ...] = ()
    retire_href: str = ""
    is_new: bool = False


@dataclass(frozen=True)
class LevelField:
    """A level in the form: its bound field, its word and mark, and what stands in force."""

    field: object
    label: str
    severity: str
    was: str = ""
    is_changed: bool = False


__all__ = [
    "Compared",
    "Firing",
    "Grid",
    "GridCell",
    "GridRow",
    "Holding",
    "LevelField",
    "LimitHandle",
    "MetricRules",
    "OwnerLoad",
    "Saving",
    "ThresholdPage",
    "ThresholdRow",
    "ThresholdsBoard",
    "TouchedRow",
    "Traced",
    "TriedBoard",
    "VersionRow",
]
