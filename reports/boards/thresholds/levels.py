"""How the terms of a threshold are written: levels with all their digits, and where they hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from alerts.judging.inheritance import Edition
from alerts.terms import AGAINST, BAND, LIMITS, LOW_LIMITS, Terms, is_share, whole
from alerts.wording import level
from metrics.declaration import Metric

SEVERITY = {"warning": "medium", "critical": "high", "emergency": "high"}
BASES = {"month": "month", "qtd": "quarter to date", "ytd": "year to date", "ltm": "last twelve months"}
TYPE_WORDS = {"group": "groups", "unit": "units that are no group", "corporate": "corporate centres"}


def limits(terms: Terms, metric: Metric | None, currency: str) -> tuple[tuple[str, str], ...]:
    """The levels that fire with their words and marks: (`medium`, `over 10%`), the mildest first."""
    found = []
    for side in terms.sides():
        word = _side(terms, side.direction)
        found += [
            (SEVERITY[name], f"{name.capitalize()} {word} {level(size, terms, metric, currency)}")
            for name, size in side.limits
        ]
    return tuple(found)


def _side(terms: Terms, direction: int) -> str:
    if terms.has_baseline and terms.comparator != "trend":
        return "from" if terms.direction != BAND else ("from +" if direction > 0 else "from −")
    return "from" if direction > 0 else "down to"


def measured(terms: Terms) -> str:
    """`against budget, month`, `fixed level, quarter to date`: what a figure is held against."""
    against = f"against {AGAINST[terms.comparator]}" if terms.has_baseline else "fixed level"
    return f"{against}, {BASES[terms.basis]}"


def lasts(terms: Terms) -> str:
    """`2 months in a row`, `2 of 3 months`; empty where the first fires."""
    if terms.out_of:
        return f"{terms.periods} of {terms.out_of} months"
    return f"{terms.periods} months in a row" if terms.periods > 1 else ""


def origin(edition: Edition) -> str:
    """Its step in the inheritance: default for all below, for a type of units, or of the unit alone."""
    if edition.unit_type:
        return "type"
    return "default" if edition.inherits and edition.unit.right - edition.unit.left > 1 else "unit"


def place(edition: Edition, unit: str) -> str:
    """`All of Halden Group`, `Units of Halden Group of the type Software`, `Unit 6`."""
    match origin(edition):
        case "type":
            return f"{TYPE_WORDS.get(edition.unit_type, edition.unit_type)} of {unit}"
        case "default":
            return f"All of {unit}"
    return f"{unit} alone" if not edition.inherits and edition.unit.right - edition.unit.left > 1 else unit


def typed(text: str, name: str, terms: Terms, metrics: Mapping[str, Metric]) -> str:
    """A stored level or floor as people type it: shares in percent."""
    if not text:
        return ""
    metric = metrics.get(terms.metric)
    shares = {"floor_percent": True, "floor_share": True, "floor_amount": metric is not None and metric.is_share}
    number = Fraction(text)
    if shares.get(name, is_share(metric, terms.measure)):
        return f"{whole(number * 100)} %"
    return whole(number)


def direction_of(field: str, terms: Terms) -> int:
    """On which side a level lies: +1 where too high is a breach."""
    if field in LOW_LIMITS:
        return -1
    return 1 if terms.direction == BAND or field not in LIMITS else terms.direction
