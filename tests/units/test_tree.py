"""Numbering the tree of units."""

from __future__ import annotations

import pytest

from tests.tables import assert_reads
from units.tree import TreeRefused, number


def numbered(*pairs: tuple[str, str | None]) -> list[dict[str, object]]:
    return [{"code": code, **vars(place)} for code, place in number(pairs).items()]


def test_every_unit_lies_inside_its_parent_and_siblings_keep_their_order():
    found = numbered(("GROUP", None), ("RETAIL", "GROUP"), ("WHOLESALE", "GROUP"), ("SHOPS", "RETAIL"))

    assert_reads(
        found,
        """
        code      | left | right | depth
        GROUP     |    1 |     8 |     0
        RETAIL    |    2 |     5 |     1
        SHOPS     |    3 |     4 |     2
        WHOLESALE |    6 |     7 |     1
        """,
    )


def test_a_child_may_come_before_its_parent():
    assert number([("SHOPS", "RETAIL"), ("RETAIL", None)]) == number([("RETAIL", None), ("SHOPS", "RETAIL")])


def test_an_empty_parent_is_a_root_and_there_may_be_several():
    assert_reads(
        numbered(("A", ""), ("B", None)),
        """
        code | left | right | depth
        A    |    1 |     2 |     0
        B    |    3 |     4 |     0
        """,
    )


def test_no_units_make_an_empty_tree():
    assert number([]) == {}


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([("A", None), ("A", None)], "Unit A is given twice."),
        ([("A", "B")], "Unit A hangs under B, which is not a unit."),
        ([("A", "A")], "Unit A stands above itself."),
        ([("ROOT", None), ("A", "B"), ("B", "C"), ("C", "A")], "Unit A stands above itself."),
        ([("LEAF", "A"), ("A", "B"), ("B", "A")], "Unit A stands above itself."),
        ([("", None)], "A unit has no code."),
    ],
)
def test_what_is_not_a_tree_is_refused_with_the_unit_and_the_reason(pairs, sentence):
    with pytest.raises(TreeRefused, match=sentence):
        number(pairs)


def test_a_chain_of_ten_thousand_units_is_numbered_without_recursion():
    chain = [("U0", None), *((f"U{step}", f"U{step - 1}") for step in range(1, 10_000))]

    places = number(chain)

    assert (places["U0"].left, places["U0"].right, places["U9999"].depth) == (1, 20_000, 9_999)
