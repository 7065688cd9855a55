"""`manage.py quiet`: why a figure was quiet in a period, or was not, as known at a moment."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from alerts.quiet import quiet
from alerts.quiet_wire import as_document
from ledger.models import Period
from units.commands import HouseCommand, WrongCall, moment_of
from units.models import Unit
from units.scope import Scope


class Command(HouseCommand):
    help = "Say why a figure was quiet: the value, the terms then in force, the state, the silences, who changed what."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", required=True, metavar="U")
        parser.add_argument("--metric", required=True, metavar="M")
        parser.add_argument("--period", required=True, metavar="P")
        parser.add_argument("--as-of", help="As known then: a date (its end) or an ISO 8601 time.")
        parser.add_argument("--person", metavar="NAME", help="What this person may see; left out: everything.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        scope = Scope.of(self.person(options["person"]), at=now) if options["person"] else Scope.system("alerts")
        unit = Unit.objects.within(scope, ability="alerts.read").filter(code=options["unit"]).first()
        if unit is None:
            raise WrongCall(f"There is no unit {options['unit']}.")
        period = Period.objects.filter(code=options["period"]).first()
        if period is None:
            raise WrongCall(f"There is no period {options['period']}.")
        found = quiet(unit, options["metric"], period.ordinal, as_of=moment_of(options["as_of"]) or now)
        document = as_document(found.as_told_to(scope))
        if options["as_json"]:
            self.print_json(document)
            return
        self._print(document)

    def _print(self, document: dict[str, Any]) -> None:
        if document["why"]:
            self.stdout.write(f"{document['why'].capitalize()}.")
        for each in document["thresholds"]:
            self.stdout.write(f"{each['label']}: {each['outcome']}, {each['why']}.")
            self.stdout.write(f"  value {each['value']}, against {each['baseline']}, limit {each['limit']}")
            for change in each["changes"]:
                self.stdout.write(f"  set {change['at']}{_by(change)}")
        for silence in document["silences"]:
            self.stdout.write(f"Silenced until {silence['ends']}{_by(silence)}")
        for gap in document["gaps"]:
            self.stdout.write(f"Missing since {gap['opened']}: {gap['text']}")


def _by(deed: dict[str, Any]) -> str:
    """Who did something and why; empty where that is not the reader's to know."""
    return f" by {deed['actor']}: {deed['reason'] or 'no reason given'}" if deed["actor"] else ""
