"""`manage.py prepare`: migrate, collect static files, load the demonstration; `manage.py up` begins with it."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from audit.commands import SpokenCommand
from config.preparation import prepare


class Command(SpokenCommand):
    help = "Prepares folders, database, static files and, on an empty database, the demonstration company."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        def say(sentence: str) -> None:
            self.stdout.write(sentence)
            self.stdout.flush()

        prepare(say=say, demonstration=settings.DEMO)
