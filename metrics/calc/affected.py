"""Which sheets a change can move: units and those above them, later periods, and versions that read the one changed.

The answer may be too large, never too small: what is computed again and found unchanged is left standing. A
property test holds an incremental recompute equal to a full one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.above import looking_up
from metrics.declaration import Metric
from metrics.formula import Call, Name, Node, parse, walk
from metrics.formula.syntax import GROUP, PARENT
from metrics.rates import BUDGET as BUDGET_RATE
from metrics.rates import HISTORICAL

from .axis import Axis
from .books import Span
from .company import Company
from .inputs import BUDGET, Outline
from .matrix import Ints

OWN = ""


@dataclass(frozen=True)
class Reach:
    """What formulas read beyond their own sheet: `named` versions, and versions whose whole fiscal year is
    asked for, months to come included (`ahead`; OWN is the sheet's own version); and whether shares are taken of
    the PARENT's figures or the GROUP's (`above`)."""

    named: frozenset[str]
    ahead: frozenset[str]
    above: frozenset[str] = frozenset()

    @classmethod
    def of(cls, metrics: Mapping[str, Metric]) -> Reach:
        trees = {code: parse(metric.formula) for code, metric in metrics.items()}
        named = {name.version for tree in trees.values() for name in _names(tree) if name.version}
        ahead: set[str] = set()
        for tree in trees.values():
            for node in walk(tree):
                if isinstance(node, Call) and node.function == "year":
                    ahead |= _versions(node, trees, frozenset())
        return cls(frozenset(named), frozenset(ahead), frozenset(looking_up(trees).values()))


def _versions(node: Node, trees: Mapping[str, Node], seen: frozenset[str]) -> set[str]:
    """The versions a formula reads, its metrics' formulas included; OWN for the one it is evaluated in."""
    found: set[str] = set()
    for name in _names(node):
        if name.code in trees and name.code not in seen:
            below = _versions(trees[name.code], trees, seen | {name.code})
            found |= {name.version or version if version == OWN else version for version in below}
        found.add(name.version or OWN)
    return found


def _names(node: Node) -> list[Name]:
    return [each for each in walk(node) if isinstance(each, Name)]


@dataclass(frozen=True)
class Change:
    """What moved in one version: some units in some rows of the axis, or (`units` None) all of them."""

    units: frozenset[int] | None
    first: int
    last: int

    def and_also(self, other: Change) -> Change:
        """One change that holds both."""
        units = None if self.units is None or other.units is None else self.units | other.units
        return Change(units, min(self.first, other.first), max(self.last, other.last))


@dataclass(frozen=True)
class Area:
    """Sheets of one version to compute again: columns of the tree and rows of the axis, both included."""

    units: tuple[int, ...]
    first: int
    last: int


@dataclass(frozen=True)
class News:
    """What became known between two marks, by database ids.

    `touched` holds unit, ordinal and version of entries and slices that began or ended, `rates` the currencies,
    ordinals and kinds of rates that did, `naming` by currency the (version, unit) pairs with entries that name it.
    `wider` are the (version, unit) pairs of which a source delivers or carries something for the first time, `met`
    (version, unit, counterparty) that had no figures between them before; `before` has by version the ordinals
    figures were delivered for at the first mark.
    """

    touched: tuple[Ints, Ints, Ints]
    rates: Collection[tuple[str, int, str]]
    naming: Mapping[str, Collection[tuple[int, int]]]
    wider: Collection[tuple[int, int]]
    met: Collection[tuple[int, int, int]]
    before: Mapping[str, Sequence[int]]


def changes(outline: Outline, news: News) -> dict[str, Change]:
    """What moved in each version, its variants in constant currency included.

    Four things move more than their own figures: a source that carries a new account for a unit makes it 0 wherever
    it delivered that unit; a unit's first slice of a source makes its other periods late; the first figure between
    two units opens the sheets of their elimination unit; and a first or last period that moves opens or closes sheets
    of everybody.
    """
    found = [*_of_figures(outline, news), *_of_rates(outline, news), *_of_shape(outline, news)]
    whole: dict[str, Change] = {}
    for version, change in found:
        whole[version] = whole[version].and_also(change) if version in whole else change
    return whole


def _of_figures(outline: Outline, news: News) -> Iterator[tuple[str, Change]]:
    unit, ordinal, version = news.touched
    company = outline.company
    for pk in np.unique(version).tolist():
        chosen = version == pk
        units = frozenset(company.tree.place[each] for each in np.unique(unit[chosen]).tolist())
        rows = ordinal[chosen] - company.axis.periods[0].ordinal
        yield outline.versions[pk], Change(units, int(rows.min()), int(rows.max()))


def _of_rates(outline: Outline, news: News) -> Iterator[tuple[str, Change]]:
    """The units with figures that a changed rate may translate; chained versions follow later."""
    tree, axis = outline.company.tree, outline.company.axis
    for currency, ordinal, kind in news.rates:
        own = {place for place in range(len(tree)) if tree.currency_of(place) == currency}
        for pk, version in outline.versions.items():
            named = {tree.place[unit] for at, unit in news.naming.get(currency, ()) if at == pk}
            first, last = _rows_of_rate(axis, ordinal, kind)
            delivered = [axis.row(each) for each in outline.delivered.get(version, ())]
            if own | named and any(first <= row <= last for row in delivered):
                yield version, Change(frozenset(own | named), first, last)


def _rows_of_rate(axis: Axis, ordinal: int, kind: str) -> tuple[int, int]:
    """The rows a rate may translate: its own, and a year later what is read at the rates of the year before.

    A historical one also all that follow, a budget rate its whole fiscal year, because the first one of a
    year decides that the year's budget is read at budget rates.
    """
    row, last = axis.row(ordinal), len(axis) - 1
    if kind == HISTORICAL:
        return max(row, 0), last
    if kind == BUDGET_RATE and 0 <= row <= last:
        first, final = axis.window("year", np.array([row]))
        return int(first[0]), int(final[0])
    return max(row, 0), min(row + axis.periods_per_year, last)


def _of_shape(outline: Outline, news: News) -> Iterator[tuple[str, Change]]:
    """Versions whose sources carry something new, units that deliver or trade for the first time, moved edges."""
    last, place = len(outline.company.axis) - 1, outline.company.tree.place
    for pk, version in outline.versions.items():
        wider = {unit for at, unit in news.wider if at == pk}
        wider |= {each for at, *pair in news.met if at == pk for each in pair}
        if wider:
            yield version, Change(frozenset(place[unit] for unit in wider if unit in place), 0, last)
        yield from ((version, change) for change in _of_edges(outline, version, news.before.get(version, ()), last))


def edges(delivered: Mapping[str, Sequence[int]]) -> dict[str, tuple[int, int]]:
    """The first and the last ordinal of each version that has any."""
    return {version: (min(ordinals), max(ordinals)) for version, ordinals in delivered.items() if ordinals}


def _of_edges(outline: Outline, version: str, before: Sequence[int], last: int) -> Iterator[Change]:
    """What a moved first or last period of a version changes for everybody."""
    axis = outline.company.axis
    now = [axis.row(each) for each in outline.delivered.get(version, ())]
    then = [axis.row(each) for each in before]
    if not now or not then:
        if now or then:
            yield Change(None, 0, last)
        return
    if min(now) != min(then):
        yield Change(None, 0, last)
    if max(now) != max(then):
        yield Change(None, min(max(now), max(then)) + 1, last)


def with_the_chain(changes: Mapping[str, Change], *, axis: Axis, in_force: Mapping[int, str]) -> dict[str, Change]:
    """The changes, and that of the budget in force where one of its years changed."""
    found = dict(changes)
    for year, code in in_force.items():
        change = changes.get(code)
        rows = [row for row, period in enumerate(axis.periods) if period.year == year]
        if change is None or not rows or change.first > rows[-1] or change.last < rows[0]:
            continue
        link = Change(change.units, max(change.first, rows[0]), min(change.last, rows[-1]))
        found[BUDGET] = found[BUDGET].and_also(link) if BUDGET in found else link
    return found


def affected(
    changes: Mapping[str, Change], *, spans: Mapping[str, Span], company: Company, reach: Reach
) -> dict[str, Area]:
    """For each version the sheets that the changes can move.

    A change moves its unit, every unit that is above it at some time and their elimination units, and the shares
    that others have of those; its period and every later one (twelve months, growth, averages look back); and
    where a formula asks for whole fiscal years, the earlier periods of its year too.
    """
    found = {}
    for version, span in spans.items():
        moved = [
            _widened(change, company.axes, version=changed, reader=version, reach=reach)
            for changed, change in changes.items()
            if changed == version or changed in reach.named
        ]
        if moved:
            whole = moved[0]
            for each in moved[1:]:
                whole = whole.and_also(each)
            first = max(whole.first, span.opened)
            if first <= span.newest:
                found[version] = Area(_with_above(whole.units, company, reach.above), first, span.newest)
    return found


def _widened(change: Change, axes: Sequence[Axis], *, version: str, reader: str, reach: Reach) -> Change:
    """From which row on a change shows in the sheets of a version."""
    if version in reach.ahead or (version == reader and OWN in reach.ahead):
        row = min(max(change.first, 0), len(axes[0]) - 1)
        return Change(change.units, row - max(axis.periods[row].number for axis in axes) + 1, change.last)
    return change


def _with_above(units: Iterable[int] | None, company: Company, shares: frozenset[str]) -> tuple[int, ...]:
    """The units and all above them; where formulas take shares, also everybody whose whole that is."""
    if units is None or GROUP in shares:
        return tuple(range(len(company.tree)))
    above = company.with_above(units)
    if PARENT not in shares:
        return tuple(sorted(above))
    beside = {unit for tree in company.trees for unit, parent in enumerate(tree.parent) if parent in above}
    return tuple(sorted(above | beside))
