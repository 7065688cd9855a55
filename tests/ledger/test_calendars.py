"""Laws of every calendar: time is tiled, quarters make years, windows cover what they say; and golden cases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import periods
from ledger.periods import CalendarRefused, Declared, PeriodUnknown, calendar_from, declared, describe, document
from tests.ledger.calendars import ALL, LONG_YEAR, NRF, SHORT_YEAR, places, rules
from tests.tables import assert_reads


def codes(calendar, code, basis):
    return [calendar.at(o).code for o in periods.ordinals(calendar, calendar.parse(code).ordinal, basis=basis)]


# --- laws -------------------------------------------------------------------------------------------


@given(places())
def test_periods_tile_time_without_gap_or_overlap(place):
    calendar, ordinal = place
    before, here, after = (calendar.at(each) for each in (ordinal - 1, ordinal, ordinal + 1))

    assert before.ends + timedelta(days=1) == here.starts <= here.ends
    assert here.ends + timedelta(days=1) == after.starts


@given(places(), st.integers(0, 400))
def test_every_day_lies_in_exactly_the_period_found_for_it(place, days):
    calendar, ordinal = place
    here = calendar.at(ordinal)
    day = here.starts + timedelta(days=days % here.days)

    assert calendar.containing(day) == here


@given(places())
def test_year_number_code_and_ordinal_lead_back_to_each_other(place):
    calendar, ordinal = place
    here = calendar.at(ordinal)

    assert calendar.year_and_number(ordinal) == (here.year, here.number)
    assert calendar.ordinal(here.year, here.number) == ordinal
    assert calendar.parse(here.code) == here
    assert calendar.parse(f"FY{here.year}-P{here.number:02}") == here


@given(places())
def test_quarters_partition_the_year_and_are_consecutive(place):
    calendar, ordinal = place
    year = [calendar.at(each) for each in periods.ordinals(calendar, ordinal, basis="year")]

    assert [period.number for period in year] == list(range(1, calendar.size(year[0].year) + 1))
    assert {period.year for period in year} == {calendar.at(ordinal).year}
    assert [period.quarter for period in year] == sorted(period.quarter for period in year)
    assert {period.quarter for period in year} == set(range(1, year[-1].quarter + 1))
    assert all(calendar.quarter(period.number) == period.quarter for period in year)


@given(places())
def test_to_date_starts_where_its_container_starts_and_ends_with_the_period(place):
    calendar, ordinal = place
    here = calendar.at(ordinal)
    qtd, ytd = ([calendar.at(each) for each in periods.ordinals(calendar, ordinal, basis=b)] for b in ("qtd", "ytd"))

    assert ytd[0].number == 1 and ytd[-1] == here and len(ytd) == here.number
    assert {(each.year, each.quarter) for each in qtd} == {(here.year, here.quarter)}
    assert qtd[-1] == here
    assert calendar.at(qtd[0].ordinal - 1).quarter != here.quarter or qtd[0].number == 1


@given(places())
def test_the_last_twelve_always_cover_a_year_of_months_or_as_many_periods_as_a_regular_year(place):
    calendar, ordinal = place
    ltm = [calendar.at(each) for each in periods.ordinals(calendar, ordinal, basis="ltm")]

    assert len(ltm) == calendar.periods_in_year and ltm[-1].ordinal == ordinal
    if isinstance(calendar, periods.Months):
        assert ltm[0].starts.month == (ltm[-1].ends.month % 12) + 1
        assert (ltm[-1].ends - ltm[0].starts).days + 1 in (365, 366)


@given(rules(), st.integers(2000, 2050))
def test_years_by_a_rule_have_52_or_53_weeks_and_so_have_all_last_twelve(calendar, year):
    first = calendar.ordinal(year, 1)

    assert sum(calendar.at(first + n).weeks for n in range(calendar.size(year))) in (52, 53)
    for back in range(calendar.periods_in_year):
        ltm = periods.ordinals(calendar, first + back, basis="ltm")
        assert sum(calendar.at(each).weeks for each in ltm) in (52, 53)


@given(places())
def test_a_year_before_the_year_before_is_two_years_before(place):
    calendar, ordinal = place
    once = periods.prior_year(calendar, ordinal)
    twice = calendar.at(periods.prior_year(calendar, once))

    assert twice.ordinal == ordinal - 2 * calendar.periods_in_year
    if isinstance(calendar, periods.Months):
        assert twice.ends.month == calendar.at(ordinal).ends.month
        assert twice.ends.year == calendar.at(ordinal).ends.year - 2


@given(places())
def test_a_year_to_date_compares_with_one_as_long_or_not_at_all(place):
    calendar, ordinal = place
    prior = periods.prior_year(calendar, ordinal)
    here, there = (periods.ordinals(calendar, each, basis="ytd") for each in (ordinal, prior))

    if periods.incomparable(calendar, ordinal, basis="ytd"):
        assert len(here) != len(there)
    else:
        assert [each - calendar.periods_in_year for each in here] == list(there)


@given(places(), st.integers(-5, 45))
def test_elapsed_working_days_go_from_none_to_all(place, days):
    calendar, ordinal = place
    here = calendar.at(ordinal)
    gone = periods.elapsed(here, through=here.starts + timedelta(days=days))

    assert 0 <= gone.done <= gone.of
    assert (gone.done == 0) or days >= 0
    assert gone.is_over or days < here.days - 1
    assert gone.in_another(here) == gone


@settings(max_examples=60)
@given(ALL)
def test_what_is_described_is_read_back_as_the_same_calendar(calendar):
    assert calendar_from(describe(calendar)) == calendar


# --- golden cases -----------------------------------------------------------------------------------


def test_retail_has_a_53rd_week_in_the_years_the_federation_published():
    long_years = [
        year for year in range(2001, 2030) if sum(NRF.at(NRF.ordinal(year, n)).weeks for n in range(1, 13)) == 53
    ]

    assert long_years == [2006, 2012, 2017, 2023, 2028]
    assert NRF.parse("FY2023-P01").starts == date(2023, 1, 29)
    assert (NRF.parse("FY2023").ends, NRF.parse("FY2023").weeks) == (date(2024, 2, 3), 5)


def test_the_last_saturday_of_september_ends_the_year_it_is_named_by():
    calendar = calendar_from({"pattern": "4-4-5", "start_month": 10, "week_ends_on": "saturday", "year_end": "last"})

    assert [calendar.parse(f"FY{year}").ends for year in (2022, 2023, 2024)] == [
        date(2022, 9, 24),
        date(2023, 9, 30),
        date(2024, 9, 28),
    ]
    assert sum(calendar.at(calendar.ordinal(2023, n)).weeks for n in range(1, 13)) == 53


def test_a_53rd_week_may_be_stated_elsewhere_as_long_as_the_year_keeps_its_weeks():
    rule = {"pattern": "4-4-5", "start_month": 10, "week_ends_on": "saturday", "year_end": "last"}
    calendar = calendar_from({**rule, "years": {"2023": {"weeks": [5, 4, 5, *(4, 4, 5) * 3]}}})

    assert [calendar.parse(f"FY2023-P{n:02}").weeks for n in (1, 2, 3, 12)] == [5, 4, 5, 5]
    assert calendar.parse("FY2024-P01").starts == date(2023, 10, 1)
    with pytest.raises(CalendarRefused, match="The weeks of fiscal year 2023 are 57") as refused:
        calendar_from({**rule, "years": {"2023": {"weeks": [9, 4, 5, *(4, 4, 5) * 3]}}})
    assert refused.value.at == "years.2023.weeks"


def test_nine_months_move_the_year_end_to_september():
    assert_reads(
        [
            {"period": code, "year": p.year, "number": p.number, "quarter": p.quarter, "fiscal": f"FY{p.year}"}
            for code in ("2025-12", "2026-01", "2026-09", "2026-10", "2027-09", "2027-10")
            for p in [SHORT_YEAR.parse(code)]
        ],
        """
        period  | year | number | quarter | fiscal
        2025-12 | 2025 |     12 |       4 | FY2025
        2026-01 | 2026 |      1 |       1 | FY2026
        2026-09 | 2026 |      9 |       3 | FY2026
        2026-10 | 2027 |      1 |       1 | FY2027
        2027-09 | 2027 |     12 |       4 | FY2027
        2027-10 | 2028 |      1 |       1 | FY2028
        """,
    )
    assert SHORT_YEAR.parse("FY2026").code == "2026-09"
    with pytest.raises(PeriodUnknown, match="FY2026 has P01 to P09"):
        SHORT_YEAR.parse("FY2026-P10")


def test_across_a_change_of_year_end_the_last_twelve_stay_twelve_months_and_the_year_to_date_starts_anew():
    assert codes(SHORT_YEAR, "2026-11", "ltm") == [f"2025-{m:02}" for m in (12,)] + [
        f"2026-{m:02}" for m in range(1, 12)
    ]
    assert codes(SHORT_YEAR, "2026-11", "ytd") == ["2026-10", "2026-11"]
    assert len(codes(LONG_YEAR, "2027-03", "ytd")) == 15
    assert codes(LONG_YEAR, "2027-03", "qtd") == ["2027-01", "2027-02", "2027-03"]


@pytest.mark.parametrize(
    ("calendar", "code", "reason"),
    [
        (SHORT_YEAR, "2026-09", ""),
        (SHORT_YEAR, "2026-11", "not_applicable: 2 periods against 11 a year earlier"),
        (SHORT_YEAR, "2027-11", ""),
        (LONG_YEAR, "2026-12", ""),
        (LONG_YEAR, "2027-02", "not_applicable: 14 periods against 2 a year earlier"),
        (LONG_YEAR, "2027-05", "not_applicable: 2 periods against 5 a year earlier"),
    ],
)
def test_a_year_to_date_says_why_it_has_no_counterpart(calendar, code, reason):
    assert periods.incomparable(calendar, calendar.parse(code).ordinal, basis="ytd") == reason
    assert periods.incomparable(calendar, calendar.parse(code).ordinal, basis="ltm") == ""


def test_a_long_year_may_leave_a_label_out():
    assert [LONG_YEAR.parse(code).year for code in ("2025-12", "2026-01", "2027-03", "2027-04")] == [
        2025,
        2027,
        2027,
        2028,
    ]
    with pytest.raises(PeriodUnknown, match="no fiscal year 2026"):
        LONG_YEAR.parse("FY2026")


def test_a_year_may_be_labelled_by_its_start():
    calendar = calendar_from({"start_month": 4, "label": "start"})

    assert calendar.parse("2026-04").year == calendar.parse("2027-03").year == 2026
    assert calendar.parse("FY2026").code == "2027-03"


def test_the_weeks_of_a_quarter_and_of_its_counterpart_are_told_where_they_differ():
    p12 = NRF.parse("FY2023-P12").ordinal

    assert periods.unequal_weeks(NRF, p12, basis="qtd") == (14, 13)
    assert periods.unequal_weeks(NRF, p12 + 12, basis="ytd") == (52, 53)
    assert periods.unequal_weeks(NRF, p12 - 1, basis="ytd") is None
    assert periods.unequal_weeks(SHORT_YEAR, SHORT_YEAR.parse("2026-05").ordinal, basis="ytd") is None


def test_a_unit_may_end_its_year_in_another_month():
    found = declared({"start_month": 1, "units": {"UK": {"start_month": 4}, "DE": {"start_month": 1}}})

    assert found.of("UK").parse("2026-03").number == 12
    assert found.of("DE") == found.of("FR") == found.calendar
    assert document(found) == {"start_month": 1, "units": {"DE": {"start_month": 1}, "UK": {"start_month": 4}}}
    assert declared(document(found)) == found
    assert found != Declared(found.calendar)


RULE = {"pattern": "4-4-5", "start_month": 2, "week_ends_on": "saturday", "year_end": "nearest"}


@pytest.mark.parametrize(
    ("description", "at", "reason"),
    [
        ({}, "start_month", "start_month is missing."),
        ({"start_month": 7, "extra": 1}, "extra", "There is no setting extra here"),
        ({"start_month": 7, "label": "middle"}, "label", "label is one of end, start, not middle."),
        ({"start_month": 1, "years": {"26": {}}}, "years.26", "A fiscal year is labelled 1900 to 2199, not 26."),
        ({"start_month": 1, "years": {"2026": {"from": "2026-01"}}}, "years.2026", "A short or long year is"),
        ({"start_month": 1, "years": {"2026": {"from": "2026-01", "to": "soon"}}}, "years.2026.to", "A month is"),
        (
            {"start_month": 1, "years": {"2026": {"from": "2026-02", "to": "2026-09"}}},
            "years.2026.from",
            "Fiscal year 2026 starts in 2026-02, but the year before it ends with month 12",
        ),
        (
            {"start_month": 1, "years": {"2026": {"from": "2026-01", "to": "2025-12"}}},
            "years.2026.to",
            "Fiscal year 2026 would have 0 months; a year has 1 to 23.",
        ),
        (
            {"start_month": 4, "years": {"2027": {"from": "2026-04", "to": "2026-12"}}},
            "years.2027",
            "and the one after it would be labelled 2027 and 2027",
        ),
        (
            {"start_month": 1, "years": {y: {"from": "2026-01", "to": "2026-09"} for y in ("2026", "2027")}},
            "years.2027.from",
            "Fiscal year 2027 starts in 2026-01",
        ),
        ({**RULE, "pattern": "4-4-4"}, "pattern", "pattern is one of months, 4-4-5"),
        ({**RULE, "pattern": 445}, "pattern", "pattern is one of"),
        ({**RULE, "week_ends_on": "someday"}, "week_ends_on", "week_ends_on is one of monday"),
        ({**RULE, "year_end": "first"}, "year_end", "year_end is one of last, nearest, not first."),
        ({**RULE, "week_53": "hide"}, "week_53", "week_53 is one of disclose, restate, not hide."),
        ({**RULE, "years": {"2026": {"weeks": [4, "4"]}}}, "years.2026", "The periods of a year that does not follow"),
        ({**RULE, "years": {"2026": {"weeks": [40, 12]}}}, "years.2026.weeks", "have 1 to 26 weeks each"),
        ({"pattern": "4-4-5", "year_starts": {"2026": "soon"}}, "year_starts.2026", "year_starts names"),
        ({**RULE, "units": {"UK": {"start_month": 4}}}, "units", "the company's periods are weeks"),
        ({"start_month": 1, "units": {"UK": RULE}}, "units.UK.pattern", "A unit's calendar is one of months"),
        ({"start_month": 1, "units": {"UK": {"start_month": 14}}}, "units.UK.start_month", "month 1 to 12, not 14"),
        ({"start_month": 1, "units": ["UK"]}, "units", "units names calendars by unit"),
    ],
)
def test_a_declaration_is_refused_with_its_place(description, at, reason):
    with pytest.raises(CalendarRefused) as refused:
        declared(description)

    assert (refused.value.at, reason in str(refused.value)) == (at, True), str(refused.value)
