"""Importing structure: the tree, the chart, rates and the calendar, all or nothing and twice the same."""

# ruff: noqa: E501  (tables of examples and sentences are wider than code)
from __future__ import annotations

from datetime import date

import pytest

from ledger.actions import import_structure
from ledger.actions.structure import StructureFile
from ledger.models import Account, Calendar, Period, Rate
from ledger.querysets import fiscal_calendar
from ledger.report import Counts, StructureReport
from ledger.signals import figures_changed
from people.models import Person
from tests.company import Company
from tests.ledger.imports import AT, csv, recorded
from tests.tables import assert_reads
from units.marks import newest_mark
from units.models import Grant, Placement, Unit
from units.scope import AbilityMissing, Scope

UNITS = """
    code  | name   | parent | kind        | currency | vertical | region | ownership | method       | from       | to
    HOLD  | Hold   |        |             | USD      |          |        |           |              |            |
    EAST  | East   | HOLD   |             |          | Retail   | Asia   |           |              | 2024-01-01 |
    SHOP  | Shop   | EAST   | unit        | EUR      |          |        | 0.75      | proportional |            | 2026-12-31
    ELIM  | Elim   | HOLD   | elimination |          |          |        |           |              |            |
"""
ACCOUNTS = """
    code | name      | kind        | parent | weight | role        | better
    PL   | Result    | income      |        |        |             |
    0400 | Revenue   | income      | PL     | 1      | revenue     | higher
    0410 | Discounts | income      | 0400   | -1     |             | lower
    0500 | Wages     | expense     | PL     | -1     | personnel   |
    1200 | Owed      | asset       |        |        | receivables |
    9000 | Heads     | statistical |        |        | headcount   |
    9100 | New       | statistical |        |        | new_customers |
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


def bring(actor: Scope, *, units: str = "", accounts: str = "", rates: str = "", calendar=None) -> StructureReport:
    files = {
        noun: StructureFile(f"{noun}.csv", csv(text)) if text else None
        for noun, text in (("units", units), ("accounts", accounts), ("rates", rates))
    }
    return import_structure(actor=actor, at=AT, calendar=calendar, **files)


def reasons(report: StructureReport) -> list[dict[str, object]]:
    return [problem.as_document() for problem in report.errors]


def tree() -> list[dict[str, object]]:
    placed = {row.unit_id: row for row in Placement.unscoped.filter(until_mark=None).select_related("parent")}
    return [
        {
            "code": unit.code,
            "parent": placed[unit.pk].parent.code if placed[unit.pk].parent else "",
            "kind": unit.kind,
            "left": unit.left,
            "right": unit.right,
            "depth": unit.depth,
            "ownership": placed[unit.pk].ownership,
            "method": placed[unit.pk].method,
        }
        for unit in Unit.unscoped.order_by("left")
    ]


def test_units_become_a_numbered_tree(admin):
    report = bring(admin, units=UNITS)

    assert (report.status, report.units) == ("imported", Counts(new=4))
    assert_reads(
        tree(),
        """
        code | parent | kind        | left | right | depth | ownership | method
        HOLD |        | unit        | 1    | 8     | 0     | "1"       | full
        EAST | HOLD   | unit        | 2    | 5     | 1     | "1"       | full
        SHOP | EAST   | unit        | 3    | 4     | 2     | "0.75"    | proportional
        ELIM | HOLD   | elimination | 6    | 7     | 1     | "1"       | full
        """,
    )
    shop = Unit.unscoped.get(code="SHOP")
    assert (shop.currency, shop.ends) == ("EUR", date(2026, 12, 31))


def test_without_a_kind_a_unit_with_children_is_a_group(admin):
    bring(admin, units="code | name | parent\nA | A |\nB | B | A")

    assert [(row["code"], row["kind"]) for row in tree()] == [("A", "group"), ("B", "unit")]


def test_accounts_become_a_chart_with_sensible_defaults(admin):
    assert bring(admin, accounts=ACCOUNTS).accounts == Counts(new=7)
    assert_reads(
        Account.objects.order_by("position"),
        """
        code   | weight | unit_of_measure | time_rollup | rate_type | role        | better | depth
        PL     | 1      | money | sum  | average | | higher | 0
        "0400" | 1      | money | sum  | average | revenue | higher | 1
        "0410" | -1     | money | sum  | average | | lower  | 2
        "0500" | -1     | money | sum  | average | personnel | lower | 1
        "1200" | 1      | money | last | closing | receivables | none | 0
        "9000" | 1      | count | last | none    | headcount | none | 0
        "9100" | 1      | count | sum  | none    | new_customers | none | 0
        """,
    )


def test_the_same_files_again_change_nothing_and_say_so(admin):
    first = bring(admin, units=UNITS, accounts=ACCOUNTS, rates=RATES, calendar={"start_month": 7})
    mark = newest_mark()

    again = bring(admin, units=UNITS, accounts=ACCOUNTS, rates=RATES, calendar={"start_month": 7})

    assert first.status == "imported"
    assert (again.status, again.units, again.accounts, again.rates, again.calendar) == (
        "unchanged", Counts(same=4), Counts(same=7), Counts(same=2), "same",
    )  # fmt: skip
    assert newest_mark() == mark


def test_a_moved_unit_has_a_new_placement_and_its_old_one_is_history(admin):
    bring(admin, units=UNITS)
    before = newest_mark()

    report = bring(admin, units=UNITS.replace("Shop   | EAST", "Store  | HOLD"))

    assert report.units == Counts(changed=1, same=3)
    shop = Unit.unscoped.get(code="SHOP")
    assert (shop.name, shop.depth) == ("Store", 1)
    old, new = Placement.unscoped.filter(unit=shop).order_by("pk")
    assert (old.parent.code, old.until_mark) == ("EAST", newest_mark())
    assert (new.parent.code, new.from_mark, new.until_mark) == ("HOLD", newest_mark(), None)
    assert newest_mark() == before + 1


def test_what_the_file_does_not_mention_stays_and_is_named(admin):
    bring(admin, units=UNITS)

    report = bring(admin, units="code | name\nHOLD | Holding")

    assert [problem.reason for problem in report.warnings] == [
        "The file does not mention units that stand: EAST, ELIM, SHOP; they are left as they are."
    ]
    assert [row["code"] for row in tree()] == ["HOLD", "EAST", "SHOP", "ELIM"]


def test_every_bad_row_is_reported_and_nothing_lands(admin):
    report = bring(
        admin,
        units="""
            code | name | parent | kind  | currency | ownership | method | from       | to
            A    | A    |        | group | USD      |           |        |            |
            A    | B    | A      | unit  | USD      |           |        |            |
            C    | C    | A      | shop  | dollar   | 75%       | half   | 2026-13-01 |
            D    |      | A      |       |          | 1.5       |        |            |
            E    | E    | A      |       |          |           |        | 2026-02-01 | 2026-01-01
        """,
        accounts="""
            code | name | kind   | weight | time_rollup
            1    | One  | profit | 2      | mean
        """,
    )

    assert report.status == "refused"
    assert_reads(
        reasons(report),
        """
        file         | row | column      | value      | reason
        units.csv    | 4   | kind        | shop       | This is one of group, unit, corporate, elimination.
        units.csv    | 4   | currency    | dollar     | A currency is a code of three capital letters, such as EUR.
        units.csv    | 4   | ownership   | "75%"      | Ownership is a fraction from 0 to 1, such as 0.75.
        units.csv    | 4   | method      | half       | This is one of full, proportional, equity, none.
        units.csv    | 4   | from        | "2026-13-01" | A date is written as 2026-03-31.
        units.csv    | 5   | name        |            | The name is missing.
        units.csv    | 5   | ownership   | "1.5"      | Ownership is a fraction from 0 to 1, such as 0.75.
        units.csv    | 6   | to          | "2026-01-01" | The last day lies before the first.
        units.csv    | 3   | code        | A          | This code stands in row 2 already.
        accounts.csv | 2   | kind        | profit     | This is one of income, expense, asset, liability, equity, statistical.
        accounts.csv | 2   | weight      | "2"       | A weight is 1, -1 or 0.
        accounts.csv | 2   | time_rollup | mean       | This is one of sum, last, average.
        """,
    )
    assert (Unit.unscoped.count(), Account.objects.count(), newest_mark()) == (0, 0, 0)


def test_unknown_parents_and_circles_are_named_at_their_rows(admin):
    report = bring(
        admin,
        units="code | name | parent\nA | A |\nB | B | C\nC | C | B\nD | D | NOWHERE",
        accounts="code | name | kind | parent\n1 | One | income | 1",
    )

    assert_reads(
        reasons(report),
        """
        file         | row | column | value   | reason
        units.csv    | 5   | parent | NOWHERE | There is no unit with this code to hang D under.
        units.csv    | 3   | parent | C       | The unit B would stand above itself.
        units.csv    | 4   | parent | B       | The unit C would stand above itself.
        accounts.csv | 2   | parent | "1"     | The account 1 would stand above itself.
        """,
    )


def test_a_good_part_does_not_land_beside_a_bad_one(admin):
    assert bring(admin, units=UNITS, accounts="code | name | kind\n1 | One | nonsense").is_refused
    assert not Unit.unscoped.exists()


def test_a_corrected_rate_supersedes_the_old_one(admin):
    bring(admin, units=UNITS, rates=RATES)

    report = bring(admin, rates=RATES.replace("1.0850", "1.0860"))

    assert report.rates == Counts(changed=1, same=1)
    old, closing, new = Rate.objects.order_by("pk")
    assert [(r.rate, r.until_mark) for r in (old, closing, new)] == [
        ("1.085", newest_mark()),
        ("1.09", None),
        ("1.086", None),
    ]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("EUR | 2026-03 | average | 0", "rate", "A rate is a positive number with a decimal point: group currency for one unit."),
        ("EUR | 2026-03 | average | 1;1", "rate", "A rate is a positive number with a decimal point: group currency for one unit."),
        ("EUR | 2026-03 | spot | 1", "kind", "This is one of average, closing, historical, budget."),
        ("EUR | soon | average | 1", "period", "“soon” is not a period such as 2026-03, FY2026-P03 or FY2026."),
        ("euro | 2026-03 | average | 1", "currency", "A currency is a code of three capital letters, such as EUR."),
        ("USD | 2026-03 | average | 1.1", "rate", "The rate of the group's own currency is 1."),
    ],
)  # fmt: skip
def test_a_bad_rate_is_refused(admin, row, column, reason):
    [problem] = bring(admin, units=UNITS, rates=f"currency | period | kind | rate\n{row}").errors

    assert (problem.row, problem.column, problem.reason) == (2, column, reason)


def test_a_missing_column_is_named(admin):
    [problem] = bring(admin, units="code | parent\nA |").errors

    assert problem.reason.startswith("The column name is missing; the columns are code, name, parent")


def test_the_calendar_is_set_once_and_not_changed_under_figures(admin, company: Company):
    assert bring(admin, calendar={"start_month": 1}).status == "unchanged"
    [problem] = bring(admin, calendar={"start_month": 7}).errors

    assert problem.reason == "Periods with figures stand in another calendar; it can no longer be changed."
    assert (
        bring(admin, calendar={"start_month": 13}).errors[0].reason == "A fiscal year starts in month 1 to 12, not 13."
    )


def test_a_calendar_of_weeks_fits_the_same_table(admin):
    weeks = {"pattern": "4-4-5", "year_starts": {"2025": "2025-02-02", "2026": "2026-02-01"}}

    assert bring(admin, calendar=weeks).calendar == "new"
    assert bring(admin, calendar=weeks).calendar == "same"
    assert Calendar.objects.get().pattern == "4-4-5"
    assert fiscal_calendar().parse("FY2026-P03").ends == date(2026, 5, 2)
    assert Period.objects.get(code="FY2026-P03").ends == date(2026, 5, 2)
    longer = {**weeks, "year_starts": {**weeks["year_starts"], "2027": "2027-01-31"}}
    assert bring(admin, calendar=longer).calendar == "changed"
    assert Period.objects.count() == 36


def test_an_import_of_structure_leaves_a_record_and_tells_the_news(admin):
    news = []

    def receiver(sender, **told):
        news.append((told["mark"], told["actor"]))

    figures_changed.connect(receiver)
    bring(admin, units=UNITS)
    figures_changed.disconnect(receiver)

    [deed] = recorded("ledger.structure.imported")
    assert (deed.actor, deed.after["units"]["new"], deed.after["mark"]) == (admin.actor, 4, newest_mark())
    assert news == [(newest_mark(), admin.actor)]


def test_only_who_may_for_the_whole_company_imports_structure(company: Company, stranger, executive):
    Grant.objects.create(
        person=stranger, role="finance_admin", unit=company.retail, starts=AT, granted_by="process:test"
    )

    for person in (stranger, executive):
        with pytest.raises(AbilityMissing):
            bring(Scope.of(person, at=AT), units=UNITS)
