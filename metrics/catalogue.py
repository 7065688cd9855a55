"""The shipped catalogue: every figure of the product, as the finance manual states it.

A metric says what it is called, how it is computed, which way is better, how it compares, and what a
breach of it costs. Formulas are written in the language of `metrics.formula`; the engine rolls accounts up
over units and over time first and applies formulas after, so a ratio is always a ratio of sums.

What the engine supplies besides accounts
    role:X                       as `metrics.roles.terms` defines it; where no account carries X, missing with
                                 a reason that begins with "not_applicable: no account"
    role:elimination_difference  income less expense eliminated on that unit, from the elimination; and the
                                 other lines of consolidation, see `metrics.roles.DERIVED_ROLES`
    reported_role                where a metric names one: for a unit of its own (not a group) whose formula
                                 is missing, the statistical account of that role stands instead

What alerts supply to an impact formula, evaluated at the unit, period and basis of the breach
    value       the metric's value
    limit       the level that was crossed, in the metric's own unit of measure
    target      the level to aim for; where the threshold has none, what it compares with, else its limit
    baseline    the metric in the version or period the threshold compares with, else the approved budget
    baseline.x  another metric there
An impact is money a year and negative where it hurts: on operating income, or on cash where it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from .declaration import REPORTED_ROLES, ROLES, Kind, Metric, MetricCycle, check, order

__all__ = [
    "CATALOGUE",
    "METRICS",
    "REPORTED_ROLES",
    "ROLES",
    "SEVERITY_WORDS",
    "Metric",
    "MetricCycle",
    "check",
    "order",
]

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

SEVERITY_WORDS: Mapping[str, str] = MappingProxyType(
    {"emergency": "high", "critical": "high", "warning": "medium", "target": "low"}
)
"""How the levels of a threshold are called on a page."""


def _money(code: str, label: str, better: Literal[1, -1, 0], formula: str, **rest: Any) -> Metric:
    """A line of the statement: an amount that adds up over months and units."""
    line = {"group": PROFIT_AND_LOSS, "time_rollup": "sum", "unit_rollup": "sum", **rest}
    return Metric(code, label, "money", better, "percent", "currency", formula, **line)


def _cost(code: str, label: str, formula: str, **rest: Any) -> Metric:
    return _money(code, label, -1, formula, impact="-ann(value - baseline)", **rest)


def _ratio(code: str, label: str, better: Literal[1, -1, 0], formula: str, **rest: Any) -> Metric:
    line = {"unit_of_measure": "ratio", **rest}
    return Metric(code, label, "ratio", better, "points", formula=formula, **line)


def _stock(code: str, label: str, group: str, **rest: Any) -> Metric:
    """A count at the end of the basis, summed over units."""
    line = {"better": 0, "unit_of_measure": "count", "formula": f"role:{code}", "unit_rollup": "sum", **rest}
    return Metric(code, label, "count", compare="difference", time_rollup="last", group=group, **line)


def _flow(code: str, label: str, better: Literal[1, -1, 0], description: str) -> Metric:
    """A count of what happened in the basis."""
    return _stock(code, label, CUSTOMERS, better=better, description=description)


def _line(code: str, label: str, description: str, **rest: Any) -> Metric:
    """A line that consolidation makes, and no account."""
    line = {"formula": f"role:{code}", "group": CONSOLIDATION, "unit_rollup": "sum", "time_rollup": "sum", **rest}
    return Metric(code, label, "money", 0, "difference", "currency", description=description, **line)


def _to_revenue(line: Metric) -> Metric:
    return _ratio(
        f"{line.code}_to_revenue",
        f"{line.label} to revenue",
        -1,
        f"{line.code} / revenue",
        impact="-(value - target) * ann(revenue)",
        group=COST_RATIOS,
        description=f"{line.label} for each unit of revenue.",
    )


def _reported(code: str, label: str, kind: Kind = "count", unit_of_measure: str = "score") -> Metric:
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


_STATEMENT = (
    _money(
        "revenue",
        "Revenue",
        +1,
        "role:revenue",
        impact="ann(operating_income - baseline.operating_income)",
        materiality="always",
        description="Sales after discounts and returns, which are contra accounts inside it.",
    ),
    _cost(
        "cost_of_sales",
        "Cost of sales",
        "total(role:cost_of_sales, role:cloud_above)",
        description="What was sold has cost, cloud included where it lies above gross profit.",
    ),
    _money(
        "gross_profit",
        "Gross profit",
        +1,
        "revenue - optional(cost_of_sales)",
        impact="ann(value - baseline)",
        description="Revenue less cost of sales; all of revenue where the chart has no cost of sales.",
    ),
    _cost(
        "personnel_cost",
        "Personnel",
        "role:personnel",
        materiality="always",
        description="Own staff; contractors are a line of their own wherever they are booked.",
    ),
    _cost("contractor_cost", "Contractors", "role:contractors", description="External staff."),
    _cost("marketing_cost", "Marketing", "role:marketing"),
    _cost(
        "cloud_cost",
        "Cloud",
        "role:cloud",
        description="All cloud cost, whether it lies above or below gross profit.",
    ),
    _cost("other_operating_cost", "Other operating cost", "role:other_operating_cost"),
    _cost(
        "operating_cost",
        "Operating cost",
        "total(personnel_cost, contractor_cost, marketing_cost, other_operating_cost, role:cloud_below)",
        description="All cost below gross profit; cloud only where it lies there.",
    ),
    _cost(
        "total_cost", "Total cost", "total(cost_of_sales, operating_cost)", description="Above and below gross profit."
    ),
    _money(
        "operating_income",
        "Operating income",
        +1,
        "gross_profit - operating_cost",
        impact="ann(value - baseline)",
        description="What operations earn before interest and tax.",
    ),
)

_COST_LINES = tuple(line for line in _STATEMENT if line.better < 0)

CATALOGUE: tuple[Metric, ...] = (
    *_STATEMENT,
    _ratio(
        "gross_margin",
        "Gross margin",
        +1,
        "gross_profit / revenue",
        impact="(value - target) * ann(revenue)",
        group=PROFIT_AND_LOSS,
        description="Gross profit for each unit of revenue.",
    ),
    _ratio(
        "operating_margin",
        "Operating margin",
        +1,
        "operating_income / revenue",
        impact="(value - target) * ann(revenue)",
        group=PROFIT_AND_LOSS,
        description="Operating income for each unit of revenue.",
    ),
    *(_to_revenue(line) for line in _COST_LINES),
    _stock("headcount", "Headcount", PEOPLE, unit_of_measure="heads", description="Own staff at the end of the basis."),
    _stock(
        "open_positions",
        "Open positions",
        PEOPLE,
        unit_of_measure="heads",
        description="Positions approved and not filled.",
    ),
    _stock(
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
    _ratio(
        "contractor_share",
        "Contractor share",
        -1,
        "contractor_cost / total(personnel_cost, contractor_cost)",
        impact="-(value - limit) * ann(total(personnel_cost, contractor_cost))",
        group=PEOPLE,
        description="Contractors in what all staff costs.",
    ),
    _ratio(
        "contractor_share_of_budget",
        "Contractor share of staff budget",
        -1,
        "contractor_cost / total(budget.personnel_cost, budget.contractor_cost)",
        impact="-ann(contractor_cost - budget.contractor_cost)",
        group=PEOPLE,
        description="Contractors in what all staff was budgeted to cost.",
    ),
    _ratio(
        "budget_utilisation",
        "Budget used",
        0,
        "ytd(total_cost) / year(budget.total_cost)",
        group=BUDGET,
        description="Cost so far this year in the budget of the whole year; read beside the share of the year gone.",
    ),
    _ratio(
        "share_of_year_gone",
        "Share of the year gone",
        0,
        "ytd(months()) / year(months())",
        group=BUDGET,
        description="Periods so far in the periods of the fiscal year.",
    ),
    _ratio(
        "roi_on_budget",
        "Return on budget",
        +1,
        "operating_income / budget.total_cost",
        group=BUDGET,
        description="Operating income for each unit of budgeted cost.",
    ),
    _ratio(
        "revenue_growth",
        "Revenue growth",
        +1,
        "(revenue - prior(revenue)) / abs(prior(revenue))",
        group=GROWTH,
        description="Against the same basis one year earlier, at the same fiscal ordinal.",
    ),
    _ratio(
        "revenue_growth_month",
        "Revenue growth on the month before",
        +1,
        "month((revenue - lag(revenue, 1)) / abs(lag(revenue, 1)))",
        group=GROWTH,
        description="The month against the month before it, whatever the basis.",
    ),
    _ratio(
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
    _stock(
        "customers",
        "Customers",
        CUSTOMERS,
        better=+1,
        unit_of_measure="customers",
        description="At the end of the basis.",
    ),
    _flow("new_customers", "New customers", +1, "Won in the basis."),
    _flow("churned_customers", "Lost customers", -1, "Lost in the basis."),
    _money(
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
    _ratio(
        "churn",
        "Churn",
        -1,
        "compound(churned_customers / opening(customers))",
        reported_role="churn",
        group=CUSTOMERS,
        description="Customers lost in those the month opened with; over several months what their losses compound to.",
    ),
    _ratio(
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
    _money(
        "receivables",
        "Receivables",
        0,
        "role:receivables",
        time_rollup="last",
        group=CASH,
        description="Owed by customers at the end of the basis.",
    ),
    Metric(
        "dso",
        "Days sales outstanding",
        "days",
        -1,
        "difference",
        "days",
        "receivables / last(revenue, 3) * days(3)",
        impact="-(value - target) * last(revenue, 3) / days(3)",
        impact_on="cash",
        reported_role="dso",
        group=CASH,
        description="Closing receivables in days of the revenue of the last three months.",
    ),
    Metric(
        "dso_count_back",
        "Days sales outstanding, counted back",
        "days",
        -1,
        "difference",
        "days",
        "count_back(receivables, revenue)",
        impact="-(value - target) * last(revenue, 3) / days(3)",
        impact_on="cash",
        group=CASH,
        description="Closing receivables used up by the revenue of month after month, the newest first.",
    ),
    _money(
        "operating_cash_flow",
        "Operating cash flow",
        +1,
        "operating_income - change(receivables) + optional(change(role:payables)) - optional(role:capital_spend)",
        impact="ann(value - baseline)",
        impact_on="cash",
        group=CASH,
        description="Operating income less what receivables grew by, plus payables, less capital spend where given.",
    ),
    _money(
        "cash",
        "Cash",
        +1,
        "role:cash",
        impact="value - target",
        impact_on="cash",
        time_rollup="last",
        materiality="always",
        group=CASH,
        description="At the end of the basis.",
    ),
    _money(
        "net_burn",
        "Net burn a month",
        -1,
        "-last(change(cash), 3) / 3",
        time_rollup="formula",
        unit_rollup="formula",
        group=CASH,
        description="What cash fell by in a month, mean of the last three; negative where it grew.",
    ),
    Metric(
        "runway",
        "Runway",
        "months",
        +1,
        "difference",
        "months",
        "when(net_burn > 0, cash / net_burn)",
        impact="(value - target) * net_burn",
        impact_on="cash",
        group=CASH,
        description="Months that cash lasts at the net burn of the last three; not applicable where cash grows.",
    ),
    _reported("satisfaction", "Customer satisfaction"),
    _reported("market_share", "Market share", "ratio", "ratio"),
    _reported("market_growth", "Market growth", "ratio", "ratio"),
    _reported("competitive_index", "Competitive index"),
    _reported("brand", "Brand"),
    _reported("productivity", "Productivity"),
    _reported("quality", "Quality"),
    _reported("innovation", "Innovation"),
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
    Metric(
        "elimination_difference",
        "Elimination difference",
        "money",
        0,
        "difference",
        "currency",
        "role:elimination_difference",
        time_rollup="sum",
        unit_rollup="sum",
        group=CONTROL,
        description="What internal sales and purchases leave over when they are eliminated; 0 where both sides agree.",
    ),
    _line(
        "elimination_rounding",
        "Rounding and currency in eliminations",
        "The part of what eliminations leave over that is no more than rounding, or two sides at different rates.",
        group=CONTROL,
    ),
    _line(
        "balance_difference",
        "Difference of eliminated balances",
        "What internal receivables and payables leave over when they are eliminated, at the last period.",
        group=CONTROL,
        time_rollup="last",
    ),
    _line("net_income", "Net income", "Income less expense over all accounts, and the result of units at equity."),
    _line("equity_result", "Result of units at equity", "The part held of the profit of units held at equity."),
    _line(
        "minority_share",
        "Minority share",
        "The part of net income that belongs to others than the group's owners; indirect shares multiply.",
        unit_rollup="formula",
    ),
    _line(
        "net_income_to_owners",
        "Net income to owners",
        "Net income less the minority's share of it.",
        formula="net_income - minority_share",
        unit_rollup="formula",
    ),
)

METRICS: Mapping[str, Metric] = MappingProxyType({metric.code: metric for metric in CATALOGUE})
