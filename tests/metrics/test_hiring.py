"""Moving a hiring budget: the average head and the marginal one, and what to doubt."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.hiring import Month, move, per_head, pooled
from metrics.readings import Level
from tests.tables import table

ONE = 10_000


def months(text: str) -> list[Month]:
    """Figures in whole units."""
    return [
        Month(*(None if cell is None else cell * ONE for cell in (r.revenue, r.cost, r.heads))) for r in table(text)
    ]


SATURATED = """
    revenue | cost | heads
       1000 |  100 |    10
       1100 |  110 |    11
       1150 |  120 |    12
       1175 |  130 |    13
       1180 |  140 |    14
       1181 |  150 |    15
"""
GROWING = """
    revenue | cost | heads
        300 |   50 |     5
        400 |   60 |     6
        500 |   70 |     7
        600 |   80 |     8
        700 |   90 |     9
        800 |  100 |    10
"""


def test_the_average_head_and_the_next_one_are_two_figures() -> None:
    found = per_head(months(SATURATED))

    assert round(found.average.number / ONE) == 1086
    assert round(found.marginal.number / ONE) == 401
    assert (found.cost, found.months, found.warnings) == (Level(120 * ONE), 6, ())


def test_where_the_average_would_keep_a_budget_the_marginal_case_moves_it() -> None:
    """A thousand a year pays for 8.3 heads in either unit."""
    found = move(1000 * ONE, giver=per_head(months(SATURATED)), taker=per_head(months(GROWING)))

    assert found.heads_given == found.heads_taken == Level(83_333)
    assert round(found.by_average.number / ONE) == -1715
    assert round(found.by_marginal.number / ONE) == 6657


def test_heads_are_bought_at_each_units_own_cost() -> None:
    dear = per_head(months("revenue | cost | heads\n100 | 20 | 1\n200 | 40 | 2"))
    cheap = per_head(months("revenue | cost | heads\n100 | 10 | 1\n200 | 20 | 2"))

    found = move(480 * ONE, giver=dear, taker=cheap)

    assert (found.heads_given, found.heads_taken) == (Level(2 * ONE), Level(4 * ONE))
    assert found.by_average == found.by_marginal == Level(2 * 1200 * ONE)


def test_too_few_points_are_said() -> None:
    found = per_head(months("revenue | cost | heads\n100 | 10 | 1\n190 | 20 | 2"))

    assert found.warnings == (
        "Only 2 months to read from; 6 are the fewest.",
        "Headcount stood at 2 levels only.",
    )


def test_a_loose_fit_is_said() -> None:
    found = per_head(months("revenue | cost | heads\n9 | 1 | 1\n1 | 1 | 2\n8 | 1 | 3\n2 | 1 | 1\n9 | 1 | 2\n3 | 1 | 3"))

    assert found.warnings == ("Headcount accounts for 0% of the movement of revenue; the rest is something else.",)


def test_months_without_a_number_are_left_out_and_not_zero() -> None:
    with_a_hole = months(GROWING) + [Month(None, 1, 1), Month(5, None, 1), Month(5, 1, None)]

    assert per_head(with_a_hole) == per_head(months(GROWING))


def test_a_headcount_that_stood_still_has_no_marginal_head() -> None:
    found = per_head(months("revenue | cost | heads\n100 | 10 | 2\n190 | 20 | 2"))

    assert found.average == Level(145 * 12 // 2 * ONE)
    assert found.marginal.reason == "not_applicable: headcount did not change, so there is no marginal head"
    assert move(ONE, giver=found, taker=found).by_marginal.reason == found.marginal.reason
    assert move(ONE, giver=found, taker=found).by_average == Level(0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("revenue | cost | heads", "not_applicable: no month with revenue, personnel cost and headcount"),
        ("revenue | cost | heads\n100 | 10 | 0", "not_applicable: no heads"),
    ],
)
def test_without_heads_nothing_is_said(text: str, reason: str) -> None:
    found = per_head(months(text))

    assert found.average == found.marginal == found.cost == Level(None, reason)
    assert move(ONE, giver=found, taker=found).heads_given.reason == reason


def test_heads_that_cost_nothing_cannot_be_bought() -> None:
    free = per_head(months("revenue | cost | heads\n100 | 0 | 1\n200 | 0 | 2"))

    assert move(ONE, giver=free, taker=free).by_average.reason == "not_applicable: heads cost nothing"


HEADS = st.integers(1, 500).map(lambda heads: heads * ONE)


@given(st.lists(HEADS, min_size=2, max_size=12, unique=True), st.integers(0, 10**9), st.integers(-(10**6), 10**6))
def test_where_each_head_brings_the_same_more_the_slope_is_that(heads: list[int], base: int, each: int) -> None:
    found = per_head([Month(base + each * count // ONE, 1, count) for count in heads])

    assert found.marginal == Level(each * 12)
    assert found.fit is None if each == 0 else found.fit == pytest.approx(1)


@given(st.lists(st.tuples(st.integers(0, 10**9), HEADS), min_size=1, max_size=12))
def test_the_average_is_a_ratio_of_sums(rows: list[tuple[int, int]]) -> None:
    found = per_head([Month(revenue, 1, heads) for revenue, heads in rows])

    expected = Fraction(12 * sum(revenue for revenue, _ in rows) * ONE, sum(heads for _, heads in rows))
    assert found.average == Level(round(expected))


def test_units_pooled_are_read_as_one_whose_months_add_up() -> None:
    one, other = (
        months("revenue | cost | heads\n 100 | 10 | 1\n 200 | 20 | 2"),
        months("revenue | cost | heads\n  50 |  5 | 1\n   – |  6 | 1"),
    )

    assert pooled([one, other]) == months("revenue | cost | heads\n 150 | 15 | 2\n – | 26 | 3")
    assert pooled([one]) == one
    assert pooled([]) == []
