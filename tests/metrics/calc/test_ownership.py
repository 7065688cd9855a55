"""Whose profit it is: minorities, units at equity, ownership that changes on a day."""

from __future__ import annotations

from tests.metrics.calc.small import Small

CHAIN = """
    MID | TOP | full | 0.6
    SUB | MID | full | 0.6
"""


def group(figures: str, held: str = CHAIN, changes: str = "", **more: str) -> Small:
    """Three months of TOP and the units `held` by it or below it (code, parent, method, ownership).

    `changes` are those on a day: unit, day, method, ownership.
    """
    return Small(
        units="code | parent | method | ownership\nTOP | | |\n" + held,
        figures="unit | account | 2026-01 | 2026-02 | 2026-03\n" + figures,
        ownership="unit | from | method | ownership\n" + changes,
        **more,
    )


def by_month(small: Small, code: str) -> list[float | str]:
    """A figure of the top in January, February and March."""
    return [small.read(code, "TOP", f"2026-0{month}") for month in (1, 2, 3)]


def profits(small: Small, unit: str, period: str = "2026-01", basis: str = "month") -> list[float | str]:
    codes = ("net_income", "minority_share", "net_income_to_owners")
    return [small.read(code, unit, period, basis=basis) for code in codes]


def test_indirect_ownership_multiplies_for_the_minority_and_never_for_control() -> None:
    small = group("""
        SUB | REV  | 1000 | – | –
        SUB | COST |  900 | – | –
        MID | REV  |  200 | – | –
    """)

    assert small.read("revenue", "TOP", "2026-01") == 1200  # control is whole: 60 % of 60 % is still all of it
    assert profits(small, "SUB") == [100, 0, 100]
    assert profits(small, "MID") == [300, 40, 260]  # 40 % of Sub
    assert profits(small, "TOP") == [300, 64 + 80, 36 + 120]  # 64 % of Sub, 40 % of Mid


def test_a_loss_is_shared_like_a_profit() -> None:
    small = group("""
        SUB | COST | 100 | – | –
    """)

    assert profits(small, "TOP") == [-100, -64, -36]


def test_where_everything_is_owned_the_minority_has_0_whoever_is_held_in_part_elsewhere() -> None:
    """A unit's own figures must not tell that some other unit is held in part, or at equity."""
    small = group("A | REV | 100 | – | –", held="A | TOP | | ")

    assert small.read("net_income", "TOP", "2026-01") == 100
    codes = ("minority_share", "equity_result", "net_income_to_owners")

    assert [small.read(code, "A", "2026-01") for code in codes] == [0, 0, 100]
    beside = group("A | REV | 100 | – | –\nSUB | REV | 100 | – | –", held=f"A | TOP | | \n{CHAIN.strip()}")
    assert [beside.read(code, "A", "2026-01") for code in codes] == [0, 0, 100]


def test_ownership_changes_from_a_day_on_and_nothing_before_it_is_touched() -> None:
    """Bought up from 60 % to 80 % on 1 February: January keeps its 40 %, the year is the sum of its months."""
    small = group(
        "A | REV | 100 | 100 | 100",
        held="A | TOP | full | 0.6",
        changes="A | 2026-02-01 | full | 0.8",
    )

    assert by_month(small, "minority_share") == [40, 20, 20]
    assert small.read("minority_share", "TOP", "2026-03", basis="ytd") == 80


def test_the_terms_of_a_periods_last_day_are_those_of_the_period() -> None:
    small = group(
        "A | REV | 100 | 100 | 100",
        held="A | TOP | equity | 0.3",
        changes="""
            A | 2026-02-28 | proportional | 0.5
            A | 2026-03-31 | full         | 0.9
        """,
    )

    assert by_month(small, "revenue") == ["not_applicable: no figures", 50, 100]
    assert small.read("revenue", "TOP", "2026-03", basis="ytd") == 150
    assert small.read("equity_result", "TOP", "2026-03", basis="ytd") == 30
    assert profits(small, "TOP", "2026-03", "ytd") == [30 + 50 + 100, 10, 170]


def test_a_unit_at_equity_enters_with_the_part_held_of_its_owners_profit() -> None:
    """The associate has a subsidiary of its own, of which a quarter belongs to others."""
    small = group(
        """
        TOP   | REV | 10  | – | –
        ASSOC | REV | 100 | – | –
        CHILD | REV | 200 | – | –
        """,
        held="""
            ASSOC | TOP   | equity | 0.2
            CHILD | ASSOC | full   | 0.75
        """,
    )

    assert profits(small, "ASSOC") == [300, 50, 250]
    assert small.read("revenue", "TOP", "2026-01") == 10
    assert small.read("equity_result", "TOP", "2026-01") == 50
    assert small.read("net_income", "TOP", "2026-01") == 60


def test_the_result_at_equity_of_a_part_owned_holder_is_shared_too() -> None:
    small = group(
        """
        MID   | REV | 0   | – | –
        ASSOC | REV | 100 | – | –
        """,
        held="""
            MID   | TOP | full   | 0.5
            ASSOC | MID | equity | 0.4
        """,
    )

    assert profits(small, "MID") == [40, 0, 40]
    assert profits(small, "TOP") == [40, 20, 20]


def test_a_joint_venture_is_taken_in_with_its_part_and_leaves_no_minority() -> None:
    small = group(
        """
        J | REV | 100 | – | –
        S | REV | 100 | – | –
        """,
        held="""
            J | TOP | proportional | 0.5
            S | J   | full         | 0.6
        """,
    )

    assert profits(small, "J") == [200, 40, 160]
    assert profits(small, "TOP") == [100, 20, 80]


def test_outside_its_dates_a_unit_is_left_out_of_its_group_and_keeps_its_own_figures_and_its_budget() -> None:
    small = Small(
        units="""
            code | parent | ends
            TOP  |        |
            A    | TOP    |
            SOLD | TOP    | 2026-01-31
        """,
        figures="""
            unit | account | version     | 2026-01 | 2026-02
            A    | REV     | actual      |     100 |     100
            SOLD | REV     | actual      |      50 |      50
            A    | REV     | budget-2026 |     100 |     100
            SOLD | REV     | budget-2026 |      40 |      40
        """,
    )

    assert small.read("revenue", "TOP", "2026-02", basis="ytd") == 250
    assert small.read("revenue", "SOLD", "2026-02") == 50
    assert small.coverage("revenue", "TOP", "2026-02") == "1 of 1"
    assert small.read("revenue", "TOP", "2026-02", version="budget-2026") == 140


def test_a_profit_that_cannot_be_translated_is_missing_for_the_minority_too() -> None:
    small = Small(
        units="""
            code | parent | method | ownership | currency
            TOP  |        |        |           | USD
            A    | TOP    | full   | 0.6       | EUR
        """,
        figures="""
            unit | account | 2026-01 | 2026-02
            A    | REV     |     100 |     100
        """,
        rates="""
            currency | period  | kind    | rate
            EUR      | 2026-01 | average | 1.1
        """,
    )

    assert profits(small, "TOP") == [110, 44, 66]
    assert profits(small, "TOP", "2026-02") == ["error: no EUR average rate for 2026-02"] * 3


def test_the_minority_has_its_part_of_net_assets_as_of_profit() -> None:
    """Sub has 500 of net assets, Mid 300: Mid's minority has 40 % of Sub; Top's 64 % of Sub and 40 % of Mid."""
    small = group(
        """
        SUB | CASH | 800 | 900 | –
        SUB | LOAN | 300 | 100 | –
        MID | CASH | 300 | 300 | –
        """,
        accounts="""
            code | kind      | rollup | rate_type
            CASH | asset     | last   | closing
            LOAN | liability | last   | closing
        """,
    )

    assert [small.read("net_assets", unit, "2026-01") for unit in ("SUB", "MID", "TOP")] == [500, 800, 800]
    assert [small.read("minority_equity", unit, "2026-01") for unit in ("SUB", "MID", "TOP")] == [0, 200, 320 + 120]
    assert small.read("minority_equity", "TOP", "2026-02", basis="ytd") == 512 + 120  # a balance: the last one stands


def test_without_balances_nothing_is_said_of_the_minority_of_equity() -> None:
    lacking = "not_applicable: no account with role minority_equity"
    flows = "code | kind | rollup | rate_type\nREV | income | sum | average"

    assert group("SUB | REV | 100 | – | –", accounts=flows).read("minority_equity", "TOP", "2026-01") == lacking
    assert group("A | RECV | 100 | – | –", held="A | TOP | | ").read("minority_equity", "TOP", "2026-01") == 0
