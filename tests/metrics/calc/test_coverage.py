"""What is absent, late or left out, and how complete a total is: missing is not zero."""

from __future__ import annotations

import pytest

from metrics.carriers import carriers, kin_of
from tests.metrics.calc.small import Small
from tests.tables import Row, table

UNITS = """
    code  | parent
    GROUP |
    A     | GROUP
    B     | GROUP
    C     | GROUP
"""


def test_inside_a_delivered_slice_an_account_without_a_row_is_zero() -> None:
    small = Small(
        units=UNITS,
        figures="""
            unit | account | 2026-01
            A    | REV     |     100
            A    | COST    |      40
            B    | REV     |      50
        """,
    )

    assert small.read("cost_of_sales", "B", "2026-01") == 0
    assert small.read("gross_profit", "B", "2026-01") == 50


def test_a_unit_that_delivered_nothing_this_month_is_late_and_makes_totals_partial() -> None:
    small = Small(
        units=UNITS,
        figures="""
            unit | account | 2026-01 | 2026-02
            A    | REV     |     100 |     100
            B    | REV     |     100 |       –
        """,
    )

    assert small.read("revenue", "B", "2026-02") == "late"
    assert small.read("revenue", "GROUP", "2026-02") == 100
    assert small.coverage("revenue", "GROUP", "2026-01") == "2 of 2"
    assert small.coverage("revenue", "GROUP", "2026-02") == "1 of 2"


def test_a_unit_that_never_delivered_in_this_version_is_left_out() -> None:
    small = Small(
        units=UNITS,
        figures="""
            unit | account | version     | 2026-01
            A    | REV     | actual      |     100
            C    | REV     | actual      |     100
            A    | REV     | budget-2026 |     100
        """,
    )

    assert small.coverage("revenue", "GROUP", "2026-01") == "2 of 2"
    assert small.coverage("revenue", "GROUP", "2026-01", version="budget-2026") == "1 of 1"
    assert small.read("revenue", "C", "2026-01", version="budget-2026") == "not_applicable: no budget"


def test_a_unit_is_expected_only_while_it_is_in_the_company() -> None:
    small = Small(
        units="""
            code  | parent | starts     | ends
            GROUP |        |            |
            A     | GROUP  |            |
            B     | GROUP  | 2026-02-10 |
            C     | GROUP  |            | 2026-01-31
        """,
        figures="""
            unit | account | 2026-01 | 2026-02 | 2026-03
            A    | REV     |     100 |     100 |     100
            B    | REV     |       – |       – |     100
            C    | REV     |     100 |       – |       –
        """,
    )

    assert [small.coverage("revenue", "GROUP", period) for period in ("2026-01", "2026-02", "2026-03")] == [
        "2 of 2",
        "1 of 2",
        "2 of 2",
    ]
    assert small.read("revenue", "B", "2026-01") == "not_applicable: no figures"
    assert small.read("revenue", "B", "2026-02") == "late"
    assert small.read("revenue", "C", "2026-02") == "not_applicable: no figures"


def test_each_source_is_waited_for_on_its_own() -> None:
    small = Small(
        units=UNITS,
        figures="""
            unit | account | source | 2026-01 | 2026-02
            A    | REV     | erp    |     100 |     100
            A    | HEADS   | hr     |      10 |       –
            B    | REV     | erp    |     100 |     100
        """,
    )

    assert small.read("revenue", "A", "2026-02") == 100
    assert small.read("headcount", "A", "2026-02") == "late"
    assert small.read("headcount", "B", "2026-01") == "not_applicable: no account with role headcount in actual"
    assert small.coverage("headcount", "GROUP", "2026-01") == "1 of 1"


def test_a_figure_nobody_carries_is_no_part_of_a_total_and_is_not_late() -> None:
    small = Small(
        units=UNITS,
        figures="""
            unit | account | 2026-01
            A    | RECV    |     100
            A    | HEADS   |      10
        """,
    )

    assert str(small.read("cost_of_sales", "A", "2026-01")).startswith("not_applicable: no account")
    assert str(small.read("gross_profit", "A", "2026-01")).startswith("not_applicable: no account")
    assert small.read("receivables", "A", "2026-01") == 100


CHART = """
    code  | kind        | parent | role          | rollup | additive
    REV   | income      |        | revenue       | sum    |
    COST  | expense     |        | cost_of_sales | sum    |
    STAFF | expense     |        | personnel     | sum    |
    WAGES | expense     | STAFF  |               | sum    |
    TAXES | expense     | STAFF  |               | sum    |
    CASH  | asset       |        | cash          | last   |
    RECV  | asset       |        | receivables   | last   |
    PAY   | liability   |        | payables      | last   |
    HEADS | statistical |        | headcount     | last   |
    SALES | statistical | HEADS  |               | last   |
    DEVS  | statistical | HEADS  |               | last   |
    SCORE | statistical |        |               | last   | no
"""

# What A delivered, and how its other accounts read: 0, or unknown (–).
ABSENT = """
    delivered       | REV | COST | WAGES | TAXES | CASH | RECV | PAY | SALES | DEVS | SCORE
    REV             | 1   | 0    | 0     | 0     | –    | –    | –   | –     | –    | –
    WAGES           | 0   | 0    | 1     | 0     | –    | –    | –   | –     | –    | –
    STAFF           | 0   | 0    | –     | –     | –    | –    | –   | –     | –    | –
    STAFF and WAGES | 0   | 0    | 1     | –     | –    | –    | –   | –     | –    | –
    RECV            | –   | –    | –     | –     | –    | 1    | –   | –     | –    | –
    RECV and PAY    | –   | –    | –     | –     | 0    | 1    | 1   | –     | –    | –
    SALES           | –   | –    | –     | –     | –    | –    | –   | 1     | 0    | –
    HEADS           | –   | –    | –     | –     | –    | –    | –   | –     | –    | –
    SCORE           | –   | –    | –     | –     | –    | –    | –   | –     | –    | 1
"""


@pytest.mark.parametrize("others", ["", "REV COST WAGES TAXES STAFF CASH RECV PAY HEADS SALES DEVS SCORE"])
@pytest.mark.parametrize("row", table(ABSENT), ids=lambda row: str(row.delivered))
def test_what_is_absent_is_zero_or_unknown_by_what_the_unit_itself_delivers(row: Row, others: str) -> None:
    delivered = [*(f"A | {account} | 1" for account in row.delivered.split(" and "))]
    hidden = [f"B | {account} | 7" for account in others.split()]
    small = Small(
        units=UNITS,
        accounts=CHART,
        figures="\n".join(["unit | account | 2026-01", "C | REV | 1", *delivered, *hidden]),
    )

    for account in row.keys() - {"delivered"}:
        found = small.read(f"account:{account}", "A", "2026-01")
        unknown = f"not_applicable: no account {account} in actual"
        assert found == (unknown if row[account] is None else row[account]), account


def test_in_a_chain_of_budgets_each_year_is_asked_by_itself() -> None:
    carried = {(1, 0): {"COST"}, (2, 0): {"REV"}}
    kin = kin_of([("REV", None, "income", True), ("COST", None, "expense", True)])

    assert carriers(carried, kin, link=lambda source: source) == {
        "REV": {(1, 0), (2, 0)},
        "COST": {(1, 0), (2, 0)},
    }
    assert carriers(carried, kin) == {"REV": {(2, 0)}, "COST": {(1, 0)}}
    assert carriers(carried, kin, adjusting={1}) == {"REV": {(2, 0)}, "COST": {(1, 0), (2, 0)}}


def test_a_year_to_date_over_a_hole_is_a_number_that_says_so() -> None:
    small = Small(
        units=UNITS,
        figures="""
            unit | account | 2026-01 | 2026-02 | 2026-03
            A    | REV     |     100 |       – |     100
            B    | REV     |     100 |     100 |     100
        """,
    )

    assert small.read("revenue", "A", "2026-03", basis="ytd") == 200
    assert small.coverage("revenue", "A", "2026-03", basis="ytd") == "2 of 3"
    assert small.coverage("revenue", "GROUP", "2026-03", basis="ytd") == "5 of 6"


def test_months_of_the_year_before_the_first_delivery_are_counted_as_missing_from_the_year() -> None:
    small = Small(
        units=UNITS,
        figures="""
            unit | account | 2026-10 | 2026-11
            A    | REV     |     100 |     100
        """,
    )

    assert small.read("revenue", "A", "2026-11", basis="ytd") == 200
    assert small.coverage("revenue", "A", "2026-11", basis="ytd") == "2 of 11"


def test_twelve_months_are_never_silently_fewer() -> None:
    months = " | ".join(f"2025-{month:02}" for month in range(1, 13))
    small = Small(
        units="code\nA",
        figures=f"""
            unit | account | {months} | 2026-01
            A    | REV     | {"10 | " * 12} 10
        """,
    )

    assert small.read("revenue", "A", "2025-11", basis="ltm") == "not_applicable: fewer than 12 periods"
    assert small.read("revenue", "A", "2025-12", basis="ltm") == 120
    assert small.read("revenue", "A", "2026-01", basis="ltm") == 120


def test_a_formula_is_as_complete_as_its_least_complete_part() -> None:
    small = Small(
        units=UNITS,
        figures="""
            unit | account | source | 2026-01 | 2026-02
            A    | REV     | erp    |     100 |     100
            B    | REV     | erp    |     100 |     100
            A    | STAFF   | hr     |      10 |      10
            B    | STAFF   | hr     |      10 |       –
        """,
    )

    assert small.coverage("revenue", "GROUP", "2026-02") == "2 of 2"
    assert small.coverage("operating_income", "GROUP", "2026-02") == "1 of 2"


def test_units_held_at_equity_are_not_waited_for() -> None:
    small = Small(
        units="""
            code  | parent | method
            GROUP |        |
            A     | GROUP  |
            E     | GROUP  | equity
        """,
        figures="""
            unit | account | 2026-01 | 2026-02
            A    | REV     |     100 |     100
            E    | REV     |     100 |       –
        """,
    )

    assert small.coverage("revenue", "GROUP", "2026-02") == "1 of 1"


def test_an_average_counts_a_real_zero_and_leaves_out_a_missing_month() -> None:
    small = Small(
        accounts="""
            code  | kind        | rollup  | rate_type
            INDEX | statistical | average | none
        """,
        units="code\nA",
        figures="""
            unit | account | 2026-01 | 2026-02 | 2026-03
            A    | INDEX   |       4 |       – |       0
        """,
    )

    assert small.read("account:INDEX", "A", "2026-03", basis="qtd") == 2
    assert small.coverage("account:INDEX", "A", "2026-03", basis="qtd") == "2 of 3"


def test_a_zero_budget_and_no_budget_differ() -> None:
    small = Small(
        units=UNITS,
        figures="""
            unit | account | version     | 2026-01
            A    | REV     | actual      |     100
            B    | REV     | actual      |     100
            A    | REV     | budget      |       0
            A    | COST    | budget      |       5
        """,
    )

    assert small.read("revenue", "A", "2026-01", version="budget") == 0
    assert small.read("revenue", "B", "2026-01", version="budget") == "not_applicable: no budget"
