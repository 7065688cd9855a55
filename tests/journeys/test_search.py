"""Search or jump by keyboard alone: from anywhere to a unit, a metric, a month, and back to where the focus was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.journey

EXECUTIVE, LEADER = "executive@halden.example", "u06@halden.example"
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


def asks(page: Page, query: str) -> None:
    """Type into the open dialog, and wait for the answer."""
    with page.expect_response(lambda answer: "/search/" in answer.url and answer.ok):
        page.keyboard.type(query)
    page.wait_for_selector("#jump-found:not([aria-busy])")


def active(page: Page) -> str:
    """What the arrows stand on, as a screen reader is told."""
    hit = page.get_attribute("#jump-q", "aria-activedescendant")
    return page.inner_text(f"#{hit} .jump-n") if hit else ""


def test_somebody_jumps_to_a_unit_and_its_figures_stay_those_of_the_period(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/overview/?period=2026-08&basis=ytd")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#jump[open] [role=option]")
    assert page.evaluate("document.activeElement.id") == "jump-q"

    asks(page, "cloud hos")
    assert active(page) == "Unit 6, Cloud Hosting"
    page.keyboard.press("Enter")
    page.wait_for_url("**/units/U06/?period=2026-08&basis=ytd")

    assert "YTD Aug 2026" in page.inner_text(".top .val")


def test_the_arrows_move_and_wrap_and_enter_opens_what_they_stand_on(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/units/U06/?period=2026-08")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    page.wait_for_selector("#jump[open]")
    asks(page, "margin")
    labels = [hit.inner_text() for hit in page.query_selector_all("#jump-found .jump-n")]

    seen = [active(page)]
    for _ in labels:
        page.keyboard.press("ArrowDown")
        seen.append(active(page))
    assert seen == [*labels, labels[0]]
    page.keyboard.press("ArrowUp")
    assert active(page) == labels[-1]
    assert page.get_attribute("#jump-found [aria-selected=true]", "role") == "option"
    assert page.inner_text("#jump-said") == f"{len(labels)} results"

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/units/U06/explain/gross_margin/?period=2026-08")


def test_a_month_leads_to_the_same_page_in_that_month(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/units/U06/?period=2026-08&basis=ytd")
    page.keyboard.press("Control+k")
    asks(page, "q2 2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/units/U06/?period=2026-06&basis=qtd")


def test_escape_closes_and_the_focus_is_where_it_was(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/overview/")
    page.wait_for_load_state("networkidle")
    page.focus(".kpi a[data-explain] >> nth=0")
    before = page.evaluate("document.activeElement.href")
    page.keyboard.press("Control+k")
    asks(page, "no such thing")
    assert page.is_visible("#jump-said") and page.inner_text("#jump-said") == "No matches"
    page.keyboard.press("Enter")
    assert page.is_visible("#jump[open]")

    page.keyboard.press("Escape")

    assert not page.is_visible("#jump")
    assert page.evaluate("document.activeElement.href") == before


def test_single_letters_that_are_turned_off_leave_ctrl_k(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/overview/")
    page.evaluate("localStorage.setItem('plumbline.single-keys', 'off')")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    assert not page.is_visible("#jump")
    page.keyboard.press("Control+k")

    assert page.is_visible("#jump")


def test_a_unit_leader_finds_her_unit_and_no_other(visit: Callable[..., Visit]) -> None:
    page = visit(LEADER).goto("/units/U06/")
    page.keyboard.press("Control+k")
    asks(page, "wholesale")

    assert page.inner_text("#jump-said") == "No matches"
    assert "Wholesale" not in page.inner_text("#jump-found")


def test_without_script_search_is_a_page(visit: Callable[..., Visit]) -> None:
    here = visit(EXECUTIVE)
    signed_in = here.page.context.storage_state()
    browser = here.page.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False, storage_state=signed_in) as context:
        page = context.new_page()
        page.goto(here.site.address + "/units/U06/?period=2026-08")
        page.click(".rail-search")
        page.fill("main input[name=q]", "jul 2026")
        page.keyboard.press("Enter")
        page.click("main a.jump-to")
        page.wait_for_url("**/units/U06/?period=2026-07")


def test_a_page_that_is_not_there_offers_to_look_for_it(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/units/NOWHERE/")
    page.fill("main input[name=q]", "wholesale")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=wholesale")

    assert page.is_visible("main a.jump-to[href^='/units/U07/']")


@pytest.mark.parametrize("colours", ["light", "dark", "forced"])
@pytest.mark.parametrize("width", [390, 834, 1440])
def test_the_dialog_holds_to_the_rules_of_accessibility(width: int, colours: str, visit: Callable[..., Visit]) -> None:
    here = visit(EXECUTIVE, width=width, theme="light" if colours == "forced" else colours)
    if colours == "forced":
        here.page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page = here.goto("/overview/")
    page.keyboard.press("Control+k")
    asks(page, "cloud")

    found = Axe().run(page, options=WCAG).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:160]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if colours == "forced":
        chosen = "getComputedStyle(document.querySelector('#jump-found [aria-selected=true]'))"
        assert page.evaluate(f"{chosen}.outlineStyle") == "solid", "backgrounds are gone; a border tells where one is"
