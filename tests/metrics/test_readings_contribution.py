"""What explains a gap: bridges that sum exactly, and contributions with their guards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.readings import Attribution, Level, NotAdditive, Part, attribution, bridge, variance
from tests.tables import assert_reads, table


def parts(text: str) -> list[Part]:
    return [
        Part(
            str(row.part),
            Level(None, row.actual) if isinstance(row.actual, str) else Level(row.actual),
            Level(row.budget),
            int(row.get("weight", 1) or 1),
        )
        for row in table(text)
    ]


def test_a_bridge_by_unit_shows_the_elimination_as_its_rest() -> None:
    units = parts("""
        part      | actual | budget
        Retail    |   1100 |   1000
        Wholesale |   1800 |   2000
    """)

    found = bridge(units, actual=Level(2700), baseline=Level(2850))

    assert (found.start, found.rest, found.end) == (Level(2850), Level(-50), Level(2700))
    assert_reads(
        [{"part": step.code, "step": step.amount.number} for step in found.steps],
        """
        part      | step
        Retail    |  100
        Wholesale | -200
        """,
    )


def test_a_bridge_by_line_turns_cost_around() -> None:
    lines = parts("""
        part    | actual | budget | weight
        Revenue |    950 |   1000 |      1
        Wages   |    480 |    500 |     -1
        Cloud   |    260 |    200 |     -1
    """)

    found = bridge(lines, actual=Level(210), baseline=Level(300))

    assert found.rest == Level(0)
    assert_reads(
        [{"line": step.code, "step": step.amount.number} for step in found.steps],
        """
        line    | step
        Revenue |  -50
        Wages   |   20
        Cloud   |  -60
        """,
    )


def test_a_missing_part_is_a_missing_step_and_its_amount_stays_visible_in_the_rest() -> None:
    units = parts("""
        part      | actual | budget
        Retail    |   1100 |   1000
        Wholesale | late   |   2000
    """)

    found = bridge(units, actual=Level(2900), baseline=Level(3000))

    assert found.steps[1].amount == Level(None, "late")
    assert found.rest == Level(-200)


def test_a_bridge_to_a_missing_total_says_so() -> None:
    found = bridge([], actual=Level(None, "late"), baseline=Level(3000))

    assert (found.rest, found.end) == (Level(None, "late"), Level(None, "late"))


AMOUNTS = st.integers(-(10**15), 10**15)
PARTS = st.lists(
    st.builds(
        Part,
        st.text("abc", min_size=1, max_size=3),
        st.one_of(AMOUNTS.map(Level), st.just(Level(None, "late"))),
        AMOUNTS.map(Level),
        st.sampled_from([1, -1]),
    ),
    max_size=8,
)


@given(PARTS, AMOUNTS, AMOUNTS)
def test_a_bridge_sums_to_the_last_ten_thousandth(several: list[Part], actual: int, baseline: int) -> None:
    found = bridge(several, actual=Level(actual), baseline=Level(baseline))

    assert baseline + sum(step.amount.number or 0 for step in found.steps) + (found.rest.number or 0) == actual


def attribute(text: str, *, net: int, sense: int = 1) -> Attribution:
    total = variance(Level(net), Level(0), sense=sense)
    return attribution(parts(text), total=total, sense=sense)


def assert_contributes(found: Attribution, text: str) -> None:
    assert_reads(
        [
            {
                "part": each.code,
                "favourable": each.favourable.number,
                "of_net": each.of_net.number,
                "of_gross": each.of_gross.number,
                "cumulative": each.cumulative.number,
            }
            for each in found.contributions
        ],
        text,
    )


def test_with_offsets_shares_are_of_the_gross_because_shares_of_the_net_explode() -> None:
    """Of a net −200 the first unit would hold 450 %."""
    found = attribute(
        """
        part | actual | budget
        A    |   -900 |      0
        B    |   -700 |      0
        C    |   -300 |      0
        D    |   1200 |      0
        E    |    500 |      0
        """,
        net=-200,
    )

    assert (found.gross_unfavourable, found.gross_favourable, found.rest) == (-1900, 1700, Level(0))
    assert found.contributions[0].of_net.reason == (
        "not_applicable: parts offset one another; read their share of the gross"
    )
    assert_contributes(
        found,
        """
        part | favourable | of_net | of_gross | cumulative
        A    |       -900 | –      | 47.4%    | 47.4%
        B    |       -700 | –      | 36.8%    | 84.2%
        C    |       -300 | –      | 15.8%    | 100.0%
        D    |       1200 | –      | 70.6%    | 70.6%
        E    |        500 | –      | 29.4%    | 100.0%
        """,
    )


def test_without_offsets_both_shares_say_the_same() -> None:
    found = attribute(
        """
        part | actual | budget
        B    |   1100 |   1000
        A    |   1300 |   1000
        """,
        net=400,
        sense=-1,
    )

    assert_contributes(
        found,
        """
        part | favourable | of_net | of_gross | cumulative
        A    |       -300 | 75.0%  | 75.0%    | 75.0%
        B    |       -100 | 25.0%  | 25.0%    | 100.0%
        """,
    )


def test_a_net_of_zero_has_no_shares_of_it() -> None:
    found = attribute(
        """
        part | actual | budget
        A    |    100 |      0
        B    |   -100 |      0
        C    |      0 |      0
        """,
        net=0,
    )

    assert_contributes(
        found,
        """
        part | favourable | of_net | of_gross | cumulative
        B    |       -100 | –      | 100.0%   | 100.0%
        A    |        100 | –      | 100.0%   | 100.0%
        C    |          0 | –      | 0.0%     | 100.0%
        """,
    )


def test_nothing_to_explain_has_no_shares() -> None:
    found = attribute("part | actual | budget\nA | 5 | 5", net=0)

    assert [each.of_gross.reason for each in found.contributions] == ["not_applicable: no variance"]


def test_parts_without_a_number_are_listed_and_counted_and_their_gap_is_the_rest() -> None:
    found = attribute(
        """
        part | actual | budget
        A    | late   |   1000
        B    |    900 |   1000
        """,
        net=-250,
    )

    assert [each.code for each in found.contributions] == ["B", "A"]
    assert found.contributions[1].of_gross == Level(None, "late")
    assert (found.known, found.parts, found.rest) == (1, 2, Level(-150))


def test_cost_lines_and_income_lines_of_a_result_are_ranked_together() -> None:
    found = attribute(
        """
        part    | actual | budget | weight
        Revenue |    950 |   1000 |      1
        Cloud   |    260 |    200 |     -1
        Wages   |    480 |    500 |     -1
        """,
        net=-90,
    )

    assert [(each.code, each.favourable.number) for each in found.contributions] == [
        ("Cloud", -60),
        ("Revenue", -50),
        ("Wages", 20),
    ]


@pytest.mark.parametrize("compare", ["points", "difference", "none"])
def test_what_does_not_add_up_has_no_contributions(compare: str) -> None:
    total = variance(Level(0.1), Level(0.2), sense=1, compare=compare)

    with pytest.raises(NotAdditive, match="does not add up over its parts"):
        attribution([], total=total, sense=1, compare=compare)


@given(PARTS, AMOUNTS, st.sampled_from([1, -1]))
def test_contributions_and_rest_sum_to_the_gap(several: list[Part], net: int, sense: int) -> None:
    found = attribution(several, total=variance(Level(net), Level(0), sense=sense), sense=sense)

    explained = sum(each.favourable.number or 0 for each in found.contributions)
    assert explained + (found.rest.number or 0) == sense * net
    assert found.gross_favourable + found.gross_unfavourable == explained
    shares = [each.of_net.number for each in found.contributions if each.of_net.number is not None]
    assert all(-1 <= share <= 1 for share in shares)
