"""From a limit that is dragged to the changed picture: milliseconds as a reader of the page of a threshold sees them.

    python -m benchmarks.drag [--threshold cloud-over-budget] [--months 36] [--drags 20]

The demonstration company in a folder of its own, one web worker of four threads on loopback, headless Chromium
(Debian's) with the development requirements. A limit is held with the mouse and moved by a few pixels, there and back;
each time is taken in the page, from the event of the pointer until the frame that shows the new back-test of all units
and months. `server` is the part of it between question and answer.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.pages import Visitor, manage, serving

PERSON = "finance@halden.example"
LIMIT = "#tried .lim[data-field]"
STEP, CALM = 9, 900
"""Pixels of a drag, and milliseconds until the page has nothing more to ask."""

WATCH = """() => {
  const tried = document.getElementById("tried");
  let began = 0;
  performance.clearResourceTimings();
  tried.addEventListener("pointermove", (event) => { began = event.timeStamp; }, { once: true, capture: true });
  window.changed = new Promise((resolve) => new MutationObserver((_, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => {
      const asked = performance.getEntriesByType("resource").find((each) => each.name.endsWith("/try/"));
      resolve([performance.now() - began, asked.responseStart - asked.requestStart]);
    }));
  }).observe(tried, { childList: true }));
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threshold", default="cloud-over-budget")
    parser.add_argument("--months", type=int, default=36, choices=(12, 24, 36))
    parser.add_argument("--drags", type=int, default=20)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "PLUMBLINE_VAR": folder}
        environment.pop("DATABASE_URL", None)
        manage(environment, "migrate", "-v0")
        people = {
            each["email"]: each["password"] for each in json.loads(manage(environment, "demo", "--json"))["people"]
        }
        manage(environment, "collectstatic", "--noinput", "-v0")
        with serving(environment, workers=1) as (address, _):
            visitor = Visitor(address)
            visitor.sign_in(PERSON, people[PERSON])
            found = dragged(visitor, f"/thresholds/{options.threshold}/?months={options.months}", options.drags)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {len(found)} drags\n")
    print(f"{'':14}{'median ms':>10}{'worst':>8}")
    for place, label in enumerate(("to picture", "server")):
        times = [each[place] for each in found]
        print(f"{label:14}{median(times):10.0f}{max(times):8.0f}")


def dragged(visitor: Visitor, path: str, drags: int) -> list[list[float]]:
    """By drag the milliseconds until its picture stands, and those of the server."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.context.add_cookies(
            [{"name": each.name, "value": str(each.value), "url": visitor.address} for each in visitor.jar]
        )
        page.goto(visitor.address + path)
        return [_drag(page, STEP if place % 2 else -STEP) for place in range(drags)]


def _drag(page: Any, pixels: int) -> list[float]:
    box = page.locator(LIMIT).first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.wait_for_timeout(CALM)
    page.evaluate(WATCH)
    page.mouse.move(x, y + pixels)
    found: list[float] = page.evaluate("() => window.changed")
    page.mouse.up()
    page.wait_for_timeout(CALM)
    return found


if __name__ == "__main__":
    main()
