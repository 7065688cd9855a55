"""The text tables of the tests: what a cell stands for, and that a wrong figure is noticed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.tables import assert_reads, table


def test_cells_are_numbers_fractions_words_and_gaps() -> None:
    (row,) = table("""
        whole | thousands | negative | point | percent | missing | empty | yes | text    | code
        ------|-----------|----------|-------|---------|---------|-------|-----|---------|-------
        7     | 1,000     | -3       | 0.25  | 12.5%   | –       |       | yes | Revenue | "4000"
    """)

    assert row == {
        "whole": 7,
        "thousands": 1000,
        "negative": -3,
        "point": 0.25,
        "percent": 0.125,
        "missing": None,
        "empty": "",
        "yes": True,
        "text": "Revenue",
        "code": "4000",
    }
    assert row.thousands == 1000


def test_a_line_that_does_not_fit_its_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="This line has 3 cells, the table 2 columns: 1 | 2 | 3"):
        table("a | b\n1 | 2 | 3")


@dataclass
class Line:
    account: str
    share: float | None


def test_rows_may_be_objects_mappings_or_tuples() -> None:
    text = """
        account | share
        Revenue | 0.33
        Wages   | –
    """

    assert_reads([Line("Revenue", 1 / 3), Line("Wages", None)], text)
    assert_reads([{"account": "Revenue", "share": 1 / 3, "more": 1}, {"account": "Wages", "share": float("nan")}], text)
    assert_reads([("Revenue", 1 / 3), ("Wages", None)], text)


@pytest.mark.parametrize(
    ("share", "cell"),
    [(1 / 3, "0.34"), (0, "–"), (None, "0"), (0.336, "33%"), (1, "yes"), (2, "1"), (True, "1"), ("7", "8")],
)
def test_a_wrong_figure_is_noticed(share: object, cell: str) -> None:
    with pytest.raises(AssertionError, match="The figures read"):
        assert_reads([{"share": share}], f"share\n{cell}")


def test_a_row_too_many_or_too_few_is_noticed() -> None:
    for rows in ([], [{"a": 1}, {"a": 1}]):
        with pytest.raises(AssertionError):
            assert_reads(rows, "a\n1")
