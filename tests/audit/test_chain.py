"""The arithmetic of the seal."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from audit import chain

ROW = (
    41,
    1_790_000_000_000_000,
    "person:7",
    "alerts.threshold.set",
    "threshold",
    "3",
    4,
    None,
    '{"a": 1}',
    "",
    "ab",
    9,
)

texts = st.text(max_size=6)
rows = st.tuples(
    st.integers(0, 99), st.integers(0, 99), texts, texts, texts, texts, st.none() | st.integers(0, 99),
    st.none() | texts, st.none() | texts, texts, texts, st.integers(0, 99),
)  # fmt: skip


def test_a_leaf_is_the_hash_of_the_record_with_each_text_behind_its_length():
    told = (
        "41;1790000000000000;8:person:720:alerts.threshold.set9:threshold1:3"
        '4;-;8:{"a": 1}0:2:ab9;'
    )  # fmt: skip

    assert chain.leaf(ROW).hex() == hashlib.sha256(b"\x00" + told.encode()).hexdigest()


@given(rows, rows)
def test_two_records_that_differ_have_different_leaves(one, other):
    assert (chain.leaf(one) == chain.leaf(other)) == (one == other)


def test_text_cannot_move_from_one_field_into_the_next():
    moved = (*ROW[:4], "threshold3", "", *ROW[6:])

    assert chain.leaf(moved) != chain.leaf(ROW)


def test_nothing_and_an_empty_text_differ():
    assert chain.leaf((*ROW[:7], "", *ROW[8:])) != chain.leaf(ROW)


def test_the_root_of_one_leaf_is_the_leaf():
    assert chain.root([b"a"]) == b"a".hex()


def test_the_root_pairs_leaves_and_lets_the_odd_one_go_up():
    def node(a: bytes, b: bytes) -> bytes:
        return hashlib.sha256(b"\x01" + a + b).digest()

    assert chain.root([b"a", b"b", b"c", b"d", b"e"]) == node(node(node(b"a", b"b"), node(b"c", b"d")), b"e").hex()


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=9, unique=True), st.data())
def test_the_root_depends_on_every_leaf_and_on_their_order(leaves, data):
    one = data.draw(st.integers(0, len(leaves) - 2))
    swapped = [*leaves[:one], leaves[one + 1], leaves[one], *leaves[one + 2 :]]

    assert chain.root(swapped) != chain.root(leaves)
    assert chain.root(leaves[:-1]) != chain.root(leaves)


def test_a_digest_needs_the_key_and_stands_for_every_field_of_the_header():
    moment = datetime(2026, 10, 9, 7, 40, tzinfo=UTC)
    header = chain.Header(1, 1, 3, "aa", chain.FIRST, moment, "ff")
    others = [
        chain.Header(2, 1, 3, "aa", chain.FIRST, moment, "ff"),
        chain.Header(1, 2, 3, "aa", chain.FIRST, moment, "ff"),
        chain.Header(1, 1, 4, "aa", chain.FIRST, moment, "ff"),
        chain.Header(1, 1, 3, "ab", chain.FIRST, moment, "ff"),
        chain.Header(1, 1, 3, "aa", "1" * 64, moment, "ff"),
        chain.Header(1, 1, 3, "aa", chain.FIRST, moment.replace(microsecond=1), "ff"),
        chain.Header(1, 1, 3, "aa", chain.FIRST, moment, "fe"),
    ]

    digests = {chain.digest(each, key="ours") for each in [header, *others]} | {chain.digest(header, key="theirs")}

    assert len(digests) == 9


def test_microseconds_are_exact():
    assert chain.microseconds(datetime(2026, 10, 9, 7, 40, 0, 1, tzinfo=UTC)) == 1_791_531_600_000_001
