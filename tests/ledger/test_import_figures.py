"""Importing figures: recognised, compared with what stands, landed whole, previewed and recorded."""

# ruff: noqa: E501  (tables of examples and sentences are wider than code)
from __future__ import annotations

import pytest

from ledger.actions import import_figures
from ledger.layout import VersionTwice
from ledger.models import Delivery, Entry, Import, Period, Version
from ledger.report import Counts
from tests.ledger.imports import AT, SEPTEMBER, bring, csv, reasons, recorded, standing
from tests.ledger.workbooks import rows, workbook
from tests.tables import assert_reads
from units.marks import newest_mark

# --- landing --------------------------------------------------------------------------------------


def test_a_long_file_lands_row_by_row(admin):
    report = bring(admin, SEPTEMBER)

    assert (report.status, report.rows, report.entries) == ("imported", 3, Counts(new=3))
    assert_reads(
        standing(),
        """
        unit  | account | period  | version | amount   | row
        DEPOT | REVENUE | 2026-09 | actual  | "2500"   | 4
        SHOPS | COSTS   | 2026-09 | actual  | "400.2500" | 3
        SHOPS | REVENUE | 2026-09 | actual  | "1500"   | 2
        """,
    )


def test_an_entry_knows_its_file_its_row_and_the_text_it_was(admin):
    report = bring(admin, SEPTEMBER)
    entry = Entry.unscoped.get(source="ledger", account__code="COSTS")

    assert (entry.row, entry.text, entry.sheet) == (3, "SHOPS,COSTS,2026-09,400.25", "")
    assert entry.origin.public_id == report.import_id
    assert entry.origin.filename == "figures.csv"
    assert entry.from_mark == entry.origin.mark == newest_mark()


def test_a_wide_file_has_a_column_for_each_period(admin):
    bring(
        admin,
        """
        unit  | account | 2026-09 | 2026-10 | 2026-11
        SHOPS | REVENUE | 1500    | 1600    |
        DEPOT | REVENUE | 2500    | –       | 0
        """,
    )

    assert_reads(
        standing(),
        """
        unit  | account | period  | amount
        DEPOT | REVENUE | 2026-09 | "2500"
        DEPOT | REVENUE | 2026-11 | "0"
        SHOPS | REVENUE | 2026-09 | "1500"
        SHOPS | REVENUE | 2026-10 | "1600"
        """,
    )
    assert Entry.unscoped.get(source="ledger", amount=1600_0000).column == "2026-10"


def test_a_wide_file_has_a_column_for_each_account(admin):
    bring(
        admin,
        """
        unit  | period  | REVENUE | COSTS
        SHOPS | 2026-09 | 1500    | 400
        """,
    )

    assert_reads(
        standing(),
        """
        account | amount
        COSTS   | "400"
        REVENUE | "1500"
        """,
    )


def test_counterparty_segment_and_currency_are_kept(admin):
    bring(
        admin,
        """
        unit  | account | period  | amount | counterparty | segment | currency
        SHOPS | REVENUE | 2026-09 | 10     | DEPOT        | online  | eur
        """,
    )

    assert_reads(
        standing(),
        """
        counterparty | segment | currency
        DEPOT        | online  | EUR
        """,
    )


def test_a_workbook_is_read_from_the_one_sheet_with_figures(admin):
    book = workbook(
        rows(["A cover with a title"]),
        rows(
            ["Figures of September"],
            [],
            ["unit", "account", "period", "amount"],
            ["SHOPS", "REVENUE", "2026-09", 1500.5],
        ),
        names=["Cover", "Data"],
    )

    report = bring(admin, book, name="book.xlsx")

    entry = Entry.unscoped.get(source="ledger")
    assert (entry.sheet, entry.row, entry.amount) == ("Data", 4, 1500_5000)
    assert [str(warning) for warning in report.warnings] == [
        "book.xlsx, sheet Cover: The sheet holds no table of figures and was not read."
    ]


def test_two_sheets_with_figures_are_a_question(admin):
    table = rows(["unit", "account", "period", "amount"], ["SHOPS", "REVENUE", "2026-09", 1])
    book = workbook(table, table, names=["Jan", "Feb"])

    assert reasons(bring(admin, book, name="b.xlsx"))[0]["reason"] == (
        "Sheets “Jan”, “Feb” all hold figures; say which one is meant."
    )
    assert bring(admin, book, name="b.xlsx", sheet="Feb").status == "imported"


def test_versions_and_periods_are_made_on_first_use(admin):
    bring(
        admin,
        """
        unit  | account | period  | version          | amount
        SHOPS | REVENUE | 2027-03 | Budget           | 1
        SHOPS | REVENUE | 2027-03 | budget-2027      | 2
        SHOPS | REVENUE | 2026-12 | forecast-2026-09 | 3
        SHOPS | REVENUE | 2026-10 | actual           | 4
        """,
    )

    assert_reads(
        standing(),
        """
        period  | version          | amount
        2026-10 | actual           | "4"
        2026-12 | forecast-2026-09 | "3"
        2027-03 | budget-2027      | "1"
        2027-03 | budget-2027      | "2"
        """,
    )
    assert Period.objects.get(code="2027-03").ordinal == 2027 * 12 + 2
    assert Version.objects.get(code="forecast-2026-09").cutoff.code == "2026-09"
    assert Version.objects.get(code="budget-2027").approved_mark == newest_mark()


def test_the_version_can_be_given_where_the_file_does_not_state_it(admin):
    bring(admin, SEPTEMBER.replace("2026-09", "2026-10"), version="budget")

    assert {entry["version"] for entry in standing()} == {"budget-2026"}
    with pytest.raises(VersionTwice):
        bring(admin, "unit | account | period | version | amount\nSHOPS|REVENUE|2026-09|actual|1", version="actual")


def test_a_mapping_translates_names_signs_and_versions(admin):
    bring(
        admin,
        """
        Dept   | GL   | Month      | Cycle   | Net
        Store  | 4000 | 2026-09-30 | Ist     | -1500
        Store  | 5000 | 2026-09-30 | Ist     | 400
        Store  | 5000 | 2026-09-30 | adopted | 450
        Store  | 9999 | 2026-09-30 | Ist     | 7
        """,
        mapping={
            "columns": {"Dept": "unit", "GL": "account", "Net": "amount", "Cycle": "version"},
            "constants": {"currency": "USD"},
            "units": {"Store": "SHOPS"},
            "accounts": {"4000": "REVENUE", "5000": "COSTS", "9999": None},
            "versions": {"Ist": "actual", "adopted": "budget"},
            "signs": {"4000": -1},
        },
    )

    assert_reads(
        standing(),
        """
        unit  | account | version     | amount | currency
        SHOPS | COSTS   | actual      | "400"  | USD
        SHOPS | COSTS   | budget-2026 | "450"  | USD
        SHOPS | REVENUE | actual      | "1500" | USD
        """,
    )


def test_columns_can_be_versions_and_turn_their_sign(admin):
    bring(
        admin,
        """
        unit  | account | fiscal_year | budget_amount | actual_amount
        SHOPS | COSTS   | 2027        | 500           | -400
        """,
        mapping={
            "columns": {"budget_amount": "budget", "actual_amount": "actual"},
            "signs": {"actual_amount": -1},
        },
    )

    assert_reads(
        standing(),
        """
        period  | version     | amount
        2027-12 | actual      | "400"
        2027-12 | budget-2027 | "500"
        """,
    )


# --- the same again, and something else -----------------------------------------------------------


def test_the_same_file_twice_changes_nothing_and_says_so(admin, heard):
    bring(admin, SEPTEMBER)
    before, mark = standing(), newest_mark()

    report = bring(admin, SEPTEMBER)

    assert (report.status, report.entries) == ("unchanged", Counts(same=3))
    assert (standing(), newest_mark()) == (before, mark)
    assert len(heard) == 1


def test_what_changed_is_superseded_and_what_did_not_keeps_its_first_import(admin):
    bring(admin, SEPTEMBER)
    first = Import.objects.get(source="ledger")

    report = bring(
        admin,
        """
        unit  | account | period  | amount
        SHOPS | PEOPLE  | 2026-09 | 70
        SHOPS | COSTS   | 2026-09 | 410
        SHOPS | REVENUE | 2026-09 | 1500
        """,
    )

    second = Import.objects.get(public_id=report.import_id)
    assert report.entries == Counts(new=1, changed=1, closed=0, same=1)
    assert_reads(
        standing(),
        f"""
        unit  | account | amount | row | import
        DEPOT | REVENUE | "2500" | 4   | {first.pk}
        SHOPS | COSTS   | "410"  | 3   | {second.pk}
        SHOPS | PEOPLE  | "70"   | 2   | {second.pk}
        SHOPS | REVENUE | "1500" | 2   | {first.pk}
        """,
    )
    old = Entry.unscoped.get(source="ledger", amount=400_2500)
    assert (old.from_mark, old.until_mark) == (first.mark, second.mark)


def test_rows_absent_from_a_slice_in_the_file_are_closed_and_other_slices_stay(admin):
    bring(admin, SEPTEMBER)

    report = bring(admin, "unit | account | period | amount\nSHOPS | REVENUE | 2026-09 | 1500")

    assert report.entries == Counts(closed=1, same=1)
    assert_reads(
        standing(),
        """
        unit  | account
        DEPOT | REVENUE
        SHOPS | REVENUE
        """,
    )


def test_a_dash_is_a_nil_return_and_an_empty_cell_says_nothing(admin):
    bring(admin, "unit | account | 2026-09 | 2026-10\nSHOPS | REVENUE | 5 | 6")

    assert bring(admin, "unit | account | 2026-09 | 2026-10\nSHOPS | REVENUE | 5 |").status == "unchanged"
    assert bring(admin, "unit | account | 2026-09 | 2026-10\nSHOPS | REVENUE | 5 | –").entries == Counts(
        closed=1, same=1
    )
    assert not Delivery.unscoped.filter(source="ledger", period__code="2026-10", until_mark=None).exists()


def test_another_source_is_another_slice(admin):
    bring(admin, SEPTEMBER, source="a")
    bring(admin, SEPTEMBER, source="b")

    assert (len(standing("a")), len(standing("b"))) == (3, 3)


def test_equal_rows_add_up_with_a_warning_and_are_counted_again(admin):
    line = "SHOPS | REVENUE | 2026-09 | 5\n"
    twice = "unit | account | period | amount\n" + line * 2

    report = bring(admin, twice)

    assert report.entries == Counts(new=2)
    assert [warning.reason for warning in report.warnings] == [
        "The row is the same as row 2 in every column; both were counted."
    ]
    assert bring(admin, twice).status == "unchanged"
    assert bring(admin, twice + line).entries == Counts(new=1, same=2)
    assert bring(admin, "unit | account | period | amount\n" + line).entries == Counts(closed=2, same=1)


def test_a_delivery_stands_for_each_slice_and_names_its_last_import(admin):
    bring(admin, SEPTEMBER)
    report = bring(admin, SEPTEMBER.replace("400.25", "410"))

    deliveries = Delivery.unscoped.filter(source="ledger", until_mark=None).order_by("unit__code")
    assert [(row.unit.code, row.period.code, row.version.code) for row in deliveries] == [
        ("DEPOT", "2026-09", "actual"),
        ("SHOPS", "2026-09", "actual"),
    ]
    assert deliveries[1].origin.public_id == report.import_id


# --- preview, record, news ------------------------------------------------------------------------


def test_a_dry_run_shows_the_difference_and_lands_nothing(admin, heard):
    bring(admin, SEPTEMBER)
    records, mark, imports = len(recorded("ledger.figures.imported")), newest_mark(), Import.objects.count()

    report = bring(
        admin,
        """
        unit  | account | period  | amount
        SHOPS | REVENUE | 2026-09 | 1600
        SHOPS | PEOPLE  | 2027-01 | 5
        """,
        dry_run=True,
    )

    assert (report.status, report.import_id) == ("previewed", None)
    assert report.entries == Counts(new=1, changed=1, closed=1, same=0)
    assert_reads(
        report.differences,
        """
        unit  | account | period  | version | before  | after
        SHOPS | COSTS   | 2026-09 | actual  | 4002500 | –
        SHOPS | PEOPLE  | 2027-01 | actual  | –       | 50000
        SHOPS | REVENUE | 2026-09 | actual  | 15000000 | 16000000
        """,
    )
    assert (len(recorded("ledger.figures.imported")), newest_mark(), Import.objects.count()) == (records, mark, imports)
    assert not Period.objects.filter(code="2027-01").exists()
    assert len(heard) == 1


def test_an_import_leaves_a_record_and_tells_the_news(admin, heard, finance_admin):
    report = import_figures(actor=admin, content=csv(SEPTEMBER), filename="a/b/sept.csv", source="ledger", at=AT)

    [deed] = recorded("ledger.figures.imported")
    origin = Import.objects.get(public_id=report.import_id)
    assert (deed.actor, deed.target_type, deed.target_id) == (
        f"person:{finance_admin.pk}",
        "ledger.import",
        str(origin.pk),
    )
    assert deed.after == {
        "digest": origin.digest,
        "status": "imported",
        "rows": 3,
        "entries": {"new": 3, "changed": 0, "closed": 0, "same": 0},
        "totals": {"control": "4400.2500", "mapped": "4400.2500", "unmapped": "0.0000", "rejected": "0.0000"},
        "mark": origin.mark,
    }
    assert origin.filename == "sept.csv"
    assert origin.totals == {"actual": "4400.2500"}
    assert heard == [{"mark": origin.mark, "actor": admin.actor, "at": AT}]


def test_a_refused_import_is_recorded_without_its_content(admin):
    bring(admin, SEPTEMBER.replace("SHOPS", "SECRET"))

    [deed] = recorded("ledger.figures.refused")
    assert (deed.target_type, deed.after) == ("file", {"source": "ledger", "errors": 2})
