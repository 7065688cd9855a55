"""Fair comparisons: of a period that is not over, and of years with unequal weeks. Each says which it is."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from ledger import periods
from ledger.periods import Months, calendar_from, describe
from metrics.comparisons import comparison
from tests.ledger.calendars import LONG_YEAR, NRF

YEAR = Months(1)
OCTOBER = YEAR.parse("2026-10").ordinal
NINTH = date(2026, 10, 9)  # seven of twenty-two working days; October 2025 has twenty-three


def october(mode: str, basis: str = "month", **more):  # noqa: ANN003, ANN201 -- whatever a comparison takes
    return comparison(YEAR, OCTOBER, basis=basis, mode=mode, through=NINTH, **more)


def test_without_a_mode_whole_periods_are_compared():
    found = october("")

    assert (found.ordinal, found.prior, found.weights, found.prior_weights, found.said) == (
        OCTOBER,
        OCTOBER - 12,
        {},
        {},
        "",
    )


def test_the_elapsed_part_counts_as_many_working_days_of_the_comparators():
    found = october("elapsed", "ytd")

    assert found.weights == {("budget", OCTOBER): Fraction(7, 22)}
    assert found.prior_weights == {("actual", OCTOBER - 12): Fraction(7, 23)}
    assert found.said == (
        "2026-10 so far against 7 of 22 working days of its budget and 7 of 23 a year earlier, pro rata"
    )


def test_the_open_period_may_be_left_out_here_and_there():
    found = october("closed", "ytd")

    assert (found.ordinal, found.prior, found.said) == (OCTOBER - 1, OCTOBER - 13, "without 2026-10, which is open")


@pytest.mark.parametrize(("basis", "reason"), [("month", True), ("qtd", True), ("ytd", False), ("ltm", False)])
def test_where_the_open_period_is_all_there_is_nothing_is_left_to_compare(basis, reason):
    found = october("closed", basis)

    assert found.reason == ("not_applicable: nothing but 2026-10, which is open" if reason else "")


def test_the_run_rate_takes_the_open_period_as_if_it_went_on_like_this():
    found = october("run-rate", "ytd")

    assert found.weights == {("actual", OCTOBER): Fraction(22, 7)}
    assert found.said == "2026-10 at its run-rate, 7 of 22 working days"


@pytest.mark.parametrize("mode", ["elapsed", "run-rate"])
def test_before_the_first_working_day_is_over_there_is_no_part_to_compare(mode):
    found = comparison(YEAR, YEAR.parse("2026-08").ordinal, basis="month", mode=mode, through=date(2026, 8, 2))

    assert found.reason == "not_applicable: no working day of 2026-08 is over"


@pytest.mark.parametrize("mode", ["elapsed", "closed", "run-rate"])
def test_a_period_that_is_over_or_closed_is_compared_whole(mode):
    over = comparison(YEAR, OCTOBER, basis="ytd", mode=mode, through=date(2026, 10, 31))

    assert over == october("", "ytd") == october(mode, "ytd", is_closed=True)


def test_a_53rd_week_is_disclosed_or_restated_by_weeks():
    restating = calendar_from({**describe(NRF), "week_53": "restate"})
    january = NRF.parse("FY2024-P12").ordinal
    disclosed = comparison(NRF, january, basis="qtd")
    restated = comparison(restating, january, basis="qtd")

    assert (disclosed.said, disclosed.is_restated) == ("13 weeks against 14 a year earlier", False)
    assert restated.said == "13 weeks against 14 a year earlier, restated"
    assert restated.is_restated and not restated.prior_weights
    assert periods.restating(restating, january - 12, years=1) == Fraction(4, 5)


def test_in_the_long_year_itself_the_shorter_year_before_is_restated_to_its_weeks():
    restating = calendar_from({**describe(NRF), "week_53": "restate"})
    january = NRF.parse("FY2023-P12").ordinal

    assert comparison(restating, january, basis="month").is_restated
    assert periods.restating(restating, january - 12, years=1) == Fraction(5, 4)


def test_a_year_to_date_without_a_counterpart_has_no_year_before():
    found = comparison(LONG_YEAR, LONG_YEAR.parse("2027-02").ordinal, basis="ytd")

    assert (found.reason, found.prior_reason) == ("", "not_applicable: 14 periods against 2 a year earlier")
