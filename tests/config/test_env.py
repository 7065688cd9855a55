"""Settings from the environment."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest
from django.conf import settings

from config import env
from config.env import BadSetting

BASE = Path(settings.BASE_DIR)


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in ("ANSWER", "ANSWER_FILE", "OTHER"):
        monkeypatch.delenv(name, raising=False)


def test_text_is_the_value_without_space_around_it_or_the_default(monkeypatch):
    assert env.text("ANSWER", "none") == "none"
    monkeypatch.setenv("ANSWER", " 42 ")
    assert env.text("ANSWER") == "42"


def test_a_value_may_stand_in_a_file_as_container_secrets_do(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("42\n")
    monkeypatch.setenv("ANSWER_FILE", str(tmp_path / "secret"))
    assert env.text("ANSWER") == "42"

    monkeypatch.setenv("ANSWER_FILE", str(tmp_path / "absent"))
    with pytest.raises(BadSetting, match=r"ANSWER_FILE points to .*absent, which cannot be read"):
        env.text("ANSWER")


@pytest.mark.parametrize(
    ("written", "read"), [("yes", True), ("1", True), ("On", True), ("false", False), ("0", False)]
)
def test_a_flag_is_yes_or_no(monkeypatch, written, read):
    monkeypatch.setenv("ANSWER", written)
    assert env.flag("ANSWER", not read) is read


def test_a_flag_that_is_neither_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("ANSWER", "maybe")
    with pytest.raises(BadSetting, match="ANSWER is 'maybe'; write true or false"):
        env.flag("ANSWER", True)


@pytest.mark.parametrize("written", ["-1", "1.5", "many", "0"])
def test_a_number_that_is_none_or_too_small_is_refused_by_name(monkeypatch, written):
    monkeypatch.setenv("ANSWER", written)
    with pytest.raises(BadSetting, match=f"ANSWER is '{written}'; write a whole number from 1 on"):
        env.number("ANSWER", 5, least=1)


def test_a_secret_is_made_once_and_kept_readable_by_its_owner_only(monkeypatch, tmp_path):
    made = env.secret("ANSWER", kept_in=tmp_path / "var")

    kept = tmp_path / "var" / "answer"
    assert len(made) == 64
    assert env.secret("ANSWER", kept_in=tmp_path / "var") == made
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    monkeypatch.setenv("ANSWER", "from the environment")
    assert env.secret("ANSWER", kept_in=tmp_path / "var") == "from the environment"


def test_a_file_of_settings_fills_in_what_the_environment_does_not_say(monkeypatch, tmp_path):
    file = tmp_path / ".env"
    file.write_text("# a remark\n\nANSWER='42 = 6*7'\nexport OTHER=from the file\n")
    monkeypatch.setenv("OTHER", "from the environment")
    monkeypatch.setenv("ANSWER", "")
    monkeypatch.delenv("ANSWER")

    env.read_file(file)

    assert (os.environ["ANSWER"], os.environ["OTHER"]) == ("42 = 6*7", "from the environment")
    env.read_file(tmp_path / "absent")


def test_a_line_of_the_file_that_is_no_setting_is_refused_by_number(tmp_path):
    (tmp_path / ".env").write_text("ANSWER\n")
    with pytest.raises(BadSetting, match=r"line 1 of .*\.env is not NAME=value"):
        env.read_file(tmp_path / ".env")


def test_a_database_is_named_by_a_url():
    postgres = env.database("postgresql://ann:p%40ss@db.example:5433/plumb", default=Path("/x"))
    assert [postgres[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "plumb", "ann", "p@ss", "db.example", "5433",
    ]  # fmt: skip
    assert env.database("sqlite:////srv/a.sqlite3", default=Path("/x"))["NAME"] == "/srv/a.sqlite3"
    assert env.database("", default=Path("/x/y"))["NAME"] == "/x/y"
    with pytest.raises(BadSetting, match="DATABASE_URL begins with 'mysql'"):
        env.database("mysql://a/b", default=Path("/x"))


def test_a_connection_to_sqlite_keeps_as_much_in_memory_as_the_setting_says(monkeypatch):
    kept = "PRAGMA cache_size=-{}000"
    assert kept.format(32) in env.database("", default=Path("/x"))["OPTIONS"]["init_command"]
    monkeypatch.setenv("SQLITE_CACHE_MB", "2")
    assert kept.format(2) in env.database("", default=Path("/x"))["OPTIONS"]["init_command"]


def test_sqlite_is_set_as_measured():
    options = env.database("", default=Path("/x"))["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        assert pragma in options["init_command"]


def settings_read() -> set[str]:
    """Every name that settings or commands read through `env`."""
    calls = re.compile(r"\b(?:text|flag|number|secret)\(\s*\"([A-Z_]+)\"")
    sources = [path for path in BASE.glob("*/**/*.py") if not {"tests", ".venv", "var"} & set(path.parts)]
    return {name for path in sources for name in calls.findall(path.read_text(encoding="utf-8"))}


def test_the_example_lists_every_setting_and_no_other():
    listed = set(re.findall(r"^#? ?([A-Z_]+)=", (BASE / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))

    assert listed == settings_read() - {"ENV_FILE"} | {"PIP_INDEX_URL"}
