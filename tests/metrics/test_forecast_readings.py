"""Accuracy, landing, cut-offs and the sums of the statement: plain readings, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.accuracy import accuracy
from metrics.catalogue import METRICS
from metrics.cutoffs import Closed, cutoff, in_force
from metrics.landing import Expected, landing
from metrics.statement import LINES, SUBTOTALS, weights
from tests.tables import table

AMOUNTS = st.integers(-(10**12), 10**12)


def test_wape_and_bias_are_weighted_over_all_months() -> None:
    months = table("""
        actual | forecast | naive
           100 |      110 |   150
           300 |      270 |   310
             0 |       10 |     0
    """)
    read = accuracy([(row.actual, row.forecast, row.naive) for row in months])

    assert read is not None
    assert read.wape == pytest.approx(50 / 400)
    assert read.bias == pytest.approx(-10 / 400)
    assert read.value_added == pytest.approx(60 / 400 - 50 / 400)
    assert read.pairs == 3


def test_a_missing_forecast_is_not_a_forecast_of_zero() -> None:
    read = accuracy([(100, 100, None), (100, None, 90), (None, 5, 5)])

    assert read is not None
    assert (read.wape, read.value_added, read.pairs) == (0, None, 1)


@pytest.mark.parametrize("pairs", [[], [(None, 1, 1)], [(0, 5, 5), (0, 0, 0)]])
def test_of_no_months_or_of_nothing_but_zeros_nothing_is_said(pairs: list) -> None:
    assert accuracy(pairs) is None


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), min_size=1))
def test_bias_is_never_larger_than_wape_and_both_do_not_care_for_the_unit_of_measure(pairs: list) -> None:
    read, scaled = accuracy(pairs), accuracy([tuple(each * 7 for each in pair) for pair in pairs])

    assert (read is None) == (scaled is None)
    if read is not None and scaled is not None:
        assert abs(read.bias) <= read.wape + 1e-12
        assert (read.wape, read.bias) == pytest.approx((scaled.wape, scaled.bias))


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1))
def test_the_naive_forecast_itself_adds_no_value(pairs: list) -> None:
    read = accuracy([(actual, made, made) for actual, made in pairs])

    assert read is None or read.value_added == 0


def test_a_year_lands_at_actuals_up_to_the_cut_off_and_forecasts_after_it() -> None:
    read = landing(
        range(1, 5),
        year=2026,
        cutoff=2,
        actual={1: 10, 2: 20, 3: 999},
        ahead={3: Expected(30, 25, 36), 4: Expected(40, 30, 50), 5: Expected(1)},
        budget={1: 20, 2: 20, 3: 20, 4: 20},
    )

    assert (read.number, read.low, read.high) == (100, 85, 116)
    assert (read.actual, read.forecast, read.months) == (30, 70, (2, 2))
    assert (read.budget, read.difference) == (80, 20)


def test_a_missing_month_leaves_the_year_without_a_landing() -> None:
    read = landing(range(1, 4), year=2026, cutoff=2, actual={1: 10}, ahead={3: Expected(30)}, budget={})

    assert (read.number, read.missing, read.difference) == (None, (2,), None)


def test_a_month_without_an_interval_leaves_the_year_without_one() -> None:
    ahead = {2: Expected(10, 8, 12), 3: Expected(10)}
    read = landing(range(1, 4), year=2026, cutoff=1, actual={1: 10}, ahead=ahead, budget={})

    assert (read.number, read.low, read.high) == (30, None, None)


NOBODY = Closed({})


@pytest.mark.parametrize(
    ("delivered", "closed", "expected"),
    [
        ([], [], None),
        ([7, 8, 9], [], 9),
        ([7, 8, 9], [7, 8], 8),
        ([7, 9], [7, 8], 7),
        ([1, 2, 3, 4, 5, 6], [1, 2], 6),  # closes years, not months
    ],
)
def test_the_cut_off_is_the_last_closed_month_or_the_last_delivered(delivered, closed, expected) -> None:  # noqa: ANN001 -- codes or none, by the table above
    assert cutoff(delivered, Closed.of((ordinal, None, None) for ordinal in closed), left=5) == expected


def test_a_closing_holds_for_the_unit_and_all_below_it() -> None:
    closed = Closed.of([(9, 4, 7)])

    assert [closed.holds(9, left) for left in (3, 4, 7, 8)] == [False, True, True, False]
    assert not closed.holds(8, 5)


def test_who_delivers_nothing_has_the_cut_off_of_those_it_stands_for() -> None:
    units = table("""
        code   | parent | kind        | own | in_force
        GROUP  |     -1 | group       |   – |        8
        SHOPS  |      0 | unit        |   9 |        9
        DEPOT  |      0 | unit        |   8 |        8
        ELIM   |      0 | elimination |   – |        8
        EMPTY  |      0 | unit        |   – |        –
        GONE   |      0 | unit        | -20 |        –
    """)
    found = in_force(
        [row.own for row in units],
        parents=[row.parent for row in units],
        kinds=[row.kind for row in units],
        season=12,
    )

    assert found == [row.in_force for row in units]


def test_subtotals_weigh_their_lines_as_the_catalogue_says() -> None:
    read = weights()

    assert tuple(read) == SUBTOTALS
    assert read["gross_profit"] == {"revenue": 1, "cost_of_sales": -1}
    assert set(read["operating_income"]) == set(LINES)
    assert {line for line, weight in read["operating_income"].items() if weight > 0} == {"revenue"}
    assert all(code in METRICS for code in SUBTOTALS)
