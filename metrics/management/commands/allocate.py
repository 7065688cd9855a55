"""`manage.py allocate`: a budget divided over requests, equally, in proportion and best, side by side."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from ledger.amounts import AmountRefused, as_text
from metrics.allocation import (
    EQUAL,
    OPTIMAL,
    PROPORTIONAL,
    Allocation,
    BudgetTooSmall,
    Request,
    RequestRefused,
    equal,
    proportional,
)
from metrics.budget_requests import budget_of, document, read, sentence
from metrics.calc.programme import optimal
from units.commands import HouseCommand, WrongCall

METHODS = (EQUAL, PROPORTIONAL, OPTIMAL)


class Command(HouseCommand):
    help = "Divide a budget over the requests of a file: request, minimum, asked, return, priority."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "requests", help="CSV: request, asked, and if need be minimum (0), return (1), priority (1)."
        )
        parser.add_argument("--budget", required=True, help="What there is to divide, in the currency of the requests.")

    def handle(self, **options: Any) -> None:
        budget = _budget(options["budget"])
        requests, errors = read(self.file(options["requests"]))
        if errors:
            self._refuse(errors, as_json=options["as_json"])
        try:
            found = [method(requests, budget) for method in (equal, proportional, optimal)]
        except (BudgetTooSmall, RequestRefused) as error:
            self._refuse([{"row": None, "column": None, "reason": str(error)}], as_json=options["as_json"])
        if options["as_json"]:
            self.print_json(document(requests, budget, found))
        else:
            self._print(requests, found)

    def _refuse(self, errors: list[dict[str, Any]], *, as_json: bool) -> None:
        if as_json:
            self.print_json({"status": "refused", "errors": errors})
        self.refuse("\n".join(sentence(each) for each in errors))

    def _print(self, requests: list[Request], found: list[Allocation]) -> None:
        rows: list[tuple[str, ...]] = [("request", "minimum", "asked", *METHODS)]
        granted = [dict(each.granted) for each in found]
        for each in requests:
            amounts = (each.minimum, each.asked, *(grants[each.code] for grants in granted))
            rows.append((each.code, *(as_text(amount) for amount in amounts)))
        rows.append(("left", "", "", *(as_text(each.left) for each in found)))
        rows.append(("returns", "", "", *(as_text(each.returned) for each in found)))
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        for row in rows:
            cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            self.stdout.write("  ".join([row[0].ljust(widths[0]), *cells]).rstrip())


def _budget(text: str) -> int:
    try:
        return budget_of(text)
    except AmountRefused as error:
        raise WrongCall(f"“{text}” is no budget: {error}") from error
