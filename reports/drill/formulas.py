"""The formula of a metric with its figures put in, and what it reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from metrics.formula import Context, Name, Value, evaluate, parse, references
from reports.drill.inputs import coverage_of, measure_of
from reports.explanation import Figures, shown
from reports.provenance import FormulaView, Input, Piece

NAME = re.compile(r'[\w.]+(?::(?:"[^"]*"|[\w.\-]+))?')


def formula(figures: Figures, code: str, context: Context) -> FormulaView | None:
    """A metric's formula with the figures put in; None for an account, which has none."""
    metric = figures.metric(code)
    if metric is None:
        return None
    figures.gather(code, context)
    value, is_reported = figures.value(code, context), figures.is_reported(metric, context)
    read: dict[int, list[Input]] = {}

    def resolve(name: Name, at: Context) -> Value:
        read.setdefault(name.at, []).append(_operand(figures, name.code, context, at))
        return figures.value(name.code, at)

    evaluate(parse(metric.formula), context, resolve=resolve, calendar=figures.calendar)
    return FormulaView(
        label=metric.label,
        formula=metric.formula,
        description=metric.description,
        value=shown(value, metric),
        measure=metric.kind,
        reason=value.reason,
        pieces=tuple(_pieces(figures, metric.formula, read)),
        is_sum=figures.adds(metric, context),
        is_reported=is_reported,
    )


def _pieces(figures: Figures, text: str, read: Mapping[int, list[Input]]) -> Iterable[Piece]:
    """The formula cut at its names, in the order it is written."""
    done = 0
    for at, code in sorted({(name.at, name.code) for name in references(parse(text))}):
        match = NAME.match(text, at)
        assert match is not None
        if at > done:
            yield Piece(text[done:at])
        yield Piece(match.group(), tuple(dict.fromkeys(read.get(at, ()))), figures.label(code))
        done = match.end()
    if done < len(text):
        yield Piece(text[done:])


def _operand(figures: Figures, code: str, here: Context, there: Context) -> Input:
    metric = figures.metric(code)
    value = figures.value(code, there)
    whose, at = figures.whose(there)
    read_from = figures if isinstance(whose, str) else whose
    return Input(
        sort="operand",
        label=figures.label(code, here, there),
        value=value.number if metric is None else shown(value, metric),
        part=None,
        measure=measure_of(figures, code),
        reason=value.reason,
        code=code,
        unit=read_from.evidence.unit,
        ordinal=figures.ordinal - there.lag,
        basis=there.basis,
        version=there.version,
        coverage="" if isinstance(whose, str) else coverage_of(whose, code, at),
    )


def operands(figures: Figures, code: str, context: Context) -> tuple[Input, ...]:
    """What the formula of a metric reads, each with its own number and, where the metric adds, its part.

    Of an account the accounts right below it, of a role those that carry it.
    """
    metric = figures.metric(code)
    figures.gather(code, context)
    if metric is None:
        return _accounts_below(figures, code, context)
    found, is_sum = figures.operands(metric, context)
    inputs = [(each, _operand(figures, each.code, context, each.context)) for each in found]
    return tuple(
        replace(found, part=each.factor * found.value if is_sum and isinstance(found.value, int) else None)
        for each, found in inputs
    )


def _accounts_below(figures: Figures, code: str, context: Context) -> tuple[Input, ...]:
    company, behind = figures.evidence.company, figures.terms(code)
    if code.startswith("account:"):
        (account,) = behind
        behind = {below: company.accounts[below].weight for below in company.accounts_in(account)}
    inputs = []
    for below, factor in behind.items():
        found = _operand(figures, f"account:{company.accounts[below].code}", context, context)
        if isinstance(found.value, int):
            inputs.append(replace(found, part=factor * found.value))
    return tuple(inputs)
