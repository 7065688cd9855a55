"""The trend a month, its interval, and when it is no more than luck."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.calc.statistics.trend import SPAN, trend
from tests.metrics.calc.statistics.months import NAN, months, with_outlier

SEEDS = st.integers(0, 200)


def test_a_straight_line_has_its_slope_and_no_doubt() -> None:
    found = trend(months(slope=12))

    assert (found.slope[0], found.low[0], found.high[0]) == (12, 12, 12)
    assert found.clear[0]
    assert (found.n[0], found.span) == (24, SPAN)


def test_only_the_last_two_years_count() -> None:
    turned = np.concatenate([months(slope=50, count=36), months(slope=-5, count=24)])

    assert trend(turned).slope[0] == -5


def test_scatter_without_a_direction_is_not_clear() -> None:
    found = trend(months(scatter=50))

    assert not found.clear[0]
    assert found.low[0] < 0 < found.high[0]


def test_one_month_far_off_moves_the_trend_by_next_to_nothing() -> None:
    assert trend(with_outlier(months(slope=12), 50, 10_000)).slope[0] == 12


def test_missing_months_are_left_out_and_not_counted() -> None:
    gap = months(slope=12)
    gap[[40, 45, 59]] = NAN
    found = trend(gap)

    assert (found.slope[0], found.n[0]) == (12, 21)


@pytest.mark.parametrize(("count", "is_known"), [(11, False), (12, True), (0, False), (1, False)])
def test_a_year_of_months_is_needed(count: int, is_known: bool) -> None:
    found = trend(months(slope=12, count=count))

    assert np.isnan(found.slope[0]) != is_known
    assert found.clear[0] == is_known


@given(seed=SEEDS, size=st.floats(0.01, 1e4), shift=st.floats(-1e5, 1e5))
def test_other_money_and_another_level_leave_the_trend_as_it_is(seed: int, size: float, shift: float) -> None:
    history = months(slope=3, scatter=40, seed=seed)
    one, other = trend(history), trend(history * size + shift)

    assert other.slope[0] == pytest.approx(one.slope[0] * size, rel=1e-6, abs=1e-6)
    assert other.low[0] <= other.slope[0] <= other.high[0]


@given(seed=SEEDS, slope=st.floats(-50, 50))
def test_what_is_added_each_month_is_added_to_the_slope(seed: int, slope: float) -> None:
    history = months(scatter=40, seed=seed)
    steeper = history + slope * np.arange(len(history))[:, None]

    assert trend(steeper).slope[0] == pytest.approx(trend(history).slope[0] + slope, abs=1e-6)


def test_without_a_trend_one_in_a_hundred_is_called_clear() -> None:
    luck = np.random.default_rng(3).normal(size=(24, 2000))

    assert trend(luck).clear.mean() == pytest.approx(0.01, abs=0.01)
