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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from tests.chromium import FLAGS
from tests.journeys.running import ROOT, Site, prepare, running

WIDTHS = (1440, 834, 390)
THEMES = ("light", "dark")
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

EXECUTIVE, LEADER, FINANCE, APPROVER, AUDITOR, ACCESS = (
    f"{name}@halden.example" for name in ("executive", "u06", "finance", "approver", "auditor", "access")
)


NOT_RECOGNISED = "branch;ledger line;month;value in dollars\nU06;5310;Oct 26;19000\nU04;6200;Oct 26;6200\n"
BLOCKED = """unit,account,period,amount
U06,5310,2026-10,212480.00
U06,5310,2026-10,212480.00
U4,6200,2026-10,6200
U02,6100,2026-10,41OO
U09,4100,2026-09,1
U11,9999,2026-10,17
"""
TO_IMPORT = """unit,account,period,amount
U02,6200,2026-10,95000
U04,6200,2026-10,48000
U06,4100,2026-10,1180000
U06,5310,2026-10,560000
U09,4100,2026-10,640000
"""
REQUESTS = (
    "request,asked,minimum,return\nCloud tools,90000,20000,2.1\nField vans,60000,0,1.4\nTraining,40000,10000,0.9\n"
)


def sends(name: str, content: str) -> Callable[[Page], None]:
    """Sends a file of figures, and waits until it was checked."""

    def send(page: Page) -> None:
        file = FilePayload(name=name, mimeType="text/csv", buffer=content.encode())
        page.set_input_files("input[name=file] >> nth=0", file)
        page.fill("input[name=source]", "screens")
        page.get_by_role("button", name="Check the file").first.click()
        page.wait_for_selector(".hl2:not(:has(.progress))")

    return send


def divides(page: Page) -> None:
    """Asks for a division of a budget, and waits until the best one is found."""
    form = page.locator("form:has(textarea[name=requests])")
    form.locator("input[name=budget]").fill("120000")
    form.locator("textarea").fill(REQUESTS)
    form.locator("button.pri").click()
    page.wait_for_selector("main:has(table):not(:has(.progress))")


@dataclass(frozen=True)
class Screen:
    """A page: its name, who looks at it, and its address; with `link`, what the first link there that fits leads to,
    which is the route `leads_to`. Where no link fits yet, `first` is what is done there for one."""

    name: str
    person: str
    path: str
    link: str = ""
    leads_to: str = ""
    first: Callable[[Page], None] | None = None

    def open(self, page: Page, site: Site) -> None:
        """Go there."""
        page.goto(site.address + self.path)
        if self.first and not page.locator(self.link).count():
            self.first(page)
            page.goto(site.address + self.path)
        if self.link:
            page.goto(site.address + str(page.locator(self.link).first.get_attribute("href")))


def _sent(step: str, name: str, content: str) -> Screen:
    """A file of figures at one of its steps."""
    return Screen(f"upload-{step}", FINANCE, "/imports/", f"a:text-is('{name}')", "upload", sends(name, content))


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
    Screen("division", EXECUTIVE, "/planning/", "main a[href^='/planning/']", "division", divides),
    Screen("imports", FINANCE, "/imports/"),
    Screen("import", FINANCE, "/imports/", "main table a[href^='/imports/']:not([href*=uploads])", "import"),
    _sent("map", "october-unnamed.csv", NOT_RECOGNISED),
    _sent("check", "october-blocked.csv", BLOCKED),
    _sent("preview", "october.csv", TO_IMPORT),
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
        yield from (f"axe at {width}: {rule}" for rule in forbidden(page))
    yield from said


def forbidden(page: Page) -> list[str]:
    """What axe finds on a page against WCAG 2.2 AA: each rule with the first place that breaks it."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{rule['id']} on {rule['nodes'][0]['html'][:100]}" for rule in found]


if __name__ == "__main__":
    sys.exit(main())
