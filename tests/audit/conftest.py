"""Deeds to seal and ways to tamper with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from django.db import connection, transaction

from audit import triggers
from audit.actions import record
from audit.models import Record

Deeds = Callable[..., list[Record]]


@pytest.fixture
def deeds(at: datetime) -> Deeds:
    """Append a number of deeds, each in its own transaction: `deeds(3)`."""

    def append(number: int, **terms: Any) -> list[Record]:
        made = []
        for place in range(number):
            with transaction.atomic():
                made.append(
                    record(
                        **{
                            "actor": "person:7",
                            "verb": "alerts.threshold.set",
                            "target": ("threshold", place),
                            "at": at,
                            "unit": 4,
                            "before": {"warning": "0.10"},
                            "after": {"warning": "0.15", "note": "Größe – ok"},
                            "reason": "too many warnings",
                            **terms,
                        }
                    )
                )
        return made

    return append


@contextmanager
def tampered(*statements: str, restore: bool = True, at: datetime) -> Iterator[None]:
    """What the database's owner can do: drop the record's triggers, change rows, put them back. Undone at the end."""
    on_postgres = connection.vendor == "postgresql"
    with transaction.atomic(), connection.cursor() as cursor:
        for name, (table, _) in _of_the_record().items():
            cursor.execute(f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if on_postgres else ""))
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount, f"changed nothing: {statement}"
        if restore:
            for name, (table, sql) in _of_the_record().items():
                cursor.execute(sql)
                if on_postgres:
                    cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"')
        yield
        transaction.set_rollback(True)


@cache
def _of_the_record() -> dict[str, tuple[str, str]]:
    """The triggers on the record's own tables: the others, a hundred, need not be made anew for each change."""
    return {name: terms for name, terms in triggers.wanted().items() if terms[0].startswith("audit_")}
