"""Spending against a budget: how much is used, what is left for, and the day it runs out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.readings import Level
from metrics.spending import CREDIT, NO_DAYS, NOTHING_BUDGETED, Course, Spent, course, return_on
from tests.tables import assert_reads, table

QUARTER = date(2026, 7, 1), date(2026, 9, 30)
YEAR_END = date(2026, 12, 31)
NOT_DELIVERED = "late: not delivered"


def level(number: int | None, reason: str = NOT_DELIVERED) -> Level:
    return Level(number) if number is not None else Level(None, reason)


def spent(budget: int | None, gone: int | None, quarter: int | None, *past: Spent) -> Course:
    """The course of a year's budget at the end of September, at the rate of the third quarter's 92 days."""
    pace = Spent(*QUARTER, level(quarter))
    return course(level(budget), level(gone), through=QUARTER[1], ends=YEAR_END, pace=pace, past=past)


def test_a_budget_runs_out_on_the_day_the_rate_of_the_quarter_has_used_it_up() -> None:
    rows = table("""
        budget | spent | quarter | state    | day        | over
          1380 |   920 |     920 | runs out | 2026-11-15 | 0.333
          1380 |   920 |     460 | lasts    | –          | 0.0
          1380 |   920 |     461 | runs out | 2026-12-31 | 0.001
          1380 |   920 |     100 | lasts    | –          | -0.261
          1380 |     0 |       0 | lasts    | –          | -1.0
          1380 |   920 |   46000 | runs out | 2026-10-01 | 33.0
    """)
    found = [spent(row.budget, row.spent, row.quarter) for row in rows]

    assert [each.state for each in found] == [row.state for row in rows]
    assert [each.day and str(each.day) for each in found] == [row.day for row in rows]
    assert [round(float(each.over.number or 0), 3) for each in found] == [row.over for row in rows]


def test_a_budget_that_is_spent_ran_out_in_the_month_by_which_all_of_it_was_gone() -> None:
    july, august, september = (
        Spent(date(2026, 7, 1), date(2026, 7, 31), Level(310)),
        Spent(date(2026, 8, 1), date(2026, 8, 31), Level(620)),
        Spent(date(2026, 9, 1), date(2026, 9, 30), Level(300)),
    )
    rows = [spent(budget, 1230, 1230, july, august, september) for budget in (310, 330, 929, 930, 1229)]

    assert_reads(
        [{"state": each.state, "day": str(each.day)} for each in rows],
        """
        state   | day
        ran out | 2026-07-31
        ran out | 2026-08-01
        ran out | 2026-08-31
        ran out | 2026-08-31
        ran out | 2026-09-30
        """,
    )


def test_without_the_months_it_is_known_to_have_run_out_and_not_since_when() -> None:
    unknown = Spent(date(2026, 7, 1), date(2026, 7, 31), level(None))

    for found in (spent(1000, 1230, 1230), spent(1000, 1230, 1230, unknown)):
        assert (found.state, found.day) == ("ran out", None)


def test_a_budget_spent_to_the_last_cent_runs_out_today_if_anything_more_is_spent() -> None:
    assert (spent(920, 920, 92).state, spent(920, 920, 92).day) == ("ran out", QUARTER[1])
    assert spent(920, 920, 0).state == "lasts"


def test_once_the_stretch_is_over_nothing_is_ahead_and_no_rate_is_needed() -> None:
    def closed(budget: int, gone: int) -> Course:
        pace = Spent(*QUARTER, level(None))
        return course(Level(budget), Level(gone), through=QUARTER[1], ends=QUARTER[1], pace=pace)

    assert (closed(1000, 990).state, closed(1000, 990).ahead.number) == ("lasts", 990)
    assert (closed(1000, 1000).state, closed(1000, 1001).state) == ("lasts", "ran out")


@pytest.mark.parametrize(
    ("budget", "gone", "quarter", "reason"),
    [
        (None, 920, 920, NOT_DELIVERED),
        (1380, None, 920, NOT_DELIVERED),
        (1380, 920, None, NOT_DELIVERED),
        (0, 920, 920, NOTHING_BUDGETED),
        (0, 0, 0, NOTHING_BUDGETED),
        (-500, 920, 920, CREDIT),
    ],
)
def test_what_is_not_known_says_why_and_is_no_zero(
    budget: int | None, gone: int | None, quarter: int | None, reason: str
) -> None:
    found = spent(budget, gone, quarter)

    assert (found.state, found.day, found.reason) == ("unknown", None, reason)
    assert found.over.number is None and found.over.reason == reason


def test_no_rate_can_be_read_from_no_days() -> None:
    pace = Spent(date(2026, 10, 1), date(2026, 9, 30), Level(100))
    found = course(Level(1000), Level(100), through=QUARTER[1], ends=YEAR_END, pace=pace)

    assert (found.state, found.reason) == ("unknown", NO_DAYS)


def test_credits_are_no_rate_that_gives_a_budget_back() -> None:
    found = spent(1380, 920, -300)

    assert (found.state, found.ahead.number) == ("lasts", 920)


@given(
    budget=st.integers(1, 10**12),
    gone=st.integers(0, 10**12),
    quarter=st.integers(0, 10**12),
    left=st.integers(0, 200),
)
def test_a_budget_lasts_exactly_where_what_is_ahead_is_within_it(
    budget: int, gone: int, quarter: int, left: int
) -> None:
    ends = QUARTER[1] + timedelta(days=left)
    found = course(Level(budget), Level(gone), through=QUARTER[1], ends=ends, pace=Spent(*QUARTER, Level(quarter)))
    ahead = gone * 92 + quarter * left

    assert (found.state == "lasts") == (ahead <= budget * 92)
    if found.state == "runs out":
        assert found.day is not None
        days = (found.day - QUARTER[1]).days
        assert gone * 92 + quarter * days >= budget * 92 > gone * 92 + quarter * (days - 1)
        assert QUARTER[1] < found.day <= ends


def test_the_return_on_spend_is_income_for_each_unit_of_money() -> None:
    assert return_on(Level(130), Level(1000)).number == 0.13
    assert return_on(Level(-50), Level(1000)).number == -0.05
    assert return_on(Level(5), Level(0)).number is None
    assert return_on(Level(None, "late: x"), Level(1)).reason == "late: x"
