"""Two measures of each unit as dots: what plotly accepts, where dots stand, and which are named."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go

from reports import charts
from reports.charts.scatter import Dot
from tests.reports.hostile import HOSTILE

ONE = 10_000
MILLION = 1_000_000 * ONE


def dot(label: str, across: float = 1.0, up: float = 0.1, heads: int = 10, tone: str = "") -> Dot:
    return Dot(label, round(across * MILLION), up, heads * ONE, f"{label}, hovered", tone)


def drawn(*dots: Dot, group: tuple[int, float] | None = (MILLION, 0.15), width: int = 560) -> dict[str, Any]:
    figure = charts.scatter(dots, group=group, currency="USD", title="Revenue a head", width=width)
    go.Figure(figure)
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    return figure


def names(figure: dict[str, Any]) -> list[str]:
    return [each["text"] for each in figure["layout"]["annotations"]]


def test_dots_stand_at_their_two_measures_with_heads_as_their_area() -> None:
    trace = drawn(dot("Unit 7", 1.83, 0.21, heads=16), dot("Unit 11", 1.2, -0.02, heads=4))["data"][0]

    assert (trace["x"], trace["y"]) == ([1.83, 1.2], [21.0, -2.0])
    assert trace["marker"]["size"] == [26.0, 13.0]
    assert trace["customdata"] == ["Unit 7, hovered", "Unit 11, hovered"]


def test_amounts_are_in_the_unit_of_the_largest() -> None:
    axis = drawn(dot("A", 0.00125), dot("B", 0.0013), group=None)["layout"]["xaxis"]

    assert (axis["tickprefix"], axis["ticksuffix"]) == ("$", "K")


def test_the_group_is_a_cross_with_its_name_and_none_where_it_is_not_known() -> None:
    known, unknown = drawn(dot("A"), dot("B", 2)), drawn(dot("A"), dot("B", 2), group=None)

    assert len(known["layout"]["shapes"]) == 2
    assert known["data"][1]["text"] == ["group $1.00M", "group 15%"]
    assert (unknown["layout"]["shapes"], len(unknown["data"])) == ([], 1)


def test_what_the_title_speaks_of_and_what_is_off_plan_stand_out_in_more_than_colour() -> None:
    figure = drawn(dot("Lead", 3, tone="lead"), dot("Off", 2, tone="bad"), dot("Usual", 1))

    assert figure["data"][0]["marker"]["opacity"] == [0.85, 0.85, 0.28]
    assert [each["font"].get("weight") for each in figure["layout"]["annotations"]] == [600, 600, None]


def test_names_never_meet_and_the_important_ones_are_kept() -> None:
    crowd = [dot(f"Unit {number}") for number in range(20)]
    figure = drawn(*crowd, dot("Unit 99", tone="bad"))

    assert names(figure)[0] == "Unit 99"
    assert len(names(figure)) == 4  # one on each side of a single spot
    apart = drawn(
        *(dot(f"Unit {number}", 1 + number, number / 100) for number in range(4)), dot("Last", 9, 0.3, tone="lead")
    )
    assert names(apart)[0] == "Last"
    assert len(names(apart)) == 5


def test_hostile_names_are_text_and_long_ones_are_cut() -> None:
    figure = drawn(*(dot(name or "x", 1 + place, place / 100) for place, name in enumerate(HOSTILE)))
    text = json.dumps(figure)

    assert "<script" not in text and "<img" not in text and "<!--" not in text
    assert all(len(name) <= 18 * 6 for name in names(figure))


def test_losses_and_equal_units_are_drawn() -> None:
    drawn(dot("A", -1, -0.5), dot("B", -1, -0.5), group=(-MILLION, -0.5))
