"""`manage.py alerts`: the alerts of the company, or of what a person may see, the costliest first."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from alerts.models import Alert
from ledger.amounts import as_text
from metrics.catalogue import SEVERITY_WORDS
from units.commands import HouseCommand, WrongCall
from units.models import Unit
from units.scope import Scope


class Command(HouseCommand):
    help = "List alerts: what is beyond its limit, what it costs a year, what is proposed and who owns it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", metavar="U", help="Of this unit alone.")
        parser.add_argument("--metric", metavar="M")
        parser.add_argument("--condition", choices=Alert.Condition.values, help="Left out: all that fired.")
        parser.add_argument("--person", metavar="NAME", help="What this person may see; left out: everything.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [_as_document(alert) for alert in self._alerts(options)]
        if options["as_json"]:
            self.print_json(found)
            return
        for each in found:
            impact = "–" if each["impact"] is None else each["impact"]
            owner = each["owner"] or "nobody"
            self.stdout.write(
                f"{each['unit']:<10} {each['shown_as']:<6} {each['condition']:<10} {each['handling']:<12} "
                f"{impact:>18}  {each['title']}  ({owner})"
            )
        if not found:
            self.stdout.write("No alerts.")

    def _alerts(self, options: dict[str, Any]) -> Any:
        scope = Scope.system("alerts")
        if options["person"]:
            scope = Scope.of(self.person(options["person"]), at=timezone.now())
        alerts = Alert.objects.within(scope)
        alerts = alerts.filter(condition=options["condition"]) if options["condition"] else alerts.told()
        if options["unit"]:
            unit = Unit.objects.within(scope, ability="alerts.read").filter(code=options["unit"]).first()
            if unit is None:
                raise WrongCall(f"There is no unit {options['unit']}.")
            alerts = alerts.filter(unit=unit)
        if options["metric"]:
            alerts = alerts.filter(version__metric=options["metric"])
        return alerts.by_impact().shown_on_pages()


def _as_document(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.public_id,
        "unit": alert.unit.code,
        "metric": alert.version.metric,
        "basis": alert.version.basis,
        "began": alert.began.code,
        "period": alert.period.code,
        "condition": alert.condition,
        "handling": alert.handling,
        "severity": alert.severity,
        "shown_as": SEVERITY_WORDS[alert.severity],
        "title": alert.title,
        "impact": None if alert.impact is None else as_text(alert.impact),
        "impact_on": "cash" if alert.impact_is_cash else "operating income",
        "reason": alert.impact_reason,
        "action": alert.action,
        "owner": alert.owner.name if alert.owner else None,
        "threshold": alert.threshold.code,
        "ended_because": alert.ended_because,
    }
