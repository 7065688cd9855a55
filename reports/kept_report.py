"""The report of an upload as it is kept: JSON-ready, cut where it is long, with what a preview adds to it."""

from __future__ import annotations

import json
from typing import Any

from ledger.amounts import as_text
from ledger.report import FileReport, ImportReport, StructureReport
from reports.impact import moved_units
from reports.main_figures import main_figures, most_apart
from units.scope import Scope

DIFFERENCES = 500
"""Figures that a preview names one by one; the rest is counted."""

APART = 12
"""Units and months that a preview names because their totals change most."""

Report = ImportReport | StructureReport | FileReport


def document(report: Report) -> dict[str, Any]:
    """The report as it is kept, the differences cut at DIFFERENCES and counted."""
    found = report.as_document()
    if isinstance(report, ImportReport):
        found |= {
            "errors": [problem.as_document() | {"part": problem.part} for problem in report.errors],
            "header": next((problem.header for problem in report.errors if problem.header), ()),
            "by_unit": [list(each) for each in moved_units(report.differences)],
            "rows": report.rows,
            "replaced": report.replaced,
            "totals": report.totals.as_document(),
            "by_version": {version: as_text(amount) for version, amount in report.by_version.items()},
            "differences": [
                [line.unit, line.account, line.period, line.version, line.before, line.after, line.currency]
                for line in report.differences[:DIFFERENCES]
            ],
            "difference_count": len(report.differences),
        }
    elif "differences" in found:
        found |= {"differences": found["differences"][:DIFFERENCES], "difference_count": len(report.differences)}
    kept: dict[str, Any] = json.loads(json.dumps(found))
    return kept


def totals(actor: Scope, report: ImportReport, *, source: str) -> dict[str, Any]:
    """What a preview of figures says of totals: of all its units, and where they change most."""
    found = main_figures(actor, report, source=source)
    return {
        "main": [list(each) for each in found if not each.unit],
        "apart": [list(each) for each in most_apart(found)[:APART]],
    }
