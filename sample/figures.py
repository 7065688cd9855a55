"""Monthly statements of the demonstration's units: revenue and cost, actual and budget, in cents.

Deterministic: each unit has its own seeded source of chance, drawn from in a fixed order, so that the same code
writes the same cents everywhere. A unit grows along its trend with the season, misses or beats its budget by
a few percent, and lands the quarter of its profile exactly. What makes a unit a story departs from that in
a table or a path of its own below, each with the name of what happens.

Lines (all positive): subscriptions, usage; direct (delivery, support, licences), cloud, employees, contractors,
marketing, other. What is left is operating income.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sample.company import ACTUAL_MONTHS, MONTHS, NOW, PROFILES, QUARTER, Profile, chance, place

REVENUE = ("subscriptions", "usage")
COSTS = ("direct", "cloud", "employees", "contractors", "marketing", "other")
LINES = (*REVENUE, *COSTS)

Path = list[float]
Statement = Mapping[str, Sequence[int]]
"""Line → cents by month."""

SEASON = (0.965, 0.955, 1.01, 0.985, 0.995, 1.02, 0.985, 0.99, 1.025, 1.01, 1.015, 1.045)
_MIDDLE = NOW - 1  # the middle of the newest quarter: trends are measured from here

# The stories, each told over the newest months.
RETAIL_SLIDE = (0.005, -0.012, -0.02, -0.045, -0.07, -0.105, -0.15, -0.182, -0.208)
"""Unit 10: revenue against a flat budget, January to September 2026."""
RETAIL_MARGIN = (0.098, 0.091, 0.08, 0.066, 0.052, 0.040, 0.030, 0.016, 0.003)
CLOUD_MARGIN = (
    *(0.231, 0.229, 0.233, 0.228, 0.232, 0.230, 0.2315, 0.229, 0.2295),
    *(0.212, 0.193, 0.172, 0.159, 0.150, 0.142),
)
"""Unit 6: operating margin from July 2025; committed capacity runs out in spring, burst runs at list price."""
SERVICE_MARGIN = (0.101, 0.094, 0.083, 0.072, 0.059, 0.047)
"""Unit 4: operating margin, April to September 2026."""
SERVICE_CONTRACTORS = {
    place(2025, 6): 0.31,
    place(2025, 7): 0.28,
    place(2026, 5): 0.08,
    place(2026, 6): 0.24,
    place(2026, 7): 0.48,
    place(2026, 8): 0.67,
    place(2026, 9): 0.8586,
}
"""Unit 4: contractor cost above budget; technicians left and contractors came."""
STRONG_FIRST_HALF = 0.009
"""Units 1, 3, 7: what they kept of each dollar above their path, January to June 2026."""


@dataclass(frozen=True)
class Books:
    """The statements of one unit: `actual` ends with the newest month, `budget` with the year."""

    actual: Statement
    budget: Statement


@dataclass
class _Drafts:
    """A unit's statements while they are made: thousands of dollars, months of actual figures only."""

    actual: dict[str, Path]
    budget: dict[str, Path]

    @classmethod
    def empty(cls) -> _Drafts:
        return cls({line: [] for line in LINES}, {line: [] for line in LINES})


@cache
def books() -> Mapping[str, Books]:
    """The statements of all units, by code; the corporate centre has `corporate_books`."""
    return {profile.code: _books_of(profile) for profile in PROFILES}


@cache
def corporate_books() -> Books:
    """The corporate centre sells nothing; its cost grows by 3 % a year."""
    luck = chance(77)
    budget = [1250 / 3 * 1.03 ** ((at - _MIDDLE) / 12) * (1 + luck.gauss(0, 0.004)) for at in range(ACTUAL_MONTHS)]
    actual = [cost * (1 + luck.gauss(0.004, 0.012)) for cost in budget]
    _land(budget, 1250)
    _land(actual, 1292)
    budget += [budget[-1] * 1.03 ** (months / 12) for months in (1, 2, 3)]
    return Books(_corporate(actual), _corporate(budget))


def revenue(statement: Statement, at: int) -> int:
    """What a unit sold in a month, in cents."""
    return sum(statement[line][at] for line in REVENUE)


def cost(statement: Statement, at: int) -> int:
    """What a unit spent in a month, in cents."""
    return sum(statement[line][at] for line in COSTS)


def cents(thousands: float) -> int:
    """Thousands of dollars in cents."""
    return round(thousands * 100_000)


def _corporate(costs: Path) -> Statement:
    statement = {line: [0] * len(costs) for line in LINES}
    statement["employees"] = [cents(cost * 0.24) for cost in costs]
    statement["marketing"] = [cents(cost * 0.06) for cost in costs]
    named = zip(costs, statement["employees"], statement["marketing"], strict=True)
    statement["other"] = [cents(cost) - staff - marketing for cost, staff, marketing in named]
    return statement


def _books_of(profile: Profile) -> Books:
    luck = chance(1000 + profile.number)
    actual, budget = _revenues(profile, luck)
    actual_margin, budget_margin = _margins(profile, luck)
    _land_margin(actual_margin, actual, profile.actual_margin)
    _land_margin(budget_margin, budget, profile.budget_margin)
    drafts = _Drafts.empty()
    for at in range(ACTUAL_MONTHS):
        _add_month(drafts, profile, luck, at, actual, budget, actual_margin[at], budget_margin[at])
    _add_months_ahead(drafts.budget, profile, budget)
    return Books(
        {line: [cents(amount) for amount in path] for line, path in drafts.actual.items()},
        {line: [cents(amount) for amount in path] for line, path in drafts.budget.items()},
    )


def _revenues(profile: Profile, luck: random.Random) -> tuple[Path, Path]:
    """Revenue by month, actual and budget, the newest quarter exactly as in the profile."""
    actual = [
        profile.actual / 3 * _trend(profile.growth, at) * _season(at) * (1 + luck.gauss(0, 0.011))
        for at in range(ACTUAL_MONTHS)
    ]
    _land(actual, profile.actual)
    surprise = [luck.gauss(0.002, 0.016) for _ in range(ACTUAL_MONTHS)]
    if profile.number == 10:
        surprise[-len(RETAIL_SLIDE) :] = RETAIL_SLIDE
        flat = [
            profile.budget / 3 * _season(at) * (1 + luck.gauss(0, 0.008)) * (1 + 0.01 * (at - _MIDDLE) / 12)
            for at in range(ACTUAL_MONTHS)
        ]
        actual = [planned * (1 + missed) for planned, missed in zip(flat, surprise, strict=True)]
    else:
        beaten = profile.actual / profile.budget - 1
        surprise[-3:] = [beaten * weight for weight in (0.6, 1.0, 1.4)]
    budget = [sold / (1 + missed) for sold, missed in zip(actual, surprise, strict=True)]
    _land(actual, profile.actual)
    _land(budget, profile.budget)
    if profile.number == 6:
        _set_a_year_ago(actual, budget, quarter=profile.actual / (1 + profile.growth))
    return actual, budget


def _set_a_year_ago(actual: Path, budget: Path, *, quarter: float) -> None:
    """Unit 6 grew by its rate on the quarter a year ago, to the cent."""
    before = [at - 12 for at in QUARTER]
    factor = quarter / sum(actual[at] for at in before)
    for at in before:
        actual[at] *= factor
        budget[at] *= factor


def _margins(profile: Profile, luck: random.Random) -> tuple[Path, Path]:
    """Operating margin by month, actual and budget, before the newest quarter is made to fit."""
    actual = [profile.actual_margin + luck.gauss(0, 0.010) for _ in range(ACTUAL_MONTHS)]
    budget = [profile.budget_margin + luck.gauss(0, 0.003) for _ in range(ACTUAL_MONTHS)]
    if profile.temper in ("stable", "high"):
        actual = _steady_margin(profile, luck)
    elif profile.number == 6:
        calm = ACTUAL_MONTHS - len(CLOUD_MARGIN)
        actual = [*(0.222 + luck.gauss(0, 0.007) for _ in range(calm)), *CLOUD_MARGIN]
    elif profile.number == 4:
        actual = _with_ending([0.108 + luck.gauss(0, 0.006) for _ in range(ACTUAL_MONTHS)], SERVICE_MARGIN)
    elif profile.number == 10:
        actual = _with_ending([0.105 + luck.gauss(0, 0.008) for _ in range(ACTUAL_MONTHS)], RETAIL_MARGIN)
    elif profile.number == 12:
        actual = [0.168 - 0.022 * max(0, at - 12) / 23 + luck.gauss(0, 0.009) for at in range(ACTUAL_MONTHS)]
    return actual, budget


def _steady_margin(profile: Profile, luck: random.Random) -> Path:
    """From the budget's margin to the quarter's over the last ten months, after two slowly improving years."""
    gap = profile.actual_margin - profile.budget_margin
    found = []
    for at in range(ACTUAL_MONTHS):
        ago = NOW - at
        is_strong = profile.temper == "high" and 3 <= ago <= 8
        margin = profile.budget_margin + gap * max(0, 1 - ago / 10) + luck.gauss(0, 0.009) - 0.012 * ago / NOW
        found.append(margin + (STRONG_FIRST_HALF if is_strong else 0))
    return found


def _add_month(
    drafts: _Drafts,
    profile: Profile,
    luck: random.Random,
    at: int,
    actual: Path,
    budget: Path,
    actual_margin: float,
    budget_margin: float,
) -> None:
    """One month of both statements. The budget's costs follow its revenue, the actual ones the budget's."""
    scale = budget[at] / (sum(budget[-3:]) / 3)
    split = profile.subscriptions + luck.gauss(0, 0.006)
    planned = _planned_costs(profile, budget[at], scale, budget_margin)
    spent = _spent(profile, luck, at, planned, actual[at], budget[at], actual_margin)
    shift = 0.02 * (at - NOW + 6) / 6 if profile.number == 6 and at > NOW - 6 else 0
    for statement, sold, part, costs in (
        (drafts.budget, budget[at], split, planned),
        (drafts.actual, actual[at], split - shift, spent),
    ):
        statement["subscriptions"].append(sold * part)
        statement["usage"].append(sold * (1 - part))
        for line in COSTS:
            statement[line].append(costs[line])


def _planned_costs(profile: Profile, sold: float, scale: float, margin: float) -> dict[str, float]:
    """A budgeted month: staff grows slower than revenue; direct cost is what the margin leaves."""
    is_field = profile.number == 4  # its staff does not follow its revenue
    growth = 1.0 if is_field else scale**0.6
    heads = 9 if is_field else profile.planned_heads
    costs = {
        "cloud": profile.cloud * sold,
        "employees": profile.cost_per_head * heads / 3 * growth,
        "contractors": profile.contractors_cost / 3 * growth,
        "marketing": profile.marketing * sold,
        "other": profile.other * sold,
    }
    return {"direct": sold * (1 - margin) - sum(costs.values()), **costs}


def _spent(
    profile: Profile,
    luck: random.Random,
    at: int,
    planned: Mapping[str, float],
    sold: float,
    budgeted: float,
    margin: float,
) -> dict[str, float]:
    """An actual month: near the plan, line by line; the margin decides the line where the unit's cost moves."""
    heads = 0.98 if profile.number == 4 else _FILLED.get(profile.number, 1.0)
    costs = {
        "employees": planned["employees"] * heads * (1 + luck.gauss(0, 0.012)),
        "contractors": planned["contractors"] * (1 + luck.gauss(0.01, 0.07)),
    }
    if profile.number == 4:
        usual = luck.gauss(0.0, 0.06)
        costs["contractors"] = planned["contractors"] * (1 + SERVICE_CONTRACTORS.get(at, usual))
    costs["marketing"] = planned["marketing"] * (1 + luck.gauss(0, 0.03))
    costs["other"] = planned["other"] * (1 + luck.gauss(0, 0.025))
    if profile.number == 6:
        costs["direct"] = sold * (planned["direct"] / budgeted) * (1 + luck.gauss(0, 0.01))
        moving = "cloud"
    else:
        costs["cloud"] = planned["cloud"] * (1 + luck.gauss(0, 0.02))
        moving = "direct"
    costs[moving] = sold * (1 - margin) - sum(costs.values())
    return costs


_FILLED = {3: 15 / 16, 9: 11 / 12, 10: 12 / 13}
"""Units that work with fewer people than planned: the part of their budgeted staff cost they spend."""


def _add_months_ahead(budget: dict[str, Path], profile: Profile, sold: Path) -> None:
    """The budget's last quarter: the trend and the season go on, the margin is the plan's."""
    growth = 0.01 if profile.number == 10 else profile.growth
    quarter = sum(sold[-3:]) / 3
    newest = sold[NOW] / _season(NOW)
    for at in range(ACTUAL_MONTHS, len(MONTHS)):
        revenue_ahead = newest * _season(at) * (1 + growth) ** ((at - NOW) / 12)
        costs = _planned_costs(profile, revenue_ahead, revenue_ahead / quarter, profile.budget_margin)
        budget["subscriptions"].append(revenue_ahead * profile.subscriptions)
        budget["usage"].append(revenue_ahead * (1 - profile.subscriptions))
        for line in COSTS:
            budget[line].append(costs[line])


def _trend(growth: float, at: int) -> float:
    return float((1 + growth) ** ((at - _MIDDLE) / 12))


def _season(at: int) -> float:
    return SEASON[MONTHS[at][1] - 1]


def _land(path: Path, quarter: float) -> None:
    """Scale the newest three months of actual figures so that they add up to this."""
    factor = quarter / sum(path[-3:])
    path[-3:] = [amount * factor for amount in path[-3:]]


def _land_margin(margins: Path, sold: Path, quarter: float) -> None:
    """Shift the newest three margins so that the quarter's is this."""
    found = sum(margin * amount for margin, amount in zip(margins[-3:], sold[-3:], strict=True)) / sum(sold[-3:])
    margins[-3:] = [margin + quarter - found for margin in margins[-3:]]


def _with_ending(path: Path, ending: Sequence[float]) -> Path:
    return [*path[: -len(ending)], *ending]
