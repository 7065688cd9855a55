"""The documents of some units: what can be said of each figure, why something cannot, and what moves together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from metrics.calc.statistics.medians import Floats
from metrics.calc.statistics.study import Figures, studies
from tests.metrics.calc.statistics.months import LENGTH, NAN, months, with_outlier, with_shift

PERIODS = [f"{2021 + month // 12}-{month % 12 + 1:02}" for month in range(LENGTH)]
KINDS = {"sales": "money", "heads": "count", "margin": "ratio"}


def studied(**levels: Floats) -> list[dict[str, Any]]:
    kinds = {name: KINDS[name] for name in levels}
    return studies(Figures(levels, PERIODS, kinds), pairs=[("heads", "sales"), ("margin", "sales")], season=12)


def one(name: str, level: Floats) -> dict[str, Any]:
    ((document),) = studied(**{name: level})
    found: dict[str, Any] = document["metrics"][name]
    return found


def test_a_figure_has_its_trend_season_spread_and_score() -> None:
    said = one("sales", months(level=1e8, slope=1e5, season=1e6, scatter=2e5))

    assert (said["n"], said["missing"], said["share"]) == (60, 0, True)
    assert said["trend"]["slope"] == pytest.approx(1e5, rel=0.3)
    assert isinstance(said["trend"]["slope"], int)
    assert max(said["season"]["indices"], key=said["season"]["indices"].get) == "2025-12"
    assert said["season"]["indices"]["2025-12"] == pytest.approx(0.1, abs=0.02)
    assert not said["unusual"]
    assert "shifts" not in said


def test_exceptions_are_named_by_their_months() -> None:
    said = one("sales", with_shift(with_outlier(months(level=1e8, scatter=1e6, seed=2), 20, 3e7), 40, 5e7))

    assert [(shift["period"], round(shift["size"], 1)) for shift in said["shifts"]] == [("2024-05", 0.5)]
    assert "2022-09" in {outlier["period"] for outlier in said["outliers"]}


@pytest.mark.parametrize(
    ("level", "reason"),
    [
        (np.where(np.arange(LENGTH)[:, None] == LENGTH - 1, NAN, months()), "late: no figure in the newest month"),
        (
            np.where(np.arange(LENGTH)[:, None] < LENGTH - 20, NAN, months()),
            "not_applicable: fewer than 24 months before the newest",
        ),
        (np.where(np.arange(LENGTH)[:, None] % 6 == 5, months(), 0.0), "not_applicable: 0 in most months"),
        (
            np.where((np.arange(LENGTH)[:, None] > 50) & (np.arange(LENGTH)[:, None] < LENGTH - 1), NAN, months()),
            "not_applicable: fewer than three of the last six months",
        ),
    ],
)
def test_where_there_is_no_score_the_reason_is_said(level: Floats, reason: str) -> None:
    said = one("sales", level)

    assert said["reason"] == reason
    assert {"score", "expected", "unusual"}.isdisjoint(said)


def test_months_that_are_missing_since_the_first_are_counted() -> None:
    level = months()
    level[:10], level[[20, 30]] = NAN, NAN

    assert (one("sales", level)["n"], one("sales", level)["missing"]) == (48, 2)


def test_what_is_0_throughout_or_never_delivered_is_left_out() -> None:
    (document,) = studied(sales=np.zeros((LENGTH, 1)), heads=np.full((LENGTH, 1), NAN))

    assert document == {"metrics": {}, "correlations": []}


def test_a_change_of_one_head_is_no_exception_in_a_small_team() -> None:
    team = np.full((LENGTH, 1), 80_000.0)
    team[-1] += 10_000

    assert not one("heads", team)["unusual"]


def test_each_unit_has_its_own_pairs_and_says_how_many_were_tried() -> None:
    luck = np.random.default_rng(5).normal(size=(LENGTH, 2))
    heads, sales = 1e6 + 1e5 * luck, 1e8 + 1e7 * luck
    heads[:, 1] = NAN
    margin = 0.2 + 0.01 * np.random.default_rng(6).normal(size=(LENGTH, 2))
    both, alone = studied(heads=heads, sales=sales, margin=margin)

    assert [(pair["first"], pair["tried"]) for pair in both["correlations"]] == [("heads", 2), ("margin", 2)]
    assert both["correlations"][0]["r"] > 0.98
    assert [(pair["first"], pair["tried"]) for pair in alone["correlations"]] == [("margin", 1)]
