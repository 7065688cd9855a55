"""What a figure is read against where that is made of other figures. Money in whole units; – is missing."""

from __future__ import annotations

from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.rules import SCALE, baselines
from alerts.rules.baselines import peers, season, trailing, trend


def money(*numbers: int | None) -> list[int | None]:
    return [None if number is None else number * SCALE for number in numbers]


# --- trailing ----------------------------------------------------------------------------------------


def test_the_mean_of_the_periods_before_leaves_holes_out_and_says_how_many_it_is_of():
    found = trailing(money(90, None, 120, 0), is_amount=True)

    assert (found.level.number, found.known, found.of) == (70 * SCALE, 3, 4)


def test_a_real_zero_counts_and_a_missing_month_does_not():
    assert trailing(money(100, 0), is_amount=True).level.number == 50 * SCALE
    assert trailing(money(100, 100, None), is_amount=True).level.number == 100 * SCALE


@pytest.mark.parametrize("before", [(100, None, None), (100,), (None, None), ()])
def test_a_mean_of_less_than_half_or_of_one_month_is_none_and_says_so(before: tuple[int | None, ...]):
    found = trailing(money(*before), is_amount=True)

    assert found.level.number is None
    assert found.level.reason == f"not_applicable: {found.known} of {len(before)} periods before known"


def test_a_mean_that_does_not_come_out_even_is_rounded_once():
    assert trailing([1, 1, 2], is_amount=True).level.number == 1


# --- season ------------------------------------------------------------------------------------------


def test_a_season_is_the_year_before_and_the_usual_change_and_a_deviation_is_that_of_the_changes():
    changes = money(8, 10, 12, 10, 9, 11, 10, 200)  # one month far out moves neither the middle nor the spread

    found = season(1_000 * SCALE, changes, is_amount=True)

    assert found.level.number == 1_010 * SCALE
    assert found.size == round(Fraction(14_826, 10_000) * SCALE)


def test_without_variation_there_is_no_usual_deviation_and_nothing_to_compare_with():
    assert season(100 * SCALE, money(*[5] * 8), is_amount=True).level.reason == baselines.UNVARIED


def test_a_season_needs_the_year_before_and_six_changes():
    assert season(None, money(*range(8)), is_amount=True).level.number is None
    assert season(100, money(1, 2, 3, 4, 5, None), is_amount=True).level.number is None


# --- trend -------------------------------------------------------------------------------------------


def test_a_trend_is_the_median_slope_so_that_one_month_far_out_does_not_make_one():
    steady, spiked = trend(money(10, 12, 14, 16, 18), is_amount=True), trend(money(10, 90, 14, 16, 18), is_amount=True)

    assert steady.level.number == spiked.level.number == 16 * SCALE
    assert steady.size == 14 * SCALE


def test_a_trend_counts_periods_and_not_readings():
    assert trend(money(10, None, None, 16), is_amount=True).level.number is None
    assert trend(money(10, None, 14, 16), is_amount=True).level.number == 14 * SCALE


def test_without_the_newest_figure_there_is_no_trend():
    assert trend(money(10, 12, 14, None), is_amount=True).level.number is None


# --- peers -------------------------------------------------------------------------------------------


def test_peers_are_the_others_and_their_median_leaves_the_unit_itself_out():
    others = sorted([10, 20, 30, 40, 50, 1_000])

    found = peers(others, own=1_000, wanted=5, is_amount=True)

    assert (found.level.number, found.known) == (30, 5)


def test_with_too_few_peers_there_is_no_median_to_guess_from():
    found = peers([10, 20, 30, 40, 50], own=50, wanted=5, is_amount=True)

    assert found.level == baselines.Level(None, "not_applicable: 4 of 5 peers known")


@settings(derandomize=True, max_examples=200)
@given(st.lists(st.integers(-50, 50), min_size=6, max_size=12), st.integers(0, 5))
def test_the_median_of_the_others_is_that_of_the_list_without_the_unit(numbers: list[int], place: int):
    ordered = sorted(numbers)
    own = ordered[place]
    rest = [*ordered[:place], *ordered[place + 1 :]]

    assert peers(ordered, own=own, wanted=5, is_amount=True).level.number == round(Fraction(median(rest)))
