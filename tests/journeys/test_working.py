"""Working: a file from upload to figures, a threshold from the admin to an alert, an alert to its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.journey

FINANCE, LEADER, AUDITOR = "finance@halden.example", "u04@halden.example", "auditor@halden.example"


def test_a_file_with_a_bad_row_is_refused_with_its_place_and_lands_once_mended(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    page = visit(FINANCE).goto("/imports/")
    bad = tmp_path / "october.csv"
    bad.write_text("unit,account,period,amount\nU01,5100,2026-10,1000\nU99,5100,2026-10,12\n")

    page.set_input_files("input[type=file] >> nth=0", bad)
    page.fill("input[name=source]", "journey")
    page.get_by_role("button", name="Check", exact=False).first.click()
    page.wait_for_selector("text=U99", timeout=60_000)
    assert "row" in page.inner_text("main").lower()


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
