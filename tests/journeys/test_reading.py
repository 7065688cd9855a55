"""Reading: from the group's result to the row of a file, each in his own part of the company."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.journey

EXECUTIVE, LEADER, FINANCE, AUDITOR = (
    "executive@halden.example",
    "u06@halden.example",
    "finance@halden.example",
    "auditor@halden.example",
)
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


def test_an_executive_follows_the_result_down_to_an_imported_row(visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE).goto("/overview/?period=2026-09&basis=qtd")

    assert "$7.96M" in page.inner_text(".headline")
    page.wait_for_selector(".plot .still rect")
    page.click(".kpi a[data-explain] >> nth=0")
    drawer = page.wait_for_selector("#drawer[open] .chain")
    assert "Formula" in drawer.inner_text()
    assert "ledger-2026-09" in page.inner_text("#drawer")
    page.keyboard.press("Escape")
    assert page.query_selector("#drawer[open]") is None


def test_every_page_can_be_read_before_any_script_runs(visit: Callable[..., Visit]) -> None:
    here = visit(EXECUTIVE)
    signed_in = here.page.context.storage_state()
    browser = here.page.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False, storage_state=signed_in) as context:
        page = context.new_page()
        page.goto(here.site.address + "/units/U06/?period=2026-09")
        assert "Operating income" in page.inner_text("main")
        assert page.locator("table tbody tr").count() > 10


def test_a_unit_leader_lands_on_her_unit_and_finds_no_other(visit: Callable[..., Visit]) -> None:
    here = visit(LEADER)

    assert here.page.url.startswith(here.site.address + "/units/U06/")
    assert here.page.goto(here.site.address + "/units/U07/").status == 404
    assert "Wholesale Markets" not in here.page.content()


@pytest.mark.parametrize("width", [390, 834, 1440])
@pytest.mark.parametrize("path", ["/overview/", "/units/U06/", "/alerts/"])
def test_no_page_scrolls_sideways(path: str, width: int, visit: Callable[..., Visit]) -> None:
    page = visit(EXECUTIVE, width=width).goto(path)
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
