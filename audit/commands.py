"""What every management command does with what it cannot do: one sentence on standard error, and an exit code.

Exit code 3 is the environment: no database, or one that is not migrated.
"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

ENVIRONMENT = 3
UNMIGRATED = ("no such table", "no such column", "has no column named", "does not exist")
"""How SQLite and PostgreSQL say that a table or a column is not there."""


class EnvironmentMissing(CommandError):
    """What the command stands on is not there. Exit code 3."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, returncode=ENVIRONMENT)


class SpokenCommand(BaseCommand):
    """A command that refuses in a sentence. On the command line Django would put the name of a class before it."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return self.run(*args, **options)
        except CommandError as refused:
            if not self._called_from_command_line or options["traceback"]:  # type: ignore[attr-defined]  # Django's own, which the stubs leave out
                raise
            self.stderr.write(str(refused))
            sys.exit(refused.returncode)

    def run(self, *args: Any, **options: Any) -> str | None:
        """Run, with what a database that is away or not migrated says turned into a sentence."""
        try:
            return super().execute(*args, **options)
        except (OperationalError, ProgrammingError) as error:
            is_unmigrated = any(word in str(error) for word in UNMIGRATED)
            if isinstance(error, ProgrammingError) and not is_unmigrated:
                raise
            remedy = "Run `manage.py migrate`." if is_unmigrated else "Check DATABASE_URL and that the database runs."
            raise EnvironmentMissing(f"The database cannot be used: {_first_line(error)}. {remedy}") from error


def counted(number: int, noun: str) -> str:
    """“1 row”, “2,000 rows”."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
