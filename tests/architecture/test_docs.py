"""What the documents say is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from audit import verification
from config import install, supervisor
from jobs.leases import ATTEMPTS, LEASE
from tests.architecture.source import APPS, BASE
from units.roles import LABELS

DOCUMENTS = sorted([*BASE.glob("*.md"), *(BASE / "docs").glob("*.md")])


def read(name: str) -> str:
    return (BASE / name).read_text(encoding="utf-8")


def our_commands() -> set[str]:
    return {name for name, app in get_commands().items() if app in APPS}


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading."""
    under = text[text.index(heading) :]
    lines = under[: under.find("\n\n", under.index("\n|"))].splitlines()
    table = [line for line in lines if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in table[2:]]


def test_the_readme_lists_every_command_and_no_other():
    assert {row[0] for row in rows(read("README.md"), "## Commands")} == our_commands()


def test_the_command_reference_speaks_of_every_command():
    told = read("docs/commands.md")

    assert sorted(name for name in our_commands() if f"`{name}" not in told) == []


def test_the_readme_lists_every_role_by_its_name_and_code():
    assert {row[1]: row[0] for row in rows(read("README.md"), "## Roles")} == LABELS


def test_every_target_of_make_stands_in_the_readme_or_is_told_by_make_itself():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE)) - {"help", "python"}
    told = read("README.md") + read("Makefile").split("\nSHELL")[0]
    inner = {"runtime", "development", "worker", "demo"}

    assert sorted(target for target in targets - inner if f"make {target}" not in told) == []


def test_the_newest_version_of_the_changelog_is_the_version_of_the_program():
    newest = re.search(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)[1]

    assert settings.VERSION == newest == tomllib.loads(read("pyproject.toml"))["project"]["version"]


def test_the_exit_codes_of_the_record_are_told():
    codes = {
        verification.CHAIN, verification.ANCHOR, verification.GUARDS, verification.BACKLOG, verification.CLOCK,
    }  # fmt: skip

    assert {int(row[0]) for row in rows(read("docs/commands.md"), "## The record")} == {0, *codes}


def test_the_figures_of_the_operations_page_are_those_of_the_program():
    told = re.sub(r"\s+", " ", read("docs/operations.md"))

    assert f"lease of {LEASE.seconds} seconds" in told
    assert f"tried {['zero', 'one', 'two', 'three', 'four', 'five'][ATTEMPTS]} times" in told
    assert supervisor.FIRST_PAUSE == 0.5
    assert "after half a second" in told
    assert supervisor.HOPELESS == 6
    assert "dies six times in a row" in told


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path):
    links = re.findall(r"(?<!!)\[[^\]]+\]\(([^)#]+)\)", document.read_text(encoding="utf-8"))

    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


def test_every_required_distribution_is_there_for_a_reason():
    told = read("requirements.txt")
    lines = [line for line in told.splitlines() if line.strip() and not line.startswith("#")]

    assert [line for line in lines if "#" not in line] == []
    assert install.LISTS["runtime"] == ("requirements.txt",)
