"""What the shipped metrics amount to, worked out by hand as the finance manual does."""

from __future__ import annotations

import pytest

from metrics.catalogue import METRICS
from tests.metrics.book import Book
from tests.tables import assert_reads

STATEMENT = Book("""
    month   | revenue | cost_of_sales | cloud | cloud_above | personnel | contractors | marketing | other_operating_cost
    2026-09 |    1000 |           300 |    50 |          50 |       200 |          50 |        60 |                   40
""")


def test_a_statement_with_cloud_above_gross_profit() -> None:
    lines = ["cost_of_sales", "gross_profit", "cloud_cost", "operating_cost", "total_cost", "operating_income"]

    assert_reads(
        [{"line": line, "amount": STATEMENT.read(line)} for line in lines],
        """
        line             | amount
        cost_of_sales    | 350
        gross_profit     | 650
        cloud_cost       | 50
        operating_cost   | 350
        total_cost       | 700
        operating_income | 300
        """,
    )


def test_cloud_below_gross_profit_is_operating_cost() -> None:
    book = Book("""
        month   | revenue | cost_of_sales | cloud | cloud_below | personnel
        2026-09 |    1000 |           300 |    50 |          50 |       200
    """)

    assert book.read("cost_of_sales") == 300
    assert book.read("operating_cost") == 250
    assert book.read("operating_income") == 450


def test_a_line_the_company_does_not_have_is_no_gap_in_its_totals() -> None:
    book = Book("""
        month   | revenue | personnel
        2026-09 |    1000 |       200
    """)

    assert book.read("contractor_cost") == "not_applicable: no account with role contractors"
    assert book.read("gross_profit") == 1000
    assert book.read("operating_cost") == 200
    assert book.read("operating_income") == 800
    assert book.read("contractor_share") == "not_applicable: no account with role contractors"


def test_a_company_without_any_cost_has_no_operating_income() -> None:
    book = Book("""
        month   | revenue
        2026-09 |    1000
    """)

    assert book.read("operating_income") == "not_applicable: no account with role personnel"
    assert book.read("total_cost") == "not_applicable: no account with role cost_of_sales"


def test_a_late_line_is_a_gap_in_every_total_above_it() -> None:
    book = Book("""
        month   | revenue | personnel | contractors
        2026-09 |    1000 |       200 | –
    """)

    assert book.read("operating_cost") == "late"
    assert book.read("operating_margin") == "late"


def test_a_margin_over_months_is_a_ratio_of_sums() -> None:
    book = Book("""
        month   | revenue | personnel
        2026-08 |     100 |        90
        2026-09 |     300 |       210
    """)

    assert book.read("last(operating_margin, 2)") == 100 / 400


def test_contractors_against_staff_and_against_the_staff_budget() -> None:
    book = Book(
        """
        month   | personnel | contractors
        2026-09 |       120 |          80
        """,
        budget="""
        month   | personnel | contractors
        2026-09 |       112 |          48
        """,
    )

    assert book.read("contractor_share") == 80 / 200
    assert book.read("contractor_share_of_budget") == 80 / 160


def test_revenue_per_head_is_of_twelve_months_over_closing_heads_or_over_their_mean() -> None:
    rows = "\n".join(f"2025-{month:02} | 100 | {month}" for month in range(1, 13))
    book = Book(f"month | revenue | headcount\n{rows}")

    assert book.read("revenue_per_head") == 1200 / 12
    assert book.read("revenue_per_head_avg") == pytest.approx(1200 / 6.5)


def test_budget_used_beside_the_share_of_the_year_gone() -> None:
    months = [f"2026-{month:02} | 10" for month in range(1, 13)]
    book = Book(
        "month | personnel\n2026-01 | 9\n2026-02 | 12\n2026-03 | 15",
        budget="month | personnel\n" + "\n".join(months),
    )

    assert book.read("budget_utilisation", basis="month") == 36 / 120
    assert book.read("share_of_year_gone", basis="month") == 3 / 12


def test_growth_compares_the_same_ordinals_and_the_month_before() -> None:
    book = Book("""
        month   | revenue
        2025-08 |      80
        2025-09 |     100
        2026-08 |     120
        2026-09 |     150
    """)

    assert book.read("revenue_growth") == 0.5
    assert book.read("revenue_growth_month") == 0.25


def test_growth_from_nothing_is_not_applicable_and_from_a_loss_measured_by_its_size() -> None:
    book = Book("""
        month   | revenue
        2025-08 |       0
        2025-09 |    -100
        2026-08 |     100
        2026-09 |      50
    """)

    assert book.read("lag(revenue_growth, 1)") == "not_applicable: division by zero"
    assert book.read("revenue_growth") == 1.5


def test_days_sales_outstanding_take_the_last_three_months() -> None:
    book = Book("""
        month   | revenue | receivables
        2026-07 |     100 |           0
        2026-08 |     100 |           0
        2026-09 |     300 |         400
    """)

    assert book.read("dso") == pytest.approx(400 / 500 * 92)
    assert book.read("dso_count_back") == 30 + 31
    assert book.read("dso", basis="ltm") == book.read("dso")


CUSTOMERS = Book("""
    month   | revenue | cost_of_sales | customers | new_customers | churned_customers | acquisition_spend
    2026-07 |       0 |             0 |       100 |             0 |                 0 |                 0
    2026-08 |    1000 |           400 |       100 |             5 |                 5 |               600
    2026-09 |    1000 |           400 |       100 |            10 |                10 |               900
""")


def test_customers_won_and_lost() -> None:
    assert CUSTOMERS.read("cac") == 90
    assert CUSTOMERS.read("churn") == 0.1
    assert CUSTOMERS.read("retention") == 0.9
    assert CUSTOMERS.read("last(churn, 2)") == pytest.approx(1 - 0.95 * 0.9)
    assert CUSTOMERS.read("ltv") == pytest.approx(1000 / 100 * 0.6 / 0.1)
    assert CUSTOMERS.read("ltv_cac") == pytest.approx(60 / 90)


def test_the_life_of_a_customer_is_capped_at_sixty_months() -> None:
    book = Book("""
        month   | revenue | cost_of_sales | customers | churned_customers
        2026-08 |    1000 |           400 |      1000 |                 0
        2026-09 |    1000 |           400 |      1000 |                 1
        2026-10 |    1000 |           400 |      1000 |                 0
    """)

    assert book.read("ltv") == pytest.approx(1 * 0.6 * 60)
    assert book.read("lag(ltv, 1)") == pytest.approx(1 * 0.6 * 60)


def test_cash_burn_and_runway() -> None:
    book = Book("""
        month   | cash | receivables | revenue | personnel
        2026-06 |  900 |         100 |     100 |       150
        2026-07 |  800 |         100 |     100 |       150
        2026-08 |  750 |         100 |     100 |       150
        2026-09 |  600 |         130 |     100 |       150
    """)

    assert book.read("net_burn") == 100
    assert book.read("runway") == 6
    assert book.read("operating_cash_flow") == -50 - 30


def test_a_company_whose_cash_grows_has_no_runway() -> None:
    book = Book("""
        month   | cash
        2026-06 |  600
        2026-09 |  900
        2026-07 |  700
        2026-08 |  800
    """)

    assert book.read("runway") == "not_applicable: only where net_burn > 0"


def test_payables_and_capital_spend_count_where_they_are_given() -> None:
    book = Book("""
        month   | revenue | personnel | receivables | payables | capital_spend
        2026-08 |     100 |        60 |          50 |       20 |             0
        2026-09 |     100 |        60 |          60 |       25 |             7
    """)

    assert book.read("operating_cash_flow") == 40 - 10 + 5 - 7


def efficiency(growth: float, margin_change: float) -> str:
    """A company that grew by `growth` in a year and whose margin changed by `margin_change` in six months."""
    before = round(100 * (0.5 - margin_change), 6)
    after = round((100 + growth * 100) * 0.5, 6)
    book = Book(f"""
        month   | revenue | personnel
        2025-09 |     100 |        50
        2026-03 |     100 |  {100 - before:.4f}
        2026-09 | {100 + growth * 100:.4f} | {after:.4f}
    """)
    found = book.read("growth_efficiency")
    return METRICS["growth_efficiency"].choices[int(found) - 1]


@pytest.mark.parametrize(
    ("growth", "margin_change", "reads"),
    [
        (0.40, 0.0, "efficient"),
        (0.16, 0.10, "efficient"),
        (0.40, -0.08, "at margin cost"),
        (0.40, -0.031, "at margin cost"),
        (0.40, -0.02, "moderate"),
        (0.15, 0.10, "moderate"),
        (0.10, -0.10, "moderate"),
        (0.05, 0.0, "moderate"),
        (0.049, 0.10, "low"),
        (-0.20, -0.10, "low"),
    ],
)
def test_every_case_of_growth_efficiency(growth: float, margin_change: float, reads: str) -> None:
    assert efficiency(growth, margin_change) == reads


def year_of(*, revenue: float, cost: float, budget_revenue: float, budget_cost: float, last_year: float) -> Book:
    """A unit in its twelfth month: what it sold and spent in the year, was budgeted, and sold the year before."""
    book = Book(
        f"""
        month   | revenue | personnel
        2025-12 | {last_year} | 0
        2026-12 | {revenue} | {cost}
        """,
        budget=f"""
        month   | revenue | personnel
        2026-12 | {budget_revenue} | {budget_cost}
        """,
    )
    for rows in book.months.values():
        (year_end,) = [row for month, row in rows.items() if month % 12 == 11 and month // 12 == 2026]
        for month in range(2025 * 12 + 0, 2026 * 12 + 11):
            rows.setdefault(month, type(year_end)(dict.fromkeys(year_end, 0)))
    return book


@pytest.mark.parametrize(
    ("revenue", "cost", "budget_revenue", "budget_cost", "last_year", "reads"),
    [
        (1000, 750, 1000, 770, 1000, "high"),
        (1000, 750, 1000, 760, 1000, "stable"),  # 250 against 240 is 4.2 %
        (1000, 801, 1000, 850, 1000, "stable"),  # 19.9 %
        (1200, 900, 1200, 970, 1000, "growing"),  # before high
        (1190, 900, 1190, 970, 1000, "high"),
        (1300, 1180, 1300, 1180, 1000, "struggling"),  # margin 9.2 %, before growing
        (1000, 900, 1000, 900, 1000, "stable"),  # margin of 10 % is not below it
        (900, 700, 1000, 800, 900, "struggling"),  # revenue 10 % under budget
        (901, 725, 1000, 800, 900, "stable"),
    ],
)
def test_every_case_of_the_class_of_a_unit(
    revenue: float, cost: float, budget_revenue: float, budget_cost: float, last_year: float, reads: str
) -> None:
    book = year_of(
        revenue=revenue, cost=cost, budget_revenue=budget_revenue, budget_cost=budget_cost, last_year=last_year
    )

    assert METRICS["unit_class"].choices[int(book.read("unit_class")) - 1] == reads


def test_a_unit_that_should_sell_and_does_not_is_struggling() -> None:
    book = year_of(revenue=0, cost=300, budget_revenue=1000, budget_cost=310, last_year=0)

    assert METRICS["unit_class"].choices[int(book.read("unit_class")) - 1] == "struggling"


def test_a_unit_that_neither_sells_nor_should_has_no_class() -> None:
    corporate = year_of(revenue=0, cost=300, budget_revenue=0, budget_cost=310, last_year=0)

    assert str(corporate.read("unit_class")).startswith("not_applicable")
    assert str(corporate.read("growth_efficiency")).startswith("not_applicable")
