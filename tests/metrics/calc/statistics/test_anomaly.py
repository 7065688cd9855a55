"""The newest month's score: what it sees, what it survives, and what it says of shifts and outliers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.calc.statistics.anomaly import Anomaly, Picture, anomaly, picture
from metrics.calc.statistics.medians import Floats
from metrics.calc.statistics.outliers import UNUSUAL
from tests.metrics.calc.statistics.months import LENGTH, NAN, months, with_outlier, with_shift

ADDS = np.array([False])
NEWEST = LENGTH - 1
SEEDS = st.integers(0, 200)


def seen(history: Floats) -> Picture:
    """Figures that add up, so that sizes are in their own measure."""
    return picture(history, may_multiply=ADDS)


def judged(history: Floats) -> Anomaly:
    return anomaly(seen(history))


def shift_rows(history: Floats) -> list[int]:
    return sorted(row for row in seen(history).shifts.rows[:, 0].tolist() if row >= 0)


def outlier_rows(history: Floats) -> list[int]:
    return np.flatnonzero(np.abs(seen(history).scores[:, 0]) >= UNUSUAL).tolist()


def test_a_clean_seasonal_series_scores_no_anomaly() -> None:
    found = judged(months(slope=4, season=20))

    assert found.score[0] == pytest.approx(0, abs=1e-6)
    assert found.expected[0] == pytest.approx(months(slope=4, season=20)[-1, 0])


def test_a_factor_season_on_growth_scores_no_anomaly_either() -> None:
    found = anomaly(picture(np.exp(months(level=7, slope=0.01, season=0.02))))

    assert found.score[0] == pytest.approx(0, abs=1e-6)


def test_a_month_far_below_what_season_says_is_unusual_by_so_many_spreads() -> None:
    usual = judged(months(season=20, scatter=10))
    below = judged(with_outlier(months(season=20, scatter=10), NEWEST, -100))

    assert abs(usual.score[0]) < UNUSUAL
    assert below.score[0] < -UNUSUAL
    assert below.score[0] == pytest.approx(usual.score[0] - 100 / usual.spread[0], rel=0.05)


def test_the_same_figure_is_usual_in_december_and_unusual_in_november() -> None:
    history = months(season=20, scatter=5)
    november = history[:-1].copy()
    november[-1] = history[-1]  # what December brought, a month early

    assert abs(judged(history).score[0]) < UNUSUAL
    assert judged(november).score[0] > UNUSUAL


@pytest.mark.parametrize("row", [18, 30, 45, 52])
def test_a_level_shift_is_named_with_its_month_and_is_no_anomaly(row: int) -> None:
    history = with_shift(months(season=20, scatter=8), row, 150)

    assert shift_rows(history) == [row]
    assert seen(history).shifts.sizes[0, 0] == pytest.approx(150, abs=15)
    assert abs(judged(history).score[0]) < UNUSUAL


@pytest.mark.parametrize("row", [12, 30, 47, NEWEST])
def test_a_single_outlier_does_not_become_a_shift(row: int) -> None:
    history = with_outlier(months(season=20, scatter=8, seed=2), row, 300)

    assert shift_rows(history) == []
    assert outlier_rows(history) == [row]


def test_two_months_on_a_new_level_are_unusual_and_the_third_makes_it_a_shift() -> None:
    history = with_shift(months(season=20, scatter=8), LENGTH - 3, 150)

    assert shift_rows(history[:-1]) == []
    assert judged(history[:-1]).score[0] > UNUSUAL
    assert shift_rows(history) == [LENGTH - 3]
    assert abs(judged(history).score[0]) < UNUSUAL


def test_an_outlier_long_ago_moves_todays_score_by_next_to_nothing() -> None:
    history = months(season=20, scatter=10)

    assert judged(with_outlier(history, 30, 5000)).score[0] == pytest.approx(judged(history).score[0], abs=0.5)


def test_a_missing_newest_month_has_no_score_and_missing_months_between_are_skipped() -> None:
    history = months(season=20, scatter=10)
    gap, late = history.copy(), history.copy()
    gap[[20, 33]] = NAN
    late[-1] = NAN

    assert np.isnan(judged(late).score[0])
    assert judged(gap).score[0] == pytest.approx(judged(history).score[0], abs=0.5)


@pytest.mark.parametrize(("count", "is_judged"), [(24, False), (25, True)])
def test_two_years_before_the_newest_month_are_needed(count: int, is_judged: bool) -> None:
    assert np.isnan(judged(months(season=20, scatter=10, count=count)).score[0]) != is_judged


def test_a_flat_line_does_not_make_a_cent_unusual() -> None:
    assert abs(judged(with_outlier(months(), NEWEST, 1)).score[0]) < UNUSUAL
    assert abs(judged(with_outlier(months(), NEWEST, 100)).score[0]) > UNUSUAL


def test_a_series_without_figures_says_nothing() -> None:
    nothing = judged(np.full((LENGTH, 1), NAN))

    assert np.isnan([nothing.score[0], nothing.expected[0], nothing.spread[0]]).all()


def test_every_series_is_judged_by_itself() -> None:
    one, other = months(season=20, scatter=10), months(level=5, slope=1, scatter=2, seed=8)
    both = anomaly(picture(np.hstack([one, other])))

    assert both.score.tolist() == [anomaly(picture(each)).score[0] for each in (one, other)]


@given(seed=SEEDS, size=st.floats(0.001, 1e6))
def test_in_other_money_the_score_is_the_same(seed: int, size: float) -> None:
    history = months(season=20, scatter=30, slope=2, seed=seed)

    for one, other in (
        (judged(history), judged(history * size)),
        (anomaly(picture(history)), anomaly(picture(history * size))),
    ):
        assert other.score[0] == pytest.approx(one.score[0], rel=1e-6, abs=1e-6)
        assert other.expected[0] == pytest.approx(one.expected[0] * size, rel=1e-6)


@given(seed=SEEDS, shift=st.floats(-900, 5e3), slope=st.floats(-5, 5))
def test_level_and_trend_do_not_change_the_score(seed: int, shift: float, slope: float) -> None:
    history = months(scatter=100, season=20, seed=seed)
    other = history + shift + slope * np.arange(LENGTH)[:, None]

    assert judged(other).score[0] == pytest.approx(judged(history).score[0], rel=1e-6, abs=1e-6)


@given(seed=SEEDS, season=st.floats(10, 60))
def test_a_clear_season_hardly_changes_the_score(seed: int, season: float) -> None:
    history = months(scatter=10, season=10, seed=seed)
    other = history + season * (months(season=1) - 1000)

    assert judged(other).score[0] == pytest.approx(judged(history).score[0], abs=0.6)


@given(seed=SEEDS, row=st.integers(8, NEWEST))
def test_no_single_month_however_far_off_becomes_a_shift(seed: int, row: int) -> None:
    history = months(scatter=10, season=20, seed=seed)

    assert set(shift_rows(with_outlier(history, row, 1000))) <= set(shift_rows(history))
