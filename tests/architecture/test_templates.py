"""Templates print: no script and no style of their own, so that the strict policy holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source import BASE

FAULTS = {
    "a style of its own": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a script of its own": re.compile(
        r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*\btype\s*=\s*[\"']application/json)", re.IGNORECASE
    ),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an htmx expression": re.compile(r"hx-on\b|hx-vals\s*=\s*[\"']js:|hx-headers\s*=\s*[\"']js:", re.IGNORECASE),
    "an address from elsewhere": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    "unescaped text": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off", re.IGNORECASE),
}


def faults(text: str) -> list[str]:
    return [fault for fault, pattern in FAULTS.items() if pattern.search(text)]


def pages() -> list[Path]:
    return sorted(path for path in (BASE / "templates").rglob("*.html"))


def test_no_template_has_script_style_or_foreign_parts():
    found = {path.relative_to(BASE).as_posix(): faults(path.read_text(encoding="utf-8")) for path in pages()}

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<style>p { color: red }</style>", "a style of its own"),
        ('<p class="x" style="color: red">', "a style attribute"),
        ("<script>alert(1)</script>", "a script of its own"),
        ('<button onclick="go()">', "an event attribute"),
        ("<a hx-on:click='x'>", "an htmx expression"),
        ('<script src="https://cdn.example.com/x.js"></script>', "an address from elsewhere"),
        ("{{ note|safe }}", "unescaped text"),
    ],
)
def test_each_fault_is_found(text, fault):
    assert fault in faults(text)


def test_scripts_from_the_own_house_and_data_are_fine():
    assert faults('<script src="{% static "js/chart.js" %}" defer></script>') == []
    assert faults('<script id="chart" type="application/json">{}</script>') == []


TOKEN = "{% csrf_token %}"
INCLUDE = re.compile(r'\{% include "([^"]+)"([^%]*)%\}')
FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)


def with_forms(texts: dict[str, str]) -> set[str]:
    """The templates that print a form of their own or of one that they include."""
    found = {name for name, text in texts.items() if TOKEN in text}
    while (
        more := {name for name, text in texts.items() if found & {each[1] for each in INCLUDE.finditer(text)}} - found
    ):
        found |= more
    return found


def cut_off(texts: dict[str, str]) -> list[str]:
    """Where a template is included without the token that a form in it needs: such a form is refused in a browser."""
    forms = with_forms(texts)
    found = [(name, each) for name, text in texts.items() for each in INCLUDE.finditer(text)]
    return [
        f"{name}: {each[1]}"
        for name, each in found
        if each[1] in forms and " only " in each[2] and "csrf_token=csrf_token" not in each[2]
    ]


def test_every_form_that_posts_gets_its_token():
    texts = {path.relative_to(BASE / "templates").as_posix(): path.read_text(encoding="utf-8") for path in pages()}
    tokenless = [name for name, text in texts.items() for form in FORM.findall(text) if TOKEN not in form]

    assert (tokenless, cut_off(texts)) == ([], [])


def test_a_form_inside_of_what_is_included_alone_is_found():
    around = {"form.html": f"<form>{TOKEN}</form>", "around.html": '{% include "form.html" %}'}
    assert cut_off(around | {"page.html": '{% include "around.html" with x=y only %}'}) == ["page.html: around.html"]
    assert cut_off(around | {"page.html": '{% include "around.html" with csrf_token=csrf_token only %}'}) == []
