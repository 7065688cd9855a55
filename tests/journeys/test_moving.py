"""Another month, stretch or comparator stands on the same page: nothing is loaded anew, and the address says it all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.journey
EXECUTIVE, LEADER = "executive@halden.example", "u06@halden.example"


def stays(page: Page) -> None:
    """Leaves a mark that a page which is loaded anew does not have."""
    page.evaluate("window.stayed = true")


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stayed === true"))


def revenue(page: Page) -> str:
    return page.inner_text(".kpi .val >> nth=0")


@pytest.mark.parametrize("path", ["/overview/?period=2026-09&basis=month", "/units/U06/?period=2026-09"])
def test_another_month_stands_on_the_page_and_in_every_link(path: str, visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto(path)
    page.wait_for_load_state("networkidle")
    title = page.title()
    stays(page)

    page.keyboard.press("[")
    page.wait_for_url("**period=2026-08**")
    page.wait_for_selector("#moved:has-text('Aug')", state="attached")

    assert stayed(page)
    assert page.text_content("#moved") == page.title() != title
    assert "period=2026-08" in (page.get_attribute("#rail a[data-place=alerts]", "href") or "")
    assert page.input_value("#jump-kept input[name=period]") == "2026-08"


def test_charts_are_drawn_for_the_month_that_was_picked(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/overview/?period=2026-09&basis=month")
    page.wait_for_selector(".plot .still rect")
    stays(page)

    page.click("#picker-month")
    page.click(".stepper .months a[href*='period=2026-07']")
    page.wait_for_url("**period=2026-07**")
    page.wait_for_selector(".plot .still rect")

    assert stayed(page)
    assert page.evaluate("document.activeElement.id") == "picker-month"


def test_back_leads_to_the_month_before_with_its_figures(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/overview/?period=2026-09&basis=month")
    was = revenue(page)
    page.click("#picker-previous")
    page.wait_for_url("**period=2026-08**")
    page.wait_for_selector("main:not([aria-busy])")
    assert revenue(page) != was

    page.go_back()
    page.wait_for_url("**period=2026-09**")
    page.wait_for_load_state("networkidle")
    assert revenue(page) == was


def test_the_month_is_asked_for_once_and_as_soon_as_the_mouse_is_over_it(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/overview/?period=2026-09&basis=month")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "period=2026-08" in request.url else None)
    stays(page)

    with page.expect_response("**/overview/?period=2026-08**"):
        page.hover("#picker-previous")
    assert "period=2026-09" in page.url
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**period=2026-08**")
    page.wait_for_selector("main:not([aria-busy])")

    assert len(asked) == 1
    assert stayed(page)


def test_a_month_that_the_mouse_was_over_long_ago_is_asked_for_again(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/overview/?period=2026-09&basis=month")
    page.wait_for_load_state("networkidle")
    with page.expect_response("**/overview/?period=2026-08**"):
        page.hover("#picker-previous")
    page.wait_for_timeout(2100)

    with page.expect_response("**/overview/?period=2026-08**"):
        page.mouse.down()
        page.mouse.up()


def test_a_month_of_which_nothing_is_known_is_a_page_of_its_own(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/overview/?period=2026-09&basis=month")
    stays(page)
    page.click(".only-dt summary.asof")
    page.fill("#known-on", "2020-01-01")
    page.click(".moments button:has-text('Show')")
    page.wait_for_url("**as_of=2020-01-01**")
    page.wait_for_load_state("networkidle")

    assert not stayed(page)
    assert page.query_selector(".kpi") is None


def test_whoever_is_signed_out_meanwhile_is_led_to_signing_in(visit: Callable[..., Visit]) -> None:
    page = visit(LEADER).goto("/units/U06/?period=2026-09")
    page.context.clear_cookies()
    page.click("#picker-previous")
    page.wait_for_url("**/account/login/**")

    assert page.is_visible("input[name=login]")
