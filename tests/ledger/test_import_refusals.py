"""What an import refuses, and what it lets pass but names."""

# ruff: noqa: E501  (tables of examples and sentences are wider than code)
from __future__ import annotations

import pytest

from ledger.actions.figures import SourceMissing
from ledger.models import Import
from tests.company import Company
from tests.ledger.imports import AT, SEPTEMBER, bring, reasons, standing
from tests.ledger.workbooks import rows, workbook
from tests.tables import assert_reads
from units.marks import newest_mark
from units.models import Grant
from units.scope import AbilityMissing, Scope

# --- refusing -------------------------------------------------------------------------------------


def test_every_bad_row_is_reported_and_nothing_lands(admin, heard):
    mark = newest_mark()

    report = bring(
        admin,
        """
        unit  | account | period  | amount | counterparty | currency
        SHOPS | REVENUE | 2026-09 | 1500   |              |
        SHOP  | REVENUE | 2026-09 | 1      |              |
        SHOPS | SALES   | 2026-13 | 2      |              |
        SHOPS | REVENUE | 2026-09 | 12%    |              |
        SHOPS | REVENUE | 2026-09 | NaN    |              |
        SHOPS | REVENUE | 2026-09 | 3      | NOBODY       |
        SHOPS | REVENUE | 2026-09 | 4      |              | dollars
              | REVENUE |         | 5      |              |
        Grand Total | REVENUE | 2026-09 | 1500 |          |
        """,
    )

    assert report.status == "refused"
    assert_reads(
        reasons(report),
        """
        file        | row | column       | value        | reason
        figures.csv | 3   | unit         | SHOP         | Unknown unit.
        figures.csv | 4   | account      | SALES        | Unknown account.
        figures.csv | 4   | period       | "2026-13"    | 2026-13 is not a month between 1900-01 and 2199-12.
        figures.csv | 5   | amount       | "12%"        | This is a percentage; figures are given as numbers.
        figures.csv | 6   | amount       | NaN          | This is not a number; leave the cell empty where there is nothing to state.
        figures.csv | 7   | counterparty | NOBODY       | Unknown unit.
        figures.csv | 8   | currency     | dollars      | A currency is a code of three letters.
        figures.csv | 9   | unit         |              | The unit is missing.
        figures.csv | 9   | period       |              | The period is missing.
        figures.csv | 10  | unit         | Grand Total  | This looks like a total; totals are made here. Leave the row out, or map “Grand Total” to null.
        """,
    )
    assert (standing(), newest_mark(), heard) == ([], mark, [])
    assert not Import.objects.filter(source="ledger").exists()
    totals = report.totals
    assert (
        totals.control
        == totals.mapped + totals.unmapped + totals.rejected
        == (1500 + 1 + 2 + 3 + 4 + 5 + 1500) * 10_000
    )
    assert totals.unmapped == (1 + 3 + 1500) * 10_000


def test_a_problem_names_the_column_as_the_file_does(admin):
    report = bring(
        admin,
        """
        bu_code | gl   | posting date | partner | Sep budget | Oct budget
        SHOP    | 4000 | 2026-13      | NOBODY  | 1          | 2
        """,
        mapping={
            "columns": {
                "bu_code": "unit",
                "gl": "account",
                "posting date": "period",
                "Sep budget": "budget",
                "Oct budget": "budget-2026",
            }
        },
    )

    assert_reads(
        reasons(report),
        """
        row | column       | value     | reason
        2   | bu_code      | SHOP      | Unknown unit.
        2   | gl           | "4000"    | Unknown account.
        2   | posting date | "2026-13" | 2026-13 is not a month between 1900-01 and 2199-12.
        2   | partner      | NOBODY    | Unknown unit.
        """,
    )


def test_a_unit_outside_the_scope_reads_as_unknown_in_the_same_words(company: Company, stranger):
    Grant.objects.create(
        person=stranger, role="finance_admin", unit=company.retail, starts=AT, granted_by="process:test"
    )
    narrow = Scope.of(stranger, at=AT)
    table = "unit | account | period | amount\n{} | REVENUE | 2026-09 | 1"

    foreign, absent = (reasons(bring(narrow, table.format(unit)))[0] for unit in ("DEPOT", "NOWHERE"))

    assert foreign | {"value": ""} == absent | {"value": ""}
    assert bring(narrow, table.format("SHOPS")).status == "imported"


def test_a_person_without_the_ability_may_not_import(executive):
    with pytest.raises(AbilityMissing):
        bring(Scope.of(executive, at=AT), SEPTEMBER)


def test_a_closed_period_refuses_what_is_new_changed_or_left_out_and_takes_what_stands(admin):
    stands = "unit | account | period | amount\nDEPOT | HEADS | 2026-08 | 21"
    refused = bring(admin, stands)

    assert_reads(
        reasons(refused),
        """
        row | column | value     | reason
        2   | period | "2026-08" | 2026-08 is closed for DEPOT; a closed period takes no new figures.
        """,
    )
    erp = """
        unit  | account | counterparty | period  | amount
        SHOPS | REVENUE |              | 2026-08 | 1200
        SHOPS | COSTS   |              | 2026-08 | 340
        SHOPS | COSTS   | DEPOT        | 2026-08 | 200
        SHOPS | PEOPLE  |              | 2026-08 | 260
        SHOPS | HEADS   |              | 2026-08 | 11
        """
    assert bring(admin, erp, source="erp").status == "unchanged"
    changed = bring(admin, erp.replace("1200", "1201"), source="erp")
    assert changed.errors[0].row == 2
    shorter = bring(admin, "\n".join(erp.rstrip().splitlines()[:-1]), source="erp")
    assert [problem.reason for problem in shorter.errors] == [
        "2026-08 is closed for SHOPS; the file leaves out or changes entries that stand there."
    ]


def test_a_file_that_cannot_be_read_is_refused_with_its_sentence(admin):
    report = bring(admin, b"\x00\x01", name="figures.csv")

    assert (report.status, report.rows) == ("refused", 0)
    assert [str(error) for error in report.errors] == ["figures.csv: This is not a text file: it contains zero bytes."]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("a | b | c\n1 | 2 | 3", "No column for unit, no column for account, no column for period, no column for amount; "
         "the columns are “a”, “b”, “c”. Name them in the mapping."),
        ("unit | account | month | date | amount\nSHOPS | REVENUE | 2026-09 | 2026-09 | 1",
         "Columns “month” and “date” both read as period; name one of them in the mapping."),
        ("unit | account | 2026-09 | 2026-13\nSHOPS | REVENUE | 1 | 2",
         "This column holds numbers, but its name is no period and no account; map it, or map it to null."),
        ("unit | account | 2026-09 |\nSHOPS | REVENUE | 1 | 2", "The row has more fields than the header; is there an unquoted separator in it?"),
        ("unit | account | period | amount\nSHOPS | REVENUE | 2026-09 | 1,234.50",
         "The row has more fields than the header; is there an unquoted separator in it?"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_understood_is_refused(admin, table, reason):
    assert [problem.reason for problem in bring(admin, table).errors] == [reason]


def test_a_formula_without_a_value_is_an_error_at_its_cell(admin):
    formula = '<c r="D2"><f>1+1</f><v></v></c>'
    book = workbook(rows(["unit", "account", "period", "amount"], ["SHOPS", "REVENUE", "2026-09", formula]))

    assert_reads(
        reasons(bring(admin, book, name="b.xlsx")),
        """
        sheet  | row | column | reason
        Sheet1 | 2   | amount | Formula without a value in cell D2; open the workbook in its program and save it.
        """,
    )


def test_figures_need_a_source(admin):
    with pytest.raises(SourceMissing):
        bring(admin, SEPTEMBER, source=" ")


# --- warnings -------------------------------------------------------------------------------------


def test_a_total_column_is_left_out_and_named(admin):
    report = bring(admin, "unit | account | 2026-09 | 2026-10 | Total\nSHOPS | REVENUE | 1 | 2 | 3")

    assert len(standing()) == 2
    assert [warning.reason for warning in report.warnings] == ["Columns that were not read: “Total”."]


def test_rows_the_mapping_leaves_out_stay_visible_in_the_control_total(admin):
    report = bring(
        admin,
        "unit | account | period | amount\nSHOPS | REVENUE | 2026-09 | 10\nTotal | REVENUE | 2026-09 | 10",
        mapping={"units": {"Total": None}},
    )

    assert report.status == "imported"
    assert report.totals.as_document() == {
        "control": "20.0000",
        "mapped": "10.0000",
        "unmapped": "10.0000",
        "rejected": "0.0000",
    }
    assert [warning.reason for warning in report.warnings] == [
        "The mapping leaves out rows with 10.0000 in all; they stand under unmapped in the control total."
    ]


def test_a_column_nobody_can_tell_is_read_and_named(admin):
    semicolons = b"unit;account;period;amount\nSHOPS;REVENUE;2026-09;1.234\n"

    report = bring(admin, semicolons)

    assert standing()[0]["amount"] == "1234"
    assert report.warnings[0].reason == (
        "Nothing settles the decimal mark; it was read with a decimal comma, “1.234” as 1234."
    )


def test_amounts_in_every_writing_land_from_one_column(admin):
    written = ["1,234.56", "1.234,56", "(1 234)", "12-", "$5", "–", "−5", "7 €", ""]
    lines = [f"SHOPS;REVENUE;2026-{month:02};{amount}" for month, amount in enumerate(written, start=1)]
    content = "\n".join(["unit;account;period;amount", *lines]).replace("2026-", "2027-").encode("utf-8")

    report = bring(admin, content)

    assert [entry["amount"] for entry in standing()] == ["1234.5600", "1234.5600", "-1234", "-12", "5", "-5", "7"]
    assert report.warnings[0].reason == (
        "The column writes decimals with points and with commas; each number was read by its own marks."
    )
    [problem] = bring(admin, content.replace(b"(1 234)", b"1,234")).errors
    assert (problem.row, problem.value) == (4, "1,234")


def test_a_bare_year_is_a_fiscal_year_and_named(admin):
    report = bring(admin, "unit | account | period | amount\nSHOPS | REVENUE | 2027 | 5")

    assert standing()[0]["period"] == "2027-12"
    assert report.warnings[0].reason == "“2027” was read as a fiscal year and stands on its last period, 2027-12."
