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
