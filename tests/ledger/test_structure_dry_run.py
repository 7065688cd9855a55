"""A dry run of structure says, property by property, what an import would do, and nothing of it stays."""

# ruff: noqa: E501  (tables of examples are wider than code)
from __future__ import annotations

import pytest

from audit.models import Record
from ledger.actions import import_structure
from ledger.actions.structure import StructureFile
from ledger.models import Account, Calendar, Period, Rate
from ledger.report import Counts, StructureReport
from people.models import Person
from tests.ledger.imports import AT, csv
from tests.tables import assert_reads
from units.marks import newest_mark
from units.models import Grant, Placement, Unit
from units.scope import Scope

UNITS = """
    code | name | parent | currency | ownership | to
    HOLD | Hold |        | USD      |           |
    EAST | East | HOLD   |          |           |
    WEST | West | HOLD   |          |           |
    SHOP | Shop | EAST   | EUR      | 0.75      |
"""
ACCOUNTS = """
    code | name    | kind    | parent | role
    PL   | Result  | income  |        |
    0400 | Revenue | income  | PL     | revenue
    0500 | Wages   | expense | PL     |
"""
RATES = """
    currency | period  | kind    | rate
    EUR      | 2026-03 | average | 1.0850
    EUR      | 2026-03 | closing | 1.09
"""


@pytest.fixture
def admin(db: None) -> Scope:
    person = Person.objects.create(name="Fiona", joined=AT)
    Grant.objects.create(person=person, role="finance_admin", starts=AT, granted_by="process:test")
    return Scope.of(person, at=AT)


def bring(actor: Scope, *, calendar=None, dry_run: bool = False, **texts: str) -> StructureReport:
    files = {noun: StructureFile(f"{noun}.csv", csv(text)) for noun, text in texts.items()}
    return import_structure(actor=actor, at=AT, calendar=calendar, dry_run=dry_run, **files)


def everything() -> list[object]:
    """All rows an import of structure can write, and the marks and records it leaves."""
    tables = (Unit.unscoped, Placement.unscoped, Account.objects, Rate.objects, Calendar.objects, Period.objects)
    return [newest_mark(), Record.objects.count(), *(sorted(table.values_list(), key=str) for table in tables)]


def test_what_is_new_has_one_line_each_and_nothing_lands(admin, heard):
    before = everything()

    report = bring(admin, units=UNITS, accounts=ACCOUNTS, rates=RATES, calendar={"start_month": 7}, dry_run=True)

    assert (report.status, report.units, report.accounts, report.rates, report.calendar) == (
        "previewed", Counts(new=4), Counts(new=3), Counts(new=2), "new",
    )  # fmt: skip
    assert_reads(
        [each.as_document() for each in report.differences if each.of != "calendar"],
        """
        of       | code                  | change | property | before | after
        units    | HOLD                  | new    |          | –      | Hold
        units    | EAST                  | new    |          | –      | East
        units    | WEST                  | new    |          | –      | West
        units    | SHOP                  | new    |          | –      | Shop
        accounts | PL                    | new    |          | –      | Result
        accounts | "0400"                | new    |          | –      | Revenue
        accounts | "0500"                | new    |          | –      | Wages
        rates    | "EUR 2026-03 average" | new    |          | –      | "1.085"
        rates    | "EUR 2026-03 closing" | new    |          | –      | "1.09"
        """,
    )
    assert "calendar start_month: – → 7" in [str(each) for each in report.differences]
    assert everything() == before
    assert heard == []


def test_what_changes_is_named_property_by_property_in_the_words_of_the_files(admin, heard):
    bring(admin, units=UNITS, accounts=ACCOUNTS, rates=RATES, calendar={"start_month": 7})
    before, told = everything(), list(heard)

    report = bring(
        admin,
        units=UNITS.replace(
            "SHOP | Shop | EAST   | EUR      | 0.75      |", "SHOP | Store | WEST | EUR | 1 | 2026-12-31"
        ),
        accounts=ACCOUNTS.replace("0500 | Wages   | expense | PL     |", "0500 | Wages | expense | 0400 | personnel"),
        rates=RATES.replace("1.0850", "1.0860"),
        calendar={"start_month": 4},
        dry_run=True,
    )

    assert (report.units, report.accounts, report.rates, report.calendar) == (
        Counts(changed=1, same=3), Counts(changed=1, same=2), Counts(changed=1, same=1), "changed",
    )  # fmt: skip
    assert_reads(
        [each.as_document() for each in report.differences],
        """
        of       | code                  | change  | property    | before  | after
        calendar |                       | changed | start_month | "7"     | "4"
        units    | SHOP                  | changed | name        | Shop    | Store
        units    | SHOP                  | changed | to          | –       | "2026-12-31"
        units    | SHOP                  | changed | parent      | EAST    | WEST
        units    | SHOP                  | changed | ownership   | "0.75"  | "1"
        accounts | "0500"                | changed | role        | –       | personnel
        accounts | "0500"                | changed | parent      | PL      | "0400"
        accounts | "0500"                | changed | depth       | "1"     | "2"
        rates    | "EUR 2026-03 average" | changed |             | "1.085" | "1.086"
        """,
    )
    assert everything() == before
    assert heard == told


def test_the_import_does_what_its_dry_run_said(admin):
    bring(admin, units=UNITS, accounts=ACCOUNTS)
    moved = UNITS.replace("SHOP | Shop | EAST", "SHOP | Shop | WEST")

    said = bring(admin, units=moved, rates=RATES, dry_run=True)
    done = bring(admin, units=moved, rates=RATES)

    assert (done.status, done.units, done.accounts, done.rates) == ("imported", said.units, said.accounts, said.rates)
    assert done.differences == ()
    assert bring(admin, units=moved, rates=RATES, dry_run=True).differences == ()


def test_accounts_that_a_file_does_not_mention_are_no_difference(admin):
    bring(admin, accounts=ACCOUNTS)

    report = bring(admin, accounts="code | name | kind | parent\n0600 | Rent | expense | PL", dry_run=True)

    assert [str(each) for each in report.differences] == ["accounts 0600: – → Rent"]
    assert report.warnings[0].reason.startswith("The file does not mention accounts that stand: 0400, 0500, PL")


def test_a_dry_run_refuses_what_the_import_would_refuse(admin):
    before = everything()
    report = bring(admin, units=UNITS.replace("| HOLD   |", "| NONE   |"), dry_run=True)

    assert report.status == "refused"
    assert report.errors == bring(admin, units=UNITS.replace("| HOLD   |", "| NONE   |")).errors
    assert "differences" not in report.as_document()
    assert everything() == before
