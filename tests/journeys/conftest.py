"""Browsers signed in to a running Plumbline with the demonstration company."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.running import Site, prepare, running

ANSWERED = "Failed to load resource: the server responded with a status of 4"
"""A page that is not there, or a form that is refused, is an answer; the browser notes it as an error all the same."""
OVERTAKEN = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx says of a question that a newer one took the place of."""
INSIDE = ("data:", "blob:")


@dataclass
class Visit:
    """A page and what the browser complained about while it was open."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def goto(self, path: str) -> Page:
        self.page.goto(self.site.address + path)
        return self.page


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared folder without a company, for companies to be built in copies of it."""
    return prepare(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="session")
def site(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(copytree(bare, tmp_path_factory.mktemp("company"), dirs_exist_ok=True)) as site:
        yield site


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """`visit("executive@…")` signs in and gives a page; afterwards the browser must not have complained."""
    opened: list[tuple[BrowserContext, Visit]] = []

    def sign_in(email: str, *, width: int = 1440, theme: str = "light") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        page = context.new_page()
        here = Visit(page, site)
        page.on("console", lambda message: here.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: here.complaints.append(f"script: {error}"))
        page.on("request", lambda asked: here.complaints.extend(_outside(asked.url, site.address)))
        here.goto("/account/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", site.passwords[email])
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/account/login" not in url)
        opened.append((context, here))
        return here

    yield sign_in
    for context, here in opened:
        context.close()
        assert [text for text in here.complaints if not text.startswith((ANSWERED, *OVERTAKEN))] == []


def _outside(url: str, address: str) -> list[str]:
    """A complaint about a request that leaves our own origin."""
    return [] if url.startswith((f"{address}/", *INSIDE)) else [f"asked outside: {url}"]
