"""What is stored: the same figures always as the same bytes, with reasons and coverage beside them."""

from __future__ import annotations

import numpy as np
import orjson
import pytest

from metrics.calc.sheets import SheetRow, sheets_of, significant
from tests.metrics.calc.small import Small

UNITS = """
    code  | parent
    GROUP |
    A     | GROUP
    B     | GROUP
"""
FIGURES = """
    unit | account | source | version     | 2026-01 | 2026-02
    A    | REV     | erp    | actual      |     100 |     300
    A    | COST    | erp    | actual      |      40 |      80
    A    | HEADS   | hr     | actual      |       3 |       3
    B    | REV     | erp    | actual      |     100 |       –
    A    | REV     | plan   | budget-2026 |     100 |     100
"""


def sheets(small: Small, version: str = "actual", columns: list[str] | None = None) -> dict[tuple, SheetRow]:
    book = small.books[version]
    rows = np.arange(book.opened, book.newest + 1)
    periods = small.company.axis.periods
    return {
        (small.tree.units[sheet.unit].code, periods[sheet.row].code, sheet.basis): sheet
        for sheet in sheets_of(version, small.book(columns=columns), rows=rows)
    }


def test_there_is_a_sheet_for_each_unit_period_and_basis_in_which_something_was_expected() -> None:
    found = sheets(Small(units=UNITS, figures=FIGURES))

    assert set(found) == {
        (unit, period, basis)
        for unit in ("GROUP", "A", "B")
        for period in ("2026-01", "2026-02")
        for basis in ("month", "qtd", "ytd", "ltm")
    }
    assert {unit for unit, _, _ in sheets(Small(units=UNITS, figures=FIGURES), "budget-2026")} == {"GROUP", "A"}


def test_money_is_stored_in_ten_thousandths_ratios_plain_and_classes_as_words() -> None:
    sheet = sheets(Small(units=UNITS, figures=FIGURES))["A", "2026-02", "ytd"]
    numbers = orjson.loads(sheet.numbers)

    assert numbers["revenue"] == 4_000_000
    assert numbers["account:COST"] == 1_200_000
    assert numbers["gross_margin"] == 0.7
    assert numbers["headcount"] == 30_000
    assert "revenue_growth" not in numbers
    assert orjson.loads(sheet.reasons)["revenue_growth"] == "not_applicable: no figures"


def test_a_class_is_stored_as_its_word() -> None:
    small = Small(
        units="code\nA",
        figures="""
            unit | account | version | 2026-01
            A    | REV     | actual  |     100
            A    | STAFF   | actual  |      95
            A    | REV     | budget  |     100
            A    | STAFF   | budget  |      80
        """,
    )
    numbers = orjson.loads(sheets(small)["A", "2026-01", "month"].numbers)

    assert numbers["unit_class"] == "struggling"


def test_coverage_names_the_figures_that_differ_from_the_unit() -> None:
    found = sheets(Small(units=UNITS, figures=FIGURES))

    january = orjson.loads(found["GROUP", "2026-01", "month"].coverage)
    february = orjson.loads(found["GROUP", "2026-02", "month"].coverage)
    assert (january["*"], january["headcount"]) == ("2 of 2", "1 of 1")
    assert (february["*"], february["account:HEADS"], "revenue" in february) == ("1 of 2", "1 of 1", False)


def test_a_late_unit_has_a_sheet_of_reasons() -> None:
    sheet = sheets(Small(units=UNITS, figures=FIGURES))["B", "2026-02", "month"]

    assert orjson.loads(sheet.reasons)["revenue"] == "late"
    assert orjson.loads(sheet.reasons)["account:REV"] == "late"
    assert "revenue" not in orjson.loads(sheet.numbers)
    assert orjson.loads(sheet.coverage)["*"] == "0 of 1"


def test_the_bytes_do_not_depend_on_which_units_are_computed_together() -> None:
    together = sheets(Small(units=UNITS, figures=FIGURES))
    alone = sheets(Small(units=UNITS, figures=FIGURES), columns=["A"])

    assert alone == {key: sheet for key, sheet in together.items() if key[0] == "A"}


@pytest.mark.parametrize(
    ("number", "stored"),
    [
        (1 / 3, "0.333333333333"),
        (2 / 3 * 100, "66.6666666667"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0.0"),
        (123456789012345.0, "123456789012000.0"),
        (1e-9 / 3, "3.33333333333e-10"),
        (0.07, "0.07"),
        (1e15, "1000000000000000.0"),
    ],
)
def test_floats_are_stored_with_twelve_significant_digits(number: float, stored: str) -> None:
    assert orjson.dumps(significant(np.array([number])).tolist()).decode() == f"[{stored}]"
