"""Which sheets a change can move: units and those above them, later periods, and versions that read the one changed.

The answer may be too large, never too small: what is computed again and found unchanged is left standing. A
property test holds an incremental recompute equal to a full one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.declaration import Metric
from metrics.formula import Call, Name, Node, parse, walk
from metrics.rates import BUDGET as BUDGET_RATE
from metrics.rates import HISTORICAL

from .books import Book
from .company import Axis, Flags, Ints, Tree
from .inputs import BUDGET, Inputs, SliceRows, pairs_of

OWN = ""


@dataclass(frozen=True)
class Reach:
    """What formulas read beyond their own sheet: `named` versions, and versions whose whole fiscal year is
    asked for, months to come included (`ahead`; OWN is the sheet's own version)."""

    named: frozenset[str]
    ahead: frozenset[str]

    @classmethod
    def of(cls, metrics: Mapping[str, Metric]) -> Reach:
        trees = {code: parse(metric.formula) for code, metric in metrics.items()}
        named = {name.version for tree in trees.values() for name in _names(tree) if name.version}
        ahead: set[str] = set()
        for tree in trees.values():
            for node in walk(tree):
                if isinstance(node, Call) and node.function == "year":
                    ahead |= _versions(node, trees, frozenset())
        return cls(frozenset(named), frozenset(ahead))


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


def changes(
    inputs: Inputs, *, since: int, touched: Sequence[Ints], rates: Collection[tuple[str, int, str]]
) -> dict[str, Change]:
    """What moved in each version after a mark, its variants in constant currency included.

    `touched` holds unit, ordinal and version (ids) of entries and slices that began or ended, `rates` the
    currencies, ordinals and kinds of rates that did. Four things move more than their own figures: a source that
    carries a new account for a unit makes it 0 wherever it delivered that unit; a unit's first slice of a source makes
    its other periods late; the first figure between two units opens the sheets of their elimination unit; and a first
    or last period that moves opens or closes sheets of everybody.
    """
    found = [*_of_figures(inputs, touched), *_of_rates(inputs, rates), *_of_shape(inputs, since)]
    whole: dict[str, Change] = {}
    for version, change in found:
        whole[version] = whole[version].and_also(change) if version in whole else change
    return whole


def _of_figures(inputs: Inputs, touched: Sequence[Ints]) -> Iterator[tuple[str, Change]]:
    unit, ordinal, version = touched
    company = inputs.company
    for pk in np.unique(version).tolist():
        chosen = version == pk
        units = frozenset(company.tree.place[each] for each in np.unique(unit[chosen]).tolist())
        rows = ordinal[chosen] - company.axis.periods[0].ordinal
        yield inputs.versions[pk], Change(units, int(rows.min()), int(rows.max()))


def _of_rates(inputs: Inputs, rates: Collection[tuple[str, int, str]]) -> Iterator[tuple[str, Change]]:
    """The units with figures that a changed rate translates; chained versions follow later."""
    for version in inputs.versions.values():
        facts = inputs.facts[version]
        for currency, ordinal, kind in rates:
            if currency in facts.currencies:
                first, last = _rows_of_rate(inputs.company.axis, ordinal, kind)
                chosen = (facts.currency == facts.currencies.index(currency)) & (facts.row >= first)
                chosen &= facts.row <= last
                if chosen.any():
                    yield version, Change(frozenset(np.unique(facts.unit[chosen]).tolist()), first, last)


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


def _of_shape(inputs: Inputs, since: int) -> Iterator[tuple[str, Change]]:
    """Versions whose sources carry something new, units that deliver or trade for the first time, moved edges."""
    slices, last, place = inputs.slices, len(inputs.company.axis) - 1, inputs.company.tree.place
    for pk, version in inputs.versions.items():
        carrying = inputs.carried.get(pk, {}).items()
        wider = {unit for (_, unit), accounts in carrying if any(mark > since for mark in accounts.values())}
        if wider:
            yield version, Change(frozenset(place[unit] for unit in wider if unit in place), 0, last)
        mine = slices.version == pk
        new = _pairs(slices, mine) - _pairs(slices, mine & (slices.since <= since))
        if new:
            yield version, Change(frozenset(inputs.company.tree.place[unit] for _, unit in new), 0, last)
        met = [pair for pair, mark in inputs.traded.get(pk, {}).items() if mark > since]
        if met:
            yield version, Change(frozenset(unit for unit, _ in pairs_of(met, inputs.company)), 0, last)
        yield from ((version, change) for change in _of_edges(inputs, version, mine & slices.standing(since), last))


def _pairs(slices: SliceRows, chosen: Flags) -> set[tuple[int, int]]:
    """Which source delivered which unit at all."""
    return set(zip(slices.source[chosen].tolist(), slices.unit[chosen].tolist(), strict=True))


def _of_edges(inputs: Inputs, version: str, before: Flags, last: int) -> Iterator[Change]:
    """What a moved first or last period of a version changes for everybody."""
    now = inputs.deliveries[version].row
    then = inputs.slices.ordinal[before] - inputs.company.axis.periods[0].ordinal
    if not len(now) or not len(then):
        if len(now):
            yield Change(None, 0, last)
        return
    if now.min() != then.min():
        yield Change(None, 0, last)
    if now.max() != then.max():
        yield Change(None, int(min(now.max(), then.max())) + 1, last)


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
    changes: Mapping[str, Change], *, books: Mapping[str, Book], tree: Tree, axes: Sequence[Axis], reach: Reach
) -> dict[str, Area]:
    """For each version the sheets that the changes can move.

    A change moves its unit, every unit above it and their elimination units; its period and every later
    one (twelve months, growth, averages look back); and where a formula asks for whole fiscal years, the
    earlier periods of its year too.
    """
    found = {}
    for version, book in books.items():
        moved = [
            _widened(change, axes, version=changed, reader=version, reach=reach)
            for changed, change in changes.items()
            if changed == version or changed in reach.named
        ]
        if moved:
            whole = moved[0]
            for each in moved[1:]:
                whole = whole.and_also(each)
            first = max(whole.first, book.opened)
            if first <= book.newest:
                found[version] = Area(_with_above(whole.units, tree), first, book.newest)
    return found


def _widened(change: Change, axes: Sequence[Axis], *, version: str, reader: str, reach: Reach) -> Change:
    """From which row on a change shows in the sheets of a version."""
    if version in reach.ahead or (version == reader and OWN in reach.ahead):
        row = min(max(change.first, 0), len(axes[0]) - 1)
        return Change(change.units, row - max(axis.periods[row].number for axis in axes) + 1, change.last)
    return change


def _with_above(units: Iterable[int] | None, tree: Tree) -> tuple[int, ...]:
    if units is None:
        return tuple(range(len(tree)))
    above = {each for unit in units for each in tree.upward(unit)}
    eliminating = {unit for group, unit in tree.eliminations.items() if group in above}
    return tuple(sorted(above | eliminating))


def in_blocks(units: tuple[int, ...], size: int) -> list[tuple[int, ...]]:
    """The columns in blocks small enough to compute at once."""
    return [units[start : start + size] for start in range(0, len(units), size)]
