"""A database of one's own, for tests that need real commits, other threads or other processes.

The record, entries and sheets are append-only: they can neither be flushed nor truncated, so pytest-django's
`transaction=True` is not for us. `own_database` gives the test a copy of the migrated test database instead
(a SQLite file made with the backup API, a PostgreSQL database made from a template), lets the connection point
at it, and throws it away:

    def test_a_worker_in_another_process_sees_the_job(own_database): ...

Use it instead of `db`, never with it. `own_database.environment` is what a child process needs to reach it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases

from tests.prepared import Ground

REAL = settings.DATABASES["default"]["NAME"]  # while this is read, before any test database is made


@dataclass(frozen=True)
class OwnDatabase:
    """Where the copy is, for this process and for others."""

    url: str
    environment: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="session")
def migrated_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database, also in a session where no test asks for `db` and pytest-django therefore makes none."""
    if connection.settings_dict["NAME"] != REAL:
        yield
        return
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        yield
        teardown_databases(made, verbosity=0)


@pytest.fixture
def own_database(
    migrated_database: None, ground: Ground, django_db_blocker: Any, tmp_path: Path
) -> Iterator[OwnDatabase]:
    """The migrated, empty test database, copied; the default connection of this test leads to it."""
    with django_db_blocker.unblock():
        ground.clear()
        assert not connection.in_atomic_block, "a copy is made of what is committed: no `db` in a test with a copy"
        copy = _copy_sqlite if connection.vendor == "sqlite" else _copy_postgres
        yield from copy(tmp_path)


def _copy_sqlite(folder: Path) -> Iterator[OwnDatabase]:
    path = folder / "copy.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as target:
        connection.connection.backup(target)
    target.close()
    yield from _leading_to(str(path), f"sqlite:///{path}", folder)


def _copy_postgres(folder: Path) -> Iterator[OwnDatabase]:
    terms = settings.DATABASES["default"]
    template, copy = connection.settings_dict["NAME"], f"copy_{uuid4().hex[:12]}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
    place = f"{terms['USER']}:{terms['PASSWORD']}@{terms['HOST']}:{terms['PORT']}"
    try:
        yield from _leading_to(copy, f"postgresql://{place}/{copy}", folder)
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _leading_to(name: str, url: str, folder: Path) -> Iterator[OwnDatabase]:
    """Point the default connection, of this thread and of new ones, at another database for a while."""
    before = connections["default"]
    terms = connections.settings["default"]
    was = terms["NAME"]
    terms["NAME"] = name
    connections["default"] = connections.create_connection("default")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": url,
        "PLUMBLINE_VAR": str(folder / "var"),
    }
    try:
        yield OwnDatabase(url=url, environment=environment)
    finally:
        connections["default"].close()
        connections["default"] = before
        terms["NAME"] = was
