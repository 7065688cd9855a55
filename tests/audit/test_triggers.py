"""Append-only by the database itself."""

from __future__ import annotations

import sqlite3

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from audit import triggers
from audit.models import Block, Guarding, Record, Seal
from audit.sealing import seal
from units.models import Placement, Unit

KEPT = [
    "alerts_thresholdversion",
    "audit_block",
    "audit_guarding",
    "audit_record",
    "audit_seal",
    "ledger_closing",
    "ledger_delivery",
    "ledger_entry",
    "ledger_rate",
    "metrics_metricversion",
    "metrics_sheet",
    "units_placement",
]

REFUSED = [
    "UPDATE audit_record SET actor = 'person:8'",
    "UPDATE audit_record SET reason = reason",
    "DELETE FROM audit_record",
    "UPDATE audit_seal SET position = position + 1",
    "DELETE FROM audit_seal",
    "UPDATE audit_block SET sealed_at = sealed_at",
    "DELETE FROM audit_block",
    "DELETE FROM audit_guarding",
]


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_record_its_blocks_and_all_that_stands_from_mark_to_mark_is_guarded(db):
    assert {table.name for table in triggers.guarded_tables()} >= set(KEPT)
    assert triggers.missing() == []


@pytest.mark.parametrize("statement", REFUSED)
def test_what_is_recorded_and_sealed_cannot_be_changed_or_deleted(own_database, deeds, at, statement):
    deeds(2)
    seal(at=at)

    refused(statement)


def test_the_orm_is_refused_as_raw_sql_is(db, deeds):
    (made,) = deeds(1)
    for write in (
        lambda: Record.objects.update(actor="person:8"),
        lambda: Record.objects.all().delete(),
        lambda: Record.objects.bulk_update([made], ["reason"]),
        lambda: made.save(),
        lambda: made.delete(),
        lambda: Record.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            write()


def test_a_row_cannot_be_replaced_by_an_insert(db, deeds):
    (made,) = deeds(1)
    columns = ", ".join(f'"{field.column}"' for field in Record._meta.concrete_fields)
    if connection.vendor == "postgresql":
        refused(
            f"INSERT INTO audit_record ({columns}) SELECT {columns} FROM audit_record"
            " ON CONFLICT (id) DO UPDATE SET actor = 'person:8'"
        )
    else:
        refused(f"INSERT OR REPLACE INTO audit_record ({columns}) SELECT {columns} FROM audit_record")
    assert Record.objects.get().actor == made.actor


def test_a_replace_is_refused_even_where_the_connection_left_recursive_triggers_off(own_database, deeds, tmp_path):
    if connection.vendor != "sqlite":
        refused("TRUNCATE audit_record")
        return
    deeds(1)
    with sqlite3.connect(tmp_path / "copy.sqlite3") as raw, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute("PRAGMA recursive_triggers = OFF")
        raw.execute("REPLACE INTO audit_record SELECT * FROM audit_record")


@pytest.mark.parametrize("table", KEPT)
def test_a_guarded_table_cannot_be_emptied(db, table):
    """By TRUNCATE, which fires no row trigger; on SQLite the same is a DELETE."""
    if connection.vendor == "postgresql":
        refused(f"TRUNCATE {table} CASCADE")
    else:
        assert f"{triggers.PREFIX}{table}_delete" in triggers.present()


@pytest.fixture
def placement(db) -> Placement:
    unit = Unit.unscoped.create(code="U04", name="Unit 4")
    return Placement.unscoped.create(unit=unit, parent=None, from_mark=3)


def test_a_standing_row_may_be_closed_once(placement):
    Placement.unscoped.filter(pk=placement.pk).update(until_mark=5)

    assert Placement.unscoped.get().until_mark == 5
    refused("UPDATE units_placement SET until_mark = 6")
    refused("UPDATE units_placement SET until_mark = NULL")


@pytest.mark.parametrize(
    "change",
    ["ownership = '0.5'", "ownership = '0.5', until_mark = 5", "from_mark = 2, until_mark = 5", "position = 7"],
)
def test_nothing_else_of_a_standing_row_may_be_changed_not_even_while_closing_it(placement, change):
    refused(f"UPDATE units_placement SET {change}")


def test_a_standing_row_cannot_be_deleted(placement):
    refused("DELETE FROM units_placement")


def test_triggers_dropped_are_made_again_by_the_next_migration_and_noted(own_database, at):
    noted = Guarding.objects.count()
    before = triggers.fingerprint()
    triggers.drop()
    assert len(triggers.missing()) == len(triggers.wanted())

    call_command("migrate", verbosity=0)

    assert (triggers.missing(), triggers.fingerprint()) == ([], before)
    assert Guarding.objects.count() == noted + 1


def test_a_migration_that_changes_no_trigger_notes_nothing(own_database):
    noted = Guarding.objects.count()

    call_command("migrate", verbosity=0)

    assert Guarding.objects.count() == noted


def test_an_altered_table_has_its_triggers_again_after_the_migration(own_database, at):
    """SQLite rebuilds a table to alter it, and its triggers are gone; PostgreSQL refuses while they name a column."""
    from django.db import models
    from django.db.migrations.state import ProjectState

    state = ProjectState.from_apps(apps)
    old = state.apps.get_model("units", "Placement")
    field = models.CharField(max_length=44)
    field.set_attributes_from_name("ownership")
    field.model = old

    triggers.drop() if connection.vendor == "postgresql" else None
    with connection.schema_editor() as editor:
        editor.alter_field(old, old._meta.get_field("ownership"), field)
    assert any("units_placement" in name for name in triggers.missing())
    triggers.install(at=at)

    assert triggers.missing() == []


def test_the_blocks_and_seals_of_an_empty_record_are_empty(db):
    assert (Block.objects.count(), Seal.objects.count()) == (0, 0)
