"""Settings from the environment: four readers that refuse nonsense instead of guessing.

Each setting may also be given as NAME_FILE, the path of a file that holds the value, as container
secrets are mounted. `.env.example` lists every setting read anywhere.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit


class BadSetting(SystemExit):
    """A setting that cannot be used. The message names the variable and what it may be."""

    def __init__(self, message: str) -> None:
        super().__init__(f"Plumbline cannot start: {message}")


def read_file(path: Path) -> None:
    """Take NAME=value lines of a file into the environment; what the environment says already stands.

    Empty lines and lines that begin with # are skipped, quotes around a value are taken off. There is
    no substitution: a value is what it looks like.
    """
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name, value = name.removeprefix("export ").strip(), value.strip()
        if not equals or not name.isidentifier():
            raise BadSetting(f"line {number} of {path} is not NAME=value.")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        os.environ.setdefault(name, value)


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file NAME_FILE, or the default."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE points to {file}, which cannot be read ({error.strerror}).") from error
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    """True or False, written as yes/no, true/false, on/off or 1/0."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name} is {value!r}; write true or false.")


def number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number not below `least`."""
    value = text(name)
    if not value:
        return default
    if not value.isdigit() or int(value) < least:
        raise BadSetting(f"{name} is {value!r}; write a whole number from {least} on.")
    return int(value)


def secret(name: str, *, kept_in: Path) -> str:
    """A secret from the environment, or one made once and kept readable by its owner only.

    The file stands outside the repository (under the data folder), so a fresh clone never runs with a
    key that somebody else knows.
    """
    value = text(name)
    if value:
        return value
    path = kept_in / f"{name.lower()}"
    try:
        if not path.exists():
            kept_in.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass  # another process made it between the look and the open
    except OSError as error:
        raise BadSetting(f"{kept_in} cannot be written ({error.strerror}); make it writable or set {name}.") from error
    return path.read_text(encoding="utf-8").strip()


def newest_version(changelog: Path) -> str:
    """The version of the program: the first heading of its changelog."""
    for line in changelog.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            return line.split()[1]
    raise BadSetting(f"{changelog} names no version.")


def database(url: str, *, default: Path) -> dict[str, object]:
    """Django's settings of one database from a URL; without one, SQLite in the data folder."""
    if not url:
        return _sqlite(str(default))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        absolute = "/" if url.startswith("sqlite:////") else ""
        return _sqlite(absolute + unquote(parts.path.lstrip("/")))
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "TEST": {"NAME": os.environ.get("TEST_DB_NAME") or None},
        }
    raise BadSetting(f"DATABASE_URL begins with {parts.scheme!r}; use postgresql://… or sqlite:////path.")


def _sqlite(path: str) -> dict[str, object]:
    """SQLite as measured for one team: WAL, writers queue up at BEGIN, REPLACE fires triggers too."""
    kept_in_memory = number("SQLITE_CACHE_MB", 32, least=1)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
                "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
                f"PRAGMA cache_size=-{kept_in_memory}000;"
            ),
        },
        "TEST": {"NAME": os.environ.get("TEST_DB_NAME") or None},
    }
