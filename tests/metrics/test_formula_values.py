"""What formulas amount to: the truth tables of missing numbers, and exactness."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metrics.formula import SCALE, Context, Name, Node, Value, evaluate, is_exact, parse
from metrics.formula.values import LARGEST, amount, missing, ratio
from tests.metrics.book import Months
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
