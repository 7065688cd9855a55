"""`make screens`: every page of the product as a picture, and what a reader of it would trip over.

    python -m tests.journeys.screens [FOLDER] [--only overview,unit]

Serves the demonstration company and writes FOLDER/<page>-<width>[-dark].png (FOLDER is var/screens) at 1440, 834
and 390 pixels in both themes, the whole length of each page. Each page is also searched by axe for what WCAG 2.2 AA
forbids, for what is wider than the window, and for what the browser complains of. Prints a line for each page; ends
with status 1 where anything was found.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import FLAGS
from tests.journeys.running import ROOT, Site, prepare, running

WIDTHS = (1440, 834, 390)
THEMES = ("light", "dark")
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

EXECUTIVE, LEADER, FINANCE, APPROVER, AUDITOR, ACCESS = (
    f"{name}@halden.example" for name in ("executive", "u06", "finance", "approver", "auditor", "access")
)


@dataclass(frozen=True)
class Screen:
    """A page: its name, who looks at it, and its address; with `link`, what the first link there that fits leads to,
    which is the route `leads_to`."""

    name: str
    person: str
    path: str
    link: str = ""
    leads_to: str = ""

    def open(self, page: Page, site: Site) -> None:
        """Go there."""
        page.goto(site.address + self.path)
        if self.link:
            page.goto(site.address + str(page.locator(self.link).first.get_attribute("href")))


SCREENS = (
    Screen("sign-in", "", "/account/login/"),
    Screen("home", APPROVER, "/home/?period=2026-09"),
    Screen("home-arranged", APPROVER, "/home/?period=2026-09&arrange=1&save=/overview/%3Fperiod%3D2026-09"),
    Screen("overview", EXECUTIVE, "/overview/?period=2026-09&basis=qtd"),
    Screen("overview-month", EXECUTIVE, "/overview/?period=2026-09"),
    Screen("overview-last-year", EXECUTIVE, "/overview/?period=2026-09&basis=qtd&against=prior-year"),
    Screen("units", EXECUTIVE, "/units/"),
    Screen("group", EXECUTIVE, "/units/HALDEN/?period=2026-09&basis=qtd"),
    Screen("unit", EXECUTIVE, "/units/U06/?period=2026-09&basis=qtd"),
    Screen("unit-of-a-leader", LEADER, "/units/U06/?period=2026-09"),
    Screen("explanation", EXECUTIVE, "/units/U06/explain/operating_margin/?period=2026-09&basis=qtd"),
    Screen("problems", EXECUTIVE, "/units/U06/explain/operating_margin/problems/?period=2026-09&basis=qtd"),
    Screen("forecast", EXECUTIVE, "/units/U06/forecast/revenue/?period=2026-09"),
    Screen("commentary", EXECUTIVE, "/commentary/?period=2026-09"),
    Screen("commentary-of-a-line", EXECUTIVE, "/units/U06/commentary/?period=2026-09&line=account:5310"),
    Screen("commentary-of-a-unit", LEADER, "/units/U06/commentary/?period=2026-09"),
    Screen("metrics", EXECUTIVE, "/units/U06/metrics/?period=2026-09"),
    Screen("metric", EXECUTIVE, "/units/U06/metrics/operating_margin/?period=2026-09"),
    Screen("resources", EXECUTIVE, "/resources/?period=2026-09&basis=ytd"),
    Screen("resources-of-a-leader", LEADER, "/resources/?period=2026-09"),
    Screen("completeness", FINANCE, "/completeness/"),
    Screen("search", EXECUTIVE, "/search/?q=margin"),
    Screen("terms", EXECUTIVE, "/terms/"),
    Screen("term", EXECUTIVE, "/terms/operating_margin/"),
    Screen("alerts", EXECUTIVE, "/alerts/"),
    Screen("alert", EXECUTIVE, "/alerts/", "main li.it a.t", "alerts:detail"),
    Screen("rules", EXECUTIVE, "/alerts/rules/"),
    Screen("silences", FINANCE, "/alerts/silences/"),
    Screen("quiet", EXECUTIVE, "/alerts/quiet/?unit=U06&metric=operating_margin&period=2026-08"),
    Screen("gaps", FINANCE, "/alerts/gaps/"),
    Screen("thresholds", FINANCE, "/thresholds/"),
    Screen("threshold", FINANCE, "/thresholds/", "tbody a[href^='/thresholds/']:text-is('Contractors')", "threshold"),
    Screen("threshold-new", FINANCE, "/thresholds/new/"),
    Screen("proposals", APPROVER, "/alerts/proposals/"),
    Screen("proposal", APPROVER, "/alerts/proposals/", "main tbody a[href^='/alerts/proposals/']", "proposals:detail"),
    Screen("scenarios", EXECUTIVE, "/scenarios/"),
    Screen("scenario", EXECUTIVE, "/scenarios/", "main table a[href^='/scenarios/']", "scenario"),
    Screen("scenarios-compare", EXECUTIVE, "/scenarios/", "main table a[href*='compare']", "scenarios-compare"),
    Screen("planning", EXECUTIVE, "/planning/"),
    Screen("imports", FINANCE, "/imports/"),
    Screen("import", FINANCE, "/imports/", "main table a[href^='/imports/']", "import"),
    Screen("runs", FINANCE, "/runs/"),
    Screen("record", AUDITOR, "/record/"),
    Screen("account", LEADER, "/account/"),
    Screen("admin", FINANCE, "/admin/"),
    Screen("admin-thresholds", FINANCE, "/admin/alerts/threshold/"),
    Screen("admin-people", ACCESS, "/admin/"),
    Screen("not-found", EXECUTIVE, "/units/NOWHERE/"),
    Screen("forbidden", LEADER, "/imports/"),
)

NOT_PICTURED = {
    "home": "leads on to where somebody of this role begins",
    "waiting": "a count, for pages that keep themselves up to date",
    "health": "for programs",
    "web-health": "for programs",
    "structure": "the page of imports, with what was typed",
    "structure-dated": "the page of imports, with what was typed",
    "upload": "needs a file that somebody uploaded",
    "division": "needs a plan that a worker has made",
    "zones": "a part of the page of one's own",
}
"""Pages of which no picture is taken, and why. What only does something and leads back needs no reason."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "var" / "screens")
    parser.add_argument("--only", default="", help="Names of pages, with commas between.")
    options = parser.parse_args()
    chosen = [each for each in SCREENS if not options.only or each.name in options.only.split(",")]
    options.folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with TemporaryDirectory() as data, running(prepare(Path(data))) as site, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=FLAGS)
        found = [line for theme in THEMES for line in _taken(browser, site, chosen, theme, options.folder)]
    print(
        f"\n{len(chosen)} pages, {len(WIDTHS)} widths, {len(THEMES)} themes in {options.folder}: {len(found)} findings"
    )
    return 1 if found else 0


def _taken(browser: Browser, site: Site, screens: list[Screen], theme: str, folder: Path) -> Iterator[str]:
    """Take the pictures of one theme; what was found on the way."""
    for person in dict.fromkeys(each.person for each in screens):
        with signed_in(browser, site, person, theme) as page:
            for screen in screens:
                if screen.person == person:
                    found = list(_looked_at(page, site, screen, theme, folder))
                    print(f"{screen.name:24}{theme:8}{'; '.join(found) or 'nothing found'}", flush=True)
                    yield from found


@contextmanager
def signed_in(browser: Browser, site: Site, person: str, theme: str) -> Iterator[Page]:
    """A page on which this person has signed in; on which nobody has, for the empty name."""
    with browser.new_context(color_scheme="dark" if theme == "dark" else "light", device_scale_factor=1) as context:
        page = context.new_page()
        if person:
            page.goto(f"{site.address}/account/login/")
            page.fill("input[name=login]", person)
            page.fill("input[name=password]", site.passwords[person])
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.wait_for_url(lambda url: "/account/login" not in url)
        yield page


def _looked_at(page: Page, site: Site, screen: Screen, theme: str, folder: Path) -> Iterator[str]:
    """Pictures of one page; what the browser said, what is too wide, and what axe found."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    screen.open(page, site)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(200)
        dark = "-dark" if theme == "dark" else ""
        page.screenshot(path=folder / f"{screen.name}-{width}{dark}.png", full_page=True)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            yield f"{wider} px wider than {width}"
        for rule in Axe().run(page, options=WCAG).response["violations"]:
            yield f"axe at {width}: {rule['id']} on {rule['nodes'][0]['html'][:100]}"
    yield from said


if __name__ == "__main__":
    sys.exit(main())
