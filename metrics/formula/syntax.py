"""The syntax tree of the formula language, and the context a tree is evaluated in.

One tree serves two evaluators: matrices in the worker (`metrics.calc.evaluate`) and plain numbers for a
page (`metrics.formula.plain`). Both walk these nodes and nothing else, so they cannot read a formula
differently. Every node carries `at`, the zero-based position in the text, for errors that point.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

BASES = ("month", "qtd", "ytd", "ltm")
PARENT, GROUP = "parent", "group"


@dataclass(frozen=True)
class Number:
    """A literal. Percent signs are resolved by the parser: `15%` is 0.15."""

    value: Decimal
    at: int


@dataclass(frozen=True)
class Name:
    """A figure by name: a metric (`revenue`), a role (`role:revenue`) or an account (`account:4000`).

    `version` is set where the formula names one (`budget.revenue`); None means the version evaluated.
    """

    code: str
    version: str | None
    at: int


@dataclass(frozen=True)
class Negation:
    operand: Node
    at: int


@dataclass(frozen=True)
class Operation:
    """Arithmetic (`+ - * /`), comparison (`< <= > >= = !=`) or logic (`and or`)."""

    operator: str
    left: Node
    right: Node
    at: int


@dataclass(frozen=True)
class Call:
    """A function of the language; which there are and what they do stands in `metrics.formula.functions`."""

    function: str
    arguments: tuple[Node, ...]
    at: int


Node = Number | Name | Negation | Operation | Call


@dataclass(frozen=True)
class Context:
    """Where a tree is evaluated: which version, which basis, and how many periods back.

    Time functions do not compute, they move the context: `ltm(x)` evaluates x at basis `ltm`,
    `prior(x)` a year of periods back, `budget.x` in version `budget`. `basis` is one of BASES,
    `year` (the whole fiscal year the period lies in) or `last:N` (the last N periods). Only `year` reaches
    past the period, so only there a look at its months may arrive with a negative lag.

    `years` counts the years a look back compares with (`prior`): a calendar that restates week 53 reads flows as if
    their periods had the weeks of those they are compared with.

    `above` is empty for the unit's own figures; PARENT asks for those of the unit right above it, GROUP for those
    of the unit at the top.
    """

    version: str
    basis: str
    lag: int = 0
    years: int = 0
    above: str = ""
