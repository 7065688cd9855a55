"""Seasons: found where they are, drawn in where they may be noise, not bent by shifts and single months."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.calc.statistics.seasonality import seasons, strength
from tests.metrics.calc.statistics.months import NAN, SEASON, months, with_outlier

SEEDS = st.integers(0, 200)


def test_a_clean_season_on_a_straight_line_is_found_exactly() -> None:
    found = seasons(months(slope=7, season=20), 12)

    assert found.indices[:, 0] == pytest.approx([20 * place for place in SEASON])


def test_what_is_noise_has_hardly_a_season() -> None:
    noise = np.random.default_rng(3).normal(size=(60, 200))

    assert np.abs(seasons(noise, 12).indices).mean() < 0.15


@pytest.mark.parametrize(("count", "has_season"), [(23, False), (24, True)])
def test_two_years_are_needed(count: int, has_season: bool) -> None:
    assert seasons(months(season=20, count=count), 12).indices.any() == has_season


def test_one_month_far_off_does_not_bend_its_place_in_the_year() -> None:
    clean = seasons(months(season=20, scatter=1), 12).indices
    bent = seasons(with_outlier(months(season=20, scatter=1), 30, 100), 12).indices

    assert np.abs(bent - clean).max() < 100 / 10  # a mean of five years would move by a fifth


def test_missing_months_are_left_out() -> None:
    gap = months(season=20)
    gap[[25, 26, 40]] = NAN

    assert seasons(gap, 12).indices[:, 0] == pytest.approx([20 * place for place in SEASON], abs=20)


def test_thirteen_periods_make_a_year_of_their_own() -> None:
    year = np.arange(13.0) - 6
    found = seasons(np.tile(year, 4)[:, None], 13)

    assert found.indices[:, 0] == pytest.approx(year, abs=1e-9)


@pytest.mark.parametrize(
    ("season", "scatter", "low", "high"),
    [(20, 0, 1.0, 1.0), (20, 20, 0.9, 1.0), (5, 40, 0.0, 0.6), (0, 20, 0.0, 0.2)],
)
def test_strength_says_how_much_of_the_scatter_is_season(
    season: float, scatter: float, low: float, high: float
) -> None:
    history = months(season=season, scatter=scatter)
    indices = seasons(history, 12).of(0, len(history))

    assert low <= strength(history - indices, indices)[0] <= high


def test_a_season_known_from_few_years_widens_the_spread_and_none_does_not() -> None:
    two, five = (seasons(months(season=20, count=count), 12).widening[0] for count in (24, 60))

    assert two == pytest.approx(3**0.5)
    assert five == pytest.approx(1.5**0.5)
    assert seasons(months(), 12).widening[0] == 1


@given(seed=SEEDS, size=st.floats(0.01, 100), slope=st.floats(-20, 20))
def test_money_level_and_trend_leave_the_season_as_it_is(seed: int, size: float, slope: float) -> None:
    history = months(season=10, scatter=20, seed=seed)
    other = (history + slope * np.arange(len(history))[:, None]) * size + 500

    assert seasons(other, 12).indices == pytest.approx(seasons(history, 12).indices * size, rel=1e-6, abs=1e-6 * size)


@given(seed=SEEDS)
def test_a_year_has_nothing_left_over(seed: int) -> None:
    assert seasons(months(season=10, scatter=20, seed=seed), 12).indices.sum() == pytest.approx(0, abs=1e-9)
