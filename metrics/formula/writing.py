"""From the syntax tree back to text: what a reason quotes and what an explanation prints.

Parsing the text again gives the same tree (positions apart), so a formula is always shown as it is computed.
"""

from __future__ import annotations

import re

from .functions import COMPARISONS
from .syntax import Call, Name, Negation, Node, Number, Operation

_STRENGTH = {"or": 1, "and": 2, **dict.fromkeys(COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6}
_NOT, _SIGN, _ATOM = 3, 7, 8
_PLAIN_CODE = re.compile(r"account:\w(?:[\w.\-]*\w)?")


def written(node: Node) -> str:
    """The formula of a tree, with no more brackets than it needs."""
    match node:
        case Number():
            return f"{node.value:f}"
        case Name():
            return _name(node)
        case Negation():
            return "-" + _within(node.operand, _SIGN)
        case Operation():
            strength = _STRENGTH[node.operator]
            left = strength + 1 if node.operator in COMPARISONS else strength
            return f"{_within(node.left, left)} {node.operator} {_within(node.right, strength + 1)}"
        case Call(function="not"):
            return "not " + _within(node.arguments[0], _NOT)
        case Call():
            return f"{node.function}({', '.join(map(written, node.arguments))})"


def _name(name: Name) -> str:
    quoted = name.code.startswith("account:") and not _PLAIN_CODE.fullmatch(name.code)
    code = f'account:"{name.code.removeprefix("account:")}"' if quoted else name.code
    return f"{name.version}.{code}" if name.version else code


def _within(node: Node, strength: int) -> str:
    return written(node) if _strength(node) >= strength else f"({written(node)})"


def _strength(node: Node) -> int:
    match node:
        case Operation():
            return _STRENGTH[node.operator]
        case Negation():
            return _SIGN
        case Call(function="not"):
            return _NOT
    return _ATOM
