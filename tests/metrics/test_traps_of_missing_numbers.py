"""The five traps of missing numbers, each with the number a naive build gives, for both evaluators.

(a) a missing number compares as zero, and an alarm goes off that should not; (b) twice nothing is zero; (c) a mean
counts a missing month as 0, or leaves a real 0 out; (d) a circle is an error nobody finds; (e) a budget of 0 is none.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metrics.declaration import Metric, MetricCycle, order
from metrics.formula import Value, parse
from metrics.readings import Level, variance
from tests.metrics.calc.small import Small
from tests.metrics.calc.test_same_as_plain import Matrix
from tests.metrics.test_formula_time import YEARS
from tests.metrics.test_formula_values import figure_of
from tests.metrics.test_formula_values import value as plainly

REASONS = {"late": "late", "masked": "masked", "unknown": "error: no EUR average rate for 2026-03"}


def over_matrices(formula: str) -> Value:
    matrix = Matrix(lambda code, version, basis, ordinal, unit, above: figure_of(code, above), units=1)
    return matrix.values(parse(formula), "actual", "month", [2026 * 12 + 8])[0][0]


Evaluator = Callable[[str], Value]
both = pytest.mark.parametrize("value", [plainly, over_matrices], ids=["plain", "matrices"])


@both
@pytest.mark.parametrize("name", REASONS)
@pytest.mark.parametrize("comparison", ["{} < 100", "{} = 0", "{} > -1", "not {} > 0", "{} <= 0 and one > 0"])
def test_a_missing_number_is_not_below_a_limit_and_not_equal_to_zero(
    value: Evaluator, name: str, comparison: str
) -> None:
    found = value(f"if({comparison.format(name)}, 1, 0)")

    assert (found.number, found.reason) == (None, REASONS[name])


@both
@pytest.mark.parametrize("name", REASONS)
@pytest.mark.parametrize(
    "formula", ["{} * 2", "2 * {}", "{} * 0", "{} / 2", "-{}", "{} + 1", "1 - {}", "max({}, 0)", "abs({})", "ann({})"]
)
def test_b_arithmetic_makes_no_zero_of_a_missing_number_and_keeps_its_reason(
    value: Evaluator, name: str, formula: str
) -> None:
    found = value(formula.format(name))

    assert (found.number, found.reason) == (None, REASONS[name])


WON = Metric("won", "Won", "count", 1, "percent", "count", "role:new_customers")
MEAN = Metric("mean", "Mean", "count", 1, "percent", "count", "average(won, 3)")
ACCOUNTS = """
    code | kind        | role          | rollup | rate_type | measure
    WON  | statistical | new_customers | sum    | none      | count
"""


def test_c_a_mean_leaves_out_a_missing_month_and_counts_a_real_zero() -> None:
    company = Small(
        units="code\nA",
        accounts=ACCOUNTS,
        metrics={each.code: each for each in (WON, MEAN)},
        figures="""
            unit | account | 2026-01 | 2026-02 | 2026-03 | 2026-04
            A    | WON     |       6 |       0 |       – |       4
        """,
    )

    assert company.read("mean", "A", "2026-03") == 3  # 6 and 0; the late month is no zero
    assert company.coverage("mean", "A", "2026-03") == "2 of 3"
    assert company.read("mean", "A", "2026-04") == 2  # 0 and 4
    assert YEARS.read("average(role:won, 3)") == 2.5  # 4, late, 1


def test_d_a_circle_is_named_from_its_first_metric_round_to_it_again() -> None:
    def metric(code: str, formula: str) -> Metric:
        return Metric(code, code, "ratio", 1, "points", "ratio", formula)

    with pytest.raises(MetricCycle) as circle:
        order([metric("c", "ltm(a)"), metric("a", "share_of(b) + 1"), metric("b", "per(c, revenue)"), metric("d", "a")])

    assert str(circle.value) == "These metrics need one another: a → b → c → a"


def test_metrics_may_be_declared_in_any_order() -> None:
    later_first = [
        Metric("margin", "Margin", "ratio", 1, "points", "ratio", "profit / sales"),
        Metric("profit", "Profit", "money", 1, "percent", "currency", "sales - role:cost_of_sales"),
        Metric("sales", "Sales", "money", 1, "percent", "currency", "role:revenue"),
    ]
    company = Small(
        units="code\nA",
        metrics={each.code: each for each in later_first},
        figures="unit | account | 2026-01\nA | REV | 200\nA | COST | 150",
    )

    assert order(later_first) == ("sales", "profit", "margin")
    assert company.read("margin", "A", "2026-01") == 0.25


def test_e_a_budget_of_zero_is_a_number_and_no_budget_is_none() -> None:
    metrics = {
        each.code: each
        for each in (
            Metric("sales", "Sales", "money", 1, "percent", "currency", "role:revenue"),
            Metric("planned", "Planned", "ratio", 0, "none", "ratio", "if(budget.sales > 0, 1, 0)"),
            Metric("over", "Over", "money", 1, "percent", "currency", "sales - budget.sales"),
        )
    }
    company = Small(
        units="code\nZERO\nNONE",
        metrics=metrics,
        figures="""
            unit | account | version | 2026-01
            ZERO | REV     | actual  |     100
            ZERO | REV     | budget  |       0
            NONE | REV     | actual  |     100
        """,
    )

    assert [company.read(code, "ZERO", "2026-01") for code in ("planned", "over")] == [0, 100]
    assert {company.read(code, "NONE", "2026-01") for code in ("planned", "over")} == {"not_applicable: no budget"}
    assert variance(Level(100), Level(0), sense=1).unbudgeted
    assert not variance(Level(100), Level(None, "not_applicable: no budget"), sense=1).unbudgeted
