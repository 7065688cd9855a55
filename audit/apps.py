"""The record: its triggers are taken away before a migration, and made and noted after it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        pre_migrate.connect(before_migration, sender=self)
        post_migrate.connect(after_migration, sender=self)


def before_migration(*, plan: list[Any], **kwargs: Any) -> None:
    """A plan with steps begins without triggers: PostgreSQL cannot alter a column that one names."""
    from audit import triggers

    if plan:
        triggers.drop()


def after_migration(**kwargs: Any) -> None:
    """Make what is missing or changed; on SQLite an altered table has lost its triggers."""
    from django.db import connection
    from django.utils import timezone

    from audit import triggers
    from audit.models import Guarding

    if Guarding._meta.db_table in connection.introspection.table_names():
        triggers.install(at=timezone.now())
