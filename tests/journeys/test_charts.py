"""Charts: there before any script, exact under the pointer, leading on by a click, by keyboard, and as an image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.journey

EXECUTIVE = "executive@halden.example"
OVERVIEW = "/overview/?period=2026-09&basis=qtd"
METRIC = "/units/U06/metrics/revenue/?period=2026-09"
BRIDGE = "[data-figure=bridge]"


def boxes(page: Page, marks: str) -> list[dict[str, Any]]:
    """Where the bars of the bridge stand, from top to bottom."""
    script = """(all) => all.map((each) => each.getBoundingClientRect()).filter((box) => box.width && box.height)
        .map((box) => ({x: box.x, y: box.y, width: box.width})).sort((one, other) => one.y - other.y)"""
    found: list[dict[str, Any]] = page.locator(f"{BRIDGE} {marks}").evaluate_all(script)
    return found


def drawn(page: Page) -> None:
    """Reach for the bridge, and wait until plotly has drawn it."""
    page.hover(BRIDGE)
    page.wait_for_selector(f"{BRIDGE} .barlayer .point")


def test_the_bridge_stands_without_plotly_which_is_fetched_when_reached_for(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto(OVERVIEW)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("typeof window.Plotly") == "undefined"
    assert page.locator(f"{BRIDGE} .still rect:visible").count() == 15

    drawn(page)

    assert page.locator(f"{BRIDGE} .still").count() == 0


def test_nothing_moves_when_plotly_takes_the_place_of_the_drawing(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto(OVERVIEW)
    before = boxes(page, ".still rect:visible")
    drawn(page)
    after = boxes(page, ".barlayer .point path")
    assert len(before) == len(after) == 15
    for one, other in zip(before, after, strict=True):
        assert {side: pytest.approx(one[side], abs=1.6) for side in one} == other


def test_a_bar_tells_its_exact_number_and_leads_to_its_unit(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto(OVERVIEW)
    drawn(page)
    bar = boxes(page, ".barlayer .point path")[1]
    page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + 5)
    page.wait_for_selector(f"{BRIDGE} .hoverlayer text:has-text('+220')")
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + 5)
    page.wait_for_url("**/units/U07/?period=2026-09&basis=qtd")


def test_the_table_beside_a_chart_leads_where_its_marks_do(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto(OVERVIEW)
    page.focus(".astable summary >> nth=0")
    page.keyboard.press("Enter")
    page.click(".astable a:has-text('Wholesale Markets')")
    page.wait_for_url("**/units/U07/?period=2026-09&basis=qtd")


def test_a_series_is_taken_out_by_keyboard_and_put_back(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto(METRIC)
    bars = page.locator("[data-figure=history] .barlayer .trace")
    page.wait_for_selector("[data-figure=history] .barlayer .trace")
    shown = bars.count()

    page.get_by_role("button", name="Budget", exact=True).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".under button[aria-pressed=false]")
    assert bars.count() == shown - 1
    page.keyboard.press("Enter")
    page.wait_for_selector(".under button[aria-pressed=true]")
    assert bars.count() == shown


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_is_saved_as_an_image_with_its_message_for_a_name(theme: str, visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE, theme=theme).goto(OVERVIEW)
    with page.expect_download() as download:
        page.click("text=Save image >> nth=0")
    assert download.value.suggested_filename.startswith("Four-units-lose")
    path = download.value.path()
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size > 20_000
