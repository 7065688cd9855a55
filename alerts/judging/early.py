"""Warnings ahead of time: of months ahead by the stored forecast, and of a month that is not over by its pace. Pure.

They warn and never more: the rule itself fires on finished months alone. A figure is *likely* to cross a limit where
what is forecast crosses it, and may *possibly* where only the worse end of four forecasts in five does.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from alerts.judging.book import Book, Expected
from alerts.judging.inheritance import Edition, Spot
from alerts.judging.units import OUTLOOK, PACE, Case, Court
from alerts.rules import Judgement, Reading
from metrics.readings import Level

LIKELY, POSSIBLE = "likely", "possible"
WARNING = "warning"


@dataclass(frozen=True)
class Outlook:
    """The first period in which a forecast crosses a limit: how sure that is, what is expected, and its judgement."""

    ordinal: int
    likelihood: str
    expected: Expected
    judged: Judgement


def outlook_case(court: Court, edition: Edition, spot: Spot, book: Book, own: Case) -> Case | None:
    """What the forecasts of each month foresaw; None where the terms do not look ahead.

    Where the figures themselves are beyond a limit nothing is ahead any more.
    """
    if not edition.terms.ahead:
        return None
    readings, came_true = [], set()
    beyond = {each.ordinal for each in own.readings if each.is_breach}
    for each in own.readings:
        if each.ordinal in beyond:
            came_true.add(each.ordinal)
            readings.append(Reading(each.ordinal, "", each.mark, each.was_known))
        elif _was_forecast(edition, spot, book, each.ordinal):
            foreseen = outlook(court, edition, spot, book, each.ordinal)
            mark = foreseen.expected.mark if foreseen else each.mark
            readings.append(Reading(each.ordinal, WARNING if foreseen else "", mark, each.was_known))
    return Case(edition, spot, tuple(readings), OUTLOOK, frozenset(came_true))


def outlook(court: Court, edition: Edition, spot: Spot, book: Book, cutoff: int) -> Outlook | None:
    """The first month ahead in which the forecast from a cut-off crosses a limit; likely goes before possible."""
    terms = edition.terms
    possible = None
    for ordinal in range(cutoff + 1, cutoff + terms.ahead + 1):
        expected = book.expected_from(cutoff, spot.unit, terms.metric, ordinal)
        if expected is None:
            continue
        against = court.baseline(edition, spot, book, ordinal)
        judged = court.read(edition, spot, book, ordinal, Level(expected.number), against)
        if judged.is_breach:
            return Outlook(ordinal, LIKELY, expected, judged)
        for end in (expected.low, expected.high):
            read = court.read(edition, spot, book, ordinal, Level(end, "no interval"), against)
            if read.is_breach and possible is None:
                possible = Outlook(ordinal, POSSIBLE, expected, read)
    return possible


def pace_case(court: Court, edition: Edition, spot: Spot, book: Book) -> Case | None:
    """What an unfinished month says at its pace; None where the terms do not ask."""
    if not edition.terms.pace:
        return None
    readings = []
    for ordinal in range(court.through, court.through + 2):
        place = court.place(edition, spot, ordinal)
        if place in book.pages and not court.times.is_finished(ordinal, spot.left):
            judged = pace(court, edition, spot, book, ordinal)
            severity = WARNING if judged.is_breach else judged.severity
            readings.append(Reading(ordinal, severity, book.mark(place)))
    return Case(edition, spot, tuple(readings), PACE)


def pace(court: Court, edition: Edition, spot: Spot, book: Book, ordinal: int) -> Judgement:
    """A month under way at its run-rate: what adds up day by day times all its working days over those gone.

    Stocks and ratios are read as they stand. Before a fifth of the working days is over it is too early to say.
    """
    terms = edition.terms
    value = book.level(court.place(edition, spot, ordinal), terms.metric)
    gone = court.book.share_gone(ordinal, court.times.today)
    if gone < Fraction(1, 5):
        return Judgement(None, "not_due: too early in the period", value)
    if value.number is not None and court.book.is_sum(terms.metric) and gone < 1:
        value = Level(round(Fraction(value.number) / gone))
    against = court.baseline(edition, spot, book, ordinal)
    return court.read(edition, spot, book, ordinal, value, against)


def _was_forecast(edition: Edition, spot: Spot, book: Book, cutoff: int) -> bool:
    return any(
        book.expected_from(cutoff, spot.unit, edition.terms.metric, cutoff + more)
        for more in range(1, edition.terms.ahead + 1)
    )
