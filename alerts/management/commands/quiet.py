"""`manage.py quiet`: why a figure was quiet in a period, or was not, as known at a moment."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from alerts.quiet import Change, Heard, Quiet, quiet
from alerts.terms import ALL_LEVELS
from ledger.amounts import as_text
from ledger.models import ONE, Period
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
        document = as_document(found)
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
                self.stdout.write(f"  set {change['at']} by {change['actor']}: {change['reason'] or 'no reason given'}")
        for silence in document["silences"]:
            self.stdout.write(f"Silenced until {silence['ends']} by {silence['actor']}: {silence['reason']}")


def as_document(found: Quiet) -> dict[str, Any]:
    """The answer as other programs read it."""
    return {
        "judged": found.evaluation.at.isoformat() if found.evaluation else None,
        "why": found.why,
        "thresholds": [_heard(each) for each in found.heard],
        "silences": [
            {
                "starts": each.starts.isoformat(),
                "ends": each.ends.isoformat(),
                "actor": each.actor,
                "reason": each.reason,
            }
            for each in found.silences
        ],
    }


def _heard(each: Heard) -> dict[str, Any]:
    judged, terms = each.judged, each.edition.terms

    def shown(number: Any) -> Any:
        return as_text(int(number)) if each.is_amount and number is not None else number

    limit = judged.limit
    return {
        "version": each.edition.version,
        "label": each.edition.label,
        "origin": each.origin,
        "comparator": terms.comparator,
        "levels": {name: getattr(terms, name) for name in ALL_LEVELS if getattr(terms, name)},
        "value": shown(judged.value.number),
        "baseline": shown(judged.baseline.number),
        "limit": None if limit is None else shown(limit * ONE) if each.is_amount else float(limit),
        "severity": judged.severity,
        "outcome": each.outcome,
        "why": each.why,
        "condition": each.breach.condition if each.breach else None,
        "alerts": [alert.public_id for alert in each.alerts],
        "changes": [_change(change) for change in each.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "version": change.version,
        "at": change.at.isoformat(),
        "actor": change.actor,
        "reason": change.reason,
        "changed": {name: {"before": before, "after": after} for name, (before, after) in change.changed.items()},
    }
