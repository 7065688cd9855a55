"""Parts by line: the statement lines that a sum is made of, or the accounts of a single line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from metrics.formula import Context
from metrics.formula.values import NO_ACCOUNT
from metrics.readings import Level
from reports.attribution.parts import CannotAttribute, Legs, Line, gap_of
from reports.explanation import Figures


@dataclass(frozen=True)
class Term:
    """A figure that adds to another with a factor; `at` is where it is read, beside where the other is."""

    code: str
    context: Context
    factor: int
    at: tuple[str, int]


def lines(figures: Figures, code: str, legs: Legs) -> tuple[Line, ...]:
    """The lines below a figure that does nothing but add; their moves sum to its own but for what has no number.

    Raises CannotAttribute for every other figure.
    """
    now, before = ({(t.code, *t.at): t for t in _terms(figures, code, leg)} for leg in (legs.actual, legs.baseline))
    found = []
    for key in dict.fromkeys([*now, *before]):
        actual, baseline = (_level(figures, terms.get(key)) for terms in (now, before))
        if actual.number == baseline.number == 0:
            continue  # carried by no account on either side, or nothing there
        told, here = (now[key], legs.actual) if key in now else (before[key], legs.baseline)
        label = figures.label(told.code, here, told.context)
        found.append(Line(_code(told), label, actual, baseline, gap_of(actual, baseline, told.factor)))
    if len(found) < 2:
        raise CannotAttribute(f"{figures.label(code)} has no lines below it.")
    return tuple(found)


def _terms(figures: Figures, code: str, context: Context) -> list[Term]:
    figures.gather(code, context)
    found = list(_opened(figures, code, context, 1, context))
    if [term.code for term in found] == [code]:
        found = list(_accounts(figures, code, context))
    return found


def _opened(figures: Figures, code: str, context: Context, factor: int, root: Context) -> Iterator[Term]:
    """Down the formulas as far as they only add metrics; a line made of accounts is where this ends."""
    metric = figures.metric(code)
    here = Term(code, context, factor, (context.basis, context.lag - root.lag))
    if metric is None:
        yield here
        return
    if not figures.adds(metric, context):
        raise CannotAttribute(f"{metric.label} is no sum of lines, so no line accounts for a share of its gap.")
    found, _ = figures.operands(metric, context)
    if all(figures.metric(each.code) is None and each.context == context for each in found):
        yield here
        return
    for each in found:
        yield from _opened(figures, each.code, each.context, factor * each.factor, root)


def _accounts(figures: Figures, code: str, context: Context) -> Iterator[Term]:
    """The accounts of one line; its only account is opened to those right below it."""
    metric = figures.metric(code)
    terms: dict[int, int] = {}
    operands = [(code, 1)] if metric is None else [(e.code, e.factor) for e in figures.operands(metric, context)[0]]
    for name, factor in operands:
        for account, weight in figures.terms(name).items():
            terms[account] = terms.get(account, 0) + factor * weight
    company = figures.evidence.company
    while len(terms) == 1:
        [(account, factor)] = terms.items()
        below = company.accounts_in(account)
        if not below:
            break
        terms = {each: factor * company.accounts[each].weight for each in below}
    for account, factor in terms.items():
        if factor:
            yield Term(f"account:{company.accounts[account].code}", context, factor, (context.basis, 0))


def _level(figures: Figures, term: Term | None) -> Level:
    """A line's number on one side; as in the formula, what no account carries there adds nothing."""
    if term is None:
        return Level(0)
    value = figures.value(term.code, term.context)
    return Level(0) if value.reason.startswith(NO_ACCOUNT) else Level(value.number, value.reason)


def _code(term: Term) -> str:
    """The code of a line; one that is read elsewhere than the figure (an opening stock) says where."""
    basis, lag = term.at
    return term.code if basis == term.context.basis and not lag else f"{term.code}@{basis}-{lag}"
