"""One thing a figure is made of, as a page prints it, and the stored numbers it is read from."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from metrics.formula import BASES, Context
from reports.baselines import FORESEEN
from reports.evidence import Evidence
from reports.explanation import Figures
from reports.provenance import Input


def is_role(code: str) -> bool:
    """Whether a code names a role. Sheets hold none: its accounts have stored numbers of their own."""
    return code.startswith("role:")


def stored_of(
    evidence: Evidence, units: Collection[int], periods: Collection[int], code: str, context: Context
) -> dict[tuple[int, int], tuple[Any, str]]:
    """One number from the sheets of some units and periods, or of what was forecast of the stretches that end there."""
    if context.version != FORESEEN:
        return evidence.numbers(units, periods, code, context)
    said = {period: evidence.foreseen(period, context.basis) for period in periods}
    places = ((unit, period) for period in periods for unit in units)
    return {(unit, at): (said[at][unit][code], "") for unit, at in places if code in said[at].get(unit, {})}


def input_of(
    figures: Figures, sort: Any, label: str, number: Any, reason: str, code: str, context: Context, *, unit: int
) -> Input:
    return Input(
        sort=sort,
        label=label,
        value=number,
        part=None,
        measure=measure_of(figures, code),
        reason=reason,
        code=code,
        unit=unit,
        ordinal=figures.ordinal - context.lag,
        basis=context.basis,
        version=context.version,
    )


def measure_of(figures: Figures, code: str) -> str:
    metric = figures.metric(code)
    if metric is not None:
        return metric.kind
    accounts = [figures.evidence.company.accounts[at] for at in figures.terms(code)]
    return "money" if any(account.is_money for account in accounts) else "count"


def coverage_of(figures: Figures, code: str, context: Context) -> str:
    if context.basis not in BASES:
        return ""
    coverage = figures.stored_sheet(context).coverage
    return coverage.get(code, coverage.get("*", ""))
