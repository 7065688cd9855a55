"""Dividing a given budget over requests: equally, or in proportion to what was asked. Pure.

A request names the least it can live with, what it asks, what a unit of money spent on it returns, and its
priority. Amounts are ints in ten-thousandths; what is granted is between minimum and asked and adds to the budget
exactly, or to all that was asked where the budget is larger. The best division is `metrics.calc.programme`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ledger.amounts import as_text
from metrics.apportionment import rounded

EQUAL, PROPORTIONAL, OPTIMAL = "equal", "proportional", "optimal"


@dataclass(frozen=True)
class Request:
    """What somebody asks of a budget. `worth` is what one unit of money returns, `priority` how often that counts.

    A priority of 2 counts a return twice; priorities weigh, they do not rank.
    """

    code: str
    minimum: int
    asked: int
    worth: Fraction = Fraction(1)
    priority: Fraction = Fraction(1)

    @property
    def weight(self) -> Fraction:
        return self.worth * self.priority


@dataclass(frozen=True)
class Allocation:
    """What each request is granted, in the order given; `left` of the budget nobody gets.

    `returned` is what the grants return, in ten-thousandths, rounded half-even once.
    """

    method: str
    granted: tuple[tuple[str, int], ...]
    left: int
    returned: int


class BudgetTooSmall(ValueError):
    """The minimums alone are more than the budget, so no division keeps them."""

    def __init__(self, budget: int, minimums: int, requests: int) -> None:
        super().__init__(
            f"The minimums of {requests} request{'' if requests == 1 else 's'} add to {as_text(minimums)},"
            f" {as_text(minimums - budget)} more than the budget of {as_text(budget)}."
            " Raise the budget or lower a minimum."
        )


class RequestRefused(ValueError):
    """A request that contradicts itself, or two of one name."""


def check(requests: Sequence[Request], budget: int) -> None:
    """Go on, or raise RequestRefused or BudgetTooSmall with a sentence."""
    seen: set[str] = set()
    for each in requests:
        if each.code in seen:
            raise RequestRefused(f"{each.code} stands there twice.")
        seen.add(each.code)
        if not 0 <= each.minimum <= each.asked:
            raise RequestRefused(
                f"{each.code} asks {as_text(each.asked)} with a minimum of {as_text(each.minimum)}; the minimum must be"
                " at least 0 and at most what is asked."
            )
        if each.priority < 0:
            raise RequestRefused(f"{each.code} has a negative priority.")
    minimums = sum(each.minimum for each in requests)
    if minimums > budget:
        raise BudgetTooSmall(budget, minimums, len(requests))


def equal(requests: Sequence[Request], budget: int) -> Allocation:
    """The same for everybody, but nobody less than the minimum and nobody more than asked."""
    check(requests, budget)
    return allocation(EQUAL, requests, budget, _filled(requests, budget, [Fraction(1)] * len(requests)))


def proportional(requests: Sequence[Request], budget: int) -> Allocation:
    """The same part of what was asked for everybody, but nobody less than the minimum."""
    check(requests, budget)
    return allocation(PROPORTIONAL, requests, budget, _filled(requests, budget, [Fraction(r.asked) for r in requests]))


def allocation(method: str, requests: Sequence[Request], budget: int, grants: Sequence[int]) -> Allocation:
    """Grants with what they leave and return."""
    returned = sum((grant * each.worth for each, grant in zip(requests, grants, strict=True)), Fraction(0))
    codes = [each.code for each in requests]
    return Allocation(method, tuple(zip(codes, grants, strict=True)), budget - sum(grants), round(returned))


def _filled(requests: Sequence[Request], budget: int, weights: Sequence[Fraction]) -> list[int]:
    """Water filling: everybody gets the level times a weight, held between minimum and asked.

    The level that spends the budget lies between two of the levels at which somebody meets a limit; between them
    what is spent grows evenly.
    """
    if sum(each.asked for each in requests) <= budget:
        return [each.asked for each in requests]
    pairs = [(each, weight) for each, weight in zip(requests, weights, strict=True) if weight]
    limits = sorted({limit / weight for each, weight in pairs for limit in (each.minimum, each.asked)})
    below = max(level for level in limits if sum(_held(requests, weights, level)) <= budget)
    spent = _held(requests, weights, below)
    growing = [
        weight if each.minimum <= below * weight < each.asked else Fraction(0)
        for each, weight in zip(requests, weights, strict=True)
    ]
    level = below + (budget - sum(spent)) / sum(growing, Fraction(0))
    return rounded(_held(requests, weights, level), total=budget)


def _held(requests: Sequence[Request], weights: Sequence[Fraction], level: Fraction) -> list[Fraction]:
    return [
        min(max(Fraction(each.minimum), level * weight), Fraction(each.asked))
        for each, weight in zip(requests, weights, strict=True)
    ]
