"""Everything that thresholds find on a unit, and what becomes of an alert that none of them tells of any more. Pure.

The same for live judging and for back-tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from alerts.judging.book import Book
from alerts.judging.early import outlook_case, pace_case
from alerts.judging.inheritance import Edition, Spot, silent
from alerts.judging.pooling import pool_case
from alerts.judging.units import Case, Court, Told
from alerts.rules import RULE_CHANGED, RULE_ELSEWHERE, RULE_RETIRED, UNIT_CLOSED, Knowledge
from alerts.terms import Terms


class Judged(Protocol):
    """An earlier judging: up to which marks figures and thresholds were known, and its newest finished period."""

    @property
    def mark(self) -> int: ...

    @property
    def terms_mark(self) -> int: ...

    @property
    def through(self) -> int | None: ...


def cases(court: Court, spot: Spot, book: Book) -> Iterator[Case]:
    """What the thresholds of a unit find: on itself, of its small parts, and ahead of time."""
    for edition in court.rules_of(spot.unit):
        yield from cases_of(court, edition, spot, book)


def cases_of(court: Court, edition: Edition, spot: Spot, book: Book) -> Iterator[Case]:
    """What one threshold finds on a unit."""
    own = court.hear(edition, spot, book)
    yield own
    terms = edition.terms
    if not (terms.pooled or terms.ahead or terms.pace):
        return
    others = (
        pool_case(court, edition, spot, book, own),
        outlook_case(court, edition, spot, book, own),
        pace_case(court, edition, spot, book),
    )
    yield from (case for case in others if case is not None)


def knowledge(edition: Edition, before: Judged | None) -> Knowledge:
    """What the judging before knew of these terms."""
    if before is None or before.terms_mark < edition.from_mark:
        return Knowledge(None, 0, edition.since)
    return Knowledge(before.through, before.mark, edition.since)


def heir(alert: Told, terms: Terms, current: Edition | None, found: Iterable[Case]) -> Case | None:
    """The case that an alert goes over to when its version judges its unit no more: of a version that judges alike."""
    case = next((case for case in found if case.edition is current and case.tells_like(alert)), None)
    return case if case is not None and case.edition.terms.judges_like(terms) else None


def why_left(version: int, current: Edition | None, *, through: int, is_closed: bool) -> str:
    """Why a version judges a unit no more; `current` is what is in force of its threshold."""
    if is_closed:
        return UNIT_CLOSED
    if current is None:
        return RULE_RETIRED
    because = silent(current, at=through)
    if because:
        return because
    return RULE_CHANGED if current.version != version else RULE_ELSEWHERE
