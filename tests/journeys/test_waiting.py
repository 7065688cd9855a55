"""Waiting: whatever takes longer than a moment says so, to the eye and to a screen reader, and is not begun twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.journey

FINANCE, LEADER = "finance@halden.example", "u06@halden.example"
UNIT = "/units/U06/?period=2026-09"
LINE = "/units/U06/commentary/?period=2026-09&basis=month&line=account%3A5320"
HEARD = """() => {
  const hear = () => {
    const words = [...document.querySelectorAll("form [role=status]")].map((each) => each.textContent).filter(Boolean);
    if (words.length) sessionStorage.heard = words.join();
  };
  new MutationObserver(hear).observe(document.body, { subtree: true, childList: true });
}"""
"""Keeps what was said beside a form where the next page of the same tab finds it."""


def far_away(page: Page) -> Page:
    """The page over a network that takes more than a second to answer."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    speed = {"latency": 1_500, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
    wire.send("Network.emulateNetworkConditions", {"offline": False, **speed})
    return page


def test_a_file_that_takes_its_time_says_so_and_says_when_it_is_there(visit: Callable[..., Visit]) -> None:
    page = far_away(visit(FINANCE).goto(UNIT))
    with page.expect_download() as file:
        page.get_by_role("button", name="Export", exact=True).click()
        page.get_by_role("status").get_by_text("Export: under way …").wait_for(state="attached")
        assert page.locator("button.busy[aria-busy=true]").count() == 1

    assert file.value.suggested_filename == "statement.csv"
    page.get_by_role("status").get_by_text("statement.csv is saved.").wait_for(state="attached")
    assert page.locator(".busy").count() == 0


def test_a_file_that_is_refused_ends_on_the_page_that_says_why(visit: Callable[..., Visit]) -> None:
    page = visit(FINANCE).goto(UNIT)
    page.context.clear_cookies()
    page.get_by_role("button", name="Export", exact=True).click()

    page.wait_for_url(lambda url: "/units/U06/?" not in url)


def test_another_month_that_takes_its_time_says_so(visit: Callable[..., Visit]) -> None:
    page = far_away(visit(FINANCE).goto(UNIT))
    page.get_by_role("link", name="YTD", exact=True).first.click(no_wait_after=True)

    page.locator("#moved", has_text="Loading …").wait_for(state="attached")
    page.locator("#moved", has_text="Unit 6").wait_for(state="attached")
    assert page.locator("#main[aria-busy]").count() == 0


def test_a_press_that_is_under_way_is_heard_and_not_taken_twice(visit: Callable[..., Visit]) -> None:
    page = visit(LEADER).goto(LINE)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.fill("textarea[name=text]", "Storage is cheaper since July.")
    page.select_option("select[name=cause]", "price")
    page.select_option("select[name=nature]", "permanent")
    page.evaluate(HEARD)
    save = far_away(page).get_by_role("button", name="Save as draft")
    save.evaluate("button => { button.click(); setTimeout(() => button.click(), 300); }")

    page.wait_for_selector("text=The draft is saved.")
    assert page.evaluate("sessionStorage.heard") == "Save as draft: under way …"
    assert len(sent) == 1


def test_a_number_of_alerts_that_changed_is_heard(visit: Callable[..., Visit]) -> None:
    page = visit(LEADER).goto(UNIT)
    page.wait_for_load_state("networkidle")

    def one_more(route: Route) -> None:
        answer = route.fetch(headers={k: v for k, v in route.request.headers.items() if k != "if-none-match"})
        route.fulfill(response=answer, json={**answer.json(), "waiting": 7}, headers={"ETag": '"another"'})

    page.route("**/alerts/waiting/**", one_more)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # looks now, not in half a minute

    page.locator("#moved", has_text="7 alerts wait for you.").wait_for(state="attached")
    assert set(page.locator("[data-live-count]").all_text_contents()) == {"7"}


@pytest.mark.parametrize(
    ("address", "field", "typed", "said"),
    [
        ("/thresholds/contractors-over-budget/", "input[name=warning]", "11 %", "The past of these limits"),
        ("/scenarios/", "input[name=value] >> nth=0", "4", "The scenario"),
    ],
)
def test_a_picture_that_is_drawn_anew_says_so(
    visit: Callable[..., Visit], address: str, field: str, typed: str, said: str
) -> None:
    page = visit(FINANCE).goto(address)
    if address == "/scenarios/":
        page.locator("main table a[href^='/scenarios/']").first.click()
        page.wait_for_load_state("networkidle")
    far_away(page).fill(field, typed)

    page.get_by_role("status").get_by_text(f"{said}: under way …").wait_for(state="attached")
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
