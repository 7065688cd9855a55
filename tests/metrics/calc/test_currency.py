"""At whose rates: by account type, historical, budget, and the same figures in constant currency."""

from __future__ import annotations

from metrics.rates import AT_BUDGET, AT_PRIOR_YEAR, CONSTANT_OF, at_rates
from tests.metrics.calc.small import Small

UNITS = """
    code  | parent | currency
    GROUP |        | USD
    PARIS | GROUP  | EUR
    TEXAS | GROUP  |
"""
ACCOUNTS = """
    code  | kind      | role          | rollup | rate_type
    REV   | income    | revenue       | sum    | average
    COST  | expense   | cost_of_sales | sum    | average
    RECV  | asset     | receivables   | last   | closing
    STOCK | equity    |               | last   | historical
"""
BUDGET_RATES, PRIOR_RATES = at_rates(CONSTANT_OF, AT_BUDGET), at_rates(CONSTANT_OF, AT_PRIOR_YEAR)


def company(figures: str, rates: str) -> Small:
    return Small(units=UNITS, accounts=ACCOUNTS, figures=figures, rates="currency | period | kind | rate\n" + rates)


def test_each_type_of_account_has_its_own_rate() -> None:
    small = company(
        """
        unit  | account | 2026-01
        PARIS | REV     |     100
        PARIS | RECV    |     100
        PARIS | STOCK   |     100
        """,
        """
        EUR | 2026-01 | average    | 1.1
        EUR | 2026-01 | closing    | 1.2
        EUR | 2019-04 | historical | 0.9
        """,
    )

    assert [small.read(f"account:{code}", "GROUP", "2026-01") for code in ("REV", "RECV", "STOCK")] == [110, 120, 90]


def test_a_historical_rate_stands_until_the_next_one_is_given() -> None:
    small = company(
        """
        unit  | account | 2025-12 | 2026-01 | 2026-02 | 2026-03
        PARIS | STOCK   |     100 |     100 |     100 |     100
        """,
        """
        EUR | 2026-01 | historical | 0.9
        EUR | 2026-03 | historical | 1.3
        """,
    )

    assert [small.read("account:STOCK", "GROUP", period) for period in ("2025-12", "2026-02", "2026-03")] == [
        "error: no EUR historical rate for 2025-12",
        90,
        130,
    ]


def test_a_budget_is_read_at_the_budget_rates_of_its_year_and_a_missing_one_names_itself() -> None:
    small = company(
        """
        unit  | account | version     | 2026-01 | 2026-02
        PARIS | REV     | budget-2026 |     100 |     100
        """,
        """
        EUR | 2026-01 | average | 1.3
        EUR | 2026-02 | average | 1.3
        EUR | 2026-01 | budget  | 1.1
        """,
    )

    assert small.read("revenue", "GROUP", "2026-01", version="budget-2026") == 110
    assert small.read("revenue", "GROUP", "2026-02", version="budget-2026") == "error: no EUR budget rate for 2026-02"


def test_a_year_without_budget_rates_reads_its_budget_like_its_actuals() -> None:
    small = company(
        """
        unit  | account | version     | 2026-01
        PARIS | REV     | budget-2026 |     100
        """,
        """
        EUR | 2026-01 | average | 1.3
        EUR | 2025-01 | budget  | 1.1
        """,
    )

    assert small.read("revenue", "GROUP", "2026-01", version="budget-2026") == 130


def test_operational_variance_and_currency_add_up_to_the_variance_exactly() -> None:
    """Sold 110 for 100 budgeted, at 1.3 for 1.1: (110 − 100) × 1.1 is the business, 110 × (1.3 − 1.1) the currency."""
    small = company(
        """
        unit  | account | version     | 2026-01
        PARIS | REV     | actual      |     110
        TEXAS | REV     | actual      |      50
        PARIS | REV     | budget-2026 |     100
        TEXAS | REV     | budget-2026 |      60
        """,
        """
        EUR | 2026-01 | average | 1.3
        EUR | 2026-01 | budget  | 1.1
        """,
    )
    actual = small.amount("revenue", "GROUP", "2026-01")
    constant = small.amount("revenue", "GROUP", "2026-01", version=BUDGET_RATES)
    budget = small.amount("revenue", "GROUP", "2026-01", version="budget-2026")

    assert (constant - budget) / 10_000 == 11 - 10
    assert (actual - constant) / 10_000 == 22


def test_constant_currency_reads_every_metric_and_leaves_what_was_reported() -> None:
    small = company(
        """
        unit  | account | 2026-01
        PARIS | REV     |     100
        PARIS | COST    |      80
        TEXAS | REV     |     100
        """,
        """
        EUR | 2026-01 | average | 2
        EUR | 2026-01 | budget  | 1
        """,
    )

    assert small.read("gross_margin", "GROUP", "2026-01") == 140 / 300
    assert small.read("gross_margin", "GROUP", "2026-01", version=BUDGET_RATES) == 120 / 200
    assert small.read("gross_margin", "PARIS", "2026-01", version=BUDGET_RATES) == 0.2


def test_growth_at_last_years_rates_is_against_last_year_as_it_was() -> None:
    small = company(
        """
        unit  | account | 2024-01 | 2025-01 | 2026-01
        PARIS | REV     |      50 |     100 |     120
        """,
        """
        EUR | 2024-01 | average | 9
        EUR | 2025-01 | average | 1
        EUR | 2026-01 | average | 2
        """,
    )

    assert small.read("revenue", "GROUP", "2026-01") == 240
    assert small.read("revenue", "GROUP", "2026-01", version=PRIOR_RATES) == 120
    assert small.read("revenue_growth", "GROUP", "2026-01") == 1.4
    assert small.read("revenue_growth", "GROUP", "2026-01", version=PRIOR_RATES) == 0.2


def test_last_year_at_this_years_budget_rates_is_not_known_and_not_made_up() -> None:
    small = company(
        """
        unit  | account | 2025-01 | 2026-01
        PARIS | REV     |     100 |     120
        """,
        """
        EUR | 2025-01 | budget | 1
        EUR | 2026-01 | budget | 2
        """,
    )

    assert (
        small.read("revenue_growth", "GROUP", "2026-01", version=BUDGET_RATES)
        == "not_applicable: not kept at these rates"
    )


def test_a_rate_of_the_year_before_that_is_missing_names_itself() -> None:
    small = company(
        """
        unit  | account | 2026-01
        PARIS | REV     |     100
        """,
        "EUR | 2026-01 | average | 2",
    )

    assert (
        small.read("revenue", "GROUP", "2026-01", version=PRIOR_RATES)
        == "error: no EUR average rate for the year before 2026-01"
    )
