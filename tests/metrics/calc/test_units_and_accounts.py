"""Up the two trees: units into groups, accounts into their parents, ratios after sums."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.calc.chart import AccountNode, Chart
from metrics.calc.order import TreeRefused
from metrics.calc.tree import Tree, UnitNode
from tests.metrics.calc.small import Small

GROUP = """
    code  | parent
    GROUP |
    A     | GROUP
    B     | GROUP
"""


def test_a_margin_of_a_group_is_a_ratio_of_sums_and_not_a_mean_of_ratios() -> None:
    small = Small(
        units=GROUP,
        figures="""
            unit | account | 2026-01
            A    | REV     |     100
            A    | COST    |      90
            B    | REV     |     300
            B    | COST    |     210
        """,
    )

    assert small.read("gross_margin", "A", "2026-01") == 0.10
    assert small.read("gross_margin", "B", "2026-01") == 0.30
    assert small.read("gross_margin", "GROUP", "2026-01") == 0.25


def test_figures_may_stand_on_any_unit_and_add_to_what_lies_below() -> None:
    small = Small(
        units=GROUP,
        figures="""
            unit  | account | 2026-01
            A     | REV     |     100
            GROUP | REV     |       7
        """,
    )

    assert small.read("revenue", "GROUP", "2026-01") == 107


@pytest.mark.parametrize(
    ("method", "ownership", "group"),
    [("full", 0.6, 1000), ("proportional", 0.6, 600), ("equity", 0.6, 0), ("none", 0.6, 0)],
)
def test_the_method_decides_what_a_parent_takes_of_a_unit(method: str, ownership: float, group: int) -> None:
    """Full takes 100 % whatever the ownership; the unit itself always reads its own 100 %."""
    small = Small(
        units=f"""
            code  | parent | method   | ownership
            GROUP |        |          |
            A     | GROUP  | {method} | {ownership}
        """,
        figures="""
            unit  | account | 2026-01
            GROUP | COST    | 1
            A     | REV     | 1000
        """,
    )

    assert small.read("revenue", "A", "2026-01") == 1000
    assert small.read("revenue", "GROUP", "2026-01") == group


def test_proportional_shares_multiply_down_the_path_and_round_once_for_each_leaf() -> None:
    """A third of 0.0001 rounds to nothing for each of three leaves; a third of their sum would be 0.0001."""
    small = Small(
        units="""
            code  | parent | method       | ownership
            GROUP |        |              |
            MID   | GROUP  | proportional | 0.5
            A     | MID    | proportional | 0.5
            B     | MID    |              |
            C     | MID    |              |
        """,
        figures="""
            unit | account | 2026-01
            A    | REV     | 1000.0003
            B    | REV     | 0.0001
            C    | REV     | 0.0003
        """,
    )

    assert small.amount("revenue", "MID", "2026-01") == 500_0002 + 1 + 3  # 1.5 rounds half-even to 2
    assert small.amount("revenue", "GROUP", "2026-01") == 250_0001 + 0 + 2  # 0.75, 0.5 and 1.5


TREE = """
    code  | parent | method       | ownership
    GROUP |        |              |
    NORTH | GROUP  |              |
    SOUTH | GROUP  | proportional | 0.3333
    A     | NORTH  | proportional | 0.75
    B     | NORTH  |              |
    C     | SOUTH  |              |
    D     | SOUTH  | equity       | 0.2
"""
SHARES = {"NORTH": {"NORTH": 1, "A": 0.75, "B": 1}, "GROUP": {"GROUP": 1, "NORTH": 1, "A": 0.75, "B": 1}}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-(10**12), 10**12), min_size=6, max_size=6))
def test_whatever_the_figures_a_fully_consolidated_parent_is_the_sum_of_its_children(amounts: list[int]) -> None:
    codes = ["GROUP", "NORTH", "A", "B", "C", "D"]
    lines = [f"{code} | REV | {amount}" for code, amount in zip(codes, amounts, strict=True)]
    small = Small(units=TREE, figures="unit | account | 2026-01\n" + "\n".join(lines))
    found = {code: small.amount("revenue", code, "2026-01") for code in ("GROUP", "NORTH", "SOUTH")}
    own = dict(zip(codes, (amount * 10_000 for amount in amounts), strict=True))

    assert found["NORTH"] == own["NORTH"] + _part(own["A"], 75, 100) + own["B"]
    assert found["GROUP"] == own["GROUP"] + found["NORTH"] + _part(own["C"], 3333, 10_000)


def _part(amount: int, numerator: int, denominator: int) -> int:
    return round(amount * Fraction(numerator, denominator))


def test_accounts_roll_up_with_their_weights_and_contra_accounts_stay_inside() -> None:
    small = Small(
        accounts="""
            code  | kind    | parent | weight | role
            SALES | income  |        |        | revenue
            GOODS | income  | SALES  | 1      |
            DISC  | income  | SALES  | -1     |
            MEMO  | income  | SALES  | 0      |
            COSTS | expense |        |        | cost_of_sales
        """,
        units="code\nA",
        figures="""
            unit | account | 2026-01
            A    | GOODS   |    1000
            A    | DISC    |      50
            A    | MEMO    |     999
            A    | SALES   |       5
            A    | COSTS   |     400
        """,
    )

    assert small.read("account:SALES", "A", "2026-01") == 955
    assert small.read("account:DISC", "A", "2026-01") == 50
    assert small.read("revenue", "A", "2026-01") == 955
    assert small.read("gross_profit", "A", "2026-01") == 555


def test_a_subtotal_given_only_as_budget_is_the_budget_of_its_role() -> None:
    small = Small(
        accounts="""
            code  | kind    | parent | role
            PEOPL | expense |        | personnel
            WAGES | expense | PEOPL  |
            TAXES | expense | PEOPL  |
        """,
        units="code\nA",
        figures="""
            unit | account | version     | 2026-01
            A    | WAGES   | actual      |     800
            A    | TAXES   | actual      |     200
            A    | PEOPL   | budget-2026 |     900
        """,
    )

    assert small.read("personnel_cost", "A", "2026-01") == 1000
    assert small.read("personnel_cost", "A", "2026-01", version="budget-2026") == 900
    assert small.read("account:WAGES", "A", "2026-01", version="budget-2026").startswith("not_applicable: no account")


def test_a_score_is_the_units_own_and_no_group_adds_it_up() -> None:
    small = Small(
        accounts="""
            code  | kind        | role         | rollup | additive
            SCORE | statistical | satisfaction | last   | no
            REV   | income      | revenue      | sum    |
        """,
        units=GROUP,
        figures="""
            unit | account | 2026-01
            A    | SCORE   |     4.2
            A    | REV     |     100
            B    | SCORE   |     3.9
            B    | REV     |     100
        """,
    )

    assert small.read("satisfaction", "A", "2026-01") == 4.2
    assert small.read("satisfaction", "GROUP", "2026-01") == "not_applicable: not additive over units"


REPORTED = """
    code  | kind        | role        | rollup | rate_type | additive
    DSO   | statistical | dso         | last   | none      | no
    REV   | income      | revenue     | sum    | average   |
    RECV  | asset       | receivables | last   | closing   |
"""


def test_a_reported_ratio_stands_in_for_a_unit_that_lacks_its_parts() -> None:
    small = Small(
        accounts=REPORTED,
        units=GROUP,
        figures="""
            unit | account | source | 2026-01 | 2026-02 | 2026-03
            A    | REV     | erp    |      90 |      90 |      90
            A    | RECV    | bank   |       – |       – |     180
            A    | DSO     | desk   |      11 |      12 |      13
            B    | REV     | erp    |      90 |      90 |      90
            B    | DSO     | desk   |      41 |      42 |      43
        """,
    )

    assert small.read("dso", "A", "2026-03") == 180 / 270 * 90  # its own parts win
    assert small.read("dso", "B", "2026-03") == 43


def test_a_reported_ratio_never_stands_in_for_a_group() -> None:
    small = Small(
        accounts=REPORTED,
        units=GROUP,
        figures="""
            unit  | account | 2026-01 | 2026-02 | 2026-03
            A     | REV     |      90 |      90 |      90
            A     | DSO     |      11 |      12 |      13
            GROUP | DSO     |      50 |      50 |      50
        """,
    )

    assert small.read("dso", "A", "2026-03") == 13
    assert small.read("dso", "GROUP", "2026-03") == "not_applicable: not additive over units"


def test_a_circle_in_a_tree_is_refused_and_named() -> None:
    with pytest.raises(TreeRefused, match="The unit A hangs on itself"):
        Tree.of([UnitNode(1, "A", 2), UnitNode(2, "B", 1)])
    with pytest.raises(TreeRefused, match="The account 4000 hangs on a account that is not there"):
        Chart.of([AccountNode(1, "4000", "income", parent=9)])
