"""`manage.py statistics`: what the months of each unit say of themselves, up to its newest known month.

    statistics [--unit U]… [--metric M]… [--as-of TIME]     every figure by itself; with --json also what moves together

Money and counts are decimal text; ratios, scores and correlations numbers; what is not known is null and says why.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from metrics.management.studied_units import StudiesCommand, shown
from metrics.studied import STUDIED
from metrics.studies import Document, statistics_document
from units.commands import WrongCall
from units.scope import Scope

COLUMNS = ("unit", "metric", "period", "value", "expected", "score", "trend a month", "season", "n", "reason")


class Command(StudiesCommand):
    help = "Print trend, season, spread, outliers, the newest month's score and correlations of each unit."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--metric", action="append", help="A studied figure; repeat it, or leave it out for all.")

    def handle(self, **options: Any) -> None:
        metrics = options["metric"] or []
        for code in metrics:
            if code not in STUDIED:
                raise WrongCall(f"“{code}” is not studied; there are {', '.join(STUDIED)}.")
        rows = self.rows(options, system=Scope.system("statistics"))
        documents = [statistics_document(row, metrics, since) for row, since in rows]
        if options["as_json"]:
            self.print_json(documents)
        else:
            self.print_table([COLUMNS, *(_line(each, figure) for each in documents for figure in each["metrics"])])


def _line(document: Document, figure: Document) -> list[str]:
    trend, season = figure["trend"] or {}, figure["season"] or {}
    cells = (
        *(document["unit"], figure["metric"], document["period"], figure["value"], figure["expected"]),
        *(figure["score"], trend.get("slope"), season.get("strength"), figure["n"], figure["reason"]),
    )
    return [shown(cell) for cell in cells]
