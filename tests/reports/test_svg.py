"""Small drawings: lengths follow numbers, gaps stay gaps, and nothing needs an inline style."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from reports import svg

DRAWINGS = {
    "spark": svg.spark([1.0, 2.0, None, 3.0, 4.0], [1.0, 1.5, 2.0, 2.5, 3.0]),
    "actual bar": svg.actual_bar(50, 40, 100),
    "variance bar": svg.variance_bar(-30, 100, "b"),
    "pin": svg.pin(0.1, 0.2, "g"),
    "multiple": svg.multiple(
        [0.2, 0.1], [0.2, 0.2], low=0, high=0.3, ticks=(0, 0.1), first="Oct <24>", last="Sep 26", label='Unit "6" & co'
    ),
    "band": svg.band(
        41, low=25, high=75, warning=50, critical=60, warning_text="50", critical_text="60", prior=43, label="41 days"
    ),
}


def shapes(drawn: str, tag: str) -> list[dict[str, str]]:
    return [each.attrib for each in ElementTree.fromstring(drawn).iter(tag)]  # noqa: S314 -- our own drawing


@pytest.mark.parametrize("drawn", DRAWINGS.values(), ids=DRAWINGS.keys())
def test_a_drawing_is_well_formed_and_carries_no_style(drawn: str) -> None:
    ElementTree.fromstring(drawn)  # noqa: S314 -- our own drawing
    assert "style=" not in drawn


@pytest.mark.parametrize("name", ["spark", "actual bar", "variance bar", "pin"])
def test_what_repeats_a_number_beside_it_is_hidden_from_screen_readers(name: str) -> None:
    assert 'aria-hidden="true"' in DRAWINGS[name]


@pytest.mark.parametrize(("name", "label"), [("multiple", 'Unit "6" & co'), ("band", "41 days")])
def test_what_stands_alone_has_a_label(name: str, label: str) -> None:
    drawn = ElementTree.fromstring(DRAWINGS[name])  # noqa: S314 -- our own drawing
    assert (drawn.get("role"), drawn.get("aria-label")) == ("img", label)


def test_a_missing_month_breaks_the_line() -> None:
    actual = [each for each in shapes(DRAWINGS["spark"], "polyline") if each["class"] == "l-ac"]
    assert [len(each["points"].split()) for each in actual] == [2, 2]


def test_a_series_that_ends_without_a_number_has_no_last_point() -> None:
    assert shapes(svg.spark([1.0, 2.0, None]), "circle") == []


def test_nothing_known_draws_nothing() -> None:
    assert svg.spark([None, None]) == ""


def test_bars_of_one_column_share_its_scale() -> None:
    wide, half = (shapes(svg.actual_bar(n, None, 100, width=101), "rect")[0]["width"] for n in (100, 50))
    assert (wide, half) == ("100.0", "50.0")


def test_a_loss_draws_no_bar_of_revenue() -> None:
    assert shapes(svg.actual_bar(-5, None, 100), "rect")[0]["width"] == "0.0"


def test_a_difference_goes_left_or_right_of_zero_and_never_out_of_its_cell() -> None:
    left = shapes(svg.variance_bar(-50, 100, "b", width=64), "rect")[0]
    right = shapes(svg.variance_bar(50, 100, "g", width=64), "rect")[0]
    beyond = shapes(svg.variance_bar(900, 100, "g", width=64), "rect")[0]
    assert (left["x"], left["width"], right["x"], right["width"]) == ("16.5", "15.5", "32.0", "15.5")
    assert float(beyond["x"]) + float(beyond["width"]) == 63.0


def test_a_scale_of_nothing_but_zeros_is_still_a_scale() -> None:
    assert shapes(svg.variance_bar(0, 0, "z"), "rect")[0]["width"] == "0.0"
    assert "nan" not in svg.actual_bar(0, 0, 0)


def test_the_gap_to_budget_is_red_where_it_hurts_and_grey_where_it_does_neither() -> None:
    def gap(more_is_better: bool | None) -> str:
        drawn = svg.multiple(
            [1, 1],
            [2, 2],
            low=0,
            high=3,
            ticks=(),
            first="",
            last="",
            label="x",
            more_is_better=more_is_better,
        )
        return shapes(drawn, "polygon")[0]["class"]

    assert [gap(True), gap(False), gap(None)] == ["c-badsoft", "c-goodsoft", "c-band"]


def test_the_zones_of_a_band_lie_on_the_side_that_hurts() -> None:
    def zones(**limits: object) -> list[tuple[str, float]]:
        drawn = svg.band(3.0, low=0, high=6, label="x", width=240, **limits)  # type: ignore[arg-type]  # limits by their names
        return [(each["class"], float(each["x"])) for each in shapes(drawn, "rect")[1:]]

    assert zones(warning=4, critical=5, rising_is_worse=True) == [("c-warnsoft", 160.0), ("c-badsoft", 200.0)]
    assert zones(warning=2, critical=1, rising_is_worse=False) == [("c-warnsoft", 40.0), ("c-badsoft", 0.0)]


def test_a_value_outside_the_track_is_held_at_its_end() -> None:
    drawn = svg.band(900, low=0, high=100, warning=None, critical=None, label="x", width=240)
    assert re.search(r'd="M240\.0,', drawn)


def test_the_names_of_two_limits_close_together_are_moved_apart() -> None:
    drawn = svg.band(
        41,
        low=0,
        high=100,
        warning=50,
        critical=52,
        warning_text="50 days",
        critical_text="52 days",
        label="x",
        width=240,
    )
    left, right = (float(each["x"]) for each in shapes(drawn, "text"))
    assert right - left >= 7 * svg.LETTER
    assert (left + right) / 2 == pytest.approx((50 + 52) / 2 * 2.4, abs=0.1)
