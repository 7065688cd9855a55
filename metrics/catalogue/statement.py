"""Profit and loss: the lines of the statement, from revenue to operating income."""

from __future__ import annotations

from metrics.declaration import Metric

from .terms import cost, money

CHAPTER: tuple[Metric, ...] = (
    money(
        "revenue",
        "Revenue",
        +1,
        "role:revenue",
        impact="ann(operating_income - baseline.operating_income)",
        materiality="always",
        description="Sales after discounts and returns, which are contra accounts inside it.",
    ),
    cost(
        "cost_of_sales",
        "Cost of sales",
        "total(role:cost_of_sales, role:cloud_above)",
        description="What was sold has cost, cloud included where it lies above gross profit.",
    ),
    money(
        "gross_profit",
        "Gross profit",
        +1,
        "revenue - optional(cost_of_sales)",
        impact="ann(value - baseline)",
        description="Revenue less cost of sales; all of revenue where the chart has no cost of sales.",
    ),
    cost(
        "personnel_cost",
        "Personnel",
        "role:personnel",
        materiality="always",
        description="Own staff; contractors are a line of their own wherever they are booked.",
    ),
    cost("contractor_cost", "Contractors", "role:contractors", description="External staff."),
    cost("marketing_cost", "Marketing", "role:marketing", description="What is spent to win and keep customers."),
    cost(
        "cloud_cost",
        "Cloud",
        "role:cloud",
        description="All cloud cost, whether it lies above or below gross profit.",
    ),
    cost(
        "other_operating_cost",
        "Other operating cost",
        "role:other_operating_cost",
        description="Operating cost that is neither staff, contractors, marketing nor cloud.",
    ),
    cost(
        "operating_cost",
        "Operating cost",
        "total(personnel_cost, contractor_cost, marketing_cost, other_operating_cost, role:cloud_below)",
        description="All cost below gross profit; cloud only where it lies there.",
    ),
    cost(
        "total_cost", "Total cost", "total(cost_of_sales, operating_cost)", description="Above and below gross profit."
    ),
    money(
        "operating_income",
        "Operating income",
        +1,
        "gross_profit - operating_cost",
        impact="ann(value - baseline)",
        description="What operations earn before interest and tax.",
    ),
)
