"""Margins, and what each line of cost takes of revenue."""

from __future__ import annotations

from metrics.declaration import Metric

from . import statement
from .terms import PROFIT_AND_LOSS, ratio, to_revenue

CHAPTER: tuple[Metric, ...] = (
    ratio(
        "gross_margin",
        "Gross margin",
        +1,
        "gross_profit / revenue",
        impact="(value - target) * ann(revenue)",
        group=PROFIT_AND_LOSS,
        description="Gross profit for each unit of revenue.",
    ),
    ratio(
        "operating_margin",
        "Operating margin",
        +1,
        "operating_income / revenue",
        impact="(value - target) * ann(revenue)",
        group=PROFIT_AND_LOSS,
        description="Operating income for each unit of revenue.",
    ),
    *(to_revenue(line) for line in statement.CHAPTER if line.better < 0),
)
