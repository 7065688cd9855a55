"""The methods one by one: figures of textbooks and by hand, and what becomes of unusual series."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.calc.forecast import forecasts
from metrics.calc.forecast.damped import damped
from metrics.calc.forecast.naive import seasonal_naive
from metrics.calc.forecast.seasonality import can_multiply, seasonality
from metrics.calc.forecast.theta import theta

NAN = np.nan

# Hyndman, Koehler, Ord and Snyder (2008): monthly totals of international airline passengers (thousands), the last
# three years of Box and Jenkins' series G.
PASSENGERS = """
    340 318 362 348 363 435 491 505 404 359 310 337
    360 342 406 396 420 472 548 559 463 407 362 405
    417 391 419 461 472 535 622 606 508 461 390 432
"""


def passengers() -> np.ndarray:
    return column(*map(float, PASSENGERS.split()))


def column(*figures: float) -> np.ndarray:
    return np.array(figures, dtype=float)[:, None]


def repeated(year: list[float], years: int) -> np.ndarray:
    return column(*(year * years))


YEAR = [80.0, 90, 95, 100, 105, 110, 120, 115, 105, 100, 95, 85]


def test_the_seasonal_naive_forecast_repeats_the_last_year() -> None:
    made = seasonal_naive(repeated(YEAR, 3), horizon=14, season=12)

    assert made[:, 0].tolist() == YEAR + YEAR[:2]


def test_it_goes_back_another_year_where_a_month_is_missing_and_to_the_last_figure_where_there_is_none() -> None:
    history = column(*[1.0] * 12, NAN, *[2.0] * 11)

    assert seasonal_naive(history, horizon=2, season=12)[:, 0].tolist() == [1, 2]
    assert seasonal_naive(column(5, 7, NAN), horizon=2, season=12)[:, 0].tolist() == [7, 7]


def test_a_pure_factor_of_the_month_is_found() -> None:
    found = seasonality(repeated(YEAR, 4), 12)

    assert found.multiplies.all()
    assert found.indices[:, 0] == pytest.approx(np.array(YEAR) / 100, abs=1e-12)


def test_indices_leave_a_year_as_it_is() -> None:
    found = seasonality(passengers(), 12)

    assert found.indices.mean() == pytest.approx(1)
    assert (found.indices.argmax(), found.indices.argmin()) == (7, 10)  # August, November


def test_noise_is_no_season() -> None:
    noise = 100 + np.random.default_rng(7).normal(0, 10, size=(60, 200))

    raw = np.abs(noise.reshape(5, 12, 200).mean(axis=0) / noise.mean(axis=0) - 1).mean()
    assert np.abs(seasonality(noise, 12).indices - 1).mean() < raw / 2


@pytest.mark.parametrize(
    ("history", "multiplies"),
    [
        ([5, 6, 7], True),
        ([-5, -6, -7], True),
        ([5, 0, 7], False),
        ([5, -6, 7], False),
        ([500, 1, 700], False),
        ([NAN, 5, NAN, 6], True),
        ([0, 0, 0], False),
        ([NAN, NAN, NAN], False),
    ],
)
def test_a_season_is_added_where_figures_are_zero_or_change_sign(history: list[float], multiplies: bool) -> None:
    assert can_multiply(column(*history)).tolist() == [multiplies]


def test_a_season_that_is_added_is_found_around_zero() -> None:
    year = np.array(YEAR) - 100
    found = seasonality(repeated(year.tolist(), 4), 12)

    assert not found.multiplies.any()
    assert found.indices[:, 0] == pytest.approx(year - year.mean())


def test_less_than_two_years_have_no_season() -> None:
    assert (seasonality(repeated(YEAR, 2)[:23], 12).indices == 1).all()
    assert (seasonality(repeated(YEAR, 2), 12).indices != 1).any()


def test_theta_adds_half_the_slope_of_a_straight_line() -> None:
    """On a straight line smoothing with weight 1 is exact, so the level is the last figure."""
    made = theta(column(*map(float, range(10, 34))), horizon=3, season=12)

    assert made[:, 0] == pytest.approx([33.5, 34.0, 34.5])


def test_the_damped_trend_fades() -> None:
    made = damped(column(*map(float, range(10, 46))), horizon=24, season=12)[:, 0]
    steps = np.diff(made, prepend=45)

    assert 0.9 < steps[0] < 1
    assert (np.diff(steps) < 0).all()
    assert (steps > 0).all()


@pytest.mark.parametrize("method", [theta, damped])
def test_less_than_a_year_has_no_trend(method) -> None:  # noqa: ANN001 -- one of the methods
    made = method(column(1, 2, 4, 7), horizon=6, season=12)

    assert np.ptp(made) == pytest.approx(0)


@pytest.mark.parametrize("method", [theta, damped])
def test_a_missing_month_is_not_zero(method) -> None:  # noqa: ANN001 -- one of the methods
    whole = [100.0] * 30
    gap = [*whole[:10], NAN, *whole[11:]]

    assert method(column(*gap), horizon=4, season=12)[:, 0] == pytest.approx([100] * 4)


def test_a_forecast_starts_after_the_cut_off_even_where_the_last_months_are_missing() -> None:
    line = [float(month) for month in range(100, 136)]
    late = forecasts(column(*line[:-2], NAN, NAN), horizon=4)
    punctual = forecasts(column(*line[:-2]), horizon=6)

    assert late.point[:, 0] == pytest.approx(punctual.point[2:, 0], rel=1e-9)


def test_passengers_of_the_next_year_are_what_an_established_package_makes_of_them() -> None:
    """AutoETS of statsforecast 2.1.1 on the same three years."""
    theirs = [460, 432, 488, 492, 512, 588, 675, 679, 558, 496, 429, 473]
    made = forecasts(passengers(), horizon=12)

    assert made.point[:, 0] == pytest.approx(theirs, rel=0.05)
    assert made.trial.wape[0] < 0.07


def test_a_level_shift_is_followed() -> None:
    shifted = column(*[100.0] * 30, *[160.0] * 18)

    assert 150 < forecasts(shifted, horizon=1).point[0, 0] < 175


def test_thirteen_periods_make_a_year_where_the_calendar_says_so() -> None:
    year = [float(100 + 10 * (place == 5)) for place in range(13)]
    made = forecasts(repeated(year, 4), horizon=13, season=13)

    assert made.point[:, 0] == pytest.approx(year, rel=0.01)
