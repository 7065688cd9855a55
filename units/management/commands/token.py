"""`manage.py token`: keys for programs.

token make PERSON --name N --ability A [--ability A …] [--unit U …] [--days D]    prints the key, once
token revoke PREFIX
token list [--person NAME]
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from units.actions import LONGEST, TokenRefused, make_token, revoke_token
from units.commands import HouseCommand, WrongCall
from units.models import ApiToken, Unit

DOOR = "process:command-line"


class Command(HouseCommand):
    help = "Makes, lists and revokes the API tokens of people."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        make, revoke, show = (verbs.add_parser(verb) for verb in ("make", "revoke", "list"))
        for verb in (make, revoke, show):
            super().add_arguments(verb)
        make.add_argument("person", metavar="PERSON", help="Name or e-mail of the person the program acts for.")
        make.add_argument("--name", required=True, metavar="N", help="What the token is for.")
        make.add_argument("--ability", required=True, action="append", metavar="A", help="Such as figures.read.")
        make.add_argument("--unit", action="append", default=[], metavar="U", help="A subtree; none: all of hers.")
        make.add_argument("--days", type=int, default=LONGEST.days, metavar="D", help="Until it expires, at most 90.")
        revoke.add_argument("prefix", metavar="PREFIX", help="The first characters of the key.")
        show.add_argument("--person", metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document, sentence = getattr(self, options["verb"])(options, timezone.now())
        except TokenRefused as refused:
            if options["as_json"]:
                self.print_json({"status": "refused", "reason": str(refused)})
            self.refuse(str(refused))
        if options["as_json"]:
            self.print_json(document)
        else:
            self.stdout.write(sentence)

    def make(self, options: dict[str, Any], at: datetime) -> tuple[Any, str]:
        made = make_token(
            actor=DOOR,
            person=self.person(options["person"]),
            name=options["name"],
            abilities=options["ability"],
            units=[self._unit(code) for code in options["unit"]],
            at=at,
            expires=at + timedelta(days=options["days"]),
        )
        return (
            {**_described(made.token), "key": made.key},
            f"Token of {made.token.person.name} until {made.token.expires:%Y-%m-%d}.\nKey, shown only now: {made.key}",
        )

    def revoke(self, options: dict[str, Any], at: datetime) -> tuple[Any, str]:
        try:
            token = ApiToken.objects.select_related("person").get(prefix=options["prefix"])
        except ApiToken.DoesNotExist as error:
            raise WrongCall(f"There is no token {options['prefix']}.") from error
        revoke_token(actor=DOOR, token=token, at=at)
        token.refresh_from_db()
        return _described(token), f"Token {token.prefix} of {token.person.name} is revoked."

    def list(self, options: dict[str, Any], at: datetime) -> tuple[Any, str]:
        tokens = ApiToken.objects.select_related("person").order_by("pk")
        if options["person"]:
            tokens = tokens.filter(person=self.person(options["person"]))
        found = [_described(token) for token in tokens]
        lines = [f"{row['prefix']}… {row['name']} of {row['person']} until {row['expires']}" for row in found]
        return found, "\n".join(lines) or "There are no tokens."

    def _unit(self, code: str) -> Unit:
        try:
            return Unit.unscoped.get(code=code)
        except Unit.DoesNotExist as error:
            raise WrongCall(f"There is no unit {code}.") from error


def _described(token: ApiToken) -> dict[str, Any]:
    """A token as `--json` prints it; never its key."""
    units = ApiToken.units.through.objects.filter(apitoken_id=token.pk).order_by("unit__left")
    return {
        "prefix": token.prefix,
        "name": token.name,
        "person": token.person.name,
        "abilities": token.abilities,
        "units": [*units.values_list("unit__code", flat=True)],
        "created": token.created.isoformat(),
        "expires": token.expires.isoformat(),
        "revoked": token.revoked.isoformat() if token.revoked else None,
        "last_used": token.last_used.isoformat() if token.last_used else None,
    }
