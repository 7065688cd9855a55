"""The order of the house is held by import-linter, and import-linter by us."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import APPS, BASE

ORDER = re.compile(r"^config( +→ +\w+)+$", re.MULTILINE)

PLANTED = {
    "jobs/planted.py": "import units.models\n",  # up the line of apps
    "people/models/__init__.py": "import people.actions\n",  # up inside an app
    "people/actions.py": "",
    "people/views.py": "import people.tasks\n",  # from the web side to the worker's
    "people/tasks.py": "import pandas\n",  # into a web process
    "people/store.py": "import people.tasks\n",  # up the worker's side
    "audit/chain.py": "import django\n",  # a framework where there is none
}


def contracts() -> configparser.ConfigParser:
    read = configparser.ConfigParser()
    read.read(BASE / ".importlinter")
    return read


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    arguments = [sys.executable, "-c", program, "--no-cache", "--config", str(BASE / ".importlinter")]
    return subprocess.run(arguments, cwd=folder, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False)


def test_every_contract_is_kept():
    done = lint(BASE)

    assert done.returncode == 0, done.stdout[-4000:]


def test_each_contract_can_break(tmp_path):
    for app in APPS:
        (tmp_path / app).mkdir()
        (tmp_path / app / "__init__.py").touch()
    for name in pure_modules():
        path = tmp_path / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.touch()
    for module in ("ledger", "metrics"):
        (tmp_path / module / "__init__.py").touch()
    (tmp_path / "config" / "wsgi.py").touch()
    (tmp_path / "config" / "urls.py").touch()
    (tmp_path / "config" / "middleware.py").touch()
    for name, source in PLANTED.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source)

    told = lint(tmp_path).stdout

    names = [contracts()[section]["name"] for section in contracts().sections() if ":contract:" in section]
    assert [name for name in names if f"{name} BROKEN" not in told] == [], told[-3000:]


def test_no_import_is_ignored():
    assert "ignore_imports" not in (BASE / ".importlinter").read_text().replace("`ignore_imports`", "")


def test_the_contracts_have_the_apps_in_the_order_of_the_house():
    (line,) = {match[0] for match in ORDER.finditer((BASE / "docs" / "house.md").read_text())}
    order = contracts()["importlinter:contract:apps"]["layers"].split()

    assert order == APPS == line.split("  →  ")
    assert contracts()["importlinter"]["root_packages"].split() == APPS


def pure_modules() -> list[str]:
    return contracts()["importlinter:contract:pure"]["source_modules"].split()


def exists(module: str) -> bool:
    path = BASE / module.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_every_module_the_house_calls_pure_is_held_to_it():
    told = (BASE / "docs" / "house.md").read_text()
    sentence = told[told.index("Pure modules") : told.index("The web process imports")]
    named = {name for name in re.findall(r"`([a-z]+\.[a-z_]+)`", sentence) if exists(name)}

    assert len(named) > 5
    assert named - set(pure_modules()) == set()


@pytest.mark.parametrize("word", ["utils", "helpers", "services", "common", "core", "managers", "selectors"])
def test_no_module_is_called_after_nothing(word):
    assert [path for app in APPS for path in (BASE / app).rglob("*") if path.stem == word] == []
