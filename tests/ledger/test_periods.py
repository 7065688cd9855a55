"""Fiscal calendars: every start month, weeks, and the periods a basis covers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import periods
from ledger.periods import CalendarRefused, Months, PeriodUnknown, Weeks, calendar_from, describe

START_MONTHS = st.integers(1, 12)
ORDINALS = st.integers(1950 * 12, 2150 * 12)
RETAIL = calendar_from(
    {"pattern": "4-4-5", "year_starts": {"2023": "2023-01-29", "2024": "2024-02-04", "2025": "2025-02-02"}}
)
THIRTEEN = calendar_from({"pattern": "13", "year_starts": {"2026": "2026-01-05"}})


def codes(calendar, code, basis):
    return [calendar.at(o).code for o in periods.ordinals(calendar, calendar.parse(code).ordinal, basis=basis)]


def test_a_month_is_named_by_the_calendar_whatever_the_fiscal_start():
    march = Months(7).parse("2026-03")

    assert (march.code, march.starts, march.ends) == ("2026-03", date(2026, 3, 1), date(2026, 3, 31))
    assert (march.year, march.number, march.quarter) == (2026, 9, 3)
    assert march.ordinal == Months(1).parse("2026-03").ordinal == 2026 * 12 + 2


def test_a_fiscal_year_is_labelled_by_the_year_it_ends_in():
    july_start = Months(7)

    assert july_start.parse("2022-07").year == 2023
    assert july_start.parse("2023-06").year == 2023
    assert july_start.parse("FY2023").code == "2023-06"
    assert july_start.parse("FY2023-P01").code == "2022-07"
    assert Months(1).parse("FY2023").code == "2023-12"


def test_to_date_is_counted_in_fiscal_terms():
    july_start = Months(7)

    assert codes(july_start, "2026-09", "ytd") == ["2026-07", "2026-08", "2026-09"]
    assert codes(july_start, "2026-09", "qtd") == ["2026-07", "2026-08", "2026-09"]
    assert codes(july_start, "2026-10", "qtd") == ["2026-10"]
    assert codes(Months(2), "2026-01", "ytd")[0] == "2025-02"
    assert codes(Months(1), "2026-02", "ltm") == [f"2025-{m:02}" for m in range(3, 13)] + ["2026-01", "2026-02"]


@given(START_MONTHS, ORDINALS)
def test_number_and_year_lead_back_to_the_ordinal(start_month, ordinal):
    calendar = Months(start_month)
    year, number = calendar.year_and_number(ordinal)

    assert calendar.ordinal(year, number) == ordinal
    assert calendar.at(ordinal).year == year
    assert calendar.parse(calendar.at(ordinal).code).ordinal == ordinal


@given(START_MONTHS, ORDINALS)
def test_a_fiscal_year_has_twelve_months_that_follow_each_other_and_starts_in_its_month(start_month, ordinal):
    calendar = Months(start_month)
    year = list(map(calendar.at, periods.ordinals(calendar, ordinal, basis="year")))

    assert [period.number for period in year] == list(range(1, 13))
    assert year[0].starts.month == start_month
    assert {period.year for period in year} == {year[-1].ends.year}
    assert all(a.ends + timedelta(days=1) == b.starts for a, b in zip(year, year[1:], strict=False))


@given(START_MONTHS, ORDINALS)
def test_the_last_month_of_a_quarter_and_of_a_year_complete_them(start_month, ordinal):
    calendar = Months(start_month)
    number = calendar.at(ordinal).number
    qtd, ytd = (periods.ordinals(calendar, ordinal, basis=basis) for basis in ("qtd", "ytd"))

    assert len(ytd) == number and ytd[-1] == ordinal
    assert len(qtd) == (number - 1) % 3 + 1 and qtd[-1] == ordinal
    assert {calendar.at(o).quarter for o in qtd} == {calendar.at(ordinal).quarter}
    if number == 12:
        assert (
            ytd == periods.ordinals(calendar, ordinal, basis="year") == periods.ordinals(calendar, ordinal, basis="ltm")
        )


@given(START_MONTHS, ORDINALS)
def test_prior_year_keeps_the_number_of_the_period(start_month, ordinal):
    calendar = Months(start_month)
    now, then = calendar.at(ordinal), calendar.at(periods.prior_year(calendar, ordinal))

    assert (then.year, then.number) == (now.year - 1, now.number)


@given(START_MONTHS, st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_every_day_lies_in_exactly_the_month_found_for_it(start_month, day):
    period = Months(start_month).containing(day)

    assert period.starts <= day <= period.ends


def test_the_fifty_third_week_belongs_to_the_last_period():
    assert [
        (p.code, (p.ends - p.starts).days + 1)
        for p in map(RETAIL.at, periods.ordinals(RETAIL, RETAIL.parse("FY2023").ordinal, basis="qtd"))
    ] == [
        ("FY2023-P10", 28),
        ("FY2023-P11", 28),
        ("FY2023-P12", 42),
    ]
    assert RETAIL.containing(date(2024, 2, 3)).code == "FY2023-P12"
    assert RETAIL.containing(date(2024, 2, 4)).code == "FY2024-P01"


def test_thirteen_periods_fit_the_same_table():
    assert THIRTEEN.parse("FY2026").code == "FY2026-P13"
    assert codes(THIRTEEN, "FY2026-P13", "qtd") == ["FY2026-P10", "FY2026-P11", "FY2026-P12", "FY2026-P13"]
    assert len(periods.ordinals(THIRTEEN, THIRTEEN.parse("FY2026-P05").ordinal, basis="ltm")) == 13
    assert periods.prior_year(THIRTEEN, THIRTEEN.parse("FY2026-P05").ordinal) == 2025 * 13 + 4


@pytest.mark.parametrize(
    "code", ["2026-00", "2026-13", "2026-3", "26-03", "0000-01", "9999-99", "March", "FY2026-P13", "", "٢٠٢٦-٠٣"]
)
def test_what_is_no_period_is_refused(code):
    with pytest.raises(PeriodUnknown):
        Months(1).parse(code)


def test_a_calendar_of_weeks_has_no_calendar_months_and_no_unknown_years():
    with pytest.raises(PeriodUnknown, match="names a calendar month"):
        RETAIL.parse("2026-03")
    with pytest.raises(PeriodUnknown, match="no first day for fiscal year 2030"):
        RETAIL.parse("FY2030-P01")


@pytest.mark.parametrize("description", [{"start_month": 7}, describe(RETAIL), describe(THIRTEEN)])
def test_a_calendar_is_described_and_read_back(description):
    assert describe(calendar_from(description)) == description


@pytest.mark.parametrize(
    "description",
    [
        {},
        {"start_month": 0},
        {"start_month": 13},
        {"start_month": "7"},
        {"start_month": True},
        {"start_month": 7, "extra": 1},
        {"pattern": "4-4-4", "year_starts": {"2026": "2026-01-05"}},
        {"pattern": "4-4-5", "year_starts": {}},
        {"pattern": "4-4-5", "year_starts": {"2026": "soon"}},
        {"pattern": "4-4-5", "year_starts": {"2026": "2026-01-05", "2028": "2028-01-05"}},
        {"pattern": "4-4-5", "year_starts": {"2026": "2026-01-05", "2027": "2027-01-05"}},
    ],
)
def test_a_description_that_is_no_calendar_is_refused(description):
    with pytest.raises(CalendarRefused):
        calendar_from(description)


def test_weeks_are_a_value():
    assert Weeks("4-4-5", ((2023, date(2023, 1, 29)), (2024, date(2024, 2, 4)), (2025, date(2025, 2, 2)))) == RETAIL


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-03", "2026-03"),
        (" 2026-03 ", "2026-03"),
        ("2026-03-31", "2026-03"),
        ("2026-03-31T00:00:00", "2026-03"),
        ("2026-03-31 23:30", "2026-03"),
        ("31.03.2026", "2026-03"),
        ("202603", "2026-03"),
        ("2026/03", "2026-03"),
        ("03/2026", "2026-03"),
        ("3.2026", "2026-03"),
        ("Mar 2026", "2026-03"),
        ("mar-26", "2026-03"),
        ("March 2026", "2026-03"),
        ("FY2026", "2026-06"),
        ("fy2026-p03", "2025-09"),
        ("2026", "2026-06"),
    ],
)
def test_periods_are_read_as_ledgers_write_them(text, code):
    assert periods.as_written(Months(7), text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31/03/2026",
        "2026-13",
        "2026-02-30",
        "9999-99-99",
        "9999-12-31",
        "0026-01-01",
        "202613",
        "total 2026",
        "٢٠٢٦",
    ],
)
def test_what_files_write_and_is_no_period_is_refused(text):
    with pytest.raises(PeriodUnknown):
        periods.as_written(Months(1), text)


def test_a_date_in_a_calendar_of_weeks_is_its_period():
    assert periods.as_written(RETAIL, "2024-02-03").code == "FY2023-P12"
