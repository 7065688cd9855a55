"""From a unit's currency to the group's: flows at the average of their month, stocks at closing, never at 1."""

from __future__ import annotations

from fractions import Fraction

import pytest

from metrics.calc.translation import scaled
from tests.metrics.calc.small import Small

UNITS = """
    code  | parent | currency
    GROUP |        | USD
    PARIS | GROUP  | EUR
    TEXAS | GROUP  |
"""
RATES = """
    currency | period  | kind    | rate
    EUR      | 2026-01 | average | 1.10
    EUR      | 2026-02 | average | 1.20
    EUR      | 2026-01 | closing | 1.15
    EUR      | 2026-02 | closing | 1.25
"""


def company(figures: str) -> Small:
    return Small(units=UNITS, rates=RATES, figures=figures)


def test_a_year_to_date_is_the_sum_of_months_each_at_its_own_rate() -> None:
    small = company("""
        unit  | account | 2026-01 | 2026-02
        PARIS | REV     |     100 |     100
    """)

    assert small.read("revenue", "PARIS", "2026-02", basis="ytd") == 110 + 120
    assert small.read("revenue", "GROUP", "2026-02", basis="ytd") == 230


def test_a_balance_is_taken_at_the_closing_rate_of_its_last_month() -> None:
    small = company("""
        unit  | account | 2026-01 | 2026-02
        PARIS | RECV    |     100 |     100
    """)

    assert small.read("receivables", "GROUP", "2026-02", basis="ytd") == 125


def test_heads_are_counted_and_not_translated() -> None:
    small = company("""
        unit  | account | 2026-01
        PARIS | HEADS   |      10
        TEXAS | HEADS   |       5
    """)

    assert small.read("headcount", "GROUP", "2026-01") == 15


def test_a_missing_rate_is_an_error_for_the_unit_the_group_and_every_sum_over_that_month() -> None:
    small = company("""
        unit  | account | 2026-01 | 2026-02 | 2026-03
        PARIS | REV     |     100 |     100 |     100
        TEXAS | REV     |     100 |     100 |     100
        TEXAS | COST    |      50 |      50 |      50
    """)
    reason = "error: no EUR average rate for 2026-03"

    assert small.read("revenue", "PARIS", "2026-03") == reason
    assert small.read("revenue", "GROUP", "2026-03") == reason
    assert small.read("revenue", "GROUP", "2026-03", basis="ytd") == reason
    assert small.read("gross_margin", "GROUP", "2026-03") == reason
    assert small.read("revenue", "TEXAS", "2026-03") == 100
    assert small.read("cost_of_sales", "GROUP", "2026-03") == 50
    assert small.read("revenue", "GROUP", "2026-02", basis="ytd") == 110 + 120 + 200


def test_an_entry_may_be_in_a_currency_of_its_own() -> None:
    small = company("""
        unit  | account | currency | 2026-01
        PARIS | REV     | USD      |     100
        TEXAS | REV     | EUR      |     100
    """)

    assert small.read("revenue", "PARIS", "2026-01") == 100
    assert small.read("revenue", "TEXAS", "2026-01") == 110


def test_a_rate_may_have_any_number_of_decimals_and_is_exact() -> None:
    small = Small(
        units=UNITS,
        rates="""
            currency | period  | kind    | rate
            EUR      | 2026-01 | average | "1.083456789012345678901"
        """,
        figures="""
            unit  | account | 2026-01
            PARIS | REV     | 90000000000000
        """,
    )

    assert small.amount("revenue", "PARIS", "2026-01") == round(
        90_000_000_000_000 * 10_000 * Fraction("1.083456789012345678901")
    )


@pytest.mark.parametrize(
    ("amount", "factor", "found"),
    [(5, "0.5", 2), (7, "0.5", 4), (-5, "0.5", -2), (-7, "0.5", -4), (1, "1/3", 0), (2, "1/3", 1), (3, "1", 3)],
)
def test_halves_round_to_the_even_side_whatever_their_sign(amount: int, factor: str, found: int) -> None:
    assert scaled(amount, Fraction(factor)) == found
