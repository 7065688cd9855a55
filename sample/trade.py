"""What the units sell each other, in cents: part of the seller's revenue and of the buyer's cost, on both sides alike.

All internal trade of a month is a fixed share of what the units sell; each route has its part of it. Because both
sides are the same, taking it out changes the group's revenue and cost and not its income.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sample.company import ACTUAL_MONTHS, INTERNAL_ACTUAL, INTERNAL_BUDGET, MONTHS, ROUTES, Route
from sample.figures import books, revenue

Trade = Mapping[Route, int]
"""Cents by route."""


@cache
def actual_trade(at: int) -> Trade:
    """Internal sales of an actual month."""
    if not 0 <= at < ACTUAL_MONTHS:
        raise ValueError(f"Month {at} has no actual figures.")
    sold = sum(revenue(each.actual, at) for each in books().values())
    return _shared_out(round(sold * INTERNAL_ACTUAL))


@cache
def planned_trade(at: int) -> Trade:
    """Internal sales of a budgeted month."""
    if not 0 <= at < len(MONTHS):
        raise ValueError(f"Month {at} has no budget.")
    sold = sum(revenue(each.budget, at) for each in books().values())
    return _shared_out(round(sold * INTERNAL_BUDGET))


def _shared_out(amount: int) -> Trade:
    """The parts of an amount; what rounding leaves goes to the last route."""
    parts = {route: round(amount * route.part) for route in ROUTES}
    parts[ROUTES[-1]] += amount - sum(parts.values())
    return parts
