"""Tables point down the line of apps, say who reads them, and have their migrations."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

import config.declarations as declarations
from tests.architecture.source import APPS
from units.guard import GuardedQuerySet
from units.models import Unit


def pointing_up(tables) -> list[str]:
    """Foreign keys from an app to one above it."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in tables
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and {model._meta.app_label, field.related_model._meta.app_label} <= set(APPS)
        and APPS.index(field.related_model._meta.app_label) < APPS.index(model._meta.app_label)
    ]


def test_no_foreign_key_points_up():
    assert pointing_up(apps.get_models()) == []


def test_a_key_that_points_up_is_found():
    class Stray(models.Model):
        sheet = models.ForeignKey("metrics.Sheet", models.PROTECT)

        class Meta:
            app_label = "units"
            apps = apps.__class__(installed_apps=())

        def __str__(self) -> str:
            return "stray"

    Stray._meta.get_field("sheet").remote_field.model = apps.get_model("metrics.Sheet")

    assert pointing_up([Stray]) == ["units.Stray.sheet"]


def faults() -> set[str]:
    return {error.msg for error in declarations.every_table_declares_its_readers(None)}


def test_every_table_declares_its_readers():
    assert faults() == set()


def test_a_table_without_a_declaration_is_an_error(monkeypatch):
    before = faults()
    monkeypatch.delitem(declarations.DECLARED, "ledger.Rate")

    assert faults() - before == {
        "ledger.Rate says nowhere who may read it: give it a guard or a line in config/declarations.py."
    }


def test_a_table_that_hangs_on_a_unit_without_a_guard_is_an_error(monkeypatch):
    before = faults()
    monkeypatch.delitem(declarations.UNGUARDED, "units.Grant")

    assert faults() - before == {"units.Grant hangs on a guarded table by unit and has no guard itself."}


@pytest.mark.parametrize(
    ("attribute", "value", "sentence"),
    [
        ("scope_path", "period", "the path “period” does not lead to a unit."),
        ("scope_path", "nowhere__unit", "the path “nowhere__unit” does not lead to a unit."),
        ("scope_ability", "figures.raed", "no role has the ability figures.raed."),
    ],
)
def test_a_guard_that_leads_nowhere_is_an_error(monkeypatch, attribute, value, sentence):
    before = faults()
    monkeypatch.setattr(apps.get_model("ledger.Entry"), attribute, value, raising=False)

    assert faults() - before == {f"ledger.Entry: {sentence}"}


def test_the_loud_way_is_also_the_way_of_forward_keys():
    guarded = [model for model in apps.get_models() if isinstance(model._default_manager.all(), GuardedQuerySet)]

    assert Unit in guarded
    assert {model._meta.base_manager_name for model in guarded} == {"unscoped"}


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())
