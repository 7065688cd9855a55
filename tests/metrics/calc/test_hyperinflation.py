"""Hyper-inflation: who keeps books in such a currency is translated wholly at the closing rate (IAS 21.42).

Lima earns 100 in January and in February; the peso closes at 0.50 and 0.40, its averages are higher.
"""

from __future__ import annotations

import pytest

from metrics.rates import AT_BUDGET, AT_PRIOR_YEAR, CONSTANT_OF, at_rates
from tests.metrics.calc.small import ACCOUNTS, Small

UNITS = """
    code  | parent | currency
    GROUP |        | USD
    LIMA  | GROUP  | ARS
    PARIS | GROUP  | EUR
"""
BALANCE = """
    CASH  | asset     |  | last | closing
    CAP   | equity    |  | last | historical
"""
RATES = """
    currency | period  | kind       | rate
    ARS      | 2025-01 | historical | 1.00
    ARS      | 2025-01 | closing    | 0.80
    ARS      | 2025-02 | closing    | 0.70
    ARS      | 2026-01 | average    | 0.60
    ARS      | 2026-02 | average    | 0.45
    ARS      | 2026-01 | closing    | 0.50
    ARS      | 2026-02 | closing    | 0.40
    ARS      | 2026-01 | budget     | 0.90
    ARS      | 2026-02 | budget     | 0.90
    EUR      | 2026-01 | average    | 1.10
    EUR      | 2026-02 | average    | 1.20
"""
FIGURES = """
    unit  | account | version     | 2026-01 | 2026-02
    LIMA  | REV     | actual      |     100 |     100
    LIMA  | CASH    | actual      |    1100 |    1200
    LIMA  | CAP     | actual      |    1000 |    1000
    LIMA  | HEADS   | actual      |      10 |      10
    PARIS | REV     | actual      |     100 |     100
    LIMA  | REV     | budget-2026 |     100 |     100
    LIMA  | REV     | budget-2027 |     100 |     100
"""
FLAGGED = """
    currency | first   | last
    ARS      | 2026-01 |
"""


def company(inflated: str = FLAGGED) -> Small:
    accounts = ACCOUNTS.rstrip() + BALANCE
    return Small(units=UNITS, accounts=accounts, rates=RATES, figures=FIGURES, inflated=inflated)


def months(small: Small, code: str, unit: str = "LIMA", version: str = CONSTANT_OF) -> list[float | str]:
    return [small.read(code, unit, period, version=version) for period in ("2026-01", "2026-02")]


def test_flows_and_equity_are_taken_at_the_closing_rate_like_the_balance() -> None:
    small = company()

    assert months(small, "revenue") == [50, 40]
    assert months(small, "account:CASH") == [550, 480]
    assert months(small, "account:CAP") == [500, 400]


def test_unflagged_the_same_books_are_at_average_and_historical_rates() -> None:
    small = company(inflated="currency | first | last")

    assert months(small, "revenue") == [60, 45]
    assert months(small, "account:CAP") == [1000, 1000]


def test_a_year_to_date_is_the_sum_of_months_each_at_its_own_closing_rate() -> None:
    assert company().read("revenue", "GROUP", "2026-02", basis="ytd") == (100 * 0.50 + 110) + (100 * 0.40 + 120)


def test_only_the_flagged_currency_and_only_in_its_periods() -> None:
    small = company("currency | first | last\nARS | 2026-01 | 2026-01")

    assert months(small, "revenue") == [50, 45]
    assert months(small, "revenue", "PARIS") == [110, 120]


def test_what_is_no_money_is_not_translated_at_all() -> None:
    assert months(company(), "account:HEADS") == [10, 10]


def test_a_missing_closing_rate_is_the_one_that_is_named() -> None:
    small = Small(units=UNITS, figures=FIGURES, rates=RATES.replace("closing", "average"), inflated=FLAGGED,
                  accounts=ACCOUNTS.rstrip() + BALANCE)  # fmt: skip

    assert small.read("revenue", "GROUP", "2026-01") == "error: no ARS closing rate for 2026-01"


@pytest.mark.parametrize(
    ("version", "read"),
    [
        (at_rates(CONSTANT_OF, AT_BUDGET), [90, 90]),
        (at_rates(CONSTANT_OF, AT_PRIOR_YEAR), [80, 70]),
        ("budget-2026", [90, 90]),
    ],
)
def test_other_rates_are_one_rate_for_everything_too(version: str, read: list[float]) -> None:
    assert months(company(), "revenue", version=version) == read


def test_the_balance_still_balances() -> None:
    """What is left over is what the peso lost on what was earned before: 100 at 0.50 in January, at 0.40 now."""
    small = company()
    net_assets, equity, reserve = (
        small.read(code, "LIMA", "2026-02") for code in ("net_assets", "equity", "translation_difference")
    )

    assert (net_assets, equity, reserve) == (480, 400, -10)
    assert net_assets == equity + small.read("net_income", "LIMA", "2026-02", basis="ytd") + reserve
