"""What accounts for a gap: contributions ranked, their shares, the guards, and the way down a tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.attribution import (
    Attribution,
    Change,
    NotAdditive,
    attribution,
    guards,
    ranked,
    said,
    shortened,
    turned,
    walk,
)
from metrics.readings import Level, Part, variance
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


# --- guards ---------------------------------------------------------------------------------------------
def codes(found: Attribution, changes: list[Change] | None = None) -> list[str]:
    return [guard.code for guard in guards(found, changes or [])]


def ranking(text: str, *, net: int) -> Attribution:
    return ranked([Change(str(row.part), level(row.gap)) for row in table(text)], net=Level(net))


def level(cell: object) -> Level:
    return Level(None, cell) if isinstance(cell, str) else Level(cell)


TRAP = """
    part | gap
    A    |  -900
    B    |  -700
    C    |  -300
    D    |  1200
    E    |   500
"""


def test_offsets_are_told_in_words() -> None:
    [guard] = guards(ranking(TRAP, net=-200))

    assert guard.code == "offsets"
    assert guard.sentence == "Parts offset one another: shares are of the gross on each side, not of the net."


def test_the_sentence_says_accounts_for_and_shares_of_the_gross() -> None:
    assert said(ranking(TRAP, net=-200), {"A": "Unit 1"}) == (
        "Unit 1 accounts for 47% of the gross unfavourable variance; with B it is 84%."
    )
    assert said(ranking(TRAP, net=200)).startswith("D accounts for 71% of the gross favourable variance")


def test_where_nothing_moved_the_sentence_says_so() -> None:
    assert said(ranking("part | gap\nA | 0", net=0)) == "Nothing moved."


def test_a_net_near_zero_is_told_before_anything_else() -> None:
    found = ranking(
        """
        part | gap
        A    | -1000
        B    |   960
        """,
        net=-40,
    )

    assert codes(found) == ["near_zero", "offsets"]


def test_a_net_of_a_twentieth_of_what_moved_is_a_gap() -> None:
    assert codes(ranking("part | gap\nA | -420\nB | 380", net=-40)) == ["offsets"]
    assert codes(ranking("part | gap\nA | -421\nB | 382", net=-39)) == ["near_zero", "offsets"]


def test_shares_that_mean_what_they_say_need_no_guard() -> None:
    assert codes(ranking("part | gap\nA | -300\nB | -100", net=-400)) == []


def test_children_that_were_cut_off_are_counted_and_stand_together() -> None:
    whole = ranking(TRAP, net=-200)
    found = shortened(whole, 3)

    assert [each.code for each in found.contributions] == ["A", "B", "D"]
    assert (found.left_out, found.pooled, found.rest) == (2, 200, Level(0))
    assert [each.of_gross for each in found.contributions] == [whole.contributions[i].of_gross for i in (0, 1, 3)]
    assert guards(found)[1].sentence == (
        "The 3 largest of 5 parts are listed; the others together are a line of their own, 6% of what moved."
    )
    assert shortened(whole, 5) is whole


def test_parts_without_a_number_and_what_they_leave_are_told() -> None:
    found = ranking("part | gap\nA | late\nB | -100", net=-400)

    assert [guard.sentence for guard in guards(found)] == [
        "1 of 2 parts has no number to compare.",
        "The parts leave a rest, 300% of what moved, which none of them accounts for.",
    ]


def test_unequal_windows_are_told() -> None:
    changes = [
        Change("A", Level(-100), ("3 of 3", "2 of 3")),
        Change("B", Level(-100), ("3 of 3", "3 of 3")),
        Change("C", Level(-100), ("3 of 3", "")),
    ]

    [guard] = guards(ranked(changes, net=Level(-300)), changes)

    assert (guard.code, guard.sentence) == ("unequal_windows", "1 part has more periods on one side: A.")


def test_what_is_neither_better_nor_worse_keeps_its_own_sign() -> None:
    assert [turned(Level(5), sense).number for sense in (1, -1, 0)] == [5, -5, 5]
    assert turned(Level(None, "late"), -1) == Level(None, "late")


SIZES = st.lists(st.tuples(st.integers(0, 10**6).map(str), AMOUNTS), max_size=12, unique_by=lambda each: each[0])


@given(SIZES, AMOUNTS, st.integers(1, 12))
def test_listed_pooled_and_rest_sum_to_the_net(sizes: list[tuple[str, int]], net: int, most: int) -> None:
    found = shortened(ranked([Change(code, Level(size)) for code, size in sizes], net=Level(net)), most)

    listed = sum(each.favourable.number for each in found.contributions)
    assert listed + found.pooled + found.rest.number == net
    assert len(found.contributions) + found.left_out == len(sizes)


@given(SIZES, AMOUNTS)
def test_gross_shares_of_a_side_add_to_one(sizes: list[tuple[str, int]], net: int) -> None:
    found = ranked([Change(code, Level(size)) for code, size in sizes], net=Level(net))

    for side in (-1, 1):
        shares = [each.of_gross.number for each in found.contributions if each.favourable.number * side > 0]
        assert not shares or sum(shares) == pytest.approx(1)
        assert all(0 <= share <= 1 for share in shares)


# --- down the tree --------------------------------------------------------------------------------------
TREE = {
    "GROUP": ["EAST", "WEST", "CORP"],
    "EAST": ["PARIS", "ROME"],
    "PARIS": ["SHOP", "DEPOT"],
}
GAPS = {
    "GROUP": -700,
    "EAST": -900,
    "WEST": 300,
    "CORP": -100,
    "PARIS": -800,
    "ROME": -100,
    "SHOP": -400,
    "DEPOT": -400,
}


def opened(code: str) -> Attribution | None:
    children = TREE.get(code)
    return children and ranked([Change(each, Level(GAPS[each])) for each in children], net=Level(GAPS[code]))


def test_the_walk_opens_the_part_that_holds_most_of_the_gross() -> None:
    assert_reads(
        [
            {"part": step.code, "favourable": step.favourable.number, "of_gross": step.of_gross.number}
            for step in walk("GROUP", opened, holds=0.6)
        ],
        """
        part  | favourable | of_gross
        EAST  |       -900 | 90.0%
        PARIS |       -800 | 88.9%
        """,
    )


def test_the_walk_goes_on_at_the_share_itself_and_ends_at_a_leaf() -> None:
    assert [step.code for step in walk("GROUP", opened, holds=0.5)] == ["EAST", "PARIS", "SHOP"]
    assert walk("SHOP", opened) == ()


def test_the_walk_follows_the_side_of_the_gap() -> None:
    found = ranked([Change("A", Level(-500)), Change("B", Level(900))], net=Level(400))

    assert [step.code for step in walk("TOP", lambda code: found if code == "TOP" else None)] == ["B"]


def test_nothing_that_moved_is_nowhere_to_go() -> None:
    assert walk("TOP", lambda code: ranked([Change("A", Level(0))], net=Level(0))) == ()
