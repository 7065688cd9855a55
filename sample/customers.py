"""Customers of each unit: how many, won and lost in a month, and what was spent to win them.

Customers won follow from what a unit spends on marketing and what one costs; customers lost from a monthly churn that
moves along each unit's path. Fractions of customers are carried over, so counts stay whole and rates true.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sample.company import ACTUAL_MONTHS, NOW, PROFILES, chance
from sample.figures import books

SALES_BESIDES = 1.3
"""Spent to win customers for each dollar of marketing: campaigns, and the sales force's part in them."""


@dataclass(frozen=True)
class Market:
    """A unit's customers in September 2023; what one costs to win (dollars) and monthly churn, then and now."""

    customers: int
    cost_then: float
    cost_now: float
    churn_then: float
    churn_now: float
    turns: int = 0
    """Months since both began to move; 0: they move evenly all the time."""


MARKETS = {
    "U01": Market(1310, 5100, 5300, 0.011, 0.0105),
    "U02": Market(196, 7600, 8100, 0.009, 0.009),
    "U03": Market(404, 15500, 16100, 0.008, 0.0075),
    "U04": Market(148, 5900, 6300, 0.011, 0.0125),
    "U05": Market(2040, 3150, 3250, 0.010, 0.010),
    "U06": Market(632, 13900, 18400, 0.014, 0.012, turns=4),
    "U07": Market(238, 13600, 13200, 0.007, 0.0065),
    "U08": Market(128, 10800, 11200, 0.006, 0.0065),
    "U09": Market(298, 8900, 9200, 0.011, 0.0105),
    "U10": Market(1370, 3700, 4400, 0.010, 0.026, turns=9),
    "U11": Market(1540, 2100, 2150, 0.013, 0.013),
    "U12": Market(252, 11800, 13100, 0.010, 0.0095),
}


@dataclass(frozen=True)
class Count:
    """A unit's customers in one month: at its end, won and lost in it; `spend` in cents."""

    customers: int
    won: int
    lost: int
    spend: int


@cache
def counts() -> dict[str, Sequence[Count]]:
    """The customers of every unit, month by month."""
    return {profile.code: _counts_of(profile.code, profile.number) for profile in PROFILES}


def _counts_of(code: str, number: int) -> list[Count]:
    market, luck = MARKETS[code], chance(4000 + number)
    marketing = books()[code].actual["marketing"]
    standing, half_won, half_lost = market.customers, 0.0, 0.0
    found = []
    for at in range(ACTUAL_MONTHS):
        price = _path(market, market.cost_then, market.cost_now, at) * (1 + _noise(luck, at))
        half_won += marketing[at] * SALES_BESIDES / 100 / price
        half_lost += standing * _path(market, market.churn_then, market.churn_now, at)
        won, lost = round(half_won), round(half_lost)
        half_won, half_lost = half_won - won, half_lost - lost
        standing += won - lost
        found.append(Count(standing, won, lost, spend=round(won * price * 100)))
    return found


def _path(market: Market, then: float, now: float, at: int) -> float:
    """On the way from then to now: evenly, or standing still until it turns."""
    start = NOW - market.turns if market.turns else 0
    return then + (now - then) * max(0, at - start) / (NOW - start)


def _noise(luck: random.Random, at: int) -> float:
    """Prices of customers scatter by one percent; the newest month's is exact."""
    drawn = luck.gauss(0, 0.01)
    return 0.0 if at == NOW else drawn
