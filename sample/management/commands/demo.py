"""`manage.py demo`: the demonstration company, loaded through the import commands; removed; its passwords renewed.

demo                   load it into an empty database
demo --if-empty        the same; a database with units is left as it is, in silence
demo --new-passwords   new random passwords for its people, printed once
demo --remove          set the embedded database aside and begin with an empty one; nothing is deleted
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from audit.commands import EnvironmentMissing
from sample.company import CODES
from sample.loading import load
from sample.people import SignIn, renew_passwords
from sample.removal import InUse, NotRemovable, foreign, is_loaded, set_aside
from units.commands import HouseCommand, WrongCall
from units.models import Unit
from units.roles import LABELS


class Command(HouseCommand):
    help = "Loads the demonstration company, Halden Group; removes it; renews the passwords of its people."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--if-empty", action="store_true", help="Do nothing where any unit exists.")
        what.add_argument("--remove", action="store_true", help="Set the database aside and begin with an empty one.")
        what.add_argument("--new-passwords", action="store_true", help="New passwords for its people.")

    def handle(self, *args: Any, **options: Any) -> None:
        is_json = options["as_json"]
        if options["remove"]:
            self.remove(is_json=is_json)
        elif options["new_passwords"]:
            self.renew(is_json=is_json)
        elif not Unit.unscoped.exists():
            say = (lambda sentence: None) if is_json else self.stdout.write
            self.tell("loaded", load(say=say), is_json=is_json)
        elif options["if_empty"] or is_loaded():
            if is_json:
                self.print_json({"status": "unchanged", "people": []})
            elif not options["if_empty"]:
                self.stdout.write("The demonstration company is loaded already.")
        else:
            self.refuse("There are units in this database; the demonstration goes only into an empty one.")

    def renew(self, *, is_json: bool) -> None:
        if not is_loaded():
            raise WrongCall("The demonstration company is not loaded here.")
        self.tell("renewed", renew_passwords(at=timezone.now()), is_json=is_json)

    def remove(self, *, is_json: bool) -> None:
        if not is_loaded():
            raise WrongCall("The demonstration company is not loaded here.")
        if others := foreign():
            if is_json:
                self.print_json({"status": "refused", "reasons": others})
            self.refuse(f"The demonstration is not alone in this database: {', '.join(others)}.")
        try:
            aside = set_aside(at=timezone.now())
        except (NotRemovable, InUse) as wrong:
            raise EnvironmentMissing(str(wrong)) from wrong
        if is_json:
            self.print_json({"status": "removed", "set_aside": str(aside)})
            return
        self.stdout.write(
            f"The database is empty now. The demonstration was set aside as {aside}; delete that file when you like.\n"
            "Start with `make run DEMO=0`, so that it does not come back."
        )

    def tell(self, status: str, people: list[SignIn], *, is_json: bool) -> None:
        """Who may sign in, and with which password: the only time they are shown."""
        if is_json:
            self.print_json({"status": status, "people": [_document(each) for each in people]})
            return
        if status == "loaded":
            self.stdout.write(f"Halden Group is loaded: {len(CODES)} units, October 2023 to September 2026.")
        width = max(len(_role(each)) for each in people)
        lines = [f"  {_role(each):<{width}}  {each.part.email:<28}  {each.password}" for each in people]
        self.stdout.write("\n".join(["", "Sign in as (passwords are shown only now):", *lines, ""]))


def _role(each: SignIn) -> str:
    unit = f" of {each.part.unit}" if each.part.unit else ""
    return f"{LABELS[each.part.role]}{unit}"


def _document(each: SignIn) -> dict[str, Any]:
    part = each.part
    return {
        "name": part.name,
        "email": part.email,
        "role": part.role,
        "unit": part.unit,
        "password": each.password,
    }
