"""What `make run` says on a machine that lacks something: one sentence, what to do, and a status that is not zero."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config import install

BASE = Path(settings.BASE_DIR)


def fails(capsys, action, *arguments) -> str:
    with pytest.raises(SystemExit) as end:
        action(*arguments)
    told = capsys.readouterr().err
    assert end.value.code == 3
    assert told.startswith("Plumbline cannot be installed: ")
    assert told.count("\n") == 1
    return told


def test_a_python_too_old_is_told_the_version_it_takes(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    done = subprocess.run(["make", "run", f"PYTHON={old}"], cwd=BASE, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == (
        "Plumbline needs Python 3.11 or newer: install it, or name it with make run PYTHON=/path/to/python3."
    )


def test_a_missing_venv_module_is_told_the_package_to_install(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())

    told = fails(capsys, install.make_environment)

    assert f"apt-get install python{sys.version_info.major}.{sys.version_info.minor}-venv" in told


def test_a_folder_that_cannot_be_written_is_named(capsys, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PLUMBLINE_VAR", str(tmp_path / "file" / "var"))

    told = fails(capsys, install.writable_folder)

    assert f"{tmp_path}/file/var cannot be written" in told
    assert "set PLUMBLINE_VAR" in told


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("WARNING: Retrying ... NewConnectionError(...)\nERROR: No matching distribution", "Connect this machine"),
        ("Temporary failure in name resolution", "Connect this machine"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: No matching distribution found for django==99\n", "No matching distribution found for django==99"),
    ],
)
def test_a_failed_download_is_told_in_words(output, sentence):
    assert sentence in install.reason(output)


def test_without_a_network_it_says_so_and_where_the_whole_output_is(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(install, "PYTHON", Path(sys.executable))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    (tmp_path / "requirements.txt").write_text("plumbline-is-not-there==1\n")
    (tmp_path / "constraints.txt").write_text("")
    monkeypatch.setattr(install, "BASE", tmp_path)

    told = fails(capsys, lambda: install.download("runtime", log=tmp_path / "install.log"))

    assert "the package index cannot be reached" in told
    assert str(tmp_path / "install.log") in told


def test_what_is_installed_is_not_installed_again(monkeypatch, tmp_path):
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    monkeypatch.setattr(install, "VENV", venv)
    monkeypatch.setattr(install, "PYTHON", venv / "bin" / "python")
    (venv / ".runtime-installed").write_text(install.fingerprint("runtime"))

    install.install("runtime")


def test_changed_requirements_are_noticed(monkeypatch, tmp_path):
    before = install.fingerprint("runtime")
    for name in ("requirements.txt", "constraints.txt"):
        shutil.copy(BASE / name, tmp_path)
    monkeypatch.setattr(install, "BASE", tmp_path)
    assert install.fingerprint("runtime") == before

    with (tmp_path / "constraints.txt").open("a") as file:
        file.write("another==1\n")
    assert install.fingerprint("runtime") != before


def test_every_required_distribution_is_pinned_exactly():
    def names(path: str) -> set[str]:
        lines = [line.split("#")[0].strip() for line in (BASE / path).read_text().splitlines()]
        wanted = [line for line in lines if line and not line.startswith("-")]
        return {install_name(line) for line in wanted}

    pinned = names("constraints.txt")
    assert names("requirements.txt") | names("requirements-dev.txt") <= pinned
    assert all("==" in line for line in (BASE / "constraints.txt").read_text().splitlines() if line[:1] != "#")


def install_name(line: str) -> str:
    return re.split(r"[\[<>=;\s]", line)[0].lower().replace("_", "-")
