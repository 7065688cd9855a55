"""What is beyond a limit and too small to be told: each item, and what they come to. Pure.

Nothing is hidden: the sum can be shown beside the alerts, and where small items are pooled under their parents what is
left below each of them is less than its floor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from alerts.judging.book import Book
from alerts.judging.facts import scene_of
from alerts.judging.inheritance import Edition, Spot
from alerts.judging.money import Claim, once
from alerts.judging.units import Court
from metrics.formula import Value


@dataclass(frozen=True)
class Item:
    """One figure that reached a level by less than is worth attention: by how much, and its impact a year."""

    edition: Edition
    spot: Spot
    level: str
    beyond: Fraction
    impact: Value


@dataclass(frozen=True)
class Suppressed:
    """All items of a period. `impact` and `cash` are ten-thousandths, each money once; `unknown` have no impact."""

    items: tuple[Item, ...]
    impact: int
    cash: int
    unknown: int


def suppressed(court: Court, units: Iterable[int], book: Book, ordinal: int) -> Suppressed:
    """What is suppressed on some units in one period.

    Their money is counted like that of alerts (`alerts.judging.money`).
    """
    items = [item for unit in units for item in _items(court, unit, book, ordinal)]
    claims = once([_claim(court, item) for item in items], lambda claim: claim)
    return Suppressed(
        items=tuple(items),
        impact=sum(claim.impact or 0 for claim in claims if not claim.is_cash),
        cash=sum(claim.impact or 0 for claim in claims if claim.is_cash),
        unknown=sum(claim.impact is None for claim in claims),
    )


def _items(court: Court, unit: int, book: Book, ordinal: int) -> list[Item]:
    spot = court.tree.spots[unit]
    found = []
    for edition in court.rules_of(unit):
        judged = court.judge(edition, spot, book, ordinal)
        if judged.suppressed:
            impact = scene_of(court, edition, spot, book, ordinal, judged).impact()
            found.append(Item(edition, spot, judged.suppressed, judged.beyond or Fraction(0), impact))
    return found


def _claim(court: Court, item: Item) -> Claim:
    code, number = item.edition.terms.metric, item.impact.number
    metric = court.metric(code)
    is_cash = bool(metric and metric.impact_on == "cash")
    return Claim(item.spot.left, item.spot.right, code, is_cash, None if number is None else int(number))
