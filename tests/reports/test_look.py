"""The look holds: vendored files are what was built, colours stand in one place, templates print and nothing else."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.reports.gallery import pages

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html"))
PAGES = pages()


# --- files -------------------------------------------------------------------------------------------------
def test_vendored_files_are_the_ones_that_were_built() -> None:
    listed = dict(reversed(line.split("  ")) for line in (STATIC / "vendor/SHA256SUMS").read_text().splitlines())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (STATIC / "vendor").iterdir()}
    assert {name: digest for name, digest in found.items() if name != "SHA256SUMS"} == listed


def test_colours_stand_in_the_tokens_only() -> None:
    own = [path for path in (STATIC / "css").glob("*.css") if path.name != "tokens.css"]
    own += list((STATIC / "js").glob("*.js")) + TEMPLATES + list((ROOT / "reports").rglob("*.py"))
    assert {
        str(path.relative_to(ROOT)): re.findall(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b(?=[;\"'])", path.read_text())
        for path in own
        if re.search(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b(?=[;\"'])", path.read_text())
    } == {}


def test_scripts_evaluate_no_text() -> None:
    for path in (STATIC / "js").glob("*.js"):
        assert not re.search(r"\beval\(|new Function|\.style\b|setAttribute\(.style", path.read_text()), path.name


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', next((STATIC / "vendor").glob("lucide-*.svg")).read_text()))
    asked = {name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}
    assert asked - sprite == set()


def test_every_static_file_that_is_asked_for_exists() -> None:
    asked = {name for path in TEMPLATES for name in re.findall(r"{% static '([^']+)'", path.read_text())}
    assert {name for name in asked if not (STATIC / name).exists()} == set()


# --- contrast ----------------------------------------------------------------------------------------------
TOKENS = (STATIC / "css/tokens.css").read_text()


def block(selector: str) -> dict[str, str]:
    start = TOKENS.index(selector)
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", TOKENS[start : TOKENS.index("\n}", start)]))


LIGHT = block(':root, [data-theme="light"] {')
DARK = LIGHT | block('[data-theme="dark"] {')
TEXT = (
    *((ink, ground) for ink in ("ink", "ink-2") for ground in ("surface", "canvas")),
    *(("ink-3", ground) for ground in ("surface", "canvas", "sunken", "hover", "selected")),
    *(("accent", ground) for ground in ("surface", "canvas", "accent-soft")),
    *((tone, ground) for tone in ("good", "bad", "warn") for ground in ("surface", f"{tone}-soft")),
    ("on-accent", "accent"),
    ("bad", "hover"),
)
MARKS = (
    *((mark, ground) for mark in ("focus", "control") for ground in ("surface", "canvas")),
    *((mark, "surface") for mark in ("good-fill", "bad-fill", "warn-fill", "d-ac", "d-py", "d-bu")),
    ("d-ac", "d-py"),
)


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_marks_can_be_seen(theme: dict[str, str]) -> None:
    weak = {pair: contrast(theme[pair[0]], theme[pair[1]]) for pair in TEXT}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    faint = {pair: contrast(theme[pair[0]], theme[pair[1]]) for pair in MARKS}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 3} == {}


def test_the_dark_theme_is_the_same_by_choice_and_by_system() -> None:
    assert block('[data-theme="dark"] {') == block(":root:not([data-theme])")


# --- pages -------------------------------------------------------------------------------------------------
def rendered(name: str) -> str:
    template, context = PAGES[name]
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return render_to_string(template, context, request=request)


class Outline(HTMLParser):
    """What a screen reader and a content policy care about in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.inline: list[str] = []
        self.nameless: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        is_code = tag == "script" and "src" not in found and found.get("type") != "application/json"
        if is_code or tag == "style" or any(name == "style" or name.startswith("on") for name in found):
            self.inline.append(f"{tag} {found}")
        if tag == "svg" and "aria-label" not in found and found.get("aria-hidden") != "true":
            self.nameless.append(str(found))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_renders_without_asking_the_database_and_without_inline_code_or_style(name: str) -> None:
    assert Outline(rendered(name)).inline == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_its_drawings_and_gives_every_id_once(name: str) -> None:
    outline = Outline(rendered(name))
    assert outline.nameless == []
    assert sorted(outline.ids) == sorted(set(outline.ids))


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"explanation-drawer"}))
def test_a_page_has_one_first_heading_and_skips_no_level(name: str) -> None:
    headings = Outline(rendered(name)).headings
    assert headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(headings, headings[1:], strict=False))


def test_not_found_names_nothing_of_what_was_asked_for() -> None:
    request = RequestFactory().get("/units/U05/?period=2026-09")
    request.user = AnonymousUser()
    page = render_to_string("404.html", PAGES["not-found"][1] | {"request_path": "/units/U05/"}, request=request)
    main = page[page.index("<main") : page.index("</main>")]
    assert "U05" not in main
    assert "Nothing here that you can open" in main


def test_every_headline_figure_and_every_cell_leads_to_its_explanation() -> None:
    page = rendered("unit")
    statement = page[page.index('class="tbl pl"') : page.index("</table>")]
    cells = re.findall(r'<td class="n[^"]*"[^>]*>(.*?)</td>', statement)
    numbers = [cell for cell in cells if "aria-hidden" not in cell and re.search(r"\d", cell)]
    assert [cell for cell in numbers if "data-explain" not in cell and 'class="v' not in cell] == []
