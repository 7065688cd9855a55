"""Forecasts of a tree of units: they consolidate, add up to subtotals, and know each unit's own cut-off."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.calc.forecast.company import OF_LINES, OF_UNITS, Row, Tree, company_forecasts

NAN = np.nan
SUMS = {"profit": {"sales": 1, "cost": -1}}
MONTHS = 36
#        0 GROUP ── 1 SHOPS
#           └────── 2 DEPOT, one month behind
TREE = Tree(parents=[-1, 0, 0], cutoffs=[35, 35, 34], last=[99, 99, 99])


def levels(seed: int = 1) -> dict[str, np.ndarray]:
    """Sales and cost of two units with a season, their group, and an elimination of sales in the group."""
    rng = np.random.default_rng(seed)
    season = 1 + 0.2 * np.sin(np.arange(MONTHS) / 12 * 2 * np.pi)[:, None]
    sales = np.rint(season * [1e6, 3e6] * rng.normal(1, 0.03, (MONTHS, 2)))
    cost = np.rint(sales * rng.normal(0.7, 0.02, (MONTHS, 2)))
    group = sales.sum(axis=1, keepdims=True) - 50_000
    found = {"sales": np.hstack([group, sales]), "cost": np.hstack([cost.sum(axis=1, keepdims=True), cost])}
    found["profit"] = found["sales"] - found["cost"]
    return found


def made(
    given: dict[str, np.ndarray] | None = None, tree: Tree = TREE, until: int = 47
) -> dict[tuple[int, str, int], Row]:
    rows = company_forecasts(given or levels(), tree, lines=["sales", "cost"], sums=SUMS, until=until, season=12)
    return {(row.unit, row.metric, row.row): row for row in rows}


def test_a_group_is_the_sum_of_its_units_and_of_its_own_eliminations() -> None:
    rows = made()

    for month in range(36, 48):
        parts = rows[1, "sales", month].number + rows[2, "sales", month].number
        assert rows[0, "sales", month].number == parts - 50_000


def test_subtotals_are_made_of_the_forecast_lines() -> None:
    rows = made()

    for unit in range(3):
        for month in range(36, 48):
            sales, cost = rows[unit, "sales", month].number, rows[unit, "cost", month].number
            assert rows[unit, "profit", month].number == sales - cost


def test_each_unit_is_forecast_from_its_own_cut_off_and_the_group_says_so() -> None:
    rows = made()

    assert min(month for unit, _, month in rows if unit == 1) == 36
    assert min(month for unit, _, month in rows if unit == 2) == 35
    assert rows[2, "sales", 35].cutoff == 34
    assert (rows[0, "sales", 36].cutoff, rows[0, "sales", 36].cutoffs) == (34, {34: 1, 35: 2})


def test_a_month_in_which_one_unit_is_known_takes_its_actual() -> None:
    given = levels()
    rows = made(given)

    assert rows[0, "sales", 35].number == given["sales"][35, 1] + rows[2, "sales", 35].number - 50_000


def test_what_came_after_a_cut_off_is_not_looked_at() -> None:
    given, other = levels(), levels()
    for code in other:
        other[code][35, 2] += 1e6

    assert made(given)[2, "sales", 40].number == made(other)[2, "sales", 40].number


def test_every_number_says_how_it_was_made_and_how_wrong_that_was() -> None:
    rows = made()

    assert rows[0, "sales", 40].method == OF_UNITS
    assert rows[1, "profit", 40].method == OF_LINES
    assert rows[1, "sales", 40].method not in (OF_UNITS, OF_LINES)
    assert rows[1, "sales", 40].months == MONTHS
    for row in rows.values():
        assert 0 < row.wape < 0.2
        assert row.low <= row.number <= row.high
        assert row.tries == 30


def test_errors_of_a_sum_are_smaller_than_the_sum_of_errors() -> None:
    rows = made()
    shops, depot, group = (rows[unit, "sales", 40] for unit in (1, 2, 0))

    widths = [row.high - row.low for row in (shops, depot, group)]
    assert widths[2] < widths[0] + widths[1]


def test_a_profit_that_never_was_a_loss_may_become_one() -> None:
    given = levels()
    margin = np.linspace(0.3, 0.01, MONTHS)[:, None]
    given["cost"] = np.rint(given["sales"] * (1 - margin * [1, 1, 1]))
    given["profit"] = given["sales"] - given["cost"]
    rows = made(given)

    assert (given["profit"] > 0).all()
    assert rows[1, "profit", 40].low < 0
    assert rows[1, "profit", 40].low < rows[1, "profit", 40].number < rows[1, "profit", 40].high
    assert rows[1, "sales", 47].low > 0


def test_a_unit_without_a_cut_off_is_in_no_sum_ahead() -> None:
    rows = made(tree=Tree(TREE.parents, [35, 35, None], TREE.last))

    assert not any(unit == 2 for unit, _, _ in rows)
    assert rows[0, "sales", 40].number == rows[1, "sales", 40].number - 50_000


def test_a_unit_that_leaves_is_forecast_until_then() -> None:
    rows = made(tree=Tree(TREE.parents, [35, 35, 35], [99, 99, 40]))

    assert rows[2, "sales", 40].number > 0
    assert rows[2, "sales", 41].number == 0
    assert rows[0, "sales", 41].number == rows[1, "sales", 41].number - 50_000


@pytest.mark.parametrize("cutoffs", [[35, 35, 30], [35, 35, 29]])
def test_a_unit_that_has_left_is_not_forecast_and_holds_nobody_back(cutoffs: list[int]) -> None:
    given = levels()
    for code in given:
        given[code][31:, 0] -= given[code][31:, 2]
        given[code][31:, 2] = NAN
    rows = made(given, Tree(TREE.parents, cutoffs, [99, 99, 30]))

    assert not any(unit == 2 for unit, _, _ in rows)
    assert (rows[0, "sales", 36].cutoff, rows[0, "sales", 36].cutoffs) == (35, {35: 2})
    assert rows[0, "sales", 40].number == rows[1, "sales", 40].number - 50_000
    assert rows[0, "sales", 40].wape == pytest.approx(rows[1, "sales", 40].wape, rel=0.1)


def test_a_group_that_waits_for_others_still_counts_what_a_unit_brought_before_it_left() -> None:
    given = levels()
    rows = made(given, Tree([-1, 0, 0], [None, 33, 35], [99, 99, 35]))

    assert (0, "sales", 34) in rows
    assert rows[0, "sales", 34].number == rows[1, "sales", 34].number + given["sales"][34, 2]


def test_every_method_that_was_tried_is_told_with_its_error_and_sums_have_none() -> None:
    rows = made()
    shops = rows[1, "sales", 40]

    assert set(shops.trials) == {"theta", "damped trend", "mean of theta and damped trend", "seasonal naive"}
    assert shops.trials[shops.method] == shops.wape
    assert shops.trials["seasonal naive"] == shops.naive_wape
    assert rows[1, "profit", 40].trials == rows[0, "sales", 40].trials == {}


def test_a_line_nobody_has_is_not_forecast() -> None:
    given = levels()
    given["cost"] = np.full_like(given["cost"], NAN)
    given["profit"] = np.full_like(given["profit"], NAN)

    assert {metric for _, metric, _ in made(given)} == {"sales"}


def test_a_missing_month_of_a_unit_that_is_ahead_leaves_the_group_without_a_figure_there() -> None:
    given = levels()
    given["sales"][35, 1] = NAN
    given["sales"][35, 0] = NAN
    rows = made(given)

    assert (0, "sales", 35) not in rows
    assert (0, "sales", 36) in rows


@pytest.mark.parametrize("months", [0, 1, 5, 14])
def test_a_young_company_is_repeated_without_an_error(months: int) -> None:
    given = {code: level[:months] for code, level in levels().items()}
    cutoff = months - 1 if months else None
    rows = made(given, Tree(TREE.parents, [cutoff] * 3, TREE.last), until=months + 3)

    assert bool(rows) == bool(months)
    assert all(row.wape is None and row.low is None and row.tries == 0 for row in rows.values())
