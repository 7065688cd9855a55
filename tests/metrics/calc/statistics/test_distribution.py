"""Where months usually lie, in figures that no single month moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from metrics.calc.statistics.distribution import distribution, in_words
from metrics.calc.statistics.medians import Floats
from tests.metrics.calc.statistics.months import NAN

FIGURES = arrays(np.float64, st.tuples(st.integers(1, 40), st.just(1)), elements=st.floats(-1e6, 1e6).map(round))


def column(*figures: float) -> Floats:
    return np.array(figures, dtype=float)[:, None]


def test_median_quartiles_and_distance_of_seven_months() -> None:
    found = distribution(column(10, 12, 14, 16, 18, 20, 90))

    assert (found.median[0], found.q1[0], found.q3[0], found.mad[0], found.n[0]) == (16, 13, 19, 4, 7)
    assert found.skew[0] == 0


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((1, 2, 3, 9, 20), "a few high months"),
        ((1, 12, 18, 19, 20), "a few low months"),
        ((1, 2, 3, 4, 5), "balanced"),
        ((4, 4, 4), "balanced"),
    ],
)
def test_the_skew_in_words(figures: tuple[float, ...], words: str) -> None:
    assert in_words(float(distribution(column(*figures)).skew[0])) == words


def test_missing_months_are_left_out_and_not_zero() -> None:
    found = distribution(column(NAN, 10, NAN, 20, 30))

    assert (found.median[0], found.n[0]) == (20, 3)


def test_a_series_without_months_has_no_distribution() -> None:
    found = distribution(column(NAN, NAN))

    assert np.isnan([found.median[0], found.mad[0], found.skew[0]]).all()
    assert found.n[0] == 0


@given(figures=FIGURES)
def test_quartiles_are_those_of_numpy_and_lie_in_order(figures: Floats) -> None:
    found = distribution(figures)

    assert found.median[0] == pytest.approx(np.median(figures))
    assert found.q1[0] == pytest.approx(np.percentile(figures, 25))
    assert found.q3[0] == pytest.approx(np.percentile(figures, 75))
    assert found.q1[0] <= found.median[0] <= found.q3[0]


@given(figures=FIGURES, size=st.integers(1, 1000), shift=st.integers(-1000, 1000))
def test_other_money_and_another_level_move_it_along(figures: Floats, size: int, shift: int) -> None:
    one, other = distribution(figures), distribution(figures * size + shift)

    assert other.median[0] == pytest.approx(one.median[0] * size + shift)
    assert other.mad[0] == pytest.approx(one.mad[0] * size)
    assert other.skew[0] == pytest.approx(one.skew[0], abs=1e-6)
