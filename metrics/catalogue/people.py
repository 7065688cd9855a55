"""People: how many there are, what they bring, and how much of the work is bought in."""

from __future__ import annotations

from metrics.declaration import Metric

from .terms import PEOPLE, ratio, stock

CHAPTER: tuple[Metric, ...] = (
    stock("headcount", "Headcount", PEOPLE, unit_of_measure="heads", description="Own staff at the end of the basis."),
    stock(
        "open_positions",
        "Open positions",
        PEOPLE,
        unit_of_measure="heads",
        description="Positions approved and not filled.",
    ),
    stock(
        "contractors_fte",
        "Contractors (FTE)",
        PEOPLE,
        unit_of_measure="heads",
        description="External staff, in full-time equivalents.",
    ),
    Metric(
        "revenue_per_head",
        "Revenue per head",
        "money",
        +1,
        "percent",
        "currency per head",
        "ltm(revenue) / headcount",
        group=PEOPLE,
        description="Revenue of the last twelve months over closing headcount.",
    ),
    Metric(
        "revenue_per_head_avg",
        "Revenue per average head",
        "money",
        +1,
        "percent",
        "currency per head",
        "ltm(revenue / avg(headcount))",
        group=PEOPLE,
        description="Revenue of the last twelve months over the mean of their headcounts.",
    ),
    ratio(
        "contractor_share",
        "Contractor share",
        -1,
        "contractor_cost / total(personnel_cost, contractor_cost)",
        impact="-(value - limit) * ann(total(personnel_cost, contractor_cost))",
        group=PEOPLE,
        description="Contractors in what all staff costs.",
    ),
    ratio(
        "contractor_share_of_budget",
        "Contractor share of staff budget",
        -1,
        "contractor_cost / total(budget.personnel_cost, budget.contractor_cost)",
        impact="-ann(contractor_cost - budget.contractor_cost)",
        group=PEOPLE,
        description="Contractors in what all staff was budgeted to cost.",
    ),
)
