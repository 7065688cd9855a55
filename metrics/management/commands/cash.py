"""`manage.py cash`: the cash of each unit month by month ahead, with its interval, low point and what it stands on.

    cash [--unit U]… [--as-of TIME]

Money is decimal text in the group's currency, lags are months, and what is not known is null and says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metrics.management.studied_units import StudiesCommand, shown
from metrics.studies import Document, cash_document
from units.scope import Scope

COLUMNS = ("unit", "period", "collected", "paid", "staff", "other", "cash", "low", "high", "")
LOWEST = "lowest"


class Command(StudiesCommand):
    help = "Print the cash ahead of each unit from collection and payment lags, with its low point."

    def handle(self, **options: Any) -> None:
        documents = [cash_document(row, since) for row, since in self.rows(options, system=Scope.system("cash"))]
        if options["as_json"]:
            self.print_json(documents)
            return
        self.print_table([COLUMNS, *(line for each in documents for line in _lines(each))])
        for each in documents:
            for sentence in each["unknown"]:
                self.stdout.write(f"! {each['unit']}: {sentence}")


def _lines(document: Document) -> Iterator[list[str]]:
    """The months of a unit; one line with the reason where there are none."""
    known = [document["unit"], document["period"], "", "", "", "", shown(document["value"]), "", ""]
    yield [*known, document["reason"]]
    for month in document["months"]:
        note = LOWEST if month["period"] == document["low"]["period"] else ""
        yield [document["unit"], *(shown(month[name]) for name in COLUMNS[1:-1]), note]
