"""Adjustments change what a group shows, and nobody waits for them."""

from __future__ import annotations

from tests.metrics.calc.small import Small

UNITS = """
    code  | parent | kind
    GROUP |        |
    A     | GROUP  |
    B     | GROUP  |
    ELIM  | GROUP  | elimination
"""


def company(figures: str) -> Small:
    return Small(units=UNITS, figures="unit | account | counterparty | layer | 2026-01 | 2026-02\n" + figures)


def test_an_adjustment_counts_where_it_stands_and_above() -> None:
    small = company("""
        A     | REV |  |            | 100 | 100
        GROUP | REV |  | adjustment |   7 |   –
    """)

    assert [small.read("revenue", unit, "2026-01") for unit in ("A", "GROUP")] == [100, 107]
    assert small.part("adjustments", "revenue", "GROUP", "2026-02", basis="ytd") == 7


def test_nobody_is_complete_because_of_an_adjustment_and_none_is_waited_for() -> None:
    small = company("""
        A    | REV |  |            | 100 | 100
        B    | REV |  |            | 100 |   –
        B    | REV |  | adjustment |   – |   5
        ELIM | REV |  | adjustment |  -3 |   –
    """)

    assert small.read("revenue", "B", "2026-02") == "late"
    assert small.coverage("revenue", "GROUP", "2026-02") == "1 of 2"
    assert small.read("revenue", "GROUP", "2026-02") == 105
    assert small.read("revenue", "ELIM", "2026-01") == -3
    assert small.coverage("revenue", "GROUP", "2026-01") == "3 of 3"


def test_an_account_that_is_only_adjusted_has_its_figure() -> None:
    small = company("""
        A     | REV   |  |            | 100 | 100
        GROUP | STAFF |  | adjustment |   9 |   –
    """)

    assert small.read("personnel_cost", "GROUP", "2026-01") == 9


def test_an_adjustment_between_two_units_is_eliminated_like_any_trade() -> None:
    small = company("""
        A | REV  | B | adjustment | 40 | –
        B | COST | A |            | 40 | –
    """)

    assert small.read("revenue", "GROUP", "2026-01") == 0
    assert small.part("eliminations", "revenue", "GROUP", "2026-01") == -40
    assert small.part("adjustments", "revenue", "GROUP", "2026-01") == 40


def test_what_is_typed_on_an_elimination_unit_is_an_elimination() -> None:
    small = company("""
        A    | REV |  |            | 100 | –
        ELIM | REV |  |            | -10 | –
        ELIM | REV |  | adjustment |  -1 | –
    """)

    assert small.part("eliminations", "gross_profit", "GROUP", "2026-01") == -10
    assert small.part("adjustments", "gross_profit", "GROUP", "2026-01") == -1
