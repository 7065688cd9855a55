"""What consolidation makes and leaves over: control lines, net income and whose it is."""

from __future__ import annotations

from metrics.declaration import Metric

from .terms import CONTROL, line

CHAPTER: tuple[Metric, ...] = (
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
    line(
        "elimination_rounding",
        "Rounding and currency in eliminations",
        "The part of what eliminations leave over that is no more than rounding, or two sides at different rates.",
        group=CONTROL,
    ),
    line(
        "balance_difference",
        "Difference of eliminated balances",
        "What internal receivables and payables leave over when they are eliminated, at the last period.",
        group=CONTROL,
        time_rollup="last",
    ),
    line("net_income", "Net income", "Income less expense over all accounts, and the result of units at equity."),
    line("equity_result", "Result of units at equity", "The part held of the profit of units held at equity."),
    line(
        "minority_share",
        "Minority share",
        "The part of net income that belongs to others than the group's owners; indirect shares multiply.",
        unit_rollup="formula",
    ),
    line(
        "net_income_to_owners",
        "Net income to owners",
        "Net income less the minority's share of it.",
        formula="net_income - minority_share",
        unit_rollup="formula",
    ),
    line("net_assets", "Net assets", "Assets less liabilities, at the last period.", time_rollup="last"),
    line("equity", "Equity", "All accounts of equity, without the profit of the year.", time_rollup="last"),
    line(
        "translation_difference",
        "Translation reserve",
        "What net assets at closing rates leave over beyond equity at historical rates and the profit of the fiscal"
        " year at the average rates of its months; 0 without another currency, where the books balance.",
        formula="net_assets - equity - ytd(net_income - optional(equity_result))",
        time_rollup="last",
    ),
    line(
        "minority_equity",
        "Minority of equity",
        "The part of net assets that belongs to others than the group's owners; indirect shares multiply.",
        time_rollup="last",
        unit_rollup="formula",
    ),
)
