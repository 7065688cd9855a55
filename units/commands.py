"""What every management command of Plumbline promises: exit codes, `--json`, and people by name.

Exit codes: 0 done (also: nothing to do), 1 the data is refused with every reason, 2 the call is wrong (an
unknown code or person, a missing ability), 3 the environment (no database, not migrated). With `--json` one
document stands on standard output and nothing else; sentences for people go to standard error.

    class Command(HouseCommand):
        def add_arguments(self, parser): super().add_arguments(parser); self.add_actor(parser)
        def handle(self, **options): ... self.actor(options, at=…) ... self.print_json(document)
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import orjson
from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError, CommandParser
from django.http import Http404

from audit.commands import SpokenCommand
from people.models import Person
from units.moments import moment
from units.scope import Scope

REFUSED, WRONG = 1, 2


class DataRefused(CommandError):
    """The data is refused; why has been printed. Exit code 1."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, returncode=REFUSED)


class WrongCall(CommandError):
    """The call cannot be carried out as it stands; the sentence says what to change. Exit code 2."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, returncode=WRONG)


def moment_of(text: str | None) -> datetime | None:
    """The moment that an option such as `--as-of` names; None where it was left out. Raises WrongCall."""
    known = moment(text) if text else None
    if text and known is None:
        raise WrongCall(f"“{text}” is no date and no time such as 2026-10-09T07:40+00:00.")
    return known


class HouseCommand(SpokenCommand):
    """The base of all commands. `--version` means the version of figures here, not that of Django."""

    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print one JSON document.")

    def add_actor(self, parser: CommandParser) -> None:
        parser.add_argument("--actor", required=True, metavar="NAME", help="Name or e-mail of an existing person.")

    def run(self, *args: Any, **options: Any) -> str | None:
        """Run, with a unit that is not there and an ability that is missing turned into sentences."""
        try:
            return super().run(*args, **options)
        except Http404 as absent:
            raise WrongCall("There is no such unit for this person.") from absent
        except PermissionDenied as denied:
            raise WrongCall(str(denied) or "This person may not do that.") from denied

    def person(self, name: str) -> Person:
        """The active person of this name or e-mail address."""
        try:
            return Person.objects.known_as(name)
        except Person.DoesNotExist as error:
            raise WrongCall(f"There is no person “{name}”; `manage.py person add` makes one.") from error

    def actor(self, options: dict[str, Any], *, at: datetime) -> Scope:
        """The scope of the person that `--actor` names."""
        return Scope.of(self.person(options["actor"]), at=at)

    def file(self, path: str) -> bytes:
        """The bytes of a file that the caller names."""
        try:
            return Path(path).read_bytes()
        except OSError as error:
            raise WrongCall(f"{path} cannot be read: {error.strerror}.") from error

    def json_file(self, path: str) -> Any:
        """The document in a JSON file that the caller names."""
        try:
            return orjson.loads(self.file(path).removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as error:
            raise WrongCall(f"{path} is not JSON: {error}.") from error

    def print_json(self, document: Any) -> None:
        """The one document on standard output."""
        self.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())

    def refuse(self, sentence: str) -> NoReturn:
        raise DataRefused(sentence)
