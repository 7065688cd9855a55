"""Which source speaks for which account of a unit: inside its delivered slice, what has no row is zero. Pure.

Decided unit by unit and never by what others deliver: a leader would read in the zeros of her own unit what units
have that she may not see. For a unit a source carries

* every account it ever delivered a row of there;
* the rest of each *family* it delivers there, where no other source states it. Income and expense are one family:
  nothing posted is nothing earned or spent. The balance is one, once it has both sides: a lone asset is a number and
  not a balance. Of other figures each branch of the chart is one: heads by function, all the heads there are.

Scores and reported ratios have no family, and neither has a figure that stands alone in the chart: what nobody stated
of them is not known, and somebody who means 0 says so. Nor are the parts of a subtotal known where it is stated itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Pair = tuple[int, int]
"""A source and a unit it delivers."""

A = TypeVar("A", bound=Hashable)
S = TypeVar("S", bound=Hashable)

FLOWS, ASSETS, CLAIMS = "income and expense", "assets", "claims"
OF_KIND = {"income": FLOWS, "expense": FLOWS, "asset": ASSETS, "liability": CLAIMS, "equity": CLAIMS}
BALANCE = frozenset({ASSETS, CLAIMS})


@dataclass(frozen=True)
class Kin(Generic[A]):
    """An account among the others: its family, None where it has none, and the accounts it is summed into."""

    family: Hashable
    above: tuple[A, ...] = ()


def kin_of(chart: Iterable[tuple[A, A | None, str, bool]]) -> dict[A, Kin[A]]:
    """The kin of each account of a chart: itself, its parent, its kind and whether it adds up; parents come first."""
    found: dict[A, Kin[A]] = {}
    for account, parent, kind, adds_up in chart:
        above = (*found[parent].above, parent) if parent is not None and parent in found else ()
        branch = above[0] if above else account
        found[account] = Kin(OF_KIND.get(kind, branch if adds_up else None), above)
    return found


def carriers(
    carried: Mapping[tuple[S, int], Collection[A]],
    kin: Mapping[A, Kin[A]],
    *,
    adjusting: Collection[S] = (),
    link: Callable[[S], Hashable] = lambda source: None,
) -> dict[A, frozenset[tuple[S, int]]]:
    """For each account the pairs of source and unit that carry it.

    `carried` holds the accounts each pair ever delivered a row of, `kin` those of the chart. Sources that only
    adjust state nothing by themselves. Where a version is a chain of others, `link` tells which one a source is of:
    each is asked by itself.
    """
    stated: dict[A, set[tuple[S, int]]] = defaultdict(set)
    whole: dict[Hashable, set[tuple[S, int]]] = defaultdict(set)
    for pair, accounts in carried.items():
        for account in accounts:
            stated[account].add(pair)
        if pair[0] not in adjusting:
            for each in _delivered_whole({kin[account].family for account in accounts}):
                whole[each].add(pair)
    linked = {pair: (pair[1], link(pair[0])) for pair in carried}
    known = {account: {linked[pair] for pair in pairs if pair[0] not in adjusting} for account, pairs in stated.items()}
    found = {}
    for account, each in kin.items():
        settled = set().union(*(known.get(one, ()) for one in (account, *each.above)))
        rest = {pair for pair in whole[each.family] if linked[pair] not in settled}
        found[account] = frozenset(stated[account] | rest)
    return found


def _delivered_whole(families: set[Hashable]) -> set[Hashable]:
    """The families of which a source that delivers some accounts for a unit carries all."""
    return families - {None} - (BALANCE if not families >= BALANCE else frozenset())
