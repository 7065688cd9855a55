"""What a figure is the sum of: the units right below it, and the months of its basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from metrics.formula import BASES, Context
from reports.baselines import FORESEEN
from reports.derivation import Branch
from reports.drill.inputs import input_of, is_role, stored_of
from reports.explanation import Figures, is_line
from reports.facts import WHOLE
from reports.provenance import Input

STOCKS = frozenset({"last", "average"})
OWN_AND_HIDDEN = "Own figures, and those of units you may not see"


def want_parts(figures: Figures, code: str, context: Context) -> None:
    """Tell the evidence at once which numbers of units and of months will be asked for."""
    if context.basis not in BASES or is_role(code):
        return
    evidence, window = figures.evidence, figures.calendar.window(context)
    evidence.want_numbers(_below(figures, context), [figures.ordinal - context.lag], code, context)
    if len(window) > 1:
        evidence.want_numbers([evidence.unit], window, code, replace(context, basis="month", lag=0))


def units(figures: Figures, code: str, context: Context) -> tuple[Input, ...]:
    """The units right below with their stored numbers, eliminations among them, and what is the group's own.

    Parts are filled in where the metric adds; they sum to the figure.
    """
    evidence = figures.evidence
    below = _below(figures, context)
    if not below or context.basis not in BASES or is_role(code):
        return ()
    stored = stored_of(evidence, below, [figures.ordinal - context.lag], code, context)
    parts = _parts(figures, code, context, {unit: number for (unit, _), (number, _) in stored.items()})
    inputs = []
    for unit in below:
        number, reason = stored.get((unit, figures.ordinal - context.lag), (None, ""))
        if number is None and not reason:
            continue
        fact = evidence.company.units[unit]
        found = input_of(figures, "unit", f"{fact.code} {fact.name}", number, reason, code, context, unit=unit)
        inputs.append(found if parts is None else replace(found, part=parts[unit]))
    if parts is None:
        return tuple(inputs)
    whole = figures.value(code, context).number
    rest = int(whole or 0) - sum(each.part or 0 for each in inputs)
    if rest:
        label = OWN_AND_HIDDEN if evidence.unit in evidence.company.losers else "Own figures"
        own = input_of(figures, "own", label, rest, "", code, context, unit=evidence.unit)
        inputs.append(replace(own, part=rest))
    return tuple(inputs)


def _below(figures: Figures, context: Context) -> list[int]:
    """The units right below in some period of the stretch of time."""
    return figures.evidence.company.members(figures.evidence.unit, figures.calendar.window(context))


def _parts(figures: Figures, code: str, context: Context, stored: Mapping[int, Any]) -> dict[int, int] | None:
    """What each unit right below adds to a figure; None where the figure is no sum of units.

    A unit that is taken in whole adds its stored number; where one is taken in with a share, the rows tell.
    """
    if not _is_sum_of_units(figures, code, context):
        return None
    company = figures.evidence.company
    below = _below(figures, context)
    shares = {unit: company.units[unit].share for unit in below}
    is_plain = all(company.units[unit].is_always_alike and shares[unit] in (0, WHOLE) for unit in below)
    if (is_plain or context.version == FORESEEN) and not _reads_a_line(figures, code, context):
        return {unit: round(int(stored.get(unit) or 0) * share) for unit, share in shares.items()}
    found: dict[int, int] = dict.fromkeys(shares, 0)
    summed = Figures(figures.evidence.summed_by_file, figures.ordinal)
    waiting: list[Branch] = [summed.tree(code, context)]
    while waiting:
        branch = waiting.pop()
        if branch.unit in found:
            found[branch.unit] += int(branch.value or 0)
        else:
            waiting += branch.children
    return found


def _reads_a_line(figures: Figures, code: str, context: Context) -> bool:
    """Whether a line of consolidation is in it: what stands on that is no sum of the numbers of units."""
    metric = figures.metric(code)
    if metric is None:
        return is_line(code)
    found, _ = figures.operands(metric, context)
    return any(_reads_a_line(figures, each.code, each.context) for each in found)


def _is_sum_of_units(figures: Figures, code: str, context: Context) -> bool:
    value = figures.value(code, context)
    if not isinstance(value.number, int) or not value.exact:
        return False
    metric = figures.metric(code)
    if metric is not None:
        return figures.adds(metric, context) and all(
            _is_sum_of_units_in_time(figures, each.code, each.context) for each in figures.operands(metric, context)[0]
        )
    return _is_sum_of_units_in_time(figures, code, context)


def _is_sum_of_units_in_time(figures: Figures, code: str, context: Context) -> bool:
    """Whether no mean over months (rounded for each unit) and no score is in it."""
    metric = figures.metric(code)
    if metric is not None:
        return all(
            _is_sum_of_units_in_time(figures, each.code, each.context) for each in figures.operands(metric, context)[0]
        )
    accounts = figures.evidence.company.accounts
    return all(accounts[at].time_rollup != "average" and accounts[at].adds_up for at in figures.terms(code))


def months(figures: Figures, code: str, context: Context) -> tuple[Input, ...]:
    """The single months of a basis with their stored numbers; parts where the figure is their sum."""
    window = figures.calendar.window(context)
    if len(window) == 1 or context.basis not in BASES:
        return ()
    month = replace(context, basis="month", lag=0)
    stored = stored_of(figures.evidence, [figures.evidence.unit], window, code, month)
    is_sum = _is_sum_of_months(figures, code, context)
    inputs = []
    for ordinal in window:
        number, reason = stored.get((figures.evidence.unit, ordinal), (None, ""))
        if number is None and not reason:
            continue
        label = figures.evidence.calendar.at(ordinal).code
        found = input_of(figures, "month", label, number, reason, code, month, unit=figures.evidence.unit)
        part = number if is_sum and isinstance(number, int) else None
        inputs.append(replace(found, ordinal=ordinal, part=part))
    return tuple(inputs)


def _is_sum_of_months(figures: Figures, code: str, context: Context) -> bool:
    metric = figures.metric(code)
    if metric is None:
        accounts = figures.evidence.company.accounts
        return all(accounts[at].time_rollup not in STOCKS for at in figures.terms(code))
    if not figures.adds(metric, context):
        return False
    found, _ = figures.operands(metric, context)
    return all(each.context.basis == context.basis and _is_sum_of_months(figures, each.code, context) for each in found)
