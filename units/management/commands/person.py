"""`manage.py person`: the people of the company, without a browser. Makes the first ones on an empty database.

person add NAME --role R [--unit U] [--email E]    a person with a role; prints a one-time password, once
person grant NAME --role R [--unit U]              one more role
person end NAME --role R [--unit U]                a role less
person password NAME                               a new one-time password, for somebody who forgot his
person remove-factor NAME --reason R               the second factor off, for somebody who lost it
person deactivate NAME                             nothing opens any more
person list                                        who there is, and as what
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from people.actions import PersonRefused, add_person, deactivate_person, remove_second_factor, set_password
from people.models import Person
from units.actions import GrantRefused, end_role, grant_role
from units.commands import HouseCommand, WrongCall
from units.models import Grant, Unit
from units.roles import LABELS

DOOR = "process:command-line"


class Command(HouseCommand):
    help = "Adds people, gives and ends roles, sets one-time passwords, removes lost second factors, deactivates."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        for verb in ("add", "grant", "end", "password", "remove-factor", "deactivate", "list"):
            self._add_verb(verbs.add_parser(verb), verb)

    def _add_verb(self, parser: CommandParser, verb: str) -> None:
        super().add_arguments(parser)
        if verb != "list":
            parser.add_argument("name", metavar="NAME")
        if verb in ("add", "grant", "end"):
            parser.add_argument("--role", required=True, choices=list(LABELS), metavar="R", help=", ".join(LABELS))
            parser.add_argument("--unit", metavar="U", help="Code of a unit; the role holds for all below it.")
        if verb == "add":
            parser.add_argument("--email", default="", metavar="E")
        if verb in ("end", "remove-factor"):
            parser.add_argument(
                "--reason", required=verb != "end", default="", metavar="R", help="Why; it goes into the record."
            )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            document, sentence = getattr(self, options["verb"].replace("-", "_"))(options, at)
        except (PersonRefused, GrantRefused) as refused:
            if options["as_json"]:
                self.print_json({"status": "refused", "reason": str(refused)})
            self.refuse(str(refused))
        if options["as_json"]:
            self.print_json(document)
        else:
            self.stdout.write(sentence)

    @transaction.atomic
    def add(self, options: dict[str, Any], at: datetime) -> tuple[Any, str]:
        unit = self._unit(options["unit"])
        added = add_person(actor=DOOR, name=options["name"], email=options["email"], at=at)
        grant_role(actor=DOOR, person=added.person, role=options["role"], unit=unit, at=at)
        document = {**_described(added.person, at), "password": added.password}
        return document, (
            f"Added {added.person.name} as {LABELS[options['role']].lower()}{_of(unit)}.\n"
            f"One-time password, shown only now: {added.password}"
        )

    def grant(self, options: dict[str, Any], at: datetime) -> tuple[Any, str]:
        person, unit = self.person(options["name"]), self._unit(options["unit"])
        grant_role(actor=DOOR, person=person, role=options["role"], unit=unit, at=at)
        return _described(person, at), f"{person.name} is {LABELS[options['role']].lower()}{_of(unit)} now."

    def end(self, options: dict[str, Any], at: datetime) -> tuple[Any, str]:
        person, unit = self.person(options["name"]), self._unit(options["unit"])
        grant = _standing(person, at).filter(role=options["role"], unit=unit).first()
        if grant is None:
            raise GrantRefused(f"{person.name} is not {LABELS[options['role']].lower()}{_of(unit)}.")
        end_role(actor=DOOR, grant=grant, at=at, reason=options["reason"])
        return _described(person, at), f"{person.name} is no longer {LABELS[options['role']].lower()}{_of(unit)}."

    def password(self, options: dict[str, Any], at: datetime) -> tuple[Any, str]:
        person = self.person(options["name"])
        password = set_password(actor=DOOR, person=person, at=at, must_change=True)
        return (
            {**_described(person, at), "password": password},
            f"One-time password of {person.name}, shown only now: {password}",
        )

    def remove_factor(self, options: dict[str, Any], at: datetime) -> tuple[Any, str]:
        person = self.person(options["name"])
        remove_second_factor(actor=DOOR, person=person, at=at, reason=options["reason"])
        return _described(person, at), f"{person.name} signs in with the password alone now."

    def deactivate(self, options: dict[str, Any], at: datetime) -> tuple[Any, str]:
        person = self.person(options["name"])
        deactivate_person(actor=DOOR, person=person, at=at)
        return _described(person, at), f"{person.name} is deactivated: sessions and tokens no longer open anything."

    def list(self, options: dict[str, Any], at: datetime) -> tuple[Any, str]:
        people = [_described(person, at) for person in Person.objects.order_by("name")]
        lines = [f"{found['name']}: {_roles_text(found)}" for found in people]
        return people, "\n".join(lines) or "There is nobody yet; `manage.py person add` makes the first person."

    def _unit(self, code: str | None) -> Unit | None:
        if code is None:
            return None
        try:
            return Unit.unscoped.get(code=code)
        except Unit.DoesNotExist as error:
            raise WrongCall(f"There is no unit {code}.") from error


def _standing(person: Person, at: datetime) -> Any:
    return Grant.objects.filter(Q(ends__isnull=True) | Q(ends__gt=at), person=person)


def _described(person: Person, at: datetime) -> dict[str, Any]:
    """A person as `--json` prints it."""
    grants = _standing(person, at).order_by("pk").values_list("role", "unit__code")
    return {
        "name": person.name,
        "email": person.email or None,
        "active": person.is_active,
        "roles": [{"role": role, "unit": unit} for role, unit in grants],
    }


def _roles_text(found: dict[str, Any]) -> str:
    if not found["active"]:
        return "deactivated"
    roles = [LABELS[held["role"]].lower() + (f" of {held['unit']}" if held["unit"] else "") for held in found["roles"]]
    return ", ".join(roles) or "no role"


def _of(unit: Unit | None) -> str:
    return f" of {unit.code}" if unit else " of the whole company"
