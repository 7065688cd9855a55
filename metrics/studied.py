"""Which figures of a unit are studied month by month, and which of them are held against each other. Pure.

What is made of a whole year (last twelve months) or is a class has no months of its own to study; what
consolidation leaves over is control and not operations. Pairs name what may lead and what may follow; figures of
which one is part of the other are not paired, for they move together by arithmetic.
"""

from __future__ import annotations

from metrics.catalogue import METRICS

STUDIED = (
    *("revenue", "gross_profit", "gross_margin", "operating_income", "operating_margin", "total_cost"),
    *("cost_of_sales", "personnel_cost", "contractor_cost", "marketing_cost", "cloud_cost", "other_operating_cost"),
    *("headcount", "open_positions", "contractors_fte"),
    *("customers", "new_customers", "churned_customers", "acquisition_spend", "cac"),
    *("receivables", "dso", "payables", "operating_cash_flow", "cash"),
    *("satisfaction", "market_share", "brand", "productivity", "quality"),
)

PAIRS = (
    *(("headcount", "revenue"), ("open_positions", "revenue"), ("open_positions", "contractor_cost")),
    *(("marketing_cost", "revenue"), ("marketing_cost", "new_customers"), ("acquisition_spend", "new_customers")),
    *(("customers", "revenue"), ("new_customers", "revenue"), ("cloud_cost", "customers"), ("cloud_cost", "revenue")),
    *(("satisfaction", "revenue"), ("satisfaction", "churned_customers"), ("quality", "satisfaction")),
    *(("headcount", "satisfaction"), ("productivity", "revenue"), ("brand", "new_customers")),
)
"""(what may lead, what may follow)."""


def kind_of(code: str) -> str:
    """What a studied figure is measured in: money, count, ratio or days."""
    return METRICS[code].kind
