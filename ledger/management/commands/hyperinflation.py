"""`manage.py hyperinflation`: that a currency is hyperinflationary, from a period on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ledger.actions import FlagRefused, flag_hyperinflation, take_back_hyperinflation
from units.commands import HouseCommand, WrongCall

SAID = {
    "flagged": "is hyperinflationary",
    "settled": "is not flagged any more",
    "unchanged": "was flagged already",
}


class Command(HouseCommand):
    help = "Flag a currency as hyperinflationary: who keeps books in it is translated wholly at the closing rate."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_actor(parser)
        parser.add_argument("currency", metavar="CURRENCY")
        parser.add_argument("--from", required=True, dest="first", metavar="P", help="The first period.")
        parser.add_argument("--to", dest="last", metavar="P", help="The last period. Left out: until it is said.")
        parser.add_argument("--take-back", action="store_true", help="It never was: take the flag from then on back.")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        said = {"actor": self.actor(options, at=at), "currency": options["currency"], "first": options["first"]}
        try:
            if options["take_back"]:
                report = take_back_hyperinflation(**said, at=at)
            else:
                report = flag_hyperinflation(**said, last=options["last"], at=at)
        except FlagRefused as wrong:
            raise WrongCall(str(wrong)) from wrong
        if options["as_json"]:
            self.print_json(report.as_document())
            return
        stretch = f"from {report.first}" + (f" to {report.last}" if report.last else " on")
        self.stdout.write(f"{report.currency} {SAID[report.status]} {stretch}.")
