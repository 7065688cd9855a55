"""Every main page of three hundred long names, and of names that nobody should trust, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.odd import PAGES
from tests.journeys.running import on, program, serving

pytestmark = pytest.mark.journey

NAMES = ("many", "hostile")
WIDE, NARROW = 1440, 390
FORBIDDEN = """document.addEventListener('securitypolicyviolation',
    event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""
WIDER = """() => {
    const beyond = each => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.scroll, svg, .vh');
    const named = each => `${each.tagName.toLowerCase()}.${each.className}: ${each.textContent.trim().slice(0, 40)}`;
    const found = [...document.querySelectorAll('body *')].filter(beyond).map(named).slice(-3);
    return document.documentElement.scrollWidth > innerWidth ? ['the page', ...found] : [];
}"""
INJECTED = """() => [...document.querySelectorAll('*')].filter(each =>
    [...each.attributes].some(one => one.name.startsWith('on') || /^\\s*(javascript|data):/i.test(one.value)
        && ['href', 'action', 'formaction'].includes(one.name))
    || each.matches('script:not([src]):not([type="application/json"]), iframe, object, embed, base, img[src="x"]')
).map(each => each.outerHTML.slice(0, 120))"""


@dataclass
class Odd:
    """A company in the browser: a page for each who reads, where they go, and what the browser said meanwhile."""

    address: str
    pages: dict[str, Page]
    addresses: dict[str, list[str]]
    said: list[str]


@pytest.fixture(scope="module")
def companies(bare: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[dict[str, Odd]]:
    """The companies by their names, built side by side and served."""

    def build(name: str) -> tuple[Path, dict[str, str], dict[str, Any]]:
        folder = copytree(bare, tmp_path_factory.mktemp(name), dirs_exist_ok=True)
        environment = on(folder)
        return folder, environment, json.loads(program(environment, "-m", "tests.journeys.odd", name))

    with ThreadPoolExecutor() as side_by_side, ExitStack() as opened:
        built = dict(zip(NAMES, side_by_side.map(build, NAMES), strict=True))
        yield {name: opened.enter_context(shown(*each, browser)) for name, each in built.items()}


@contextmanager
def shown(folder: Path, environment: dict[str, str], built: dict[str, Any], browser: Browser) -> Iterator[Odd]:
    """A company that was built, served for as long as the block lasts."""
    said: list[str] = []
    with serving(folder, environment, {}, "web") as site, ExitStack() as opened:
        pages = {}
        for who, session in built["sessions"].items():
            context = opened.enter_context(browser.new_context(viewport={"width": WIDE, "height": 900}))
            context.add_cookies([{"name": "sessionid", "value": session, "url": site.address}])
            pages[who] = context.new_page()
            _listen(pages[who], site.address, said)
        yield Odd(site.address, pages, built["addresses"], said)


def _listen(page: Page, address: str, said: list[str]) -> None:
    """Note whatever a page must not do: complain, open a dialog, ask elsewhere."""
    page.add_init_script(FORBIDDEN)
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on(
        "request", lambda asked: None if asked.url.startswith((address, "data:", "blob:")) else said.append(asked.url)
    )


EACH = [pytest.param(who, place, id=page) for who, pages in PAGES.items() for place, page in enumerate(pages)]


@pytest.mark.parametrize(("who", "place"), EACH)
def test_a_page_of_three_hundred_long_names_holds_in_a_browser(who: str, place: int, companies: dict[str, Odd]) -> None:
    assert wrong_with(companies["many"], who, place) == []


@pytest.mark.parametrize(("who", "place"), EACH)
def test_a_page_of_hostile_names_does_nothing_in_a_browser(who: str, place: int, companies: dict[str, Odd]) -> None:
    assert wrong_with(companies["hostile"], who, place) == []


def wrong_with(odd: Odd, who: str, place: int) -> list[str]:
    """What the browser finds wrong with a page, wide and narrow."""
    odd.said.clear()
    page, found = odd.pages[who], []
    page.set_viewport_size({"width": WIDE, "height": 900})
    answer = page.goto(odd.address + odd.addresses[who][place])
    assert answer is not None
    found += [] if answer.status == 200 else [f"answered {answer.status}"]
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(50)
        found += [f"too wide at {width}: {each}" for each in page.evaluate(WIDER)]
        found += [] if page.locator("h1:visible, h2:visible").count() else [f"no heading at {width}"]
    return found + [f"injected: {each}" for each in page.evaluate(INJECTED)] + odd.said
