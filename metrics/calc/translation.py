"""From an entry's currency to the group's, and from a whole figure to an owner's share: exactly, rounded once.

A *cell* is what one unit delivered for an account, a period, a currency and a counterparty, summed. Its
amount times an exact multiplier (rate × share) is rounded half-even once, and never again on the way up:
so leaves add up to their totals to the last ten-thousandth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Rates = Mapping[tuple[str, int, str], Fraction]
"""(currency, ordinal, kind of rate) → group currency for one unit of that currency."""

STAYS = frozenset({"", "none"})
"""Rate types of accounts that are never translated."""

ONE = Fraction(1)


@dataclass(frozen=True)
class Multiplier:
    """What an amount is multiplied with; `reason` says why there is none."""

    factor: Fraction = ONE
    reason: str = ""


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


def rate_of(
    currency: str, period: tuple[int, str], kind: str, *, rates: Rates, group: str, is_money: bool = True
) -> Multiplier:
    """The rate for one cell. `period` is (ordinal, code); `kind` the account's rate type.

    Figures in the group's currency, and accounts that are no money, are taken as they are. A rate nobody
    gave is never 1: the cell is missing with an error that names the rate.
    """
    ordinal, code = period
    if not is_money or kind in STAYS or not currency or currency == group:
        return Multiplier()
    rate = rates.get((currency, ordinal, kind))
    if rate is None:
        return Multiplier(reason=f"error: no {currency} {kind} rate for {code}")
    return Multiplier(rate)
