"""A formula in words: names of figures in place of codes, functions said as a person would, signs as printed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from metrics.declaration import Metric
from metrics.formula import Call, Name, Negation, Node, Number, Operation
from reports.formatting import MINUS

SIGNS = {"*": "×", "/": "÷", "-": MINUS, "<=": "≤", ">=": "≥", "!=": "≠"}
STRENGTH = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6}
COMPARISON, WORD = 4, 8
SAID = {
    "if": "{1} if {0}, else {2}",
    "when": "{1} where {0}",
    "not": "not {0}",
    "abs": "{0} without its sign",
    "optional": "{0} (if any)",
    "ann": "{0} a year",
    "month": "{0} of the month",
    "qtd": "{0} of the quarter to date",
    "ytd": "{0} of the year to date",
    "ltm": "{0} of the last twelve months",
    "year": "{0} of the whole year",
    "last": "{0} of the last {1} months",
    "prior": "{0} a year earlier",
    "lag": "{0} {1} months earlier",
    "opening": "opening {0}",
    "change": "change of {0}",
    "avg": "average {0}",
    "average": "mean {0} of the months",
    "compound": "{0} compounded over the months",
    "count_back": "days of {1} that {0} covers, counted back",
    "per": "{0} for each of average {1}",
    "share_of": "{0} as a share of the unit above",
    "share_of_group": "{0} as a share of the group",
    "months": "months of the stretch",
}
VERSIONS = {"budget": "budgeted", "forecast": "forecast"}
ONE_MONTH = {"lag": "{0} a month earlier", "last": "{0} of the last month"}
LOOSE = frozenset({"if", "when", "not", "total"})
"""Functions whose words fall apart inside others, and so stand in brackets there."""


def spelled(node: Node, metrics: Mapping[str, Metric]) -> str:
    """A tree in words; `metrics` are all, by code."""
    match node:
        case Number():
            return _number(node.value)
        case Name():
            label = named(node.code, metrics)
            return f"{VERSIONS.get(node.version, f'{node.version} of')} {label}" if node.version else label
        case Negation():
            return f"{MINUS}{_within(node.operand, 7, metrics)}"
        case Operation():
            strength = _strength(node)
            left, right = _within(node.left, strength, metrics), _within(node.right, strength + 1, metrics)
            return f"{left} {SIGNS.get(node.operator, node.operator)} {right}"
        case Call():
            return _called(node, metrics)


def named(code: str, metrics: Mapping[str, Metric]) -> str:
    """What a figure is called inside a sentence."""
    if code in metrics:
        label = metrics[code].label
        return label if label[:2].isupper() else f"{label[0].lower()}{label[1:]}"
    sort, _, name = code.partition(":")
    readable = name.strip('"').replace("_", " ")
    return f"{readable} accounts" if sort == "role" else f"account {readable}"


def _called(call: Call, metrics: Mapping[str, Metric]) -> str:
    if call.function == "total":
        return " + ".join(_within(each, 5, metrics) for each in call.arguments)
    words = [_within(each, 1 if call.function in LOOSE else WORD, metrics) for each in call.arguments]
    if call.function == "days":
        return f"days of the last {words[0]} months" if words else "days of the stretch"
    said = SAID.get(call.function)
    if said is not None and words[1:] == ["1"]:
        said = ONE_MONTH.get(call.function, said)
    return said.format(*words) if said is not None else f"{call.function}({', '.join(words)})"


def _within(node: Node, strength: int, metrics: Mapping[str, Metric]) -> str:
    words = spelled(node, metrics)
    return words if _strength(node) >= strength else f"({words})"


def _strength(node: Node) -> int:
    if isinstance(node, Operation):
        return STRENGTH.get(node.operator, COMPARISON)
    if isinstance(node, Call) and node.function in LOOSE:
        return 5 if node.function == "total" else 1
    return WORD


def _number(value: Decimal) -> str:
    if 0 < abs(value) < 1:
        return f"{(value * 100).normalize():f}%"
    return f"{value.normalize():f}"
