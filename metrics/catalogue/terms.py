"""The chapters of the manual, and how the usual sorts of metrics are declared in one line each."""

from __future__ import annotations

from typing import Any, Literal

from metrics.declaration import Kind, Metric

PROFIT_AND_LOSS = "Profit and loss"
COST_RATIOS = "Cost to revenue"
PEOPLE = "People"
BUDGET = "Budget"
GROWTH = "Growth"
CUSTOMERS = "Customers"
CASH = "Cash"
MARKET_AND_OPERATIONS = "Market and operations"
CLASSES = "Classes"
CONTROL = "Control"
CONSOLIDATION = "Consolidation"


def money(code: str, label: str, better: Literal[1, -1, 0], formula: str, **rest: Any) -> Metric:
    """A line of the statement: an amount that adds up over months and units."""
    line = {"group": PROFIT_AND_LOSS, "time_rollup": "sum", "unit_rollup": "sum", **rest}
    return Metric(code, label, "money", better, "percent", "currency", formula, **line)


def cost(code: str, label: str, formula: str, **rest: Any) -> Metric:
    return money(code, label, -1, formula, impact="-ann(value - baseline)", **rest)


def ratio(code: str, label: str, better: Literal[1, -1, 0], formula: str, **rest: Any) -> Metric:
    line = {"unit_of_measure": "ratio", **rest}
    return Metric(code, label, "ratio", better, "points", formula=formula, **line)


def stock(code: str, label: str, group: str, **rest: Any) -> Metric:
    """A count at the end of the basis, summed over units."""
    line = {"better": 0, "unit_of_measure": "count", "formula": f"role:{code}", "unit_rollup": "sum", **rest}
    return Metric(code, label, "count", compare="difference", time_rollup="last", group=group, **line)


def flow(code: str, label: str, better: Literal[1, -1, 0], description: str) -> Metric:
    """A count of what happened in the basis."""
    return stock(code, label, CUSTOMERS, better=better, description=description)


def line(code: str, label: str, description: str, **rest: Any) -> Metric:
    """A line that consolidation makes, and no account."""
    line = {"formula": f"role:{code}", "group": CONSOLIDATION, "unit_rollup": "sum", "time_rollup": "sum", **rest}
    return Metric(code, label, "money", 0, "difference", "currency", description=description, **line)


def to_revenue(line: Metric) -> Metric:
    return ratio(
        f"{line.code}_to_revenue",
        f"{line.label} to revenue",
        -1,
        f"{line.code} / revenue",
        impact="-(value - target) * ann(revenue)",
        group=COST_RATIOS,
        description=f"{line.label} for each unit of revenue.",
    )


def reported(code: str, label: str, kind: Kind = "count", unit_of_measure: str = "score") -> Metric:
    """A figure that a source states as it is: the last one counts, and units are never added."""
    return Metric(
        code,
        label,
        kind,
        +1,
        "difference",
        unit_of_measure,
        f"role:{code}",
        time_rollup="last",
        unit_rollup="none",
        group=MARKET_AND_OPERATIONS,
        description="As reported for the unit; not rolled up.",
    )
