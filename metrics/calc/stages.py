"""Which figures are sums of accounts, so that a part of the accounts is a part of the figure.

Of such figures a sheet keeps beside the number how much of it adjustments and eliminations make up. A ratio has
no such parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from metrics.declaration import Metric
from metrics.formula import Call, Name, Negation, Node, Number, Operation, parse
from metrics.formula.functions import FUNCTIONS, whole

from .chart import LINES, NET_INCOME, Chart

SUMS = frozenset({"total", "optional", "opening", "change"})
EXACT_KINDS = frozenset({"money", "count"})


def sums(metrics: Mapping[str, Metric], chart: Chart) -> frozenset[str]:
    """The codes, accounts and metrics, whose figures are sums of accounts and of nothing else."""
    known: dict[str, bool] = {}

    def is_sum(code: str) -> bool:
        if code not in known:
            known[code] = False
            known[code] = _is_sum(metrics[code], is_sum) if code in metrics else _is_line(code, chart)
        return known[code]

    accounts = (f"account:{node.code}" for node in chart.accounts)
    return frozenset(code for code in (*metrics, *accounts) if is_sum(code))


def _is_sum(metric: Metric, is_sum: Callable[[str], bool]) -> bool:
    return metric.kind in EXACT_KINDS and not metric.reported_role and adds(parse(metric.formula), is_sum)


def _is_line(code: str, chart: Chart) -> bool:
    """A mean over months is rounded, and so no sum of the means of its parts; parts of a difference say nothing."""
    sort, _, name = code.partition(":")
    if name in LINES:
        return name == NET_INCOME
    terms = [(chart.by_code[name], 1)] if sort == "account" and name in chart.by_code else chart.terms.get(name, ())
    return all(chart.accounts[place].rollup != "average" for place, _ in terms)


def adds(node: Node, is_sum: Callable[[str], bool]) -> bool:
    """Whether a formula only adds and subtracts names that are sums, in whatever period."""
    below = partial(adds, is_sum=is_sum)
    match node:
        case Name():
            return not node.version and is_sum(node.code)
        case Negation():
            return below(node.operand)
        case Operation(operator="+" | "-"):
            return below(node.left) and below(node.right)
        case Operation(operator="*"):
            return (whole(node.right) is not None and below(node.left)) or (
                whole(node.left) is not None and below(node.right)
            )
        case Call():
            is_known = node.function in SUMS or FUNCTIONS[node.function].kind == "move"
            return is_known and all(below(each) for each in node.arguments if not isinstance(each, Number))
        case Number():
            return node.value == 0
    return False
