"""Picking a stretch of time in any calendar: labels, own years, rolling windows, and what is compared with what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import Http404
from django.test import Client

from ledger.actions import import_holidays
from ledger.actions.structure import StructureFile
from reports.boards.picker import picker
from reports.levels import ACTUAL, BUDGET, PRIOR, levels
from reports.selection import Selection, select
from tests.cast import person
from tests.fiscal import company, deliver, months
from tests.ledger.imports import AT, csv
from tests.metrics.engine import SYSTEM, compute
from tests.prepared import prepared
from tests.tables import assert_reads
from units import roles
from units.models import Unit

pytestmark = pytest.mark.django_db

WEEKS = {"pattern": "13x4", "start_month": 1, "week_ends_on": "sunday", "year_end": "nearest"}


def pick(unit: str = "HOME", usual: str = "month", today: date | None = None, **asked: str) -> Selection:
    return select(asked, scope=SYSTEM, unit=Unit.unscoped.get(code=unit), basis=usual, today=today)


def read(selection: Selection, code: str = "revenue") -> dict[str, Any]:
    found = levels(SYSTEM, selection, units=[selection.unit.pk], codes=[code], versions=(ACTUAL, BUDGET, PRIOR))
    numbers = {version: found.of(selection.unit.pk, version, code) for version in (ACTUAL, BUDGET, PRIOR)}
    return {
        version: level.reason if level.number is None else level.number / 10_000 for version, level in numbers.items()
    }


@prepared
def open_october() -> None:
    company({"start_month": 1})
    deliver("HOME", months("2025-01", [23] * 12) | months("2026-01", [22] * 9 + [10]))
    deliver("HOME", months("2026-01", [44] * 12), version="budget-2026")
    compute()


def test_a_unit_with_another_year_end_opens_on_its_own_year_and_may_be_read_in_the_companys():
    company({"start_month": 1, "units": {"UK": {"start_month": 4}}})
    deliver("UK", months("2025-10", [10] * 9))
    deliver("HOME", months("2025-10", [1] * 9))
    compute()
    own, theirs, home = pick("UK", "ytd"), pick("UK", basis="ytd"), pick("HOME", "ytd")

    assert (own.basis, own.label, own.in_words) == (
        "own_ytd",
        "YTD Jun 2026, own year",
        "Fiscal year 2027 to June 2026, by its own year",
    )
    assert (pick("UK", "qtd").label, pick("UK", basis="qtd").label) == ("Q1 2027, own year", "Q2 2026")
    assert (read(own)[ACTUAL], read(theirs)[ACTUAL], read(home)[ACTUAL]) == (30, 60, 6)
    assert [choice.label for choice in picker(own).bases][-2:] == ["QTD, own year", "YTD, own year"]
    assert "own_ytd" not in home.bases
    with pytest.raises(Http404):
        pick("HOME", basis="own_ytd")


def test_a_whole_quarter_is_named_with_its_months_where_there_is_room():
    company({"start_month": 1})
    deliver("HOME", months("2026-01", [10, 20, 30, 40]))
    compute()
    quarter, month = pick(basis="qtd", period="2026-03"), pick(basis="month", period="2026-03")

    assert quarter.in_months == "First quarter 2026, January to March"
    assert pick(basis="qtd", period="2026-02").in_months == "First quarter 2026 to February 2026"
    assert month.in_months == month.in_words == "March 2026"


def test_rolling_windows_are_a_basis_of_any_page():
    company({"start_month": 1})
    deliver("HOME", months("2025-01", [1] * 12) | months("2026-01", [10, 20, 30, 40]))
    compute()
    selection = pick(basis="rolling:3")

    assert (selection.label, selection.in_words) == ("Last 3 Apr 2026", "Last 3 months to April 2026")
    assert read(selection) == {ACTUAL: 90, BUDGET: "not_applicable: no budget", PRIOR: 3}
    with pytest.raises(Http404):
        pick(basis="rolling:0")


@pytest.mark.parametrize(
    ("like", "basis", "actual", "budget", "prior"),
    [
        ("", "month", 10, 44, 23),
        ("elapsed", "month", 10, 14, 7),
        ("elapsed", "ytd", 208, 9 * 44 + 14, 9 * 23 + 7),
        ("closed", "ytd", 198, 9 * 44, 9 * 23),
        ("run-rate", "month", 31.4286, 44, 23),
        ("run-rate", "ytd", 198 + 31.4286, 440, 230),
    ],
)
def test_an_open_month_is_compared_as_chosen(open_october, like, basis, actual, budget, prior):
    selection = pick(period="2026-10", basis=basis, like=like, today=date(2026, 10, 9))

    assert read(selection) == {ACTUAL: actual, BUDGET: budget, PRIOR: prior}


def test_holidays_are_no_working_days_of_the_unit_they_hold_for(open_october):
    stated = "date | name | unit\n2026-10-05 | Stocktaking | HOME\n2025-10-06 | Fair | HOME\n2026-10-12 | Fair | UK"
    report = import_holidays(actor=SYSTEM, file=StructureFile("holidays.csv", csv(stated)), at=AT)
    compute()
    selection = pick(period="2026-10", like="elapsed", today=date(2026, 10, 9))

    assert report.status == "imported"
    assert selection.comparison.said == (
        "2026-10 so far against 6 of 21 working days of its budget and 6 of 22 a year earlier, pro rata"
    )
    assert read(selection)[BUDGET] == pytest.approx(44 * 6 / 21, abs=1e-4)


def test_a_ratio_of_an_open_month_is_made_of_its_parts(open_october):
    deliver("HOME", months("2026-01", [11] * 9 + [5]), account="COST")
    compute()
    selection = pick(period="2026-10", basis="ytd", like="run-rate", today=date(2026, 10, 9))

    assert read(selection, "gross_margin")[ACTUAL] * 10_000 == pytest.approx(0.5, rel=1e-6)


def test_the_choice_is_offered_while_the_month_is_open_and_not_after(open_october):
    during = picker(pick(period="2026-10", today=date(2026, 10, 9)))
    after = picker(pick(period="2026-10", today=date(2026, 10, 31)))

    assert [choice.label for choice in during.likes] == ["As it stands", "Elapsed part", "Without it", "Run-rate"]
    assert after.likes == ()
    with pytest.raises(Http404):
        pick(like="wishful")


def test_the_page_prints_which_comparison_it_is(open_october, client: Client):
    client.force_login(person("Erin Executive", roles.EXECUTIVE))
    address = "/units/HOME/?period=2026-10&basis=ytd&as_of=2026-10-09&like=elapsed"

    page = client.get(address).content.decode()
    assert "2026-10 so far against 7 of 22 working days of its budget and 7 of 23 a year earlier, pro rata" in page


def test_thirteen_periods_are_named_by_their_codes_and_stepped_by_quarters():
    company(WEEKS)
    deliver("HOME", {f"FY2026-P{number:02}": number for number in range(1, 14)} | {"FY2027-P03": 3})
    compute()

    assert_reads(
        [
            {"period": code, "label": selection.label, "words": selection.in_words, "previous": shown.previous[8:18]}
            for code in ("FY2026-P05", "FY2026-P12", "FY2026-P13")
            for selection in [pick(period=code, basis="qtd")]
            for shown in [picker(selection)]
        ],
        """
        period     | label          | words                                  | previous
        FY2026-P05 | QTD FY2026-P05 | Second quarter 2026 to FY2026-P05      | FY2026-P04
        FY2026-P12 | QTD FY2026-P12 | Fourth quarter 2026 to FY2026-P12      | FY2026-P11
        FY2026-P13 | Q4 2026        | Fourth quarter 2026                    | FY2026-P09
        """,
    )


def test_a_year_before_that_was_counted_otherwise_says_so_on_the_page():
    company({"start_month": 1, "years": {"2026": {"from": "2026-01", "to": "2026-09"}}})
    deliver("HOME", months("2025-01", [1] * 23))
    compute()

    assert read(pick(period="2026-11", basis="ytd"))[PRIOR] == "not_applicable: 2 periods against 11 a year earlier"
    assert read(pick(period="2026-11", basis="ltm"))[ACTUAL] == 12
