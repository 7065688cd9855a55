"""An amount times an exact factor, rounded once: a rate, an owner's share, or both.

A *cell* is what one unit delivered for an account, a period, a currency and a counterparty, summed. Its
amount times an exact multiplier (rate × share) is rounded half-even once, and never again on the way up:
so leaves add up to their totals to the last ten-thousandth. Which rate it is says `metrics.rates`.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from metrics.rates import ONE


def scaled(amount: int, factor: Fraction) -> int:
    """An amount (ten-thousandths) times an exact factor, rounded half-even to ten-thousandths."""
    if factor == ONE:
        return amount
    whole, rest = divmod(amount * factor.numerator, factor.denominator)
    twice = 2 * rest
    if twice > factor.denominator or (twice == factor.denominator and whole % 2):
        return whole + 1
    return whole


def scaled_all(amounts: Iterable[int], factor: Fraction) -> list[int]:
    """`scaled` for each amount on its own: shares of cells are rounded per cell, not per sum."""
    return [scaled(amount, factor) for amount in amounts]
