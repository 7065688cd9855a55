"""What formulas amount to: the truth tables of missing numbers, exactness, and the functions of time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.formula import SCALE, Context, Name, Node, Value, evaluate, is_exact, parse
from metrics.formula.values import LARGEST, amount, missing, ratio
from tests.metrics.book import Book, Months
from tests.metrics.test_formula import TREES
from tests.tables import assert_reads, table

FIGURES = {
    "one": amount(1 * SCALE),
    "two": amount(2 * SCALE),
    "zero": amount(0),
    "half": ratio(0.5),
    "late": missing("late", exact=True),
    "masked": missing("masked", exact=True),
    "unknown": missing("error: no EUR average rate for 2026-03", exact=False),
    "absent": missing("not_applicable: no account with role contractors", exact=True),
    "huge": amount(LARGEST),
    "vast": ratio(1e300),
}


ABOVE = {
    ("one", "parent"): amount(4 * SCALE),
    ("one", "group"): amount(10 * SCALE),
    ("two", "parent"): amount(0),
    ("two", "group"): missing("late", exact=True),
    ("late", "parent"): amount(4 * SCALE),
    ("half", "parent"): missing("masked", exact=False),
    ("zero", "parent"): amount(8 * SCALE),
}


def figure_of(code: str, above: str) -> Value:
    return ABOVE[code, above] if above else FIGURES[code]


def value(formula: str) -> Value:
    def resolve(name: Name, context: Context) -> Value:
        return figure_of(name.code, context.above)

    return evaluate(parse(formula), Context("actual", "month"), resolve=resolve, calendar=Months(at=2026 * 12 + 8))


def assert_amounts(examples: str) -> None:
    """A table of formulas, each with its number or its reason."""
    expected = table(examples)
    found = [value(str(row["formula"])) for row in expected]
    assert_reads(
        [
            {"formula": row["formula"], "number": each.plain, "reason": each.reason}
            for row, each in zip(expected, found, strict=True)
        ],
        examples,
    )


def test_arithmetic_with_a_missing_number_is_missing_with_the_left_most_reason() -> None:
    assert_amounts("""
        formula       | number | reason
        one + late    | –      | late
        late + one    | –      | late
        late - masked | –      | late
        masked - late | –      | masked
        late * zero   | –      | late
        zero * late   | –      | late
        late / two    | –      | late
        one / late    | –      | late
        late / zero   | –      | late
        -late         | –      | late
        abs(late)     | –      | late
        ann(late)     | –      | late
        2 * late      | –      | late
        unknown * one | –      | error: no EUR average rate for 2026-03
    """)


def test_division_by_zero_is_not_applicable() -> None:
    assert_amounts("""
        formula            | number | reason
        one / zero         | –      | not_applicable: division by zero
        zero / zero        | –      | not_applicable: division by zero
        zero / one         | 0      |
        one / (half - 0.5) | –      | not_applicable: division by zero
        1 + one / zero     | –      | not_applicable: division by zero
    """)


def test_a_missing_number_compares_neither_as_zero_nor_with_itself() -> None:
    assert_amounts("""
        formula                 | number | reason
        if(late < 100, 1, 0)    | –      | late
        if(late = late, 1, 0)   | –      | late
        if(late != masked, 1, 0) | –     | late
        if(one > late, 1, 0)    | –      | late
        if(zero = 0, 1, 0)      | 1      |
        if(half = 0.5, 1, 0)    | 1      |
        if(one >= half, 1, 0)   | 1      |
        if(one <= half, 1, 0)   | 0      |
        if(two != 2, 1, 0)      | 0      |
    """)


def test_and_or_not_know_three_answers() -> None:
    """yes: one > 0, no: one < 0, missing: late > 0."""
    assert_amounts("""
        formula                                   | number | reason
        if(one > 0 and one > 0, 1, 0)             | 1      |
        if(one > 0 and one < 0, 1, 0)             | 0      |
        if(one < 0 and late > 0, 1, 0)            | 0      |
        if(late > 0 and one < 0, 1, 0)            | 0      |
        if(one > 0 and late > 0, 1, 0)            | –      | late
        if(late > 0 and one > 0, 1, 0)            | –      | late
        if(late > 0 and masked > 0, 1, 0)         | –      | late
        if(one < 0 or one < 0, 1, 0)              | 0      |
        if(one > 0 or late > 0, 1, 0)             | 1      |
        if(late > 0 or one > 0, 1, 0)             | 1      |
        if(one < 0 or late > 0, 1, 0)             | –      | late
        if(masked > 0 or late > 0, 1, 0)          | –      | masked
        if(not one > 0, 1, 0)                     | 0      |
        if(not one < 0, 1, 0)                     | 1      |
        if(not late > 0, 1, 0)                    | –      | late
    """)


def test_choices_with_missing_numbers() -> None:
    assert_amounts("""
        formula                 | number | reason
        if(late > 0, 1, 2)      | –      | late
        if(one > 0, two, late)  | 2      |
        if(one > 0, late, two)  | –      | late
        when(one > 0, two)      | 2      |
        when(one < 0, two)      | –      | not_applicable: only where one < 0
        when(late > 0, two)     | –      | late
        when(one > 0, late)     | –      | late
        min(one, late, two)     | –      | late
        max(masked, late)       | –      | masked
        min(two, one, half)     | 0.5    |
        max(two, one, half)     | 2.0    |
    """)


def test_only_what_no_account_carries_counts_as_nothing() -> None:
    assert_amounts("""
        formula                  | number | reason
        absent + one             | –      | not_applicable: no account with role contractors
        optional(absent)         | 0      |
        optional(absent) + one   | 1      |
        optional(two)            | 2      |
        optional(late)           | –      | late
        optional(one / zero)     | –      | not_applicable: division by zero
        total(one, absent, two)  | 3      |
        total(absent, one)       | 1      |
        total(one, late, absent) | –      | late
        total(absent, half, one) | 1.5    |
        total(absent, absent)    | –      | not_applicable: no account with role contractors
    """)


def test_a_share_is_the_units_figure_over_that_of_a_unit_above() -> None:
    """Above one stand a parent of 4 and a group of 10; half's parent is masked."""
    assert_amounts("""
        formula                            | number | reason
        share_of(one)                      | 0.25   |
        share_of_group(one)                | 0.1    |
        share_of(one + zero)               | 0.08333333333333333 |
        share_of(zero)                     | 0.0    |
        share_of(one) - share_of_group(one) | 0.15  |
        if(share_of(one) > 20%, 1, 0)      | 1      |
        share_of(2 * one)                  | 0.25   |
        share_of(two)                      | –      | not_applicable: division by zero
        share_of_group(two)                | –      | late
        share_of(late)                     | –      | late
        share_of(half)                     | –      | masked
        if(share_of(half) > 0, 1, 0)       | –      | masked
        optional(share_of(half))           | –      | masked
    """)


def test_per_divides_by_the_average_stock() -> None:
    """In a single month the average is that of opening and closing, here the same."""
    assert_amounts("""
        formula          | number | reason
        per(one, two)    | 0.5    |
        per(two, half)   | 4.0    |
        per(one, zero)   | –      | not_applicable: division by zero
        per(late, two)   | –      | late
        per(one, late)   | –      | late
        per(one, masked) | –      | masked
        per(late, masked) | –     | late
        ann(per(one, two)) | 6.0  |
    """)


def test_what_cannot_be_held_is_an_error_and_not_a_wrong_number() -> None:
    assert_amounts("""
        formula     | number | reason
        huge + one  | –      | error: the number is too large
        huge * 2    | –      | error: the number is too large
        -huge - two | –      | error: the number is too large
        vast * vast | –      | error: the number is too large
        vast / 0.00001 * vast | – | error: the number is too large
    """)


def test_money_stays_exact_until_something_divides() -> None:
    examples = table("""
        formula              | exact | number
        one + two            | yes   | 30000
        one - 0.0001         | yes   | 9999
        3 * two              | yes   | 60000
        two * -3             | yes   | -60000
        -one                 | yes   | -10000
        max(one, two)        | yes   | 20000
        total(one, absent)   | yes   | 10000
        optional(absent)     | yes   | 0
        if(half < 1, one, two) | yes | 10000
        months()             | yes   | 10000
        one * two            | no    | 2.0
        one / two            | no    | 0.5
        one * 0.5            | no    | 0.5
        half * 2             | no    | 1.0
        one + half           | no    | 1.5
        one + 0.00001        | no    | 1.00001
        if(half < 1, one, half) | no | 1.0
        max(one, half)       | no    | 1.0
    """)

    assert [value(str(row.formula)) for row in examples] == [Value(row.number, row.exact) for row in examples]


def test_thirty_cents_are_thirty_cents() -> None:
    assert value("if(0.1 + 0.2 = 0.3, 1, 0)") == amount(SCALE)


RESOLVED = st.one_of(
    st.integers(-(10**12), 10**12).map(amount),
    st.sampled_from([missing("late", exact=True), missing("not_applicable: no account x", exact=True), amount(0)]),
)


@given(TREES, RESOLVED)
def test_every_tree_has_a_value_and_its_sort_is_known_from_the_text(tree: Node, figure: Value) -> None:
    found = evaluate(
        tree, Context("actual", "qtd"), resolve=lambda name, context: figure, calendar=Months(at=2026 * 12 + 8)
    )

    assert found.exact == is_exact(tree, of=lambda name: True)
    assert (found.number is None) == bool(found.reason)
    assert isinstance(found.number, int if found.exact else float) or found.number is None


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
