"""What units sold to each other is taken out at the first common parent, and nowhere below."""

from __future__ import annotations

from tests.metrics.calc.small import Small

UNITS = """
    code  | parent | kind
    GROUP |        |
    NORTH | GROUP  |
    A     | NORTH  |
    B     | NORTH  |
    NELIM | NORTH  | elimination
    SOUTH | GROUP  |
    C     | SOUTH  |
    GELIM | GROUP  | elimination
"""


def company(figures: str, units: str = UNITS, **more: str) -> Small:
    return Small(units=units, figures="unit | account | counterparty | 2026-01\n" + figures, **more)


def read(small: Small, metric: str = "revenue") -> dict[str, float | str]:
    return {unit.code: small.read(metric, unit.code, "2026-01") for unit in small.tree.units}


def test_a_sale_between_sisters_leaves_their_parent_and_everything_above_it() -> None:
    small = company("""
        A | REV  |   | 500
        A | REV  | B | 100
        B | COST | A | 100
        C | REV  |   |  30
    """)

    assert read(small) == {
        "GROUP": 530,
        "NORTH": 500,
        "A": 600,
        "B": 0,
        "NELIM": -100,
        "SOUTH": 30,
        "C": 30,
        "GELIM": "not_applicable: no figures",
    }
    assert read(small, "cost_of_sales")["NORTH"] == 0
    assert read(small, "gross_profit")["NORTH"] == 500


def test_a_sale_across_sub_groups_stays_in_both_of_them_and_leaves_only_the_top() -> None:
    small = company("""
        A | REV  | C | 100
        C | COST | A | 100
    """)

    assert read(small) == {
        "GROUP": 0,
        "NORTH": 100,
        "A": 100,
        "B": "not_applicable: no figures",
        "NELIM": "not_applicable: no figures",
        "SOUTH": 0,
        "C": 0,
        "GELIM": -100,
    }


def test_the_parent_is_the_sum_of_its_children_the_elimination_unit_among_them() -> None:
    small = company("""
        A | REV   |   | 500
        A | REV   | B | 100
        B | COST  | A | 100
        B | STAFF |   |  40
        C | REV   | A |  70
        A | COST  | C |  70
    """)

    for metric in ("revenue", "cost_of_sales", "gross_profit", "personnel_cost"):
        found = {code: number for code, number in read(small, metric).items() if isinstance(number, float)}
        assert found["NORTH"] == found["A"] + found["B"] + found["NELIM"]
        assert found["GROUP"] == found["NORTH"] + found["SOUTH"] + found["GELIM"]


def test_a_group_without_an_elimination_unit_carries_it_in_its_own_figures() -> None:
    small = company(
        """
        A | REV  | B | 100
        B | COST | A | 100
        A | REV  |   | 500
        """,
        units="""
            code  | parent
            GROUP |
            A     | GROUP
            B     | GROUP
        """,
    )

    assert read(small) == {"GROUP": 500, "A": 600, "B": 0}


def test_what_the_other_side_did_not_book_stays_visible_on_the_difference_line() -> None:
    small = company("""
        A | REV  | B | 100
        B | COST | A |  80
    """)

    assert read(small, "elimination_difference") == {
        "GROUP": 20,
        "NORTH": 20,
        "A": 0,
        "B": 0,
        "NELIM": 20,
        "SOUTH": "not_applicable: no figures",
        "C": "not_applicable: no figures",
        "GELIM": "not_applicable: no figures",
    }


def test_both_sides_booked_alike_leave_no_difference() -> None:
    small = company("""
        A | REV  | B | 100
        B | COST | A | 100
    """)

    assert read(small, "elimination_difference")["NORTH"] == 0


def test_balances_between_units_go_out_too_without_touching_profit() -> None:
    small = company("""
        A | RECV | B | 100
        A | RECV |   |  25
    """)

    assert read(small, "receivables")["NORTH"] == 25
    assert read(small, "elimination_difference")["NORTH"] == 0


def test_a_counterparty_outside_the_company_is_an_ordinary_customer() -> None:
    small = company("""
        A | REV | ACME | 100
    """)

    assert read(small)["GROUP"] == 100


def test_a_unit_that_trades_with_the_group_it_belongs_to_is_eliminated_in_that_group() -> None:
    small = company("""
        A     | REV  | NORTH | 100
        NORTH | COST | A     | 100
    """)

    assert read(small)["NORTH"] == 0
    assert read(small)["NELIM"] == -100


def test_figures_typed_on_an_elimination_unit_are_ordinary_entries() -> None:
    small = company("""
        A     | REV |  | 500
        NELIM | REV |  | -90
    """)

    assert read(small)["NELIM"] == -90
    assert read(small)["NORTH"] == 410


def test_the_group_takes_out_the_part_of_the_trade_it_does_with_itself() -> None:
    """Half of B is consolidated, so half of what A sold to B is internal; of a unit at equity nothing is."""
    units = """
        code  | parent | method       | ownership
        GROUP |        |              |
        A     | GROUP  |              |
        B     | GROUP  | proportional | 0.5
        E     | GROUP  | equity       | 0.2
    """
    small = company(
        """
        A | REV  | B | 100
        B | COST | A | 100
        A | REV  | E |  40
        """,
        units=units,
    )

    assert read(small)["GROUP"] == 50 + 40
    assert read(small, "cost_of_sales")["GROUP"] == 0
    assert read(small, "elimination_difference")["GROUP"] == 0


def test_both_sides_are_compared_in_the_currency_of_the_group() -> None:
    small = company(
        """
        A | REV  | B | 100
        B | COST | A | 110
        """,
        units="""
            code  | parent | currency
            GROUP |        | USD
            A     | GROUP  | EUR
            B     | GROUP  |
        """,
        rates="""
            currency | period  | kind    | rate
            EUR      | 2026-01 | average | 1.1
        """,
    )

    assert read(small)["GROUP"] == 0
    assert read(small, "elimination_difference")["GROUP"] == 0


def test_a_mismatch_is_never_hidden_by_rounding_and_rounding_never_makes_one() -> None:
    small = company(
        """
        A | REV  | B | 0.0001
        A | REV  | B | 0.0002
        """,
        units="""
            code  | parent | currency
            GROUP |        | USD
            A     | GROUP  | EUR
            B     | GROUP  |
        """,
        rates="""
            currency | period  | kind    | rate
            EUR      | 2026-01 | average | 0.5
        """,
    )

    assert small.amount("revenue", "A", "2026-01") == 2  # 3 × 0.5 = 1.5, half-even, once for the cell
    assert small.amount("revenue", "GROUP", "2026-01") == 0


TWO_CURRENCIES = {
    "units": """
        code  | parent | currency
        GROUP |        | USD
        A     | GROUP  | EUR
        B     | GROUP  |
    """,
    "rates": """
        currency | period  | kind    | rate
        EUR      | 2026-01 | average | 1.1
    """,
}


def lines(small: Small) -> list[float | str]:
    return [read(small, code)["GROUP"] for code in ("elimination_difference", "elimination_rounding")]


def test_two_sides_at_different_rates_are_currency_up_to_half_a_percent_and_a_mismatch_beyond() -> None:
    near = company("A | REV | B | 1000\nB | COST | A | 1105", **TWO_CURRENCIES)
    far = company("A | REV | B | 1000\nB | COST | A | 1106", **TWO_CURRENCIES)

    assert lines(near) == [0, -5]
    assert lines(far) == [-6, 0]


def test_in_one_currency_the_smallest_difference_is_a_mismatch() -> None:
    small = company("A | REV | B | 1000.00\nB | COST | A | 999.9999", units=UNITS)

    assert small.amount("elimination_difference", "GROUP", "2026-01") == 1
    assert lines(small)[1] == 0


def test_a_rounding_difference_is_never_posted_as_a_mismatch() -> None:
    """A third of two cells rounds apart from a third of their sum."""
    small = company(
        """
        A | REV   | B | 0.0004
        A | STAFF | B | -0.0004
        B | COST  | A | 0.0008
        """,
        units="""
            code  | parent | method       | ownership
            GROUP |        |              |
            A     | GROUP  | proportional | 1/3
            B     | GROUP  |              |
        """,
    )

    assert small.amount("elimination_difference", "GROUP", "2026-01") == 0
    assert small.amount("elimination_rounding", "GROUP", "2026-01") == -1


def test_receivables_and_payables_that_differ_have_a_line_of_their_own() -> None:
    small = company(
        """
        A | RECV | B | 100
        B | PAY  | A |  90
        """,
        accounts="""
            code | kind      | role        | rollup | rate_type
            RECV | asset     | receivables | last   | closing
            PAY  | liability | payables    | last   | closing
        """,
    )

    assert read(small, "balance_difference")["NORTH"] == 10
    assert read(small, "elimination_difference")["NORTH"] == 0


def test_trade_with_a_unit_is_eliminated_from_the_day_it_is_consolidated() -> None:
    small = Small(
        units="""
            code  | parent | method
            GROUP |        |
            A     | GROUP  |
            B     | GROUP  | equity
        """,
        ownership="""
            unit | from       | ownership | method
            B    | 2026-02-01 | 1         | full
        """,
        figures="""
            unit | account | counterparty | 2026-01 | 2026-02
            A    | REV     | B            |     100 |     100
            B    | COST    | A            |     100 |     100
        """,
    )

    assert small.read("revenue", "GROUP", "2026-01") == 100
    assert small.read("revenue", "GROUP", "2026-02") == 0
