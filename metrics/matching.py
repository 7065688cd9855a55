"""Whether what is left between two sides of internal trade is rounding and currency, or a real mismatch. Pure.

Amounts are ten-thousandths of the group's currency, income and assets counted +, expenses and liabilities −, so
that two sides that agree add up to 0.
"""

from __future__ import annotations

from fractions import Fraction

ACROSS_AMOUNT = 10_000
ACROSS_SHARE = Fraction(1, 200)


def allowed(*, larger: int, cells: int, is_rounded: bool, is_across: bool) -> int:
    """The gap up to which two sides count as equal.

    Sides that no rate and no share touched are exact: 0. Where amounts were rounded, one ten-thousandth for
    each of their cells. Where the two sides were translated with different rates (one booked in euro, the other
    in dollars) also one unit of currency, or half a percent of the larger side.
    """
    gap = cells if is_rounded else 0
    return max(gap, ACROSS_AMOUNT, larger * ACROSS_SHARE.numerator // ACROSS_SHARE.denominator) if is_across else gap
