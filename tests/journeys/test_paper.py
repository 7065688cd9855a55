"""On how many sheets a page prints, and that it is still read there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.journeys.conftest import Visit
from tests.journeys.screens import EXECUTIVE

pytestmark = pytest.mark.journey

UNIT = "/units/U06/?period=2026-09&basis=qtd"
OVERVIEW = "/overview/?period=2026-09&basis=qtd"
GROUP = "/units/HALDEN/?period=2026-09&basis=qtd"

ONE_SHEET = re.compile(rb"/Type\s*/Page\b")
SMALLER = """least => {
    const found = new Set();
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const text = words.currentNode, place = text.parentElement;
        if (!text.data.trim() || !place.checkVisibility() || place.closest('.vh, script')) continue;
        const drawn = place.closest('svg') ? place.getScreenCTM() : null;
        const size = parseFloat(getComputedStyle(place).fontSize) * (drawn ? Math.hypot(drawn.a, drawn.b) : 1);
        if (size < least) found.add(`${size.toFixed(1)} px: ${text.data.trim().slice(0, 40)}`);
    }
    return [...found].slice(0, 5);
}"""
EIGHT_POINTS = 10.6
"""Pixels, less what rounding takes."""
SECTIONS = "() => [...document.querySelectorAll('main .sec h2')].filter(each => each.checkVisibility()).length"


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(
    ("path", "sheets"),
    [
        pytest.param(UNIT, 3, id="a unit"),
        pytest.param(GROUP, 4, id="a group, with its units and its consolidation"),
        pytest.param(OVERVIEW, 2, id="the overview"),
    ],
)
def test_a_page_prints_on_no_more_sheets_than_it_was_drawn_for(
    visit: Callable[..., Visit], path: str, sheets: int, paper: str
) -> None:
    page = visit(EXECUTIVE).goto(path)
    page.wait_for_load_state("networkidle")

    printed = page.pdf(format=paper, print_background=True)

    assert len(ONE_SHEET.findall(printed)) <= sheets


def test_a_unit_leaves_no_section_out_on_paper_and_prints_nothing_below_eight_points(
    visit: Callable[..., Visit],
) -> None:
    page = visit(EXECUTIVE).goto(UNIT)
    page.wait_for_load_state("networkidle")
    on_screen = page.evaluate(SECTIONS)

    page.set_viewport_size({"width": 696, "height": 1_000})
    page.emulate_media(media="print")

    assert page.evaluate(SECTIONS) == on_screen
    assert page.evaluate(SMALLER, EIGHT_POINTS) == []


def test_two_charts_of_a_unit_stand_side_by_side_on_paper_and_below_each_other_on_a_screen_as_wide(
    visit: Callable[..., Visit],
) -> None:
    page = visit(EXECUTIVE).goto(UNIT)
    page.set_viewport_size({"width": 696, "height": 1_000})
    charts = page.locator(".two.wide .plot")

    on_screen = [charts.nth(each).bounding_box() for each in range(2)]
    page.emulate_media(media="print")
    on_paper = [charts.nth(each).bounding_box() for each in range(2)]

    assert on_screen[0] and on_screen[1] and on_screen[0]["y"] < on_screen[1]["y"]
    assert on_paper[0] and on_paper[1] and on_paper[0]["y"] == on_paper[1]["y"]
