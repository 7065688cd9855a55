"""Budget: how much of it is used, and what it brings."""

from __future__ import annotations

from metrics.declaration import Metric

from .terms import BUDGET, ratio

CHAPTER: tuple[Metric, ...] = (
    ratio(
        "budget_utilisation",
        "Budget used",
        0,
        "ytd(total_cost) / year(budget.total_cost)",
        group=BUDGET,
        description="Cost so far this year in the budget of the whole year; read beside the share of the year gone.",
    ),
    ratio(
        "share_of_year_gone",
        "Share of the year gone",
        0,
        "ytd(months()) / year(months())",
        group=BUDGET,
        description="Periods so far in the periods of the fiscal year.",
    ),
    ratio(
        "roi_on_budget",
        "Return on budget",
        +1,
        "operating_income / budget.total_cost",
        group=BUDGET,
        description="Operating income for each unit of budgeted cost.",
    ),
)
