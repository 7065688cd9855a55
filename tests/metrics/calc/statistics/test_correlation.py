"""What moves together, how many months apart, and what has to be said beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.calc.statistics.correlation import Correlation, correlation, warnings
from metrics.calc.statistics.medians import Floats, moved
from tests.metrics.calc.statistics.months import NAN, months

SEEDS = st.integers(0, 200)


def luck(seed: int, count: int = 48, series: int = 1) -> Floats:
    return np.random.default_rng(seed).normal(size=(count, series))


def follows(first: Floats, lag: int, noise: float = 0.3) -> Floats:
    """A series that does what the first did so many months before, and something of its own."""
    return moved(first, lag) + noise * luck(99, len(first))


def one(found: Correlation) -> tuple[int, float, int]:
    return int(found.lag[0]), float(found.r[0]), int(found.n[0])


@pytest.mark.parametrize("lag", [-6, -2, 0, 1, 6])
def test_the_lag_is_found_at_which_one_follows_the_other(lag: int) -> None:
    found, r, n = one(correlation(luck(1), follows(luck(1), lag)))

    assert (found, n) == (lag, 48 - abs(lag))
    assert r > 0.9


def test_what_moves_the_other_way_has_a_negative_r() -> None:
    assert one(correlation(luck(1), -luck(1)))[:2] == (0, pytest.approx(-1))


def test_two_series_that_only_trend_have_nothing_to_do_with_each_other() -> None:
    rising = np.arange(48.0)[:, None]
    found = correlation(luck(1, 48, 500) + rising, luck(2, 48, 500) + 3 * rising)

    assert found.with_trends.min() > 0.9
    assert (found.odds <= 0.05).mean() < 0.08


def test_months_that_are_missing_in_either_are_left_out_of_both() -> None:
    first, second = luck(1), follows(luck(1), 0)
    first[3], second[[7, 8]] = NAN, NAN

    assert one(correlation(first, second))[2] == 45


def test_too_few_months_and_a_series_that_never_changes_say_nothing() -> None:
    short = correlation(luck(1, 17), luck(1, 17))
    flat = correlation(months(count=48), luck(1))

    assert np.isnan([short.r[0], flat.r[0], flat.odds[0]]).all()
    assert (short.n[0], flat.n[0]) == (0, 0)


def test_luck_passes_for_a_connection_in_one_of_twenty_however_the_series_drift() -> None:
    still = correlation(luck(1, 36, 1000), luck(2, 36, 1000))
    drifting = correlation(luck(1, 36, 1000).cumsum(axis=0), luck(2, 36, 1000).cumsum(axis=0))

    assert (still.odds <= 0.05).mean() < 0.08
    assert (drifting.odds <= 0.05).mean() < 0.08
    assert np.abs(drifting.with_trends).mean() > 0.4  # which is what r alone would have claimed


def test_more_that_was_tried_is_more_luck() -> None:
    first, second = luck(1), follows(luck(1), 1, noise=1.5)

    assert correlation(first, second, tried=20).odds[0] == pytest.approx(20 * correlation(first, second).odds[0])


def test_what_a_reader_has_to_know_is_said_in_words() -> None:
    doubtful = warnings(n=20, odds=0.4, tried=15, both_trend=True, with_trends=0.93)
    solid = warnings(n=40, odds=0.001, tried=15, both_trend=False, with_trends=0.8)

    assert doubtful == [
        "only 20 pairs of months",
        "both trend, r with their trends 0.93",
        "may be luck: 15 pairs of metrics at 13 lags were tried",
        "moves with, does not cause",
    ]
    assert solid == ["the best of 13 lags, one of 15 pairs of metrics tried", "moves with, does not cause"]


@given(seed=SEEDS, size=st.floats(0.01, 1e4), slope=st.floats(-20, 20))
def test_money_level_and_trend_leave_r_as_it_is(seed: int, size: float, slope: float) -> None:
    first, second = luck(seed), follows(luck(seed), 2, noise=0.8)
    other = (second + slope * np.arange(48.0)[:, None]) * size + 7

    assert one(correlation(first, other)) == pytest.approx(one(correlation(first, second)), abs=1e-6)


@given(seed=SEEDS)
def test_asked_the_other_way_round_it_is_the_same_with_the_lag_turned(seed: int) -> None:
    first, second = luck(seed), follows(luck(seed), 3)
    lag, r, n = one(correlation(first, second))

    assert one(correlation(second, first)) == pytest.approx((-lag, r, n))
