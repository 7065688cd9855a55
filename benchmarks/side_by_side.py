"""The overview beside other dashboards on the same figures: time of an answer, and of a first visit in a browser.

    python -m benchmarks.side_by_side HARNESS --size S [--peers floor,dash] [--rounds 5]

HARNESS is the folder of the side-by-side harness, whose own set-up was run (its README; BENCH_WORK names its work
folder); it needs psutil beside the development requirements. DATABASE_URL names a database that
`benchmarks/company.py` filled with the same size. All servers run two workers of four threads, one after the other
within each round, so that a noisy moment meets all of them. `answer` is the median of sequential requests of the whole
page by a signed-in client; `first visit` is a browser with an empty cache, from navigation until figures, charts, the
units and the alerts all stand on the page.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.company import EXECUTIVE
from benchmarks.pages import Visitor, manage, serving

PASSWORD = "side-by-side-" * 2
CHROMIUM = "/usr/bin/chromium"
PEER_PORT = 8760
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
  if (!plots.length || plots.some((each) => each.checkVisibility() && !each.querySelector(".plot-container .trace, .plot-container .point")))
    return false;
  if (document.querySelectorAll("#units tbody tr").length < Math.min(want.rows, 12)) return false;
  return !!document.querySelector('a[href^="/alerts/"]');
}
"""  # noqa: E501 - a condition reads better in one line


@dataclass(frozen=True)
class Measured:
    """Milliseconds of one round; a peer without sign-in and pages of its own has no answer to time."""

    answer: float | None
    visit: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("harness", type=Path)
    parser.add_argument("--size", default="S")
    parser.add_argument("--peers", default="floor,dash")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=30)
    options = parser.parse_args()
    sys.path.insert(0, str(options.harness.resolve()))
    environment = _prepared(options.size)
    want = _wanted(options.size)
    taken: dict[str, list[Measured]] = {}
    for _ in range(options.rounds):
        for name in ("ours", *options.peers.split(",")):
            measured = _ours(environment, want, options) if name == "ours" else _peer(name, want, options)
            taken.setdefault(name, []).append(measured)
    _print(taken)


def _wanted(size: str) -> dict[str, Any]:
    """What the newest month of the generated company must show, as the harness computes it."""
    import targets

    expected = targets.expected(size)
    newest = (expected["periods"][0], "All")
    return next(each for each in expected["want"] if (each["period"], each["region"]) == newest)


def _prepared(size: str) -> dict[str, str]:
    """The environment of our server, with a person who may sign in and static files collected."""
    environment = {**os.environ, "PYTHONPATH": ""}
    manage(environment, "collectstatic", "--noinput", "-v0")
    script = (
        f"from people.models import Person; p = Person.objects.known_as({EXECUTIVE!r}); p.set_password({PASSWORD!r});"
        "p.must_change_password = False; p.save()"
    )
    manage(environment, "shell", "-c", script)
    print(f"size {size}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    return environment


def _ours(environment: dict[str, str], want: dict[str, Any], options: argparse.Namespace) -> Measured:
    path = f"/overview/?period={want['period']}&basis=month"
    with serving(environment, workers=2) as (address, _):
        visitor = Visitor(address)
        visitor.sign_in(EXECUTIVE, PASSWORD)
        answer = _timed(lambda: visitor.read(path), options.requests)
        cookies = [{"name": each.name, "value": each.value or "", "url": address} for each in visitor.jar]
        return Measured(answer, asyncio.run(_visit(address + path, READY, {}, want, cookies)))


def _peer(name: str, want: dict[str, Any], options: argparse.Namespace) -> Measured:
    import targets

    target = targets.make(name, PEER_PORT)
    target.start(options.size)
    try:
        answer, cookies = None, []
        if isinstance(target, targets.Web):
            visitor, form = Visitor(target.base), target.spec["login"]
            visitor.sign_in(*form["fields"].values(), path=form["path"], names=tuple(form["fields"]))
            answer = _timed(lambda: visitor.read(target.spec["overview"]), options.requests)
            cookies = [{"name": each.name, "value": each.value or "", "url": target.base} for each in visitor.jar]
        visit = asyncio.run(_visit(target.url(), targets.READY_JS, target.cfg, want, cookies))
        return Measured(answer, visit)
    finally:
        target.stop()


def _timed(request: Callable[[], bytes], times: int) -> float:
    """Median milliseconds of a request, after eight that warm both workers up."""
    taken = []
    for turn in range(times + 8):
        began = time.perf_counter()
        request()
        if turn >= 8:
            taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


async def _visit(url: str, ready: str, selectors: dict[str, Any], want: dict[str, Any], cookies: list[Any]) -> float:
    """Median milliseconds of three first visits by new browsers, after one that warms the server up."""
    import pages
    from playwright.async_api import async_playwright

    found = []
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=pages.ARGS)
        for turn in range(4):
            context = await browser.new_context(viewport={"width": 1400, "height": 1300})
            await context.add_cookies(cookies)
            page = await context.new_page()
            await page.add_init_script(pages.WATCH % (ready, json.dumps(selectors), json.dumps(want)))
            await page.goto(url, wait_until="commit")
            done = None
            while done is None:  # asked again and again: our policy forbids the waiting that needs eval
                await asyncio.sleep(0.05)
                done = await page.evaluate("window.__done")
            if turn:
                found.append(done)
            await context.close()
        await browser.close()
    return median(found)


def _print(taken: dict[str, list[Measured]]) -> None:
    ours = taken["ours"]
    print(f"\n{'':10}{'answer ms':>12}{'first visit ms':>16}{'ours ÷ it: answer':>20}{'first visit':>14}")
    for name, found in taken.items():
        answers = [each.answer for each in found if each.answer is not None]
        visit = median(each.visit for each in found)
        answer = median(answers) if answers else None
        ratio = f"{median(each.answer or 0 for each in ours) / answer:.2f}" if answer else "–"
        shown = f"{answer:.1f}" if answer else "–"
        print(f"{name:10}{shown:>12}{visit:>16.0f}{ratio:>20}{median(each.visit for each in ours) / visit:>14.2f}")


if __name__ == "__main__":
    main()
