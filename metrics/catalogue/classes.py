"""Classes: one word for how a unit stands."""

from __future__ import annotations

from metrics.declaration import Metric

from .terms import CLASSES

CHAPTER: tuple[Metric, ...] = (
    Metric(
        "unit_class",
        "Class of the unit",
        "class",
        0,
        "none",
        "class",
        "when(ytd(revenue) > 0 or ytd(budget.revenue) > 0, if(ytd(operating_margin) < 10%"
        " or abs(ytd(budget.revenue)) > 0 and ytd(revenue - budget.revenue) <= -10% * abs(ytd(budget.revenue)), 1,"
        " if(ltm(revenue_growth) >= 20%, 2,"
        " if(ytd(operating_margin) >= 20%"
        " and ytd(operating_income - budget.operating_income) >= 5% * abs(ytd(budget.operating_income)), 3, 4))))",
        choices=("struggling", "growing", "high", "stable"),
        group=CLASSES,
        description="The first that holds: struggling (margin below 10 % or revenue 10 % under budget, year to date),"
        " growing (revenue of twelve months up 20 %), high (margin from 20 % and operating income 5 % above budget,"
        " year to date); stable otherwise. Not applicable where nothing is sold and nothing was to be.",
    ),
)
