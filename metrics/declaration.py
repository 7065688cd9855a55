"""What a metric declares, and what may be declared: names that are known, formulas that need no circle.

The shipped metrics stand in `metrics.catalogue`; administrators add their own in the same terms.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from .formula import FormulaError, Node, parse, references
from .formula.tokens import IMPACT_NAMES
from .roles import DERIVED_ROLES, STATEMENT_ROLES

Kind = Literal["money", "ratio", "count", "days", "months", "class"]
Compare = Literal["percent", "points", "difference", "none"]
TimeRollup = Literal["sum", "last", "average", "formula"]
UnitRollup = Literal["sum", "formula", "none"]

REPORTED_ROLES = ("dso", "cac", "ltv", "ltv_cac", "churn", "retention")
ROLES: tuple[str, ...] = (
    *STATEMENT_ROLES,
    *("headcount", "open_positions", "contractors_fte", "receivables", "payables", "cash", "capital_spend"),
    *("customers", "new_customers", "churned_customers", "acquisition_spend"),
    *("satisfaction", "market_share", "market_growth", "competitive_index"),
    *("brand", "productivity", "quality", "innovation"),
    *REPORTED_ROLES,
)
"""The roles an account may carry; formulas may also ask for the derived ones of `metrics.roles`."""


@dataclass(frozen=True)
class Metric:
    """One line of the catalogue.

    `better` is +1 where more helps, −1 where more hurts, 0 where neither. `compare` says how it is read
    against a baseline: an amount in percent, a ratio in points, the rest by plain difference.
    `time_rollup` and `unit_rollup` say how it adds up: "formula" computes it anew from summed parts,
    "none" is never rolled up. `choices` are the names of the numbers 1, 2, 3 … of a class. `materiality`
    is the test a variance of it passes: both (percent and amount), either, or always.
    """

    code: str
    label: str
    kind: Kind
    better: Literal[1, -1, 0]
    compare: Compare
    unit_of_measure: str
    formula: str
    impact: str = ""
    impact_on: Literal["operating income", "cash"] = "operating income"
    time_rollup: TimeRollup = "formula"
    unit_rollup: UnitRollup = "formula"
    reported_role: str = ""
    choices: tuple[str, ...] = ()
    group: str = ""
    materiality: Literal["both", "either", "always"] = "both"
    description: str = ""

    @property
    def is_share(self) -> bool:
        """Whether its numbers are shares of one (0.15 prints as 15 %) or differences of such shares (5.0 points)."""
        return self.unit_of_measure in ("ratio", "points")


class MetricCycle(ValueError):
    """Metrics that need one another in a circle; `codes` begins and ends with the same one."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes = codes
        super().__init__(f"These metrics need one another: {' → '.join(codes)}")


def order(metrics: Iterable[Metric]) -> tuple[str, ...]:
    """The codes, each after those its formula needs; a circle raises MetricCycle and is named.

    A metric asked for in another period or version counts too: its value there needs the same formula.
    """
    formulas = {metric.code: parse(metric.formula) for metric in metrics}
    needs = {code: [n.code for n in references(node) if n.code in formulas] for code, node in formulas.items()}
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = tuple(reversed(error.args[1]))
        first = circle.index(min(circle))
        raise MetricCycle((*circle[first:-1], *circle[:first], circle[first])) from None


def check(formula: str, known: Collection[str], *, impact: bool = False) -> Node:
    """The tree of a formula all of whose names are known, else FormulaError at the first that is not.

    `known` holds metric codes as they stand, accounts as `account:CODE`, and, where they go beyond ROLES
    and DERIVED_ROLES, roles as `role:X`.
    """
    node = parse(formula, impact=impact)
    names = {*known, *(f"role:{role}" for role in (*ROLES, *DERIVED_ROLES))}
    if impact:
        names |= set(IMPACT_NAMES)
    for name in references(node):
        if name.code not in names:
            close = get_close_matches(name.code, sorted(names), n=1, cutoff=0.6)
            raise FormulaError(
                f"there is no {_sort(name.code)} “{name.code.partition(':')[2] or name.code}”.",
                position=name.at,
                suggestion=close[0] if close else "",
            )
    return node


def _sort(code: str) -> str:
    return code.partition(":")[0] if ":" in code else "metric"
