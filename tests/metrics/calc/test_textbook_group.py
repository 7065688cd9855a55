"""A worked group: two levels, two currencies, 60 % of 60 %, ownership that changes, a mismatch, profit in stock.

    TOP (USD)
    ├── MID       held with 60 %, consolidated in full
    │   ├── SUB   in euro, held with 60 %, from 1 July with 80 %, consolidated in full
    │   └── MELIM
    ├── SIS
    └── TELIM

June, a euro at 1.10. Sub sells for 200 to others, 100 to Mid and 40 to Sis, its costs are 150: a profit of 190 euro,
209 dollars. Mid sells for 500; it has costs of 300 and booked 105 dollars for what Sub says was 100 euro, 110
dollars: a mismatch of 5. Of these goods some lie in stock still, with 20 dollars of Sub's profit in them: adjusted
where Mid eliminates. July, a euro at 1.20: Sub sells for 100 with costs of 50, the stock is sold.
"""

from __future__ import annotations

import pytest

from metrics.rates import AT_BUDGET, at_rates
from tests.metrics.calc.small import Small

CONSTANT = at_rates("actual", AT_BUDGET)


@pytest.fixture(scope="module")
def textbook() -> Small:
    return Small(
        units="""
            code  | parent | kind        | currency | method | ownership
            TOP   |        |             | USD      | full   | 1
            MID   | TOP    |             |          | full   | 0.6
            SUB   | MID    |             | EUR      | full   | 0.6
            MELIM | MID    | elimination |          | full   | 1
            SIS   | TOP    |             |          | full   | 1
            TELIM | TOP    | elimination |          | full   | 1
        """,
        ownership="""
            unit | from       | ownership
            SUB  | 2026-07-01 | 0.8
        """,
        rates="""
            currency | period  | kind    | rate
            EUR      | 2026-06 | average | 1.10
            EUR      | 2026-07 | average | 1.20
            EUR      | 2026-06 | budget  | 1.00
            EUR      | 2026-07 | budget  | 1.00
        """,
        figures="""
            unit  | account | counterparty | layer      | 2026-06 | 2026-07
            SUB   | REV     |              |            |     200 |     100
            SUB   | REV     | MID          |            |     100 |       –
            SUB   | REV     | SIS          |            |      40 |       –
            SUB   | COST    |              |            |     150 |      50
            MID   | REV     |              |            |     500 |     300
            MID   | COST    |              |            |     300 |     100
            MID   | COST    | SUB          |            |     105 |       –
            SIS   | REV     |              |            |     400 |     100
            SIS   | COST    |              |            |     300 |       –
            SIS   | COST    | SUB          |            |      44 |       –
            MELIM | COST    |              | adjustment |      20 |     -20
        """,
    )


def line(small: Small, code: str, period: str, *units: str, basis: str = "month") -> list[float | str]:
    return [small.read(code, unit, period, basis=basis) for unit in units]


def test_each_group_adds_up_to_its_parts_at_its_own_level(textbook: Small) -> None:
    everybody = ("SUB", "MELIM", "MID", "SIS", "TELIM", "TOP")

    assert line(textbook, "revenue", "2026-06", *everybody) == [374, -110, 764, 400, -44, 1120]
    assert line(textbook, "cost_of_sales", "2026-06", *everybody) == [165, -105 + 20, 485, 344, -44, 785]
    assert line(textbook, "net_income", "2026-06", *everybody) == [209, -25, 279, 56, 0, 335]


def test_the_mismatch_stands_with_the_group_it_belongs_to_and_is_no_currency_difference(textbook: Small) -> None:
    assert line(textbook, "elimination_difference", "2026-06", "MELIM", "MID", "TELIM", "TOP") == [5, 5, 0, 5]
    assert line(textbook, "elimination_rounding", "2026-06", "MID", "TOP") == [0, 0]


def test_the_minority_is_sixty_four_percent_of_the_grandchild(textbook: Small) -> None:
    assert line(textbook, "minority_share", "2026-06", "SUB", "MID", "TOP") == [
        0,
        pytest.approx(0.4 * 209),
        pytest.approx(0.64 * 209 + 0.4 * 95 + 0.4 * -25),
    ]
    assert textbook.amount("net_income_to_owners", "TOP", "2026-06") == 173_2400


def test_from_july_on_it_is_fifty_two_and_june_stays_as_it_was(textbook: Small) -> None:
    assert textbook.amount("minority_share", "MID", "2026-07") == 12_0000
    assert textbook.amount("minority_share", "TOP", "2026-07") == 31_2000 + 80_0000 + 8_0000
    assert textbook.amount("minority_share", "TOP", "2026-07", basis="ytd") == 161_7600 + 119_2000
    assert textbook.amount("net_income_to_owners", "TOP", "2026-07", basis="ytd") == 434_0400


def test_the_profit_in_stock_comes_back_when_it_is_sold(textbook: Small) -> None:
    assert [textbook.part("adjustments", "net_income", "TOP", f"2026-0{month}") for month in (6, 7)] == [-20, 20]
    assert textbook.part("adjustments", "net_income", "TOP", "2026-07", basis="ytd") == 0


def test_the_columns_add_up_to_the_group(textbook: Small) -> None:
    """Units at budget rates, adjustments, eliminations, currency: 1,240 − 140 + 20 = 1,120."""
    whole = textbook.read("revenue", "TOP", "2026-06")
    constant = textbook.read("revenue", "TOP", "2026-06", version=CONSTANT)

    assert (constant, whole) == (1240 - 140, 1120)
    assert textbook.part("eliminations", "revenue", "TOP", "2026-06") == -154
    assert textbook.part("eliminations", "cost_of_sales", "TOP", "2026-06") == -149
    assert textbook.part("adjustments", "cost_of_sales", "TOP", "2026-06") == 20
    assert textbook.part("adjustments", "revenue", "TOP", "2026-06") == 0
