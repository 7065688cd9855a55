"""What formulas amount to over time: bases, lags, means, opening stocks, days, and years that are not twelve months."""

from __future__ import annotations

import pytest

from metrics.formula import SCALE, Context, Name, Value, evaluate, parse
from metrics.formula.values import amount, missing, ratio
from tests.metrics.book import Book, Months

YEARS = Book("""
    month   | sales | heads | won
    2025-06 |    10 |     5 |   1
    2025-07 |    10 |     5 |   1
    2025-08 |    10 |     5 |   1
    2025-09 |    20 |     6 |   0
    2025-10 |    20 |     6 |   1
    2025-11 |    20 |     6 |   1
    2025-12 |    20 |     6 |   1
    2026-01 |    30 |     8 |   1
    2026-02 |    30 |     8 |   1
    2026-03 |    30 |     8 |   1
    2026-04 |    40 |     9 |   1
    2026-05 |    40 |     9 |   1
    2026-06 |    40 |    10 |   1
    2026-07 |    50 |    10 |   1
    2026-08 |    50 |    12 |   –
    2026-09 |    60 |    14 |   4
    """, at="2026-09", stocks=("heads",), budget="""
    month   | sales
    2026-07 |    55
    2026-08 |    55
    2026-09 |    55
    2026-10 |    70
""")  # fmt: skip


@pytest.mark.parametrize(
    ("basis", "formula", "reads"),
    [
        ("month", "role:sales", 60),
        ("qtd", "role:sales", 160),
        ("ytd", "role:sales", 370),
        ("ltm", "role:sales", 430),
        ("ltm", "month(role:sales)", 60),
        ("month", "ytd(role:sales)", 370),
        ("month", "last(role:sales, 2)", 110),
        ("month", "prior(role:sales)", 20),
        ("qtd", "prior(role:sales)", 40),
        ("month", "lag(role:sales, 3)", 40),
        ("qtd", "lag(role:sales, 3)", 120),
        ("qtd", "lag(lag(role:sales, 1), 2)", 120),
        ("ytd", "role:heads", 14),
        ("month", "budget.role:sales", 55),
        ("qtd", "role:sales - budget.role:sales", -5),
        ("month", "year(budget.role:sales)", "not_due"),
        ("month", "ann(role:sales)", 720),
        ("qtd", "ann(role:sales)", 640),
        ("ltm", "ann(role:sales)", 430),
        ("ytd", "months()", 9),
        ("month", "year(months())", 12),
        ("month", "days()", 30),
        ("qtd", "days()", 92),
        ("ytd", "days(3)", 92),
        ("qtd", "opening(role:heads)", 10),
        ("qtd", "change(role:heads)", 4),
        ("month", "change(role:heads)", 2),
        ("qtd", "role:won", "late"),
    ],
)
def test_time_functions_read_the_same_company_elsewhere(basis: str, formula: str, reads: float | str) -> None:
    assert YEARS.read(formula, basis=basis) == reads


@pytest.mark.parametrize(
    ("basis", "formula", "reads"),
    [
        ("month", "avg(role:heads)", 13),  # opening 12, closing 14
        ("qtd", "avg(role:heads)", 12),  # 10, 12, 14
        ("month", "average(role:won, 3)", 2.5),  # 4, late, 1: the late month is no zero
        ("qtd", "average(role:won)", 2.5),
        ("month", "lag(average(role:won, 2), 11)", 0.5),  # 0 in September and 1 in October 2025: the 0 counts
        ("month", "lag(average(role:won), 1)", "late"),
        ("month", "last(change(role:heads), 3)", 4),
        ("month", "per(role:sales, role:heads)", 60 / 13),
        ("qtd", "per(role:sales, role:heads)", 160 / 12),  # a quarter's sales for each of 12 heads, not of 14
        ("qtd", "role:sales / role:heads", 160 / 14),
        ("qtd", "per(role:heads, role:won)", 14 / 2.5),  # the late month does not count
    ],
)
def test_means_leave_out_missing_months_and_count_real_zeros(basis: str, formula: str, reads: float | str) -> None:
    assert YEARS.read(formula, basis=basis) == reads


CHURN = Book("""
    month   | customers | churned_customers
    2026-06 |       100 |                 0
    2026-07 |        90 |                10
    2026-08 |        90 |                18
    2026-09 |        80 |                 9
""")  # fmt: skip


def test_a_whole_year_is_looked_at_from_its_own_end_in_whatever_month_one_stands() -> None:
    rows = "\n".join(f"2026-{month:02} | {month} | {10 * month}" for month in range(1, 13))
    book = Book(f"month | heads | sales\n2025-12 | 100 | 0\n{rows}", at="2026-03", stocks=("heads",))

    assert book.read("year(role:heads)") == 12
    assert book.read("year(avg(role:heads))") == 6.5
    assert book.read("year(opening(role:heads))") == 100
    assert book.read("year(change(role:heads))") == 12 - 100
    assert book.read("year(count_back(120, role:sales))") == 31
    assert book.read("ytd(avg(role:heads))") == 2


def test_losses_compound_over_the_months_of_a_basis() -> None:
    monthly = "compound(role:churned_customers / opening(role:customers))"

    assert CHURN.read(monthly, basis="month") == 9 / 90
    assert CHURN.read(monthly, basis="qtd") == pytest.approx(1 - 0.9 * 0.8 * 0.9)
    assert CHURN.read(monthly, basis="ytd") == "not_due"


@pytest.mark.parametrize(
    ("receivables", "days"),
    [
        (0, 0),
        (-5, 0),
        (30, 15),  # half of September
        (60, 30),  # September and nothing else
        (85, 30 + 15.5),  # and half of August
        (110, 61),
        (160, 92),
        (380, 273 + 31 * 10 / 20),  # all of 2026 and half of December
        (9999, "not_due"),  # further back than there are figures
    ],
)
def test_count_back_uses_up_the_newest_months_first(receivables: int, days: float | str) -> None:
    formula = f"count_back({receivables}, role:sales)" if receivables >= 0 else "count_back(-5, role:sales)"

    assert YEARS.read(formula) == days


def test_count_back_passes_a_month_without_sales_with_its_days() -> None:
    book = Book("""
        month   | sales
        2026-07 |    50
        2026-08 |     0
        2026-09 |    60
    """)

    assert book.read("count_back(85, role:sales)") == 30 + 31 + 31 / 2


def test_count_back_stops_after_two_years() -> None:
    found = evaluate(
        parse("count_back(25, sales)"),
        Context("actual", "month"),
        resolve=lambda name, context: amount(1 * SCALE),
        calendar=Months(at=2026 * 12 + 8),
    )

    assert found == missing("not_applicable: more than 24 months of sales", exact=False)


class Thirteen:
    """Thirteen periods of four weeks, seen from the second period of the year."""

    periods_per_year = 13

    def periods(self, context: Context) -> int | None:
        return {"month": 1, "ytd": 2, "ltm": 13, "qtd": None}[context.basis]

    def days(self, context: Context) -> int | None:
        periods = self.periods(context)
        return None if periods is None else periods * 28


@pytest.mark.parametrize(
    ("basis", "formula", "found"),
    [
        ("month", "ann(x)", ratio(13.0)),
        ("ytd", "ann(x)", ratio(6.5)),
        ("month", "prior(lagged)", amount(13 * SCALE)),
        ("ltm", "days()", amount(364 * SCALE)),
        ("qtd", "ann(x)", missing("not_applicable: outside the calendar", exact=False)),
        ("qtd", "days()", missing("not_applicable: outside the calendar", exact=True)),
        ("qtd", "avg(x)", missing("not_applicable: outside the calendar", exact=False)),
        ("qtd", "opening(x)", missing("not_applicable: outside the calendar", exact=True)),
        ("qtd", "change(x)", missing("not_applicable: outside the calendar", exact=True)),
    ],
)
def test_a_year_of_thirteen_periods(basis: str, formula: str, found: Value) -> None:
    def resolve(name: Name, context: Context) -> Value:
        return amount((context.lag if name.code == "lagged" else 1) * SCALE)

    assert evaluate(parse(formula), Context("actual", basis), resolve=resolve, calendar=Thirteen()) == found
