"""The application that ties the others together; it has no models."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import (
            celery,  # noqa: F401 -- makes ours the current application, so that any process can send a job's id
            checks,  # noqa: F401 -- registers the system checks
            declarations,  # noqa: F401 -- another one: every table says who may read it
        )
