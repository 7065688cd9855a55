"""Customers: won, kept and lost, what one costs and what one brings."""

from __future__ import annotations

from metrics.declaration import Metric

from .terms import CUSTOMERS, flow, money, ratio, stock

CHAPTER: tuple[Metric, ...] = (
    stock(
        "customers",
        "Customers",
        CUSTOMERS,
        better=+1,
        unit_of_measure="customers",
        description="At the end of the basis.",
    ),
    flow("new_customers", "New customers", +1, "Won in the basis."),
    flow("churned_customers", "Lost customers", -1, "Lost in the basis."),
    money(
        "acquisition_spend",
        "Acquisition spend",
        0,
        "role:acquisition_spend",
        group=CUSTOMERS,
        description="Spent to win customers.",
    ),
    Metric(
        "cac",
        "Cost to acquire a customer",
        "money",
        -1,
        "percent",
        "currency per customer",
        "acquisition_spend / new_customers",
        impact="-(value - limit) * ann(new_customers)",
        reported_role="cac",
        group=CUSTOMERS,
        description="Acquisition spend over new customers, both of the basis.",
    ),
    ratio(
        "churn",
        "Churn",
        -1,
        "compound(churned_customers / opening(customers))",
        reported_role="churn",
        group=CUSTOMERS,
        description="Customers lost in those the month opened with; over several months what their losses compound to.",
    ),
    ratio(
        "retention",
        "Retention",
        +1,
        "1 - churn",
        reported_role="retention",
        group=CUSTOMERS,
        description="What churn leaves.",
    ),
    Metric(
        "ltv",
        "Lifetime value of a customer",
        "money",
        +1,
        "percent",
        "currency per customer",
        "revenue / months() / avg(customers) * gross_margin * if(average(churn) > 0, min(60, 1 / average(churn)), 60)",
        reported_role="ltv",
        group=CUSTOMERS,
        description="Monthly revenue per customer times gross margin times life: one over churn, at most 60 months.",
    ),
    Metric(
        "ltv_cac",
        "Lifetime value to acquisition cost",
        "ratio",
        +1,
        "difference",
        "times",
        "ltv / cac",
        reported_role="ltv_cac",
        group=CUSTOMERS,
        description="What a customer brings for each unit spent to win it.",
    ),
)
