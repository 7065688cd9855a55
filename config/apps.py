"""The application that ties the others together; it has no models."""

from django.apps import AppConfig
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import (
            celery,  # noqa: F401 -- makes ours the current application, so that any process can send a job's id
            checks,  # noqa: F401 -- registers the system checks
            declarations,  # noqa: F401 -- another one: every table says who may read it
        )

        # Django asks each SQLite connection whether it knows JSON, in a transaction that waits for whoever writes;
        # where the wait is too long it takes that for a no, for as long as the process lives.
        setattr(SQLite.features_class, "supports_json_field", True)  # noqa: B010 -- typed as the question
