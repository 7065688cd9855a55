"""One thing a figure is made of, as a page prints it, and the stored numbers it is read from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models.fields.json import KeyTransform

from metrics.arrangement import chosen, stored_names
from metrics.formula import BASES, Context
from metrics.querysets import sheets
from metrics.timeframes import CalendarAt
from reports.baselines import FORESEEN
from reports.evidence import Evidence
from reports.expectations import foreseen
from reports.explanation import Figures
from reports.provenance import Input


def is_role(code: str) -> bool:
    """Whether a code names a role. Sheets hold none: its accounts have stored numbers of their own."""
    return code.startswith("role:")


def stored_of(
    evidence: Evidence, of: Iterable[int], ordinals: Iterable[int], code: str, context: Context
) -> dict[tuple[int, int], tuple[Any, str]]:
    """One number from the sheets of some units and periods, in one query, and once."""
    units, periods = list(of), list(ordinals)
    key = (code, context.version, context.basis, *units, *periods)
    if key in evidence.numbers:
        return evidence.numbers[key]
    if context.version == FORESEEN:
        return evidence.numbers.setdefault(key, _foreseen_of(evidence, units, periods, code, context))
    rows = (
        sheets(evidence.scope)
        .selected(
            mark=evidence.mark,
            versions=stored_names([context.version], is_now=evidence.is_now),
            bases=[context.basis],
            ordinals=periods,
            units=units,
        )
        .annotate(number=KeyTransform(code, "numbers"), why=KeyTransform(code, "reasons"))
    )
    columns = rows.values_list("unit_id", "version", "period__ordinal", "number", "why")
    found = {(unit, ordinal): (number, why or "") for unit, _, ordinal, number, why in chosen(columns)}
    return evidence.numbers.setdefault(key, found)


def _foreseen_of(
    evidence: Evidence, units: list[int], periods: list[int], code: str, context: Context
) -> dict[tuple[int, int], tuple[Any, str]]:
    """The same of what was forecast of the stretch of time that ends with each period."""
    found: dict[tuple[int, int], tuple[Any, str]] = {}
    for period in periods:
        window = CalendarAt(evidence.calendar, period).window(replace(context, lag=0))
        numbers = foreseen(evidence.scope, evidence.mark, units, window)
        found.update({(unit, period): (said[code], "") for unit, said in numbers.items() if code in said})
    return found


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
