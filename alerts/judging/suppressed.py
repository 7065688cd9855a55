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

    Whatever the thresholds: of the items of one unit on one metric that of the largest impact counts, and a unit's item
    is part of that of a unit above on the same metric, where its money is then counted.
    """
    items = [item for unit in units for item in _items(court, unit, book, ordinal)]
    largest = _largest(items)
    once = [each for each in largest if not any(_is_part(each, other) for other in largest)]
    on_cash = [each for each in once if _is_cash(court, each)]
    on_income = [each for each in once if not _is_cash(court, each)]
    return Suppressed(
        items=tuple(items),
        impact=_sum(on_income),
        cash=_sum(on_cash),
        unknown=sum(each.impact.number is None for each in once),
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


def _largest(items: Iterable[Item]) -> list[Item]:
    """By unit and metric the item of the largest impact, of whichever sign; one of unknown impact where all are."""
    found: dict[tuple[int, str], Item] = {}
    for item in items:
        key = item.spot.unit, item.edition.terms.metric
        if key not in found or _size(item) > _size(found[key]):
            found[key] = item
    return list(found.values())


def _size(item: Item) -> int:
    return -1 if item.impact.number is None else abs(int(item.impact.number))


def _is_part(item: Item, other: Item) -> bool:
    """Whether it stands on a unit below the other's, on the same metric; whose money is of one kind."""
    is_below = other.spot.left < item.spot.left and item.spot.right < other.spot.right
    return is_below and item.edition.terms.metric == other.edition.terms.metric


def _is_cash(court: Court, item: Item) -> bool:
    metric = court.metric(item.edition.terms.metric)
    return bool(metric and metric.impact_on == "cash")


def _sum(items: list[Item]) -> int:
    return sum(int(each.impact.number or 0) for each in items)
