"""How far the figure of one unit went in each period, on the scale of the limits it is tried against. Pure.

The figures are those known last: what the picture of a limit is drawn from, and not what an alert was told by.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from alerts.backtest.replaying import History
from alerts.judging.book import Book, Page, Place
from alerts.judging.inheritance import Edition, Spot
from alerts.judging.units import Court
from alerts.rules.yardstick import SCALE, TICKS, ticks
from metrics.readings import Level


@dataclass(frozen=True)
class Point:
    """One period: how far the figure went, in plain units of the levels; None with the reason where nobody knows.

    Against a baseline it is the plain difference, positive above it, whichever side is the wrong one.
    """

    ordinal: int
    size: Fraction | None
    reason: str = ""


def trace(history: History, edition: Edition, unit: int, *, first: int) -> tuple[Point, ...]:
    """The periods from `first` on, by the figures of the newest vintage; one that is not over is left out."""
    court, book, spot = _court(history, edition), _book(history), history.tree.spots[unit]
    return tuple(
        _point(court, edition, spot, book, ordinal)
        for ordinal in range(first, court.through + 1)
        if court.times.is_finished(ordinal, spot.left)
    )


def _court(history: History, edition: Edition) -> Court:
    newest = history.vintages[-1]
    return Court(
        book=replace(history.manual, rates=newest.rates),
        times=newest.times,
        through=newest.through,
        currency=history.currency,
        tree=history.tree,
        names=history.names,
        active=(edition,),
        window=history.window,
    )


def _book(history: History) -> Book:
    pages: dict[Place, Page | None] = {}
    for vintage in history.vintages:
        pages.update(vintage.changed)
    standing = {place: page for place, page in pages.items() if page is not None}
    return Book(history.codes, standing, forecasts=history.vintages[-1].forecasts)


def _point(court: Court, edition: Edition, spot: Spot, book: Book, ordinal: int) -> Point:
    terms, exact = edition.terms, court.is_amount(edition.terms.metric)
    value = book.level(court.place(edition, spot, ordinal), terms.metric)
    worth = court.worth(edition, ordinal)
    if value.number is None:
        return Point(ordinal, None, value.reason)
    if worth is None:
        return Point(ordinal, None, f"error: no {terms.currency} budget rate")
    found, scale = ticks(value.number, is_amount=exact), SCALE if exact else TICKS
    if not terms.has_baseline:
        return Point(ordinal, Fraction(found, scale) / worth)
    against = court.baseline(edition, spot, book, ordinal)
    return _difference(edition, ordinal, found, against.level, against.size, exact=exact, unit=scale * worth)


def _difference(
    edition: Edition, ordinal: int, found: int, level: Level, size: int | None, *, exact: bool, unit: Fraction
) -> Point:
    if level.number is None:
        return Point(ordinal, None, level.reason)
    base = ticks(level.number, is_amount=exact)
    if edition.terms.measure not in ("percent", "deviations"):
        return Point(ordinal, (found - base) / unit)
    whole = abs(base) if size is None else size
    if not whole:
        return Point(ordinal, None, "not_applicable: there is nothing that it could be a part of")
    return Point(ordinal, Fraction(found - base, whole))
