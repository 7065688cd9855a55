"""`manage.py close`: close a period, for a unit and all below it or for the whole company."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ledger.actions import PeriodNotClosed, close_period
from units.commands import HouseCommand, WrongCall


class Command(HouseCommand):
    help = "Close a period: from then on it takes no new figures."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_actor(parser)
        parser.add_argument("--period", required=True, metavar="P")
        parser.add_argument("--unit", metavar="U", help="Left out: the whole company.")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        actor = self.actor(options, at=at)
        try:
            report = close_period(actor=actor, period=options["period"], unit=options["unit"], at=at)
        except PeriodNotClosed as wrong:
            raise WrongCall(str(wrong)) from wrong
        if options["as_json"]:
            self.print_json(report.as_document())
            return
        where = report.unit or "the whole company"
        already = "was closed already" if report.status == "unchanged" else "is closed"
        self.stdout.write(f"{report.period} {already} for {where}.")
