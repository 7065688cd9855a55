"""Workbooks and exports as people make them."""

# ruff: noqa: E501  (tables of examples and sentences are wider than code)
from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import xlsxwriter

from ledger.models import Account
from ledger.report import Counts
from tests.company import Company
from tests.ledger.imports import SEPTEMBER, bring, standing
from tests.tables import assert_reads
from units.models import Unit


def book(fill) -> bytes:
    out = BytesIO()
    made = xlsxwriter.Workbook(out)
    fill(made, made.add_worksheet("Data"))
    made.close()
    return out.getvalue()


def test_dates_as_headers_numbers_as_texts_and_codes_as_numbers_are_read(admin):
    Account.objects.create(code="4000", name="Sales", kind="income")

    def fill(made, sheet):
        day = made.add_format({"num_format": "mmm yy"})
        sheet.write_row(0, 0, ["Unit", "Account"])
        sheet.write_datetime(0, 2, datetime(2026, 9, 30), day)
        sheet.write_datetime(0, 3, datetime(2026, 10, 1), day)
        sheet.write(1, 0, "SHOPS")
        sheet.write_number(1, 1, 4000)
        sheet.write_string(1, 2, "1,500.25")
        sheet.write_number(1, 3, 1600.5)

    bring(admin, book(fill), name="book.xlsx")

    assert_reads(
        standing(),
        """
        account | period  | amount
        "4000"  | 2026-09 | "1500.2500"
        "4000"  | 2026-10 | "1600.5000"
        """,
    )


def test_a_column_without_a_name_under_a_merged_header_is_refused(admin):
    def fill(made, sheet):
        sheet.write_row(0, 0, ["unit", "account"])
        sheet.merge_range("C1:D1", "2026-09")
        sheet.write_row(1, 0, ["SHOPS", "REVENUE", 1, 2])

    [problem] = bring(admin, book(fill), name="book.xlsx").errors

    assert problem.reason == "Column number 4 holds numbers and has no name (the sheet merges C1:D1)."


def test_hidden_rows_are_read_and_named(admin):
    def fill(made, sheet):
        sheet.write_row(0, 0, ["unit", "account", "period", "amount"])
        sheet.write_row(1, 0, ["SHOPS", "REVENUE", "2026-09", 1])
        sheet.write_row(2, 0, ["SHOPS", "COSTS", "2026-09", 2])
        sheet.set_row(2, None, None, {"hidden": True})

    report = bring(admin, book(fill), name="book.xlsx")

    assert report.entries == Counts(new=2)
    assert [(w.row, w.reason) for w in report.warnings] == [
        (3, "The sheet hides 1 row; hidden rows are read like all others.")
    ]


def test_what_a_formula_computed_is_rounded_to_four_decimals_and_named(admin):
    def fill(made, sheet):
        sheet.write_row(0, 0, ["unit", "account", "period", "amount"])
        sheet.write_row(1, 0, ["SHOPS", "REVENUE", "2026-09"])
        sheet.write_formula(1, 3, "=1000/12", None, 1000 / 12)

    report = bring(admin, book(fill), name="book.xlsx")

    assert standing()[0]["amount"] == "83.3333"
    assert report.warnings[0].reason == "1 number with more than four decimals was rounded to four."


def test_figures_of_a_line_beside_those_below_it_are_named(admin):
    above = Account.objects.create(code="ALL", name="All", kind="income")
    Account.objects.filter(code="REVENUE").update(parent=above)

    report = bring(
        admin,
        """
        unit  | account | period  | amount
        SHOPS | ALL     | 2026-09 | 5
        SHOPS | REVENUE | 2026-09 | 5
        """,
    )

    assert [(w.value, w.reason) for w in report.warnings] == [
        ("ALL", "actual is given for this account and for accounts below it; both are counted.")
    ]


def test_figures_outside_a_units_dates_are_named(admin, company: Company):
    Unit.unscoped.filter(code="SHOPS").update(ends=date(2026, 8, 31))

    report = bring(admin, SEPTEMBER)

    assert [(w.value, w.reason) for w in report.warnings] == [
        ("SHOPS", "The unit is not in the company in 2026-09; its figures there are left out of groups.")
    ]


def test_a_tab_separated_export_of_windows_is_read(admin):
    content = "Unit Code\tAccount\tMonth\tAmount\tSegment\nSHOPS\tREVENUE\t09/2026\t12,5\tZürich\n".encode("cp1252")

    bring(admin, content, name="export.txt")

    assert (standing()[0]["amount"], standing()[0]["segment"]) == ("12.5000", "Zürich")
