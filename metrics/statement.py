"""How the statement's subtotals are made of its lines, read off the catalogue's own formulas.

A subtotal of lines that add up is a weighted sum of them, and the weights are what the formula gives for one unit of
each line and nothing of the others. Who adds up parts of a statement (forecasts, scenarios) uses these, so that a
sum made there and one computed on a sheet cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from ledger.periods import Months
from metrics.catalogue import METRICS
from metrics.formula import SCALE, Calendar, Context, Name, Value, evaluate, parse
from metrics.formula.values import amount

CLOUD_BELOW = "role:cloud_below"
"""Cloud below gross profit: the one part of the statement that is no metric. Operating cost less its named lines."""

LINES = (
    "revenue",
    "cost_of_sales",
    "personnel_cost",
    "contractor_cost",
    "marketing_cost",
    "other_operating_cost",
    CLOUD_BELOW,
)
SUBTOTALS = ("gross_profit", "operating_cost", "total_cost", "operating_income")
BESIDE = ("cloud_cost",)
"""Shown in the statement and inside other lines: it adds to no subtotal of its own."""

FORECAST_METRICS = (*(line for line in LINES if line != CLOUD_BELOW), *BESIDE, *SUBTOTALS)
"""What is forecast and stored."""


def quotient(formula: str) -> tuple[str, str] | None:
    """Numerator and denominator of a formula that divides one forecast metric by another; None for any other."""
    top, _, bottom = formula.partition(" / ")
    return (top, bottom) if top in FORECAST_METRICS and bottom in FORECAST_METRICS else None


Weights = Mapping[str, int]


@cache
def weights() -> Mapping[str, Weights]:
    """Subtotal → line → weight; lines that do not enter a subtotal are left out."""
    return MappingProxyType(
        {subtotal: {line: each for line in LINES if (each := _weight(subtotal, line))} for subtotal in SUBTOTALS}
    )


def _weight(subtotal: str, line: str) -> int:
    """What a subtotal amounts to where this line is one and every other is nothing."""
    found = _worth(subtotal, line).number
    assert isinstance(found, int)
    return found // SCALE


def _worth(code: str, line: str) -> Value:
    def resolve(name: Name, context: Context) -> Value:
        if name.code in SUBTOTALS:
            return _worth(name.code, line)
        return amount(_share(name.code, line) * SCALE)

    tree = parse(METRICS[code].formula)
    return evaluate(tree, Context("actual", "month"), resolve=resolve, calendar=NoTime())


def _share(code: str, line: str) -> int:
    if code not in LINES:
        raise ValueError(f"{code} enters a subtotal of the statement and is no line of it.")
    return int(code == line)


class NoTime(Calendar):
    """Lines and subtotals of the statement ask nothing of the calendar."""

    periods_per_year = Months(1).periods_in_year

    def periods(self, context: Context) -> int | None:
        return None

    def days(self, context: Context) -> int | None:
        return None
