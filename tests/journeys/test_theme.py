"""The theme that somebody chose is there with the first paint: no script and no later sheet decides it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.journey

EXECUTIVE = "executive@halden.example"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(22, 23, 21)"
"""The surface of each theme."""


@pytest.mark.parametrize(("system", "chosen", "surface"), [("dark", "light", LIGHT), ("light", "dark", DARK)])
def test_a_chosen_theme_stands_with_the_first_paint(
    system: str, chosen: str, surface: str, visit: Callable[..., Visit]
) -> None:
    here = visit(EXECUTIVE, theme=system)
    choose(here, chosen)
    try:
        assert [painted(here, path, system) for path in ("/overview/", "/account/")] == [(surface, chosen)] * 2
    finally:
        choose(here, "system")


@pytest.mark.parametrize(("system", "surface"), [("light", LIGHT), ("dark", DARK)])
def test_who_chose_nothing_or_is_not_signed_in_has_the_theme_of_the_system(
    system: str, surface: str, visit: Callable[..., Visit]
) -> None:
    here = visit(EXECUTIVE, theme=system)

    assert painted(here, "/overview/", system) == (surface, "light dark")
    here.page.context.clear_cookies()
    assert painted(here, "/account/login/", system) == (surface, "light dark")


def choose(here: Visit, theme: str) -> None:
    page = here.goto("/account/")
    page.click(f"button[name=theme][value={theme}]")
    page.wait_for_selector(f"html[data-theme={theme}]")


def painted(here: Visit, path: str, system: str) -> tuple[str, str]:
    """The surface of a page that runs no script, and what the browser paints before the sheets have come."""
    browser = here.page.context.browser
    assert browser is not None
    signed_in = here.page.context.storage_state()
    with browser.new_context(java_script_enabled=False, storage_state=signed_in, color_scheme=system) as context:
        page = context.new_page()
        page.goto(here.site.address + path)
        assert late_sheets(page) == 0
        surface = page.locator("body").evaluate("each => getComputedStyle(each).backgroundColor")
        return str(surface), str(page.locator("meta[name=color-scheme]").get_attribute("content"))


def late_sheets(page: Page) -> int:
    """How many sheets for the screen stand where they do not hold back the first paint."""
    return page.locator("body link[rel=stylesheet]:not([media=print]), body style").count()
