"""Holidays: whole years or not at all, where they hold, and what working days make of them."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from ledger.actions import import_holidays
from ledger.actions.structure import StructureFile
from ledger.models import Holiday
from ledger.periods import is_working_day, working_day_after, working_days
from ledger.querysets import company_holidays, holidays_of
from ledger.report import FileReport
from tests.ledger.imports import AT, csv, recorded
from units.marks import newest_mark
from units.models import Unit
from units.scope import AbilityMissing, Scope

STATED = """
    date       | name          | region | unit
    2026-12-25 | Christmas Day |        |
    2026-12-26 | Boxing Day    |        |
    2026-11-11 | Fair          | North  |
    2026-10-05 | Stocktaking   |        | RETAIL
"""


@pytest.fixture
def admin(company, finance_admin) -> Scope:
    Unit.unscoped.filter(pk=company.depot.pk).update(region="North")
    return Scope.of(finance_admin, at=AT)


def state(actor: Scope, text: str = STATED, *, dry_run: bool = False) -> FileReport:
    return import_holidays(actor=actor, file=StructureFile("holidays.csv", csv(text)), at=AT, dry_run=dry_run)


def off(code: str, *, mark: int | None = None) -> list[str]:
    """The days on which nobody works at a unit."""
    unit = Unit.unscoped.get(code=code)
    return sorted(day.isoformat() for day in holidays_of([unit], mark=mark)[unit.pk])


# --- where they hold ---------------------------------------------------------------------------------------


def test_a_holiday_holds_in_the_company_in_a_region_or_in_a_unit_and_all_below_it(admin):
    report = state(admin)

    assert (report.status, report.counts.new) == ("imported", 4)
    assert off("GROUP") == ["2026-12-25", "2026-12-26"]
    assert off("RETAIL") == off("SHOPS") == ["2026-10-05", "2026-12-25", "2026-12-26"]
    assert off("DEPOT") == ["2026-11-11", "2026-12-25", "2026-12-26"]
    assert company_holidays() == {date(2026, 12, 25), date(2026, 12, 26)}


def test_many_units_are_one_query(admin, django_assert_num_queries):
    state(admin)
    units = list(Unit.unscoped.all())

    with django_assert_num_queries(1):
        assert len(holidays_of(units)) == len(units)


def test_what_was_not_known_then_was_no_holiday_then(admin):
    before = newest_mark()
    state(admin)

    assert off("GROUP", mark=before) == []


# --- a file states years -----------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(admin):
    state(admin)
    mark = newest_mark()

    assert state(admin).status == "unchanged"
    assert newest_mark() == mark


def test_a_file_states_the_years_of_the_places_it_mentions_and_no_others(admin):
    state(admin)
    report = state(admin, "date | name\n2027-01-01 | New Year\n2026-12-25 | Christmas")

    assert (report.counts.new, report.counts.changed, report.counts.closed) == (1, 1, 1)
    assert off("SHOPS") == ["2026-10-05", "2026-12-25", "2027-01-01"]


def test_a_year_instead_of_a_date_takes_its_holidays_back(admin):
    state(admin)
    state(admin, "date | name | unit\n2026 | | RETAIL")

    assert off("SHOPS") == ["2026-12-25", "2026-12-26"]
    assert Holiday.unscoped.filter(until_mark__isnull=False).count() == 1  # what stood before is kept


def test_wrong_rows_are_all_named_and_nothing_lands(admin):
    report = state(
        admin,
        """
        date       | name  | region | unit
        2026-12-25 |       |        |
        soon       | Party |        |
        2026-05-01 | May   | Nowhere |
        2026-05-01 | May   |        | NOBODY
        2026-05-01 | May   | North  | SHOPS
        """,
    )

    assert report.status == "refused"
    assert {(problem.row, problem.column) for problem in report.errors} == {
        (2, "name"), (3, "date"), (4, "region"), (5, "unit"), (6, "unit"),
    }  # fmt: skip
    assert not Holiday.unscoped.exists()


def test_a_dry_run_names_what_would_change_and_changes_nothing(admin):
    report = state(admin, dry_run=True)

    assert report.status == "previewed"
    assert "holidays 2026-10-05 RETAIL: – → Stocktaking" in [str(each) for each in report.differences]
    assert not Holiday.unscoped.exists()


def test_it_is_recorded(admin):
    state(admin)
    state(admin, "date | name | region\n2026 | | North")

    *_, deed = recorded("ledger.holidays.imported")
    assert (deed.actor, deed.before["holidays"]) == (admin.actor, {"2026-11-11 North": "Fair"})


def test_who_may_not_import_structure_states_no_holiday(admin, retail_lead):
    with pytest.raises(AbilityMissing):
        state(Scope.of(retail_lead, at=AT))


def test_the_command_says_what_it_did(admin, finance_admin, tmp_path):
    file, out = tmp_path / "holidays.csv", StringIO()
    file.write_bytes(csv(STATED))
    call_command("import_holidays", str(file), actor=finance_admin.email, as_json=True, stdout=out)

    assert json.loads(out.getvalue())["holidays"] == {"new": 4, "changed": 0, "closed": 0, "same": 0}


# --- working days ------------------------------------------------------------------------------------------

FRIDAY, MONDAY = date(2026, 12, 25), date(2026, 12, 28)
CLOSED = frozenset({FRIDAY, MONDAY})


def test_neither_weekends_nor_holidays_are_working_days():
    assert [is_working_day(date(2026, 12, day), CLOSED) for day in (24, 25, 26, 27, 28, 29)] == [
        True, False, False, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "number", "holidays", "expected"),
    [
        (date(2026, 12, 24), 1, (), "2026-12-25"),
        (date(2026, 12, 24), 1, CLOSED, "2026-12-29"),
        (date(2026, 12, 26), 1, (), "2026-12-28"),  # from a Saturday the first one is Monday
        (date(2026, 12, 31), 5, (), "2027-01-07"),  # the fifth working day after the year's end
        (date(2026, 12, 31), 5, frozenset({date(2027, 1, 1)}), "2027-01-08"),
    ],
)
def test_the_nth_working_day_after_a_day(day, number, holidays, expected):
    assert working_day_after(day, number, holidays).isoformat() == expected


def test_there_is_no_day_number_zero():
    with pytest.raises(ValueError, match="number 1, not 0"):
        working_day_after(FRIDAY, 0)


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(day=DAYS, number=st.integers(1, 30), holidays=st.frozensets(DAYS, max_size=12))
def test_up_to_the_nth_working_day_after_a_day_there_are_n_of_them(day, number, holidays):
    reached = working_day_after(day, number, holidays)

    assert is_working_day(reached, holidays)
    assert working_days(day, reached, holidays) - is_working_day(day, holidays) == number
