"""The translation reserve: what assets and liabilities at closing, equity at historical and profit at average rates
leave over, so that a translated balance sheet balances to the ten-thousandth.

Paris is founded with 1,000 euro at 1.00 and earns 100 euro in January and 200 in February.

                         euro   rate          dollars
    February: assets    1,800   1.25 closing    2,250
              debts       500   1.25 closing      625
              equity    1,000   1.00 historical 1,000
              profit      100   1.10 average      110
                          200   1.20 average      240
    translation reserve                           275   = 1,000 × 0.25 + 100 × 0.15 + 200 × 0.05
"""

from __future__ import annotations

import pytest

from tests.metrics.calc.small import ACCOUNTS, Small

UNITS = """
    code  | parent | currency
    GROUP |        | USD
    PARIS | GROUP  | EUR
    TEXAS | GROUP  |
"""
BALANCE = """
    CASH  | asset     |  | last | closing
    LOAN  | liability |  | last | closing
    CAP   | equity    |  | last | historical
"""
RATES = """
    currency | period  | kind       | rate
    EUR      | 2025-01 | historical | 1.00
    EUR      | 2026-01 | average    | 1.10
    EUR      | 2026-02 | average    | 1.20
    EUR      | 2026-01 | closing    | 1.15
    EUR      | 2026-02 | closing    | 1.25
"""
FIGURES = """
    unit  | account | 2026-01 | 2026-02
    PARIS | REV     |     300 |     400
    PARIS | COST    |     200 |     200
    PARIS | CASH    |    1500 |    1800
    PARIS | LOAN    |     400 |     500
    PARIS | CAP     |    1000 |    1000
    TEXAS | REV     |      50 |      70
    TEXAS | CASH    |      80 |     150
    TEXAS | CAP     |      30 |      30
"""


@pytest.fixture
def small() -> Small:
    return Small(units=UNITS, accounts=ACCOUNTS.rstrip() + BALANCE, rates=RATES, figures=FIGURES)


@pytest.mark.parametrize(
    ("unit", "period", "net_assets", "equity", "profit", "reserve"),
    [
        ("PARIS", "2026-01", 1265, 1000, 110, 155),
        ("PARIS", "2026-02", 1625, 1000, 350, 275),
        ("TEXAS", "2026-02", 150, 30, 120, 0),
        ("GROUP", "2026-01", 1265 + 80, 1030, 110 + 50, 155),
        ("GROUP", "2026-02", 1625 + 150, 1030, 350 + 120, 275),
    ],
)
def test_a_translated_balance_sheet_balances(
    small: Small, unit: str, period: str, net_assets: int, equity: int, profit: int, reserve: int
) -> None:
    codes = ("net_assets", "equity", "translation_difference")

    assert [small.read(code, unit, period) for code in codes] == [net_assets, equity, reserve]
    assert small.read("net_income", unit, period, basis="ytd") == profit
    assert net_assets == equity + profit + reserve


@pytest.mark.parametrize("basis", ["month", "qtd", "ytd"])
def test_it_is_a_balance_and_the_same_over_every_stretch_that_ends_there(small: Small, basis: str) -> None:
    assert small.read("translation_difference", "GROUP", "2026-02", basis=basis) == 275


def test_without_accounts_of_equity_there_is_none_and_that_is_said() -> None:
    small = Small(units=UNITS, rates=RATES, figures=FIGURES.replace("CASH", "RECV").split("    PARIS | LOAN")[0])

    assert small.read("translation_difference", "PARIS", "2026-02") == "not_applicable: no account with role equity"


def test_a_missing_rate_is_named() -> None:
    small = Small(
        units=UNITS, accounts=ACCOUNTS.rstrip() + BALANCE, rates=RATES.replace("historical", "budget"), figures=FIGURES
    )

    assert small.read("translation_difference", "GROUP", "2026-02") == "error: no EUR historical rate for 2026-02"
