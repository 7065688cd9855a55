"""The problems of a report as a page lists them: blocking ones first, those that one fix mends as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.boards.mending import Offers, fix, grouped
from reports.figures import Choice, Fix, ImportProblem, Pager

PROBLEMS = 100
"""Problems on one page of a report."""


def problems_shown(
    report: Mapping[str, Any], here: str, *, show: str, first: int, known: Offers
) -> tuple[tuple[ImportProblem, ...], tuple[Choice, ...], Pager, str]:
    """One page of the problems, blocking ones first, with the chips that narrow them and the way on."""
    errors = [problem("high", each, fix(each, known)) for each in grouped(report.get("errors", []))]
    warnings = [problem("medium", each) for each in report.get("warnings", [])]
    chosen = {"errors": errors, "warnings": warnings}.get(show, errors + warnings)
    filters = (
        Choice("All", here, not show, len(errors) + len(warnings)),
        Choice("Blocking", f"{here}?show=errors", show == "errors", len(errors)),
        Choice("To note", f"{here}?show=warnings", show == "warnings", len(warnings)),
    )
    page = chosen[first : first + PROBLEMS]
    last = first + len(page)
    query = f"show={show}&" if show else ""
    pager = Pager(
        newer=f"{here}?{query}from={max(first - PROBLEMS, 0)}" if first else "",
        older=f"{here}?{query}from={last}" if last < len(chosen) else "",
        older_label="Show the next",
        newer_label="Show those before",
    )
    more = f"{first + 1:,} to {last:,} of {len(chosen):,} problems." if len(page) < len(chosen) else ""
    return tuple(page), filters if errors and warnings else (), pager, more


def problem(severity: str, document: Mapping[str, Any], found: Fix | None = None) -> ImportProblem:
    row = document["row"]
    return ImportProblem(
        severity=severity,
        row=f"{row:,}" if row else "",
        column=document["column"],
        value=document["value"],
        reason=document["reason"],
        sheet=document["sheet"],
        fix=found,
    )
