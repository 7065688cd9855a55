"""Append-only by the database itself: what may not be changed is refused to everybody, raw SQL included.

Guarded are the tables of models that say `append_only = True` (only INSERT) and of models that stand from
mark to mark (INSERT, and once the closing of a row: `until_mark` from NULL to a value with nothing else
changed). The triggers are made from the tables as they are, on both databases, after every migration; the
fingerprint over what the database then tells of them goes into every sealed block.

What the database's owner can still do is drop a trigger. The blocks show it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from audit.chain import microseconds, signed
from audit.models import Guarding

PREFIX = "plumbline_keep_"
CLOSING = "until_mark"
OURS = (
    " WHERE NOT t.tgisinternal AND starts_with(t.tgname, %s) AND c.relnamespace = current_schema::regnamespace"
    " ORDER BY t.tgname"
)
FUNCTION = """CREATE OR REPLACE FUNCTION plumbline_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION '% is append-only: % was refused.', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $body$"""


@dataclass(frozen=True)
class Table:
    """A guarded table as the database has it; `closing` names the column that may be set once."""

    name: str
    key: str
    columns: tuple[str, ...]
    closing: str = ""

    @property
    def kept(self) -> tuple[str, ...]:
        return tuple(column for column in self.columns if column != self.closing)


def guarded_tables() -> list[Table]:
    """All guarded tables that exist, by name; a table a later migration makes is guarded after it."""
    found = {}
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for model in apps.get_models(include_auto_created=True):
            closes = any(field.column == CLOSING for field in model._meta.concrete_fields)
            name = model._meta.db_table
            if name in present and (closes or getattr(model, "append_only", False)):
                columns = tuple(c.name for c in connection.introspection.get_table_description(cursor, name))
                closing = CLOSING if closes and CLOSING in columns else ""
                found[name] = Table(name, str(model._meta.pk.column), columns, closing)
    return [found[name] for name in sorted(found)]


def statements(table: Table, *, vendor: str) -> dict[str, str]:
    """The triggers of one table on one kind of database: name → SQL."""
    return _postgres(table) if vendor == "postgresql" else _sqlite(table)


def _postgres(table: Table) -> dict[str, str]:
    closing = ""
    if table.closing:
        same = " AND ".join(f'OLD."{column}" IS NOT DISTINCT FROM NEW."{column}"' for column in table.kept)
        closing = f' WHEN (NOT (OLD."{table.closing}" IS NULL AND NEW."{table.closing}" IS NOT NULL AND {same}))'
    each = f'ON "{table.name}" FOR EACH ROW'
    made = {
        "update": f"BEFORE UPDATE {each}{closing}",
        "delete": f"BEFORE DELETE {each}",
        "truncate": f'BEFORE TRUNCATE ON "{table.name}" FOR EACH STATEMENT',
    }
    return {
        f"{PREFIX}{table.name}_{event}": (
            f'CREATE TRIGGER "{PREFIX}{table.name}_{event}" {terms} EXECUTE FUNCTION plumbline_refuse()'
        )
        for event, terms in made.items()
    }


def _sqlite(table: Table) -> dict[str, str]:
    closing = ""
    if table.closing:
        same = " AND ".join(f'OLD."{column}" IS NEW."{column}"' for column in table.kept)
        closing = f' WHEN NOT (OLD."{table.closing}" IS NULL AND NEW."{table.closing}" IS NOT NULL AND {same})'
    exists = f'EXISTS (SELECT 1 FROM "{table.name}" WHERE "{table.key}" = NEW."{table.key}")'  # noqa: S608 -- names of our own tables
    made = {
        "update": f'BEFORE UPDATE ON "{table.name}"{closing}',
        "delete": f'BEFORE DELETE ON "{table.name}"',
        "replace": f'BEFORE INSERT ON "{table.name}" WHEN {exists}',  # REPLACE deletes without a DELETE trigger
    }
    return {
        f"{PREFIX}{table.name}_{event}": (
            f'CREATE TRIGGER "{PREFIX}{table.name}_{event}" {terms} '
            f"BEGIN SELECT RAISE(ABORT, '{table.name} is append-only: {event.upper()} was refused.'); END"
        )
        for event, terms in made.items()
    }


def wanted() -> dict[str, tuple[str, str]]:
    """All triggers there should be: name → (table, SQL)."""
    return {
        name: (table.name, sql)
        for table in guarded_tables()
        for name, sql in statements(table, vendor=connection.vendor).items()
    }


def present() -> dict[str, str]:
    """All triggers there are, in the database's own words: name → definition, state and function."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname, concat_ws(' ', c.relname, t.tgenabled, pg_get_triggerdef(t.oid), p.prosrc)"  # noqa: S608 -- constants
                f" FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid{OURS}",
                [PREFIX],
            )
        else:
            cursor.execute(
                "SELECT name, tbl_name || ' ' || sql FROM sqlite_master"
                " WHERE type = 'trigger' AND substr(name, 1, %s) = %s ORDER BY name",
                [len(PREFIX), PREFIX],
            )
        return dict(cursor.fetchall())


def fingerprint() -> str:
    """The hash over all triggers there are."""
    return _hash(present())


def missing() -> list[str]:
    """The names of triggers that should be there and are not."""
    there = present()
    return [name for name in wanted() if name not in there]


def install(*, at: datetime) -> Guarding | None:
    """Make all triggers anew, unless they are as the last migration left them; and note what was made.

    Writes triggers and, when they changed, one Guarding row, in one transaction.
    """
    triggers = wanted()
    definition = _hash({name: sql for name, (_, sql) in triggers.items()})
    last = Guarding.objects.order_by("-pk").first()
    if last is not None and (last.definition, last.fingerprint) == (definition, fingerprint()):
        return None
    with transaction.atomic(), connection.cursor() as cursor:
        drop()
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for name, (table, sql) in triggers.items():
            cursor.execute(sql)
            if connection.vendor == "postgresql":
                cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"')
        found = fingerprint()
        return Guarding.objects.create(
            at=at,
            definition=definition,
            fingerprint=found,
            digest=guarding_digest(at, definition, found, key=settings.SEAL_KEY),
        )


def drop() -> None:
    """Take all triggers away, as before a migration."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid{OURS}",  # noqa: S608 -- constants
                [PREFIX],
            )
            for name, table in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
        else:
            for name in present():
                cursor.execute(f'DROP TRIGGER "{name}"')


def guarding_digest(at: datetime, definition: str, found: str, *, key: str) -> str:
    """The HMAC that tells a migration's note from a forged one."""
    return signed("plumbline-guards-1", microseconds(at), definition, found, key=key)


def _hash(triggers: dict[str, str]) -> str:
    told = "".join(f"{len(name)}:{name}{len(text)}:{text}" for name, text in sorted(triggers.items()))
    return hashlib.sha256(told.encode()).hexdigest()
