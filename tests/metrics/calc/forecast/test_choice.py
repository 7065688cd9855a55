"""The choice by trial, the error every forecast carries, and its interval; laws that hold for any series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from metrics.accuracy import accuracy
from metrics.calc.forecast import METHODS, choice, forecasts
from metrics.calc.forecast.intervals import half_widths
from tests.metrics.calc.forecast.test_methods import NAN, YEAR, column, passengers, repeated

LENGTHS = st.integers(15, 50)
FIGURES = st.floats(-1e6, 1e6).map(lambda figure: round(figure, 2))
POSITIVE = st.floats(10, 1e5).map(lambda figure: round(figure, 2))


def histories(figures: st.SearchStrategy[float]) -> st.SearchStrategy[np.ndarray]:
    missing = st.sampled_from([False] * 9 + [True])
    cells = st.tuples(figures, missing).map(lambda cell: NAN if cell[1] else cell[0])
    return LENGTHS.flatmap(lambda length: st.lists(cells, min_size=length, max_size=length)).map(
        lambda cells: column(*cells)
    )


def test_a_series_that_only_repeats_itself_is_forecast_without_error() -> None:
    made = forecasts(repeated(YEAR, 5), horizon=12)

    assert made.point[:, 0] == pytest.approx(YEAR)
    assert made.trial.wape[0] == pytest.approx(0, abs=1e-9)


def test_the_floor_wins_where_it_is_clearly_better() -> None:
    """Two years of a strong season: too short for any origin to estimate one, long enough to repeat."""
    swinging = [10.0, 400, 20, 390, 15, 410, 12, 395, 18, 405, 11, 399]
    made = forecasts(repeated(swinging, 2), horizon=12)

    assert made.name(0) == "seasonal naive"
    assert made.trial.wape[0] == made.trial.naive_wape[0] == 0
    assert made.point[:, 0].tolist() == swinging


def test_the_mean_stands_where_neither_is_clearly_better() -> None:
    assert forecasts(passengers(), horizon=6).name(0) == "mean of theta and damped trend"


def test_the_trial_uses_nothing_that_was_not_known() -> None:
    """What came after an origin moves the errors of its own months only through the actual."""
    history = passengers()
    later = history.copy()
    later[-1] *= 2

    made = [errors + actual for errors, actual in (choice.tried(history, 12), choice.tried(later, 12))]
    assert made[0] == pytest.approx(made[1])


def test_the_error_of_a_forecast_is_that_of_its_trial() -> None:
    trial = forecasts(passengers(), horizon=6).trial
    errors, naive, actual = (each[:, 0] for each in (trial.errors, trial.naive, trial.actual))

    read = accuracy(list(zip(actual, actual + errors, actual + naive, strict=True)))
    assert read is not None
    assert (read.wape, read.bias) == pytest.approx((trial.wape[0], trial.bias[0]))
    assert read.value_added == pytest.approx(trial.naive_wape[0] - trial.wape[0])
    assert trial.tries[0] == sum(choice.ORIGINS) == read.pairs


@pytest.mark.parametrize(
    ("history", "method", "point"),
    [
        ([], "none", NAN),
        ([NAN, NAN], "none", NAN),
        ([7], "seasonal naive", 7),
        ([5, 6, 7], "seasonal naive", 7),
    ],
)
def test_what_cannot_be_tried_is_the_floor_without_an_error(history: list[float], method: str, point: float) -> None:
    made = forecasts(np.array(history, dtype=float).reshape(-1, 1), horizon=2)

    assert made.name(0) == method
    assert made.point[0, 0] == pytest.approx(point, nan_ok=True)
    assert np.isnan([made.trial.wape[0], made.trial.bias[0], made.low[0, 0], made.high[0, 0]]).all()
    assert made.trial.tries[0] == 0


def test_series_do_not_see_one_another() -> None:
    one, other = passengers(), np.full_like(passengers(), NAN)
    other[20:, 0] = 5
    together = forecasts(np.hstack([other, one, other]), horizon=5)

    assert together.point[:, [1]] == pytest.approx(forecasts(one, horizon=5).point)
    assert together.point[:, [2]] == pytest.approx(forecasts(other, horizon=5).point)


def test_thousands_of_series_at_once_are_the_same_as_each_alone() -> None:
    many = np.tile(passengers(), (1, 1000))
    made = forecasts(many, horizon=3)

    assert (made.point == made.point[:, :1]).all()


@settings(max_examples=40, deadline=None)
@given(histories(POSITIVE), st.floats(0.001, 1000))
def test_other_money_gives_the_same_forecast_in_other_money(history: np.ndarray, rate: float) -> None:
    one, other = forecasts(history, horizon=6), forecasts(history * rate, horizon=6)
    same = one.method == other.method  # a tie may fall either way in the last bit

    assert np.isclose(one.point * rate, other.point, rtol=1e-5, equal_nan=True)[:, same].all()


@settings(max_examples=40, deadline=None)
@given(histories(FIGURES), st.floats(-1e6, 1e6).map(round))
def test_where_the_season_is_added_a_shift_shifts_the_forecast(history: np.ndarray, shift: int) -> None:
    if np.isnan(history).all():
        return
    signs = np.sign(history[~np.isnan(history)]), np.sign(history[~np.isnan(history)] + shift)
    if any(len({*each.tolist()} - {0.0}) < 2 for each in signs):
        return  # a series of one sign is held to it
    one, other = forecasts(history, horizon=6), forecasts(history + shift, horizon=6)
    same = one.method == other.method
    size = np.nanmax(np.abs(history)) + abs(shift)

    assert np.isclose(one.point + shift, other.point, atol=1e-6 * size, equal_nan=True)[:, same].all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.floats(-1e9, 1e9))
def test_a_constant_series_is_forecast_as_itself(length: int, figure: float) -> None:
    made = forecasts(np.full((length, 1), figure), horizon=14)

    assert made.point == pytest.approx(figure, rel=1e-9, abs=1e-9)
    width = made.high - made.low
    assert np.nanmax(width, initial=0) <= abs(figure) * 1e-6


@settings(max_examples=40, deadline=None)
@given(histories(FIGURES))
def test_the_interval_holds_the_point_and_never_narrows(history: np.ndarray) -> None:
    made = forecasts(history, horizon=15)
    known = ~np.isnan(made.low)

    assert (made.low <= made.point)[known].all()
    assert (made.point <= made.high)[known].all()


@settings(max_examples=40, deadline=None)
@given(arrays(np.float64, (20, 3), elements=st.floats(-1e6, 1e6)))
def test_an_interval_never_narrows_with_the_horizon(errors: np.ndarray) -> None:
    width = half_widths(errors, np.tile(np.arange(1.0, 6.0), 4), horizon=12)

    assert (np.diff(width, axis=0) >= 0).all()


def test_an_interval_spans_most_of_the_errors() -> None:
    errors = np.random.default_rng(5).normal(0, 10, size=(400, 1))
    width = half_widths(errors, np.ones(400), horizon=1)[0, 0]

    assert 0.83 < (np.abs(errors) <= width).mean() < 0.88


def test_few_errors_give_no_interval() -> None:
    assert np.isnan(half_widths(np.ones((4, 1)), np.ones(4), horizon=2)).all()


@settings(max_examples=40, deadline=None)
@given(histories(POSITIVE))
def test_what_never_was_negative_is_not_forecast_to_be(history: np.ndarray) -> None:
    made = forecasts(history, horizon=18)

    assert (made.point >= 0).all() or np.isnan(history).all()
    assert not (made.low < 0).any()


def test_the_same_history_gives_the_same_numbers() -> None:
    one, other = forecasts(passengers(), horizon=9), forecasts(passengers(), horizon=9)

    assert (one.point == other.point).all()
    assert one.name(0) in METHODS
