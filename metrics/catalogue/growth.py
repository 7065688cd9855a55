"""Growth, and whether it is paid for with margin."""

from __future__ import annotations

from metrics.declaration import Metric

from .terms import GROWTH, ratio

CHAPTER: tuple[Metric, ...] = (
    ratio(
        "revenue_growth",
        "Revenue growth",
        +1,
        "(revenue - prior(revenue)) / abs(prior(revenue))",
        group=GROWTH,
        description="Against the same basis one year earlier, at the same fiscal ordinal.",
    ),
    ratio(
        "revenue_growth_month",
        "Revenue growth on the month before",
        +1,
        "month((revenue - lag(revenue, 1)) / abs(lag(revenue, 1)))",
        group=GROWTH,
        description="The month against the month before it, whatever the basis.",
    ),
    ratio(
        "operating_margin_change",
        "Operating margin against six months earlier",
        +1,
        "operating_margin - lag(operating_margin, 6)",
        unit_of_measure="points",
        impact="value * ann(revenue)",
        group=GROWTH,
        description="The same basis, six periods earlier.",
    ),
    Metric(
        "growth_efficiency",
        "Growth efficiency",
        "class",
        0,
        "none",
        "class",
        "when(revenue > 0, if(revenue_growth < 5%, 4, if(revenue_growth <= 15%, 3,"
        " if(operating_margin_change >= 0, 1, if(operating_margin_change < -3%, 2, 3)))))",
        choices=("efficient", "at margin cost", "moderate", "low"),
        group=GROWTH,
        description="Growth above 15 % is efficient where the margin is not lower than six months earlier and at margin"
        " cost where it is lower by more than 3 points; growth below 5 % is low; everything else is moderate.",
    ),
)
