"""The cast of the demonstration: Halden Group, its twelve units, its corporate centre and its calendar.

Everything here is invented. The stories a reader is meant to find (the rules in `sample.rules` look for them) are
planted as plain quantities: what a unit sells, keeps and spends. No sentence about them is stored anywhere.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

GROUP, CORPORATE, ELIMINATION = "HALDEN", "CORP", "ELIM"
CURRENCY = "USD"

Month = tuple[int, int]
"""Calendar year and month."""

MONTHS: tuple[Month, ...] = tuple((year, month) for year in (2023, 2024, 2025, 2026) for month in range(1, 13))[9:]
"""All months with figures: actual from October 2023 to September 2026, budgets three months further."""

ACTUAL_MONTHS = 36
NOW = ACTUAL_MONTHS - 1
"""The place of the newest actual month, September 2026, in MONTHS."""

QUARTER = range(NOW - 2, NOW + 1)
"""The newest quarter; what a profile below says about a quarter is said about this one."""

YEARS = (2023, 2024, 2025, 2026)

Temper = Literal["high", "stable", "growing", "struggling"]


@dataclass(frozen=True)
class Profile:
    """A unit: who it is, and how it does in the third quarter of 2026.

    Money in thousands of dollars a quarter. `growth` is a year's; `cost_per_head` and `contractors_cost` are
    those of the budget; `cloud`, `marketing` and `other` are shares of revenue.
    """

    number: int
    name: str
    vertical: str
    region: str
    since: str
    temper: Temper
    budget: float
    actual: float
    budget_margin: float
    actual_margin: float
    growth: float
    cost_per_head: float
    contractors_cost: float
    planned_heads: int
    contractors: int
    cloud: float
    marketing: float
    other: float
    subscriptions: float = 0.78

    @property
    def code(self) -> str:
        return f"U{self.number:02}"


# fmt: off
PROFILES: tuple[Profile, ...] = (
    Profile(1, "Payments", "Financial services", "North America", "2012-04-01", "high",
            5620, 5838, .260, .276, .11, 33, 40, 17, 1, .05, .04, .035, subscriptions=.64),
    Profile(2, "Logistics", "Transport", "North America", "2009-01-01", "stable",
            4180, 4163, .120, .121, .04, 26, 56, 15, 2, .015, .012, .03),
    Profile(3, "Industrial Software", "Software", "Europe", "2015-07-01", "high",
            4960, 5183, .300, .312, .13, 37, 42, 16, 1, .08, .05, .04, subscriptions=.66),
    Profile(4, "Field Services", "Services", "North America", "2010-10-01", "struggling",
            2420, 2309, .110, .059, .01, 13.31, 67.2, 11, 4, .01, .012, .03),
    Profile(5, "Insurance Broking", "Financial services", "Europe", "2013-01-01", "stable",
            3650, 3672, .190, .191, .05, 30, 6, 13, 0, .02, .05, .04),
    Profile(6, "Cloud Hosting", "Infrastructure", "North America", "2018-01-01", "growing",
            4650, 4836, .220, .150, .40, 35, 96, 14, 3, .224, .07, .045, subscriptions=.72),
    Profile(7, "Wholesale Markets", "Wholesale", "North America", "2008-01-01", "high",
            8650, 9100, .205, .219, .16, 31, 38, 19, 1, .012, .01, .02),
    Profile(8, "Public Sector", "Public sector", "North America", "2011-04-01", "stable",
            3760, 3692, .140, .133, .03, 28, 62, 12, 2, .02, .015, .035),
    Profile(9, "Data Services", "Software", "Asia-Pacific", "2017-10-01", "stable",
            3240, 3257, .210, .213, .06, 33, 36, 12, 1, .10, .03, .035),
    Profile(10, "Retail Equipment", "Retail", "Europe", "2009-07-01", "struggling",
            3420, 2804, .110, .016, -.11, 24, 30, 13, 1, .01, .04, .035),
    Profile(11, "Training", "Services", "Europe", "2016-01-01", "stable",
            1880, 1866, .130, .128, .02, 25, 22, 6, 1, .02, .05, .05),
    Profile(12, "Identity & Security", "Software", "Asia-Pacific", "2021-04-01", "growing",
            3150, 3386, .160, .146, .31, 36, 70, 11, 2, .12, .11, .05, subscriptions=.81),
)
# fmt: on

CODES = tuple(profile.code for profile in PROFILES)
FUNCTIONS = (
    "Delivery and operations",
    "Engineering",
    "Sales",
    "Customer support",
    "Finance and administration",
    "Marketing",
)


@dataclass(frozen=True)
class Route:
    """What one unit sells another: the line of the buyer it is booked on, and its part of all internal trade."""

    seller: str
    buyer: str
    line: Literal["direct", "compute"]
    part: float


ROUTES: tuple[Route, ...] = (
    Route("U06", "U01", "compute", 0.14),
    Route("U06", "U03", "compute", 0.22),
    Route("U06", "U09", "compute", 0.10),
    Route("U06", "U12", "compute", 0.18),
    Route("U12", "U06", "direct", 0.12),
    Route("U02", "U10", "direct", 0.14),
    Route("U09", "U05", "direct", 0.10),
)
INTERNAL_ACTUAL, INTERNAL_BUDGET = 0.0118, 0.0120
"""Internal trade as a share of what all units sell."""


def chance(seed: int) -> random.Random:
    """A source of chance that draws the same numbers every time."""
    return random.Random(seed)  # noqa: S311  (figures of an invented company, not secrets)


def place(year: int, month: int) -> int:
    """Where a month stands in MONTHS."""
    return MONTHS.index((year, month))


def month_code(at: int) -> str:
    """A month as `2026-09`."""
    year, month = MONTHS[at]
    return f"{year}-{month:02}"


def places_of(year: int, *, through: int = len(MONTHS) - 1) -> list[int]:
    """The places of a year's months up to one of them."""
    return [at for at, (found, _) in enumerate(MONTHS) if found == year and at <= through]
