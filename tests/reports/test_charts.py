"""Figures are dictionaries that plotly accepts, and say what the statement says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from reports import charts
from reports.charts import BridgeStep, Limit
from reports.formatting import Scale

K = Scale(1_000, 0, "USD")
THOUSAND = 10_000_000
STATIC = Path(__file__).parents[2] / "static"

STEPS = [
    BridgeStep("Unit 7", "Wholesale Markets", 220 * THOUSAND, "g"),
    BridgeStep("Unit 2", "Logistics", 2 * THOUSAND, "z"),
    BridgeStep("Unit 11", "Training", -6 * THOUSAND, "z"),
    BridgeStep("Unit 10", "Retail Equipment", -331 * THOUSAND, "b"),
]
START, END = ("Budget", 8288 * THOUSAND), ("Actual", 8173 * THOUSAND)
MONTHS = ["Jul 26", "Aug 26", "Sep 26", "Oct 26"]


def bridge(**changes: Any) -> dict[str, Any]:
    return charts.bridge(drawn(**changes))


def drawn(**changes: Any) -> charts.Bridge:
    return charts.Bridge(**{"start": START, "steps": STEPS, "end": END, "scale": K} | changes)


FIGURES = {
    "bridge": bridge(),
    "bridge on a phone": charts.bridge(drawn().narrow),
    "bridge through zero": bridge(start=("Budget", -50 * THOUSAND), end=("Actual", -165 * THOUSAND)),
    "bridge without steps": bridge(steps=[], end=START),
    "columns": charts.columns(
        months=MONTHS,
        actual=[1 * THOUSAND, None, 3 * THOUSAND],
        budget=[2 * THOUSAND] * 4,
        forecast=[4 * THOUSAND],
        interval=[(3.5 * THOUSAND, 4.5 * THOUSAND)],
        limits=[Limit("critical", 3.5, "bad")],
        fired=[2],
        scale=K,
    ),
    "columns without budget": charts.columns(months=MONTHS, actual=[1 * THOUSAND], scale=K),
    "series": charts.series(
        months=MONTHS,
        values=[10.0, None, 30.0, 42.0],
        limits=[Limit("warning", 25.0, "warn"), Limit("critical", 40.0, "bad")],
        fired=[3],
    ),
    "limits that moved": charts.columns(
        months=MONTHS,
        actual=[1 * THOUSAND] * 4,
        limits=[Limit("critical", 3.5, "bad", (None, 3.0, 3.0, 3.5)), Limit("warning", 1.0, "warn", (1.0, 2.0) * 4)],
        scale=K,
    ),
    "stack": charts.stack(
        rows=[("Actual", (0.31, 0.32, None)), ("Budget", (0.32, 0.22, 0.1))],
        parts=["Support", "Cloud", "Other"],
        told=1,
    ),
}


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())
def test_plotly_accepts_the_figure_and_json_keeps_it(figure: dict[str, Any]) -> None:
    go.Figure(figure)
    assert json.loads(json.dumps(figure)) == json.loads(json.dumps(figure, allow_nan=False))


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())
def test_colours_are_names_of_tokens_and_the_room_is_known(figure: dict[str, Any]) -> None:
    text = json.dumps(figure)
    tokens = set(re.findall(r"--([\w-]+):", (STATIC / "css/tokens.css").read_text()))
    assert not re.search(r"#[0-9a-fA-F]{3,6}\b", text)
    assert set(re.findall(r"var\(--([\w-]+)\)", text)) - tokens == set()
    assert 100 <= figure["layout"]["height"] <= 900 or "without steps" in text or figure["layout"]["height"] > 0


def test_a_step_starts_where_the_one_before_ended() -> None:
    bars = FIGURES["bridge"]["data"][1]
    assert bars["base"] == [8288.0, 8508.0, 8510.0, 8504.0]
    assert bars["x"] == [220.0, 2.0, -6.0, -331.0]


def test_a_bridge_whose_totals_dwarf_its_steps_is_cut_at_a_round_value_and_says_so() -> None:
    lowest = charts.cut(start=START[1], steps=STEPS, end=END[1])
    assert lowest == 7950 * THOUSAND
    assert FIGURES["bridge"]["layout"]["xaxis"]["range"][0] == 7950.0
    assert FIGURES["bridge"]["data"][0]["base"] == [7950.0]
    assert len([each for each in FIGURES["bridge"]["layout"]["shapes"] if each["type"] == "path"]) == 2


def test_a_bridge_through_zero_starts_at_zero() -> None:
    figure = FIGURES["bridge through zero"]
    assert charts.cut(start=-50 * THOUSAND, steps=STEPS, end=-165 * THOUSAND) == 0
    assert figure["data"][0]["base"] == [0.0]
    assert figure["layout"]["xaxis"]["range"][0] < -165
    assert not [each for each in figure["layout"]["shapes"] if each["type"] == "path"]


def test_on_a_phone_small_steps_become_others_between_gains_and_losses() -> None:
    assert [(step.label, step.size // THOUSAND) for step in charts.pooled(STEPS)] == [
        ("Unit 7", 220),
        ("Others", -4),
        ("Unit 10", -331),
    ]


def test_steps_inside_tolerance_keep_a_grey_number() -> None:
    assert FIGURES["bridge"]["data"][3]["textfont"]["color"] == [
        "var(--ink)",
        "var(--good)",
        "var(--ink-2)",
        "var(--ink-2)",
        "var(--bad)",
        "var(--ink)",
    ]


def test_a_month_without_a_number_stays_empty() -> None:
    assert FIGURES["columns"]["data"][1]["y"] == [1.0, None, 3.0]
    assert FIGURES["columns"]["data"][1]["customdata"] == ["1", "–", "3"]


def test_a_forecast_is_hatched_and_carries_its_interval() -> None:
    forecast = FIGURES["columns"]["data"][2]
    assert forecast["x"] == ["Oct 26"]
    assert forecast["marker"]["pattern"]["shape"] == "/"
    assert (forecast["error_y"]["array"], forecast["error_y"]["arrayminus"]) == ([0.5], [0.5])


def test_the_zone_of_a_limit_reaches_to_the_next_worse_one() -> None:
    zones = [each for each in FIGURES["series"]["layout"]["shapes"] if each["type"] == "rect"]
    assert [(each["fillcolor"], each["y0"]) for each in zones] == [
        ("var(--warn-soft)", 25.0),
        ("var(--bad-soft)", 40.0),
    ]
    assert zones[0]["y1"] == 40.0


@pytest.mark.parametrize("name", ["<b>x</b>", '<a href="javascript:alert(1)">x</a>', "R&D"])
def test_a_name_from_a_file_is_text_and_not_markup(name: str) -> None:
    figures = [
        bridge(steps=[BridgeStep(name, name, THOUSAND, "g")]),
        charts.stack(rows=[(name, (0.5, 0.5))], parts=[name, "b"], told=0),
        charts.columns(months=["Sep"], actual=[THOUSAND], limits=[Limit(name, 1.0, "bad")], scale=K),
    ]
    for figure in figures:
        shown = json.dumps(figure["layout"]) + json.dumps([trace.get("customdata") for trace in figure["data"]])
        assert "<b>" not in shown
        assert "<a" not in shown
        assert "R&D" not in shown


def test_a_limit_that_moved_is_drawn_where_it_lay_in_each_month():
    months = ["Jun", "Jul", "Aug", "Sep"]
    moved, stood = Limit("+20% warning", 24.0, "warn", (22.0, 22.0, 24.0, 24.0)), Limit("cap", 30.0, "bad", (30.0,) * 4)
    figure = charts.columns(months=months, actual=[THOUSAND] * 4, limits=[moved, stood], scale=K)

    (stairs,) = (trace for trace in figure["data"] if trace.get("line", {}).get("shape") == "hvh")
    assert (stairs["x"], stairs["y"]) == (months, [22.0, 22.0, 24.0, 24.0])
    assert [shape["y0"] for shape in figure["layout"]["shapes"]] == [30.0]
    line = charts.series(months=months, values=[1.0, 2.0, 3.0, 4.0], limits=[moved])
    assert [shape for shape in line["layout"]["shapes"] if shape["type"] == "rect"] == []


def test_a_limit_that_moves_with_its_baseline_is_a_dash_a_month_and_no_picket_fence():
    restless = Limit("+10% warning", 11.0, "warn", (10.0, 20.0, None, 10.0, 20.0, 30.0, 11.0))
    figure = charts.columns(months=list("abcdefg"), actual=[THOUSAND] * 7, limits=[restless], scale=K)

    dashes = [(round(shape["x0"], 2), shape["y0"]) for shape in figure["layout"]["shapes"]]
    assert dashes == [(-0.42, 10.0), (0.58, 20.0), (2.58, 10.0), (3.58, 20.0), (4.58, 30.0), (5.58, 11.0)]
    assert not any(trace.get("line", {}).get("shape") == "hvh" for trace in figure["data"])


# --- drawn by the server -----------------------------------------------------------------------------------
def marks(markup: str, shape: str) -> list[dict[str, str]]:
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', each)) for each in re.findall(rf"<{shape} [^>]*>", markup)]


def test_the_still_draws_what_the_figure_draws_at_the_same_places() -> None:
    shown = drawn()
    figure, bars = charts.bridge(shown), marks(charts.still(shown), "rect")
    low, high = figure["layout"]["xaxis"]["range"]
    places = [
        (base, base + x) for trace in figure["data"][:3] for base, x in zip(trace["base"], trace["x"], strict=True)
    ]
    rows = [y for trace in figure["data"][:3] for y in trace["y"]]
    for bar, (one, other), row in zip(bars, [places[0], *places[1:-1], places[-1]], rows, strict=True):
        left, right = sorted(((each - low) / (high - low) * 100) for each in (one, other))
        assert float(bar["x"].rstrip("%")) == pytest.approx(left, abs=0.01)
        assert float(bar["width"].rstrip("%")) == pytest.approx(right - left, abs=0.02)
        middle = float(bar["y"]) + float(bar["height"]) / 2
        assert middle == pytest.approx((row + 0.5) / len(rows) * figure["layout"]["height"], abs=0.1)


def test_the_still_prints_every_number_and_name_and_its_inks() -> None:
    texts = re.findall(r'<text[^>]*class="([^"]*)">([^<]*)</text>', charts.still(drawn()))
    assert texts == [
        ("f12 k w6", "Budget"),
        ("f12 k2", "Unit 7"),
        ("f12", "Wholesale Markets"),
        ("f12 k2", "Unit 2"),
        ("f12", "Logistics"),
        ("f12 k2", "Unit 11"),
        ("f12", "Training"),
        ("f12 k2", "Unit 10"),
        ("f12", "Retail Equipment"),
        ("f12 k w6", "Actual"),
        ("f12 k w6", "8,288"),
        ("f12 g", "+220"),
        ("f12 k2", "+2"),
        ("f12 k2", "−6"),
        ("f12 b", "−331"),
        ("f12 k w6", "8,173"),
    ]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><b>x', "x" * 300 + "<i>"])
def test_a_name_in_the_still_is_text_and_not_markup(name: str) -> None:
    shown = charts.still(drawn(steps=[BridgeStep(name, name, -115 * THOUSAND, "b")]))
    assert name not in shown
    assert shown.count("<text") == shown.count("</text>")


def test_a_bridge_of_nothing_has_an_axis() -> None:
    assert "nan" not in charts.still(drawn(start=("Budget", 0), steps=[], end=("Actual", 0)))


def test_a_step_leads_where_its_unit_stands() -> None:
    steps = [BridgeStep("Unit 7", "", 3, "g", "/units/U07/"), BridgeStep("Group", "", 4, "z")]
    assert charts.bridge(drawn(steps=steps))["data"][1]["meta"] == ["/units/U07/", ""]
    assert "meta" not in charts.bridge(drawn())["data"][1]


def test_with_little_room_the_names_of_parts_that_would_run_into_each_other_stand_on_two_lines() -> None:
    rows = [("Actual", (0.40, 0.10, 0.10, 0.30))]
    parts = ["Direct", "People", "Marketing", "Cloud"]

    wide = charts.stack(rows=rows, parts=parts, told=0)["layout"]
    narrow = charts.stack(rows=rows, parts=parts, told=0, is_narrow=True)["layout"]

    lifts = {each["text"]: each["yshift"] - wide["annotations"][0]["yshift"] for each in narrow["annotations"]}
    assert len({each["yshift"] for each in wide["annotations"]}) == 1
    assert {name: lift > 0 for name, lift in lifts.items()} == {
        "Direct": False,
        "People": False,
        "Marketi…": True,
        "Cloud": False,
    }
    assert narrow["height"] - wide["height"] == max(lifts.values())


@pytest.mark.parametrize(
    ("actual", "budget", "interval", "height"),
    [
        pytest.param((30, 20), (), (10, 15), 30, id="the month before is higher"),
        pytest.param((10, 20), (), (10, 40), 40, id="the first forecast reaches higher"),
        pytest.param((10, 20), (10, 50), (10, 40), 50, id="its own budget is higher than both"),
        pytest.param((10, 20), (), (10, 15), 20, id="it is the highest"),
    ],
)
def test_the_last_actual_is_named_above_all_that_stands_beside_it(actual, budget, interval, height) -> None:
    drawn = charts.columns(
        months=("Aug", "Sep", "Oct"),
        actual=[THOUSAND * each for each in actual],
        budget=[THOUSAND * each for each in budget],
        scale=K,
        forecast=[THOUSAND * 12],
        interval=[(THOUSAND * interval[0], THOUSAND * interval[1])],
    )

    assert drawn["data"][-1]["y"] == [height]
