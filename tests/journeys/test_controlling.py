"""Controlling: a month from the file to its closing, a limit from the proposal to its approval, and the record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.journey

FINANCE, APPROVER, AUDITOR = "finance@halden.example", "approver@halden.example", "auditor@halden.example"


def test_finance_uploads_a_month_looks_at_it_and_closes_it(visit: Callable[..., Visit], tmp_path: Path) -> None:
    page = visit(FINANCE).goto("/imports/")
    month = tmp_path / "october.csv"
    month.write_text("unit,account,period,amount\nU01,5100,2026-10,1000\n")
    page.set_input_files("input[type=file] >> nth=0", month)
    page.fill("input[name=source]", "journey")
    page.get_by_role("button", name="Check", exact=False).first.click()
    page.wait_for_selector("text=What becomes of units and alerts", timeout=60_000)
    assert "Unit 1" in page.inner_text(".effects table")
    page.get_by_role("button", name="Import", exact=False).first.click(timeout=60_000)
    page.wait_for_url("**/imports/*/", timeout=60_000)
    assert "october.csv" in page.inner_text("main")

    page = visit(FINANCE).goto("/completeness/?period=2026-10")
    page.locator("summary", has_text="Close October 2026").click()
    assert "is a restatement" in page.inner_text("details[open] .popup")
    page.locator("details[open] button", has_text="Close October 2026").click()
    page.wait_for_selector("text=October 2026 is closed.")
    assert page.locator("summary", has_text="Close October 2026").count() == 0


def test_an_administrator_proposes_a_limit_and_an_approver_approves_what_was_shown(
    visit: Callable[..., Visit],
) -> None:
    page = visit(FINANCE).goto("/thresholds/contractors-over-budget/")
    page.fill("input[name=warning]", "9 %")
    page.wait_for_selector("text=A second person approves it")
    page.fill("input[name=reason]", "Nine of ten were noise")
    page.locator("#save").click()
    page.wait_for_url("**/alerts/proposals/**")
    shown = page.url
    assert page.get_by_role("button", name="Approve", exact=False).count() == 0

    page = visit(APPROVER).goto("/alerts/proposals/")
    page.locator(f"main a[href='{shown.removeprefix(page.url.partition('/alerts/')[0])}']").first.click()
    assert "Nine of ten were noise" in page.inner_text("main")
    page.get_by_role("button", name="Approve", exact=False).first.click()
    page.wait_for_selector("text=Approved. It is set, and judged from now on.")

    assert "approved" in visit(AUDITOR).goto("/record/").inner_text("main")


def test_an_auditor_verifies_the_chain_and_reads_a_deed(visit: Callable[..., Visit]) -> None:
    page = visit(AUDITOR).goto("/record/")
    page.get_by_role("button", name="Verify now").click()
    page.wait_for_selector(".vf.intact", timeout=60_000)

    assert page.locator(".vf .head code").inner_text()
    page.locator("button.tw").first.click()
    assert page.locator(".det:not([hidden]) .dd").first.inner_text()


def test_somebody_with_a_phone_acknowledges_an_alert(visit: Callable[..., Visit]) -> None:
    page = visit("u06@halden.example", width=390).goto("/alerts/")
    page.locator(".lst .it a.t", has_text="Cost to acquire a customer").first.click()
    step = page.locator(".step-acknowledge > summary")
    step.scroll_into_view_if_needed()
    step.click()
    page.fill(".step-acknowledge textarea", "Seen on the way.")
    page.locator(".step-acknowledge form button").click()
    page.wait_for_selector("text=Alert acknowledged")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_scenario_follows_its_slider_and_is_saved(visit: Callable[..., Visit]) -> None:
    page = visit("executive@halden.example").goto("/scenarios/")
    page.locator(".scns th a").first.click()
    page.wait_for_selector("input.range:not([hidden])")
    before = page.inner_text("#picture .said")
    page.locator("input.range").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("was => document.querySelector('#picture .said').innerText !== was", arg=before)

    page.get_by_role("link", name="By quarter").click()
    page.wait_for_selector("h2:has-text('Quarter by quarter')")
    page.get_by_role("button", name="Save", exact=False).first.click()
    page.wait_for_load_state("networkidle")
    assert "Quarter by quarter" in page.inner_text("main") or page.locator("#picture").count() == 1
