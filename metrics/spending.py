"""Spending against a budget: how much of it is used, and the day it runs out at the current rate of spend. Pure.

Money is int ten-thousandths in natural sign, cost positive. What is missing stays missing with its reason and is
never read as nothing spent or nothing budgeted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Literal

from metrics.readings import Level

State = Literal["lasts", "runs out", "ran out", "unknown"]

NO_DAYS = "not_applicable: no days to read a rate of spend from"
NO_COST = "not_applicable: nothing was spent"
NOTHING_BUDGETED = "not_applicable: the budget is zero"
CREDIT = "not_applicable: the budget is negative, spending does not use it up"


@dataclass(frozen=True)
class Spent:
    """What was spent from one day through another."""

    starts: date
    ends: date
    amount: Level

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days + 1


@dataclass(frozen=True)
class Course:
    """Where the spending of a budget is heading.

    `day` is the one on which the last of the budget is spent, or was; None where it lasts, and where it is gone but the
    months do not say since when. `used` is spent / budget, `ahead` the amount spent by the end at the current rate,
    `over` is ahead / budget − 1. `reason` says why the state is unknown.
    """

    state: State
    used: Level
    ahead: Level
    over: Level
    day: date | None = None
    reason: str = ""


def course(
    budget: Level, spent: Level, *, through: date, ends: date, pace: Spent, past: Sequence[Spent] = ()
) -> Course:
    """The course of spending: `budget` is that of the whole stretch until `ends`, `spent` what is gone `through` a day.

        rate = pace.amount / days of pace
        ahead = spent + rate × days from through to ends
        day   = through + ⌈(budget − spent) / rate⌉ days, where ahead > budget

    The budget lasts where ahead is not above it. One that is spent already ran out in the first month of `past` (the
    stretch's months, oldest first) by which all of it was gone, a month's spend taken as even over its days. A negative
    rate (credits) is taken as no spending. Unknown without a budget, without what was spent, without a rate while days
    are left, and against a budget of zero or below.
    """
    used = _used(budget, spent)
    if used.number is None:
        return Course("unknown", used, used, used, reason=used.reason)
    whole, gone, left = int(budget.number or 0), int(spent.number or 0), max((ends - through).days, 0)
    rate = _rate(pace)
    if rate is None and left:
        none = Level(None, pace.amount.reason or NO_DAYS)
        state: State = "ran out" if gone > whole else "unknown"
        return Course(state, used, none, none, _emptied(whole, past) if gone > whole else None, none.reason)
    ahead = gone + (rate or Fraction(0)) * left
    told = (used, Level(round(ahead)), Level(float(ahead / whole) - 1))
    if gone > whole or (gone == whole and ahead > whole):
        return Course("ran out", *told, _emptied(whole, past) if gone > whole else through)
    if ahead > whole and rate:
        return Course("runs out", *told, through + timedelta(days=ceil((whole - gone) / rate)))
    return Course("lasts", *told)


def return_on(income: Level, cost: Level) -> Level:
    """Income for each unit of money spent; missing with the reason of whichever is, and where nothing was spent."""
    for level in (income, cost):
        if level.number is None:
            return level
    if not cost.number or cost.number < 0:
        return Level(None, NO_COST)
    return Level(float(Fraction(income.number or 0) / Fraction(cost.number)))


def _used(budget: Level, spent: Level) -> Level:
    """Spent over budget, or the reason why that says nothing."""
    for level in (budget, spent):
        if level.number is None:
            return level
    if not budget.number:
        return Level(None, NOTHING_BUDGETED)
    if budget.number < 0:
        return Level(None, CREDIT)
    return Level(float(Fraction(spent.number or 0) / Fraction(budget.number)))


def _rate(pace: Spent) -> Fraction | None:
    """Ten-thousandths a day."""
    if pace.amount.number is None or pace.days < 1:
        return None
    return max(Fraction(pace.amount.number) / pace.days, Fraction(0))


def _emptied(budget: int, past: Sequence[Spent]) -> date | None:
    """The day by which the months had spent the budget; None where a month before it is not known."""
    before = Fraction(0)
    for month in past:
        amount = month.amount.number
        if amount is None:
            return None
        if before + Fraction(amount) >= budget:
            needed = (budget - before) / Fraction(amount) * month.days
            return month.starts + timedelta(days=max(ceil(needed), 1) - 1)
        before += Fraction(amount)
    return None
