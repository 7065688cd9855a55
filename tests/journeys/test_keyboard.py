"""By keyboard alone: a whole journey, a miss followed to the row of a file, and an alert that is acknowledged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Visit
from tests.journeys.running import Site

pytestmark = pytest.mark.journey

EXECUTIVE, LEADER = "executive@halden.example", "u08@halden.example"


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press Tab until the focus stands on this."""
    for _ in range(most):
        if page.evaluate("what => document.activeElement.matches(what)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_a_whole_journey_by_keyboard_alone(site: Site, browser: Browser) -> None:
    """Sign in, skip to the content, jump to a unit, change the month, sort the units, and open what a figure is."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{site.address}/account/login/")
        tab_to(page, "input[name=login]")
        page.keyboard.type(EXECUTIVE)
        page.keyboard.press("Tab")
        tab_to(page, "input[name=password]")
        page.keyboard.type(site.passwords[EXECUTIVE])
        tab_to(page, "[data-reveal]")
        for shown in ("text", "password"):
            page.keyboard.press("Space")
            assert page.get_attribute("input[name=password]", "type") == shown
        tab_to(page, ".btn.pri")
        page.keyboard.press("Enter")
        page.wait_for_url("**/overview/**")
        page.wait_for_load_state("networkidle")

        page.keyboard.press("Tab")
        assert focused(page) == "Skip to content" and page.locator(".skip").is_visible()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"

        page.keyboard.press("[")
        page.wait_for_url("**period=**")
        page.wait_for_load_state("networkidle")
        tab_to(page, ".mx thead a[href*='sort=']")
        page.keyboard.press("Enter")
        page.wait_for_url("**sort=**")
        page.wait_for_load_state("networkidle")

        tab_to(page, ".mx tbody a")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("e")
        page.wait_for_selector("#drawer[open] .chain")
        assert page.evaluate("document.querySelector('#drawer').contains(document.activeElement)")
        tab_to(page, "#drawer a[href*='/explain/'], #drawer summary")
        page.keyboard.press("Escape")
        page.wait_for_selector("#drawer:not([open])", state="attached")
        assert page.evaluate("!!document.activeElement.closest('.mx')")

        page.keyboard.press("Control+k")
        page.wait_for_selector("#jump[open] [role=option]")
        page.keyboard.type("cloud hosting")
        page.wait_for_selector("#jump-found:not([aria-busy]) [role=option]:has-text('Cloud Hosting')")
        page.keyboard.press("Enter")
        page.wait_for_url("**/units/U06/**")


def test_a_miss_is_followed_to_the_row_of_a_file_by_keyboard_alone(visit: Callable[..., Visit]) -> None:
    """From the headline to the unit, down its statement to the account, to the month, and to the row as it came."""
    page = visit(EXECUTIVE).goto("/overview/?period=2026-09&basis=qtd")
    page.wait_for_load_state("networkidle")
    tab_to(page, ".headline a[href^='/units/U06/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/units/U06/**")
    page.wait_for_load_state("networkidle")

    tab_to(page, ".pl tbody button")
    page.keyboard.press("ArrowRight")
    while "Compute" not in page.evaluate("document.activeElement.closest('tr').textContent"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    page.wait_for_selector("#drawer[open] .chain")
    tab_to(page, "#drawer summary")
    page.keyboard.press("Enter")
    tab_to(page, "#drawer li a[href*='period=2026-09']")
    page.keyboard.press("Enter")
    page.wait_for_selector("#drawer :text('Compute, Unit 6, Sep 2026')")
    assert "ledger-2026-09.csv" in page.inner_text("#drawer .src")
    assert page.inner_text("#drawer .rowx code").startswith("2026-09-30;U06;53")

    tab_to(page, "#drawer a[aria-label='Open as a page']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/units/U06/explain/account:5310/**")
    assert page.inner_text("main .rowx code").startswith("2026-09-30;U06;53")


def test_an_alert_is_acknowledged_by_keyboard_alone(visit: Callable[..., Visit]) -> None:
    page = visit(LEADER).goto("/alerts/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts/*/**")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("a")
    tab_to(page, ".step-acknowledge textarea")
    page.keyboard.type("By keyboard.")
    tab_to(page, ".step-acknowledge form button")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=By keyboard.")
