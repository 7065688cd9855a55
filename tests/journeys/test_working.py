"""Working: a file from upload to figures, a threshold from the admin to an alert, an alert to its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.journey

FINANCE, LEADER, AUDITOR = "finance@halden.example", "u04@halden.example", "auditor@halden.example"


def test_a_file_with_a_bad_row_is_refused_with_its_place_and_lands_once_mended(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    page = visit(FINANCE).goto("/imports/")
    bad = tmp_path / "november.csv"  # another journey closes October
    bad.write_text("unit,account,period,amount\nU01,5100,2026-11,1000\nU99,5100,2026-11,12\n")

    page.set_input_files("input[type=file] >> nth=0", bad)
    page.fill("input[name=source]", "mended")
    page.get_by_role("button", name="Check", exact=False).first.click()
    page.wait_for_selector("text=U99", timeout=60_000)
    assert "row" in page.inner_text("main").lower()

    page.locator("main .fix button", has_text="Leave out").first.click()
    page.get_by_role("button", name="Import", exact=False).first.click(timeout=60_000)
    page.wait_for_selector("text=Imported", timeout=60_000)


def test_the_owner_takes_an_alert_and_the_record_knows(visit: Callable[..., Visit]) -> None:
    page = visit(LEADER).goto("/alerts/")
    page.get_by_role("link", name="Contractors 67% over budget").first.click()
    page.locator(".step-acknowledge > summary").click()
    page.fill(".step-acknowledge textarea", "Two contracts end in November.")
    page.locator(".step-acknowledge form button").click()
    page.wait_for_selector("text=Alert acknowledged")
    page.wait_for_selector("text=Two contracts end in November.")

    record = visit(AUDITOR).goto("/record/")
    assert "acknowledged the alert" in record.inner_text("main")


def test_an_administrator_back_tests_a_limit_and_saves_it(visit: Callable[..., Visit]) -> None:
    """She drags a unit's own limit, reads what it would have done, and saves it alone."""
    page = visit(FINANCE).goto("/thresholds/")
    page.locator("main a[href^='/thresholds/']").get_by_text("Operating margin", exact=True).first.click()
    page.wait_for_selector("text=With its limits of today this rule would have fired")
    warning = page.locator("input[name=warning]")
    before = warning.input_value()

    grip = page.locator(".lim[data-field=warning] .grip").bounding_box()
    assert grip is not None
    page.mouse.move(grip["x"] + 4, grip["y"] + 7)
    page.mouse.down()
    page.mouse.move(grip["x"] + 4, grip["y"] + 17, steps=5)
    page.mouse.up()
    page.wait_for_selector("text=With these limits this rule would have fired")
    dragged = warning.input_value()
    assert dragged != before
    page.locator(".lim[data-field=warning]").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("before => document.querySelector('input[name=warning]').value !== before", arg=dragged)

    warning.fill("2 %")
    page.wait_for_selector(".lvl.chg >> text=Warning from")
    page.wait_for_selector("#saving >> text=Before you save")
    page.fill("input[name=reason]", "Too early a warning")
    page.locator("#save").click()
    page.wait_for_selector("text=It judges from now on.")
    assert "Too early a warning" in page.locator(".versions").inner_text()
    assert page.locator("input[name=warning]").input_value() == "2 %"


def test_a_limit_is_tried_without_script(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address + "/account/login/")
    page.fill("input[name=login]", FINANCE)
    page.fill("input[name=password]", site.passwords[FINANCE])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(site.address + "/thresholds/contractors-over-budget/")
    page.fill("input[name=warning]", "6 %")
    page.locator("#try").click()

    assert "With these limits this rule would have fired" in page.inner_text("#tried")
    assert "A second person approves it" in page.inner_text("#saving")
    context.close()


def test_a_unit_leader_explains_a_variance_and_her_executive_accepts(visit: Callable[..., Visit]) -> None:
    page = visit("u10@halden.example").goto("/units/U10/?period=2026-09")
    page.locator("a.cm.need").first.click()
    line = page.locator("#drawer h2").inner_text()
    page.fill("#drawer textarea[name=text]", "A trade fair was moved into September.")
    page.select_option("#drawer select[name=cause]", "phasing")
    page.select_option("#drawer select[name=nature]", "timing")
    page.select_option("#drawer select[name=reverses]", label="Nov 2026")
    page.get_by_role("button", name="Submit", exact=True).click()
    page.wait_for_selector("text=Submitted. Whoever accepts it")

    page = visit("executive@halden.example").goto("/commentary/?period=2026-09")
    page.locator("#waiting a", has_text=line.split(",")[0]).first.click()
    page.get_by_role("button", name="Accept", exact=True).click()
    page.wait_for_selector("text=Accepted by Clara Voss")

    assert "accepted the commentary" in visit(AUDITOR).goto("/record/").inner_text("main")
