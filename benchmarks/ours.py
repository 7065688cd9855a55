"""Plumbline as a target of the side-by-side harness, whose modules are found on the path once `main` put them there.

The harness waits and checks by code that it evaluates in the page, which our content policy forbids; so waiting is
asked for from outside, and what has to stand on our page is a function of its own.
"""

from __future__ import annotations

import asyncio
import re
import sys
from typing import Any

from benchmarks.company import EXECUTIVE, ROOT

PASSWORD = "side-by-side-" * 2
SPEC = {
    "name": "ours",
    "command": f"{sys.executable} {ROOT}/manage.py up web --no-prepare",
    "env": {"PORT": "{port}", "WEB_WORKERS": "2", "PYTHONPATH": ""},
    "health": "/health/web/",
    "login": {"path": "/account/login/", "fields": {"login": EXECUTIVE, "password": PASSWORD}},
    "overview": "/overview/?basis=month",
    "overview_filtered": "/overview/?period={period}&basis=month",
    "selectors": {"ours": True},
}
MONTH = ".stepper .pop"
READY = """
(want) => {
  const number = (text) => {
    const scale = /B/.test(text) ? 1e9 : /M/.test(text) ? 1e6 : /K/i.test(text) ? 1e3 : 1;
    return parseFloat(text.replace(/[−–]/g, "-").replace(/[^0-9.\\-]/g, "")) * scale;
  };
  const shown = [...document.querySelectorAll(".kpi .val")].map((each) => number(each.textContent));
  const near = (value) => shown.some((each) => Math.abs(each - value) <= 0.006 * Math.abs(value));
  if (!want.kpis.slice(0, 2).every((text) => near(number(text)))) return false;
  const plots = [...document.querySelectorAll("[data-figure]")];
  const drawn = ".plot-container .trace, .plot-container .point, .still rect";
  if (!plots.length || plots.some((each) => each.checkVisibility() && !each.querySelector(drawn))) return false;
  if (document.querySelectorAll("#units tbody tr").length < Math.min(want.rows, 12)) return false;
  return !!document.querySelector('a[href^="/alerts/"]');
}
"""
VALUE = re.compile(r'class="val"[^>]*>(.*?)</div>', re.DOTALL)
SCALES = {"B": 1e9, "M": 1e6, "K": 1e3}


def target(name: str, port: int) -> Any:
    """A peer by its name, or ours."""
    import targets

    if name != "ours":
        return targets.make(name, port)

    class Ours(targets.Web):
        """Ours, and how a reader picks another month."""

        async def change(self, page: Any, what: str, value: str) -> None:
            await page.click(f"{MONTH} summary")
            await page.evaluate("window.__arm('click')")
            await page.click(f'{MONTH} a[href*="period={value}"]', no_wait_after=True)

    return Ours(port, SPEC)


async def pages(name: str, port: int, size: str) -> dict[str, Any]:
    """What a browser sees: milliseconds of a first visit, a repeat and a change of month, and bytes."""
    import pages as harness
    import targets

    if "cfg.ours" not in targets.READY_JS:
        targets.READY_JS = f"(want, cfg) => cfg.ours ? ({READY})(want) : ({targets.READY_JS})(want, cfg)"
        harness.wait_done, harness.interact = _waited, _only_months(harness.interact)
    return dict(await harness.measure(target(name, port), size, reps=3))


async def users(name: str, port: int, size: str, readers: int) -> dict[str, Any]:
    """What so many readers at once get, without a browser."""
    import users as harness

    class Cycle(harness.WebCycle):
        """Every answer has to show the revenue that is wanted, as we print it."""

        async def fetch(self, session: Any, method: str, path: str, body: Any = None, must: str | None = None) -> None:
            async with session.request(method, self.t.base + path, data=body) as answer:
                text = await answer.text()
            if answer.status != 200 or (must and not any(_near(must, each) for each in VALUE.findall(text))):
                raise RuntimeError(f"{path}: {answer.status}")

    theirs = harness.WebCycle
    harness.WebCycle = Cycle if name == "ours" else theirs
    try:
        return dict(await harness.measure(target(name, port), size, levels=(readers,)))
    finally:
        harness.WebCycle = theirs


def _near(wanted: str, shown: str) -> bool:
    one, other = (_number(re.sub(r"<[^>]*>|&[a-z]+;", "", text)) for text in (wanted, shown))
    return abs(one - other) <= 0.006 * abs(one)


def _number(text: str) -> float:
    found = re.search(r"(\d[\d,.]*)\s*([BMK]?)", text)
    return float(found[1].replace(",", "")) * SCALES.get(found[2], 1.0) if found else float("nan")


async def _waited(page: Any, timeout: int = 120_000) -> Any:
    """Ask again and again from outside until the page says that all stands; a page that is left has no answer."""
    from playwright.async_api import Error

    for _ in range(timeout // 20):
        try:
            said = "({done: window.__done, t0: window.__t0, origin: performance.timeOrigin, wall: window.__wall || 0})"
            found = await page.evaluate(said)
            if found["done"] is not None:
                return found
        except Error:
            pass
        await asyncio.sleep(0.02)
    raise TimeoutError("The page was never complete.")


def _only_months(interact: Any) -> Any:
    """Regions are a filter of the units with us and of all figures with others: not compared."""

    async def without_regions(page: Any, counted: Any, aimed: Any, what: str, want: Any) -> tuple[float, int]:
        if what == "region":
            return 0.0, 0
        milliseconds, size = await interact(page, counted, aimed, what, want)
        return float(milliseconds), int(size)

    return without_regions
