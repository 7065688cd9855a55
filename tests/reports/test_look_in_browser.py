"""The example pages in a real browser: the content policy holds, nothing overflows, axe finds nothing, keys work."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Browser, Page

from tests.reports.gallery import pages

pytestmark = pytest.mark.journey

ROOT = Path(__file__).parents[2]
PAGES = [name for name in pages() if name != "explanation-drawer"]
WIDTHS = (1440, 1280, 1024, 834, 390)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def policy() -> str:
    directives: dict[str, list[str]] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def page_of(path: str) -> str:
    """`/dark/unit` is the unit page in dark; whatever else is asked for is an explanation in its drawer."""
    theme, _, name = path.strip("/").partition("/")
    template, context = pages().get(name, pages()["explanation-drawer"])
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return render_to_string(template, context, request=request).replace('data-theme="system"', f'data-theme="{theme}"')


class Gallery(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/static/"):
            file = ROOT / path.lstrip("/")
            body, kind = file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        else:
            body, kind = page_of(path).encode(), "text/html; charset=utf-8"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", policy())
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """The test says what matters."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gallery)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_refused_by_the_content_policy_and_nothing_fails(name: str, page: Page, address: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}/light/{name}")
    page.wait_for_timeout(600)
    assert said == []


@pytest.mark.parametrize("name", PAGES)
def test_no_width_scrolls_sideways(name: str, page: Page, address: str) -> None:
    page.goto(f"{address}/light/{name}")
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = _too_wide(page)
    assert {width: extra for width, extra in found.items() if extra > 0} == {}


def _too_wide(page: Page) -> int:
    """By how much the page is wider than the window, once charts have been drawn anew for it."""
    wider = 0
    for _ in range(20):
        page.wait_for_timeout(100)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider <= 0:
            break
    return wider


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name: str, theme: str, page: Page, address: str) -> None:
    page.goto(f"{address}/{theme}/{name}")
    page.wait_for_timeout(600)
    results = Axe().run(page, options=RULES)
    found = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in results.response["violations"]]
    assert found == []


def test_charts_are_drawn_in_the_colours_of_the_theme(page: Page, address: str) -> None:
    page.goto(f"{address}/dark/overview")
    page.hover("[data-figure=bridge]")
    page.wait_for_selector("#main .plot .main-svg")
    fill = page.evaluate("getComputedStyle(document.querySelector('.plot .bars .point path')).stroke")
    assert fill == "rgb(218, 219, 211)"


def test_a_number_opens_its_explanation_and_escape_returns_to_it(page: Page, address: str) -> None:
    page.goto(f"{address}/light/unit")
    number = page.locator(".pl a[data-explain]").first
    number.focus()
    page.keyboard.press("e")
    page.wait_for_selector("#drawer[open] .chain")
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer:not([open])", state="attached")
    assert number.evaluate("link => link === document.activeElement")


def test_arrows_move_through_a_table_that_is_one_tab_stop(page: Page, address: str) -> None:
    page.goto(f"{address}/light/overview")
    stops = page.locator(".mx tbody a[tabindex='0']")
    assert stops.count() == 1
    stops.first.focus()
    page.keyboard.press("ArrowDown")
    assert "Logistics" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "4,163"


def test_a_line_of_the_statement_folds_what_is_below_it(page: Page, address: str) -> None:
    page.goto(f"{address}/light/unit")
    page.get_by_role("button", name="Lines of Cost of revenue").click()
    shown = page.locator(".pl tbody tr:visible th").all_inner_texts()
    assert "Compute" not in [text.strip() for text in shown]
    assert "Gross profit" in [text.strip() for text in shown]


def test_without_script_numbers_tables_and_links_are_there(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/light/overview")
    assert page.locator(".mx tbody tr").count() == 14
    page.locator("summary", has_text="Show as table").first.click()
    assert page.locator(".astable tbody tr").first.is_visible()
    assert page.locator(".kpi .val a").first.get_attribute("href") == "/explain/"
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_on_paper_a_page_says_what_it_is_fits_and_has_nothing_to_press(name: str, page: Page, address: str) -> None:
    page.set_viewport_size({"width": 688, "height": 900})  # A4 between its margins
    page.emulate_media(media="print")
    page.goto(f"{address}/dark/{name}")
    shown = page.locator(".app:not(.bare) .printed")
    assert [line for line in shown.all_inner_texts() if "Generated" not in line] == []
    assert page.locator(".app .rail:visible, .tabbar:visible, .app .btn:visible, .app form:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_on_paper_charts_are_light_and_as_wide_as_the_sheet_until_the_page_is_back(page: Page, address: str) -> None:
    page.goto(f"{address}/dark/overview")
    page.hover("[data-figure=bridge]")
    page.wait_for_selector("#main .plot .main-svg")
    drawn = """event => {
        dispatchEvent(new Event(event));
        const plot = document.querySelector(".plot");
        const svg = plot.querySelector(".main-svg");
        return [getComputedStyle(plot.querySelector(".bars .point path")).stroke, svg.width.baseVal.value];
    }"""
    before = page.locator(".plot .main-svg").first.evaluate("svg => svg.width.baseVal.value")
    assert page.evaluate(drawn, "beforeprint") == ["rgb(52, 54, 47)", 680]
    assert page.evaluate(drawn, "afterprint") == ["rgb(218, 219, 211)", before]
