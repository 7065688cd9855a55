"""Every page beyond what axe can see: twice as large, without motion, in colours of the system, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.journeys.running import Site
from tests.journeys.screens import SCREENS, Screen, forbidden, signed_in

pytestmark = pytest.mark.journey

WIDER_THAN_WINDOW = "() => document.documentElement.scrollWidth - innerWidth"
TWICE, FOUR_TIMES = 640, 320
"""What is left of a window of 1280 pixels at 200 and 400 per cent."""
MOVING = """() => [...document.querySelectorAll('*')].filter(each => {
    const shown = getComputedStyle(each);
    return [shown.transitionDuration, shown.animationDuration].join().split(',').some(time => parseFloat(time) > 0.01)
        && shown.transitionProperty !== 'none';
}).map(each => `${each.tagName.toLowerCase()}.${each.className}`).slice(0, 5)"""
UNSEEN = """() => [...document.querySelectorAll('.bar, .swatch, .sev, .tri, .dot')].filter(each =>
    each.checkVisibility() && !each.closest('svg')).filter(each => {
    const shown = getComputedStyle(each);
    const has_edge = ['Top', 'Right', 'Bottom', 'Left'].some(side =>
        parseFloat(shown[`border${side}Width`]) > 0 && shown[`border${side}Style`] !== 'none');
    return shown.forcedColorAdjust !== 'none' && !has_edge && !each.textContent.trim() && !each.querySelector('svg');
}).map(each => `${each.tagName.toLowerCase()}.${each.className}`).slice(0, 5)"""

MARGINS = 98
"""Pixels of the two margins, 13 mm each."""
PAPERS = {"A4": 794, "Letter": 816, "A4 landscape": 1123}
"""How wide a sheet is, in pixels of 96 to the inch."""
OF_NO_PERIOD = {
    "units", "search", "terms", "term", "rules", "silences", "gaps", "thresholds", "threshold-new", "proposals",
    "proposal", "planning", "division", "scenarios", "imports", "import", "upload-map", "upload-check",
    "upload-preview", "runs", "record", "account", "not-found", "forbidden",
}  # fmt: skip
"""Screens in our frame without figures of a stretch of time."""
A_PERIOD = r"\b(Q[1-4]|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* (20)?\d\d\b"
LEFT_OUT = ".rail, .tabbar, .skip, dialog, .btn, .pager, .crumb, kbd, .messages, summary.asof + *"

WIDER = """paper => [...document.querySelectorAll('body *')].filter(each => {
    const box = each.getBoundingClientRect(), shown = getComputedStyle(each);
    const hidden = shown.visibility === 'hidden' || each.closest('.vh, [hidden], svg, .main-svg') || box.width === 0;
    return !hidden && (box.right > paper + 1 || box.left < -1);
}).map(each => `${each.tagName.toLowerCase()}.${each.className} to ${Math.round(each.getBoundingClientRect().right)}: `
    + `${each.textContent.trim().slice(0, 40)}`).slice(0, 5)"""
CUT = """() => [...document.querySelectorAll('main *')].filter(each => {
    const shown = getComputedStyle(each);
    return each.scrollWidth > each.clientWidth + 2 && each.clientWidth > 1 && !each.closest('.vh, svg')
        && ['hidden', 'auto', 'scroll', 'clip'].includes(shown.overflowX) && shown.textOverflow !== 'ellipsis';
}).map(each => `${each.tagName.toLowerCase()}.${each.className}: ${each.textContent.trim().slice(0, 40)}`)"""
SHOWN = """what => [...document.querySelectorAll(what)].filter(each => each.checkVisibility())
    .map(each => `${each.tagName.toLowerCase()}.${each.className}: ${each.textContent.trim().slice(0, 40)}`)"""


@pytest.fixture(scope="module")
def readers(site: Site, browser: Browser) -> Iterator[dict[str, Page]]:
    """A page for each reader of the screens, signed in once."""
    with ExitStack() as opened:
        people = {each.person for each in SCREENS}
        yield {each: opened.enter_context(signed_in(browser, site, each, "light")) for each in people}


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_page_is_whole_however_it_is_looked_at(screen: Screen, readers: dict[str, Page], site: Site) -> None:
    page = readers[screen.person]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(reduced_motion="reduce", forced_colors="none", media="screen")
    screen.open(page, site)

    found = [
        *_hard_to_reach(page),
        *_in_motion(page),
        *_too_wide_when_larger(page),
        *_unseen_in_system_colours(page),
        *_wrong_on_paper(page, is_form=not screen.person),
        *_unsaid_on_paper(page, has_period=screen.name not in OF_NO_PERIOD),
    ]

    assert found == []


def _hard_to_reach(page: Page) -> list[str]:
    """What WCAG 2.2 AA forbids: on a desktop by day and by night, and on a phone."""
    looks: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 1440), ("dark", 390))
    found = []
    for theme, width in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        found += [f"{rule} at {width}, {theme}" for rule in forbidden(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


def _in_motion(page: Page) -> list[str]:
    """What moves although the reader asked that nothing does."""
    running = page.evaluate("document.getAnimations().filter(each => each.playState === 'running').length")
    return [f"moves: {each}" for each in page.evaluate(MOVING)] + (["an animation runs"] if running else [])


def _too_wide_when_larger(page: Page) -> list[str]:
    """How many pixels have to be scrolled sideways at 200 and 400 per cent."""
    found = []
    for width in (TWICE, FOUR_TIMES):
        page.set_viewport_size({"width": width, "height": 450})
        with suppress(PlaywrightTimeout):  # charts are drawn anew some moments after the window has its new width
            page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth", timeout=5_000)
        wider = page.evaluate(WIDER_THAN_WINDOW)
        found += [f"{wider} pixels too wide at {width}"] if wider > 0 else []
    return found if page.locator("h1:visible, h2:visible").count() else [*found, "no heading when larger"]


def _unseen_in_system_colours(page: Page) -> list[str]:
    """Marks that are nothing but a colour of ours, and a focus without an outline."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(forced_colors="active")
    found = [f"unseen: {each}" for each in page.evaluate(UNSEEN)]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.emulate_media(forced_colors="none")
    return found if outline != "none" else [*found, "the focus is unseen"]


def _wrong_on_paper(page: Page, *, is_form: bool) -> list[str]:
    """What is cut or wider than the sheet on A4 and Letter, and what paper has no use for, but where the page is
    nothing but its form."""
    page.emulate_media(media="print")
    found = []
    for paper, width in PAPERS.items():
        page.set_viewport_size({"width": width - MARGINS, "height": 1_000})
        page.wait_for_timeout(150)
        found += [f"{paper}: {each}" for each in page.evaluate(WIDER, width - MARGINS) + page.evaluate(CUT)]
    found += [] if is_form else page.evaluate(SHOWN, LEFT_OUT)
    page.emulate_media(media="screen")
    return found


def _unsaid_on_paper(page: Page, *, has_period: bool) -> list[str]:
    """What a sheet in our frame does not say although nobody can ask it: as known when, and of which period."""
    page.emulate_media(media="print")
    head = page.locator(".printed")
    said = head.inner_text() if head.count() else ""
    text = page.locator("main").inner_text()
    page.emulate_media(media="screen")
    if not said:
        return []
    found = [] if re.search(r"As known on \d+ \w+ 20\d\d", said) else [f"as known when? {said}"]
    return found + (["of which period?"] if has_period and not re.search(A_PERIOD, text.replace(said, "")) else [])
