"""`manage.py gaps`: figures that should be there and are not, of the company or of what a person may see."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from alerts.models import Gap
from alerts.quiet_wire import gap_document
from units.commands import HouseCommand
from units.scope import Scope


class Command(HouseCommand):
    help = "List what is late, withdrawn or in error: one line for each unit and source, and whose it is."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--person", metavar="NAME", help="What this person may see; left out: everything.")

    def handle(self, *args: Any, **options: Any) -> None:
        scope = Scope.system("alerts")
        if options["person"]:
            scope = Scope.of(self.person(options["person"]), at=timezone.now())
        standing = Gap.objects.within(scope).standing().shown_on_pages()
        found = [gap_document(gap) for gap in standing.order_by("unit__left", "source")]
        if options["as_json"]:
            self.print_json(found)
            return
        for each in found:
            owner = each["owner"] or "nobody"
            self.stdout.write(f"{each['unit']:<10} {each['kind']:<8} {each['period']:<8} {each['text']}  ({owner})")
        if not found:
            self.stdout.write("Nothing is missing.")
