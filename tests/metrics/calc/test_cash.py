"""Cash ahead: how long customers and suppliers wait, what a month brings, what is assumed and what is not known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.calc.cash import Cash, Past, cash_ahead, months_of, observed_lags, other_movements, past_errors
from metrics.calc.statistics.medians import Floats

NAN = float("nan")
NAMES = ("sales", "purchases", "staff", "receivables", "payables", "cash")
History = dict[str, Floats]


def column(*figures: float) -> Floats:
    return np.array(figures, dtype=float)[:, None]


def steady(months: int = 30, **changes: float) -> History:
    """Sales of 100 collected after 1.5 months, purchases of 60 paid after one, staff of 20: 20 a month are left."""
    figures = {"sales": 100, "purchases": 60, "staff": 20, "receivables": 150, "payables": 60, **changes}
    history = {name: np.full((months, 1), float(figure)) for name, figure in figures.items()}
    history["cash"] = 500 + np.cumsum(history["sales"] - history["purchases"] - history["staff"], axis=0)
    return history


def ahead(months: int = 12, sales: float = 100, purchases: float = 60, staff: float = 20) -> History:
    return {
        name: np.full((months, 1), float(figure))
        for name, figure in (("sales", sales), ("purchases", purchases), ("staff", staff))
    }


def made(history: History, coming: History) -> Cash:
    return cash_ahead(history, coming, season=12)


@pytest.mark.parametrize(
    ("balance", "flow", "months"),
    [
        (150, (80, 90, 100, 100), 1.5),
        (100, (80, 90, 100, 100), 1),
        (0, (80, 90, 100, 100), 0),
        (240, (80, 90, 100, 100), 2 + 40 / 90),
        (-5, (80, 90, 100, 100), NAN),
        (500, (80, 90, 100, 100), NAN),
        (150, (80, 90, 0, 100), NAN),
        (150, (80, 90, NAN, 100), NAN),
        (NAN, (80, 90, 100, 100), NAN),
    ],
)
def test_a_balance_is_counted_back_through_the_months_that_make_it_up(
    balance: float, flow: tuple[float, ...], months: float
) -> None:
    found = months_of(column(0, 0, 0, balance), column(*flow))

    assert found[-1, 0] == pytest.approx(months, nan_ok=True)


def test_the_lag_is_the_median_of_the_newest_three_months() -> None:
    history = steady()
    history["receivables"][-3:, 0] = [120, 400, 140]

    assert observed_lags(history).collection[0] == pytest.approx(1.4)
    assert observed_lags(history).payment[0] == 1


def test_a_steady_company_goes_on_as_it_was() -> None:
    found = made(steady(), ahead())

    assert found.collected[:, 0].tolist() == [100] * 12
    assert found.paid[:, 0].tolist() == [60] * 12
    assert found.staff[:, 0].tolist() == [20] * 12
    assert found.closing[:3, 0].tolist() == [1120, 1140, 1160]
    assert found.low[0] == 0


def test_more_sales_are_collected_as_much_later_as_customers_wait() -> None:
    found = made(steady(), ahead(sales=200))

    assert found.collected[:4, 0].tolist() == [100, 150, 200, 200]


def test_a_month_with_the_least_cash_is_the_low_point() -> None:
    coming = ahead()
    coming["staff"][4] = 300
    found = made(steady(), coming)

    assert found.low[0] == 4
    assert found.closing[4, 0] == found.closing[:, 0].min() == 920


def test_other_movements_are_what_customers_suppliers_and_staff_do_not_explain() -> None:
    history = steady()
    history["cash"][10:] -= 70

    assert np.isnan(other_movements(history)[0, 0])
    assert other_movements(history)[9:12, 0].tolist() == [0, -70, 0]


def test_only_what_both_years_had_in_a_month_and_in_one_direction_comes_again() -> None:
    history = steady(24)
    for row, size in ((2, -70), (14, -90), (5, -40), (17, 30), (20, -500)):
        history["cash"][row:] += size
    found = made(history, ahead())

    assert np.isnan(found.other[0, 0])  # the first month of all has none before it
    assert found.other[1:, 0].tolist() == [0, -70, 0, 0, 0, 0, 0, 0, 0, 0, 0]


def test_with_less_than_two_years_other_movements_are_not_known_and_not_assumed() -> None:
    found = made(steady(18), ahead())

    assert np.isnan(found.other[:6]).all()
    assert found.closing[0, 0] == 500 + 18 * 20 + 20


@pytest.mark.parametrize("name", ["receivables", "payables"])
def test_a_balance_that_is_never_delivered_leaves_sales_and_purchases_as_they_are(name: str) -> None:
    found = made(steady(**{name: NAN}), ahead())

    assert found.collected[:, 0].tolist() == [100] * 12
    assert found.paid[:, 0].tolist() == [60] * 12
    assert np.isnan(found.lags.collection[0]) == (name == "receivables")


def test_without_cash_or_from_a_missing_forecast_on_nothing_is_said() -> None:
    unknown, broken = steady(), ahead()
    unknown["cash"][-1] = NAN
    broken["sales"][3] = NAN
    late = made(steady(), broken)

    assert np.isnan(made(unknown, ahead()).closing).all()
    assert made(unknown, ahead()).low[0] == -1
    assert np.isnan(late.closing[:, 0]).tolist() == [False] * 3 + [True] * 9
    assert np.isnan(late.paid[3:]).all()


def test_the_past_error_of_a_steady_company_is_nothing_and_better_than_no_change() -> None:
    found = past_errors(steady(48), season=12)

    assert (found.mean[0], found.tries[0]) == (0, 30)
    assert found.unchanged[0] == 100  # 20 a month: 20 to 60, to 120, to 180 and to 240, over thirty
    assert found.half_widths(12)[:, 0].tolist() == [0] * 12


@pytest.mark.parametrize("months", [2, 14])
def test_what_cannot_be_tried_has_no_error_and_no_interval(months: int) -> None:
    found = past_errors(steady(months), season=12)

    assert np.isnan(found.mean[0])
    assert found.tries[0] == 0
    assert np.isnan(found.half_widths(12)).all()


def test_three_tries_are_an_error_but_make_no_interval() -> None:
    found = past_errors(steady(15), season=12)

    assert found.tries[0] == 3
    assert np.isnan(found.half_widths(12)).all()


def test_a_forecast_is_tried_with_nothing_but_what_was_known_then() -> None:
    history = steady(36)
    history["cash"][-3:] -= 300  # what came three months ago could be known by no earlier forecast
    found = past_errors(history, season=12)

    assert found.errors[:3, 0].tolist() == [300] * 3
    assert found.errors[3:9, 0].tolist() == [0] * 3 + [300] * 3


def test_an_interval_is_as_wide_as_such_forecasts_were_wrong_as_many_months_ahead() -> None:
    wrong = Past(10 * Past.lead[:, None], Past.lead[:, None])
    reach = wrong.half_widths(12)[:, 0]

    assert reach.tolist() == [10 * month for month in range(1, 13)]


@given(seed=st.integers(0, 10**6), shock=st.integers(0, 10**6))
def test_an_interval_never_narrows_further_ahead(seed: int, shock: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 1 + shock, (len(Past.lead), 3))
    reach = Past(noise, noise).half_widths(12)

    assert (np.diff(reach, axis=0) >= 0).all()
    assert (reach >= 0).all()


AMOUNTS = st.integers(1, 10**9)


@given(
    sales=st.lists(AMOUNTS, min_size=36, max_size=36),
    purchases=st.lists(AMOUNTS, min_size=36, max_size=36),
    owed=st.integers(0, 10**9),
    opening=st.integers(-(10**9), 10**9),
)
def test_every_month_adds_up_to_the_ten_thousandth(
    sales: list[int], purchases: list[int], owed: int, opening: int
) -> None:
    history = {name: column(*([0] * 24)) for name in NAMES}
    history |= {"sales": column(*sales[:24]), "purchases": column(*purchases[:24])}
    history["receivables"][:], history["cash"][:] = owed, opening
    coming = {"sales": column(*sales[24:]), "purchases": column(*purchases[24:]), "staff": column(*purchases[12:24])}
    found = made(history, coming)
    steps = found.collected - found.paid - found.staff + np.nan_to_num(found.other)

    assert (np.diff(np.concatenate([column(opening), found.closing]), axis=0) == steps).all()
    assert (found.closing == np.rint(found.closing)).all()


@given(size=st.integers(2, 1000))
def test_in_other_money_it_is_the_same_cash(size: int) -> None:
    history, coming = steady(), ahead(sales=130)
    other = made({name: each * size for name, each in history.items()}, {n: each * size for n, each in coming.items()})

    assert other.closing == pytest.approx(made(history, coming).closing * size, rel=1e-9, abs=12 * size)
    assert other.lags.collection == pytest.approx(made(history, coming).lags.collection)
