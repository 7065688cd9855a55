"""What the documents tell people to type, press and open is there: commands, options, addresses, settings, words."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import Resolver404, resolve

from tests.architecture.source import APPS, BASE

GUIDES = sorted((BASE / "docs" / "guides").glob("*.md"))
DOCUMENTS = [BASE / "README.md", *sorted((BASE / "docs").rglob("*.md"))]
LARGEST_PICTURE = 150 * 1024

ELSEWHERE = frozenset({"Go", "Save"})
"""Buttons of Django's admin."""

NOT_OURS = frozenset({"NAME_FILE", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE"})
"""What looks like a setting: a pattern, and those of another program."""

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(BASE).as_posix())
each_guide = pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)


def calls(text: str) -> list[list[str]]:
    """Every `manage.py COMMAND …` of a document, word by word up to the end of its line or of the code it stands in."""
    found = re.findall(r"manage\.py ([a-z][^`\n]*)", text)
    return [re.sub(r'"[^"]*"', "NAME", call).rstrip('.,;:"').split() for call in found]


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options of a command and of its verbs."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                yield from options(verb)


def unknown_in(call: list[str]) -> list[str]:
    """The words of a call that mean nothing: the command, its verb, or an option."""
    commands = get_commands()
    name = call[0].rstrip(",;:)")
    if name not in commands:
        return [name]
    parser = load_command_class(commands[name], name).create_parser("manage.py", name)
    known = set(options(parser))
    verbs = {verb for action in parser._actions for verb in (action.choices or ()) if not action.option_strings}
    unknown = [word for word in call[1:] if word.startswith("--") and word.rstrip(",;:)") not in known]
    if verbs and len(call) > 1 and call[1].rstrip(",;:)") not in verbs:
        unknown.append(call[1])
    return unknown


@each_document
def test_every_command_and_option_named_exists(document: Path):
    text = document.read_text(encoding="utf-8")

    assert [word for call in calls(text) for word in unknown_in(call)] == []


@each_document
def test_every_address_named_leads_somewhere(document: Path):
    told = re.findall(r"`(/[^`\s]*)`", document.read_text(encoding="utf-8"))
    ours = [address for address in told if address.partition("?")[0].endswith("/")]

    assert [address for address in ours if not resolves(address.partition("?")[0])] == []


def resolves(path: str) -> bool:
    if path == "/addresses/":
        return True  # stands for all of them
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


@each_document
def test_every_setting_named_exists(document: Path):
    words = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", document.read_text(encoding="utf-8"))) - NOT_OURS
    known = set(re.findall(r"^# ([A-Z_]+)=", (BASE / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))

    assert sorted(word for word in words if word.removesuffix("_FILE") not in known) == []


@each_document
def test_every_picture_and_every_link_is_there(document: Path):
    told = re.findall(r"\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))

    assert [to for to in told if "://" not in to and not (document.parent / to).exists()] == []


def test_no_picture_is_large():
    pictures = (BASE / "docs" / "screenshots").glob("*.png")

    assert [path.name for path in pictures if path.stat().st_size > LARGEST_PICTURE] == []


@pytest.fixture(scope="module")
def words_of_the_product() -> str:
    """All that the product's own pages can say: its templates and its source, and allauth's own words."""
    import allauth

    paths = [*(BASE / "templates").rglob("*.html")]
    paths += [path for app in APPS for path in (BASE / app).rglob("*.py")]
    paths += (Path(allauth.__file__).parent / "templates" / "mfa").rglob("*.html")
    return " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in paths)


@each_guide
def test_every_button_field_and_title_of_the_guides_is_one_of_the_product(guide: Path, words_of_the_product: str):
    told = re.findall(r"\*\*([^*]+)\*\*", guide.read_text(encoding="utf-8"))

    assert sorted({word for word in told if not is_said(word, words_of_the_product)}) == []


def is_said(word: str, product: str) -> bool:
    """Whether the product says it: as it stands, as the label Django makes of a field's name, or around a number."""
    word = " ".join(word.split())
    pieces = [piece.strip() for piece in word.split("…") if piece.strip()]
    field = word.lower().replace(" ", "_")
    return word in ELSEWHERE or all(piece in product for piece in pieces) or field in product
