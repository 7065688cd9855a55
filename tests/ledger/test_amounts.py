"""Amounts as files write them. Each line is a text and what is kept, in ten-thousandths."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import amounts
from ledger.amounts import AmountRefused, DecimalMark, decimal_mark, is_nil, is_rounded, parse

NBSP, THIN, NARROW = "\u00a0", "\u2009", "\u202f"


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [
        ("0", ".", 0),
        ("-0", ".", 0),
        ("1", ".", 1_0000),
        ("1234.56", ".", 1234_5600),
        ("1,234.56", ".", 1234_5600),
        ("1.234,56", ",", 1234_5600),
        ("1.234,56", ".", 1234_5600),
        ("1,234.56", ",", 1234_5600),
        ("12,345,678", ".", 12345678_0000),
        ("1 234,56", ",", 1234_5600),
        (f"1{NBSP}234{NBSP}567,5", ",", 1234567_5000),
        (f"1{THIN}234", ".", 1234_0000),
        (f"1{NARROW}234", ".", 1234_0000),
        ("1'234.56", ".", 1234_5600),
        ("1’234.56", ".", 1234_5600),
        ("(1 234)", ".", -1234_0000),
        ("(1,234.56)", ".", -1234_5600),
        ("12-", ".", -12_0000),
        ("−5", ".", -5_0000),
        ("–5", ".", -5_0000),
        ("+5", ".", 5_0000),
        ("$5", ".", 5_0000),
        ("-$5", ".", -5_0000),
        ("$-5", ".", -5_0000),
        ("($5.25)", ".", -5_2500),
        ("5 €", ",", 5_0000),
        ("£1,000", ".", 1000_0000),
        (".5", ".", 5000),
        ("5.", ".", 5_0000),
        ("0.0001", ".", 1),
        ("1.50000000", ".", 1_5000),
        ("007", ".", 7_0000),
        ("922337203685477.5807", ".", 2**63 - 1),
        ("-922337203685477.5807", ".", -(2**63 - 1)),
    ],
)
def test_an_amount_is_read_exactly(text, mark, amount):
    assert parse(text, mark=mark) == amount


@pytest.mark.parametrize("text", ["", " ", NBSP, "-", "–", "—", " – ", "--", None])
def test_an_empty_cell_and_a_dash_are_nil_and_nil_is_not_zero(text):
    assert is_nil(text)
    assert parse(text) is None
    assert parse("0") == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12%", "This is a percentage; figures are given as numbers."),
        ("NaN", "This is not a number; leave the cell empty where there is nothing to state."),
        ("inf", "This is not a number; leave the cell empty where there is nothing to state."),
        ("1e999", "This number is written with an exponent; give all its digits."),
        ("1.2E+06", "This number is written with an exponent; give all its digits."),
        ("1.23456", "This number has more than four decimals; round it in the file."),
        ("922337203685477.5808", "This number is larger than 922 trillion, the most that can be kept."),
        ("9" * 40, "This number is larger than 922 trillion, the most that can be kept."),
        ("9" * 5000, "This number is larger than 922 trillion, the most that can be kept."),
        ("1,23", "This number does not fit its column, which writes decimals with a point."),
        ("#DIV/0!", "This is the error of a formula, not a number."),
        ("(5)-", "This is not a number."),
        ("(-5)", "This number has both brackets and a minus."),
        ("5 USD", "This is not a number."),
        ("=1+1", "This is not a number."),
        ("1 2 3 4 x", "This is not a number."),
        ("1.2.3", "This is not a number."),
        ("٣", "This is not a number."),
        (".", "This is not a number."),
        ("$", "This is not a number."),
        ("()", "This is not a number."),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(text, reason):
    with pytest.raises(AmountRefused) as refusal:
        parse(text)
    assert str(refusal.value) == reason


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,234", "5.50"], DecimalMark(".")),
        (["1,234", "5,50"], DecimalMark(",")),
        (["1.234", "1.234.567"], DecimalMark(",")),
        (["1,234", "1,234,567"], DecimalMark(".")),
        (["1.234", "1.234,56"], DecimalMark(",")),
        (["0,125", "1,234"], DecimalMark(",")),
        (["1234,567"], DecimalMark(",")),
        (["12", "13", None, 4.5], DecimalMark(".")),
        (["1,234", "2,345"], DecimalMark(".", is_guess=True, example="1,234")),
        (["1.234"], DecimalMark(".", is_guess=True, example="1.234")),
        (["5,50", "6,50", "7.50", "1,234"], DecimalMark(",", is_mixed=True)),
        (["(1.234)", "$5,5-"], DecimalMark(",")),
        (["(-5.5)", "1.234"], DecimalMark(".", is_guess=True, example="1.234")),
        (["n.a.", "see note, below"], DecimalMark(".")),
    ],
)
def test_one_clear_cell_settles_the_decimal_mark_of_its_column(cells, mark):
    assert decimal_mark(cells) == mark


def test_a_column_nobody_can_tell_is_read_as_its_file_suggests_and_says_so():
    assert decimal_mark(["1.234"], otherwise=",") == DecimalMark(",", is_guess=True, example="1.234")
    assert parse("1.234", mark=",") == 1234_0000
    assert parse("1.234", mark=".") == 1_2340
    assert parse("1,234", mark=".") == 1234_0000


@pytest.mark.parametrize(
    ("number", "amount"),
    [(1234.56, 1234_5600), (5, 5_0000), (0.1 + 0.2, 3000), (1000 / 12, 83_3333), (0.00005, 0), (0.00015, 2), (-0.0, 0)],
)
def test_a_workbooks_number_is_taken_at_the_digits_it_shows_and_rounded_half_even(number, amount):
    assert parse(number) == amount


def test_a_rounded_number_of_a_workbook_is_known_to_be_one():
    assert is_rounded(1000 / 12)
    assert not is_rounded(0.1 + 0.2)
    assert not is_rounded(1234.5678)
    assert not is_rounded(12)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e300, 10**16, True])
def test_a_workbooks_number_that_cannot_be_kept_is_refused(number):
    with pytest.raises(AmountRefused):
        parse(number)


@given(st.integers(-(2**63 - 1), 2**63 - 1))
def test_every_amount_survives_print_and_parse(amount):
    assert parse(amounts.as_text(amount)) == amount


@given(st.decimals(min_value=-(10**10), max_value=10**10, places=2), st.sampled_from([".", ","]))
def test_grouped_text_reads_the_same_in_both_conventions(value, mark):
    text = f"{value:,.2f}"
    if mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert parse(text, mark=mark) == int(Decimal(value) * 10000)
