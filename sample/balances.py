"""Balances of each unit at the end of a month, in cents: receivables, payables, cash.

Receivables are days of the last three months' revenue; Public Sector collects later and later. Payables are a month of
what is bought. Cash is what operations leave; each quarter units hand what they do not need to the corporate
centre, which pays its own cost, tax and dividends from it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sample.company import ACTUAL_MONTHS, CORPORATE, MONTHS, NOW, PROFILES, chance
from sample.figures import Statement, books, corporate_books, cost, revenue

DAYS = {
    "U01": (41.0, 40.5),
    "U02": (44.0, 43.6),
    "U03": (40.0, 40.4),
    "U04": (45.0, 46.1),
    "U05": (39.5, 39.0),
    "U06": (43.0, 41.0),
    "U07": (39.0, 38.6),
    "U09": (42.0, 42.3),
    "U10": (45.0, 46.8),
    "U11": (40.0, 39.7),
    "U12": (43.0, 43.8),
}
"""Days sales outstanding at the start and in the newest month; a straight line and a little scatter between."""

LATE_PAYERS = (46.5, 47.2, 46.8, 48.9, 50.4, 52.8, 55.1, 58.6, 61.9, 65.7, 68.8, 72.0)
"""Public Sector's days sales outstanding over the last year."""

BOUGHT = ("direct", "cloud", "contractors", "marketing", "other")
PAID_OUT = 0.82
"""The part of what the units hand over that leaves the group as tax and dividends."""
OPENING_CORPORATE_CASH = 600_000_000


@dataclass(frozen=True)
class Balances:
    """Cents at the end of each actual month."""

    receivables: Sequence[int]
    payables: Sequence[int]
    cash: Sequence[int]


@cache
def balances() -> Mapping[str, Balances]:
    """The balances of every unit and of the corporate centre."""
    found: dict[str, Balances] = {}
    handed_over = [0] * ACTUAL_MONTHS
    for profile in PROFILES:
        actual = books()[profile.code].actual
        owed = receivables(profile.code, actual)
        owing = [round(0.9 * sum(actual[line][at] for line in BOUGHT)) for at in range(ACTUAL_MONTHS)]
        cash, handed = _cash(actual, owed, owing)
        handed_over = [sum(pair) for pair in zip(handed_over, handed, strict=True)]
        found[profile.code] = Balances(owed, owing, cash)
    found[CORPORATE] = _corporate(handed_over)
    return found


def receivables(code: str, actual: Statement) -> list[int]:
    """Days of revenue of the last three months; in the first two, of the months there are."""
    found = []
    for at, outstanding in enumerate(days_outstanding(code)):
        months = range(max(0, at - 2), at + 1)
        days = sum(monthrange(*MONTHS[month])[1] for month in months)
        found.append(round(outstanding * sum(revenue(actual, month) for month in months) / days))
    return found


def days_outstanding(code: str) -> list[float]:
    """How long a unit waits for its money, month by month."""
    luck = chance(5000 + int(code[1:]))
    scatter = [luck.gauss(0, 0.6) for _ in range(NOW)] + [0.0]
    if code == "U08":
        calm = [45.5 + away for away in scatter[: -len(LATE_PAYERS)]]
        return [*calm, *LATE_PAYERS]
    then, now = DAYS[code]
    return [then + (now - then) * at / NOW + away for at, away in enumerate(scatter)]


def _cash(actual: Statement, owed: Sequence[int], owing: Sequence[int]) -> tuple[list[int], list[int]]:
    """Cash by month, and what is handed over: at the end of a quarter all beyond a month's cost."""
    held = round(1.1 * cost(actual, 0))
    cash, handed = [], []
    for at in range(ACTUAL_MONTHS):
        if at:
            income = revenue(actual, at) - cost(actual, at)
            held += income - (owed[at] - owed[at - 1]) + (owing[at] - owing[at - 1])
        spare = max(0, held - cost(actual, at)) if MONTHS[at][1] % 3 == 0 else 0
        held -= spare
        cash.append(held)
        handed.append(spare)
    return cash, handed


def _corporate(handed_over: Sequence[int]) -> Balances:
    costs = corporate_books().actual
    owing = [round(0.9 * sum(costs[line][at] for line in BOUGHT)) for at in range(ACTUAL_MONTHS)]
    held, cash = OPENING_CORPORATE_CASH, []
    for at, received in enumerate(handed_over):
        held += received - round(received * PAID_OUT) - cost(costs, at) + (owing[at] - owing[at - 1] if at else 0)
        cash.append(held)
    return Balances([0] * ACTUAL_MONTHS, owing, cash)
