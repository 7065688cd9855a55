"""Readings over stored months say what the engine says, and weigh parts of periods."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.periods import Calendar, Months, calendar_from, describe, prior_year, restating
from metrics.calc.evaluate import Place
from metrics.catalogue import METRICS
from metrics.formula import SCALE, Context
from metrics.timeframes import Book, Stored, Timeframe
from tests.ledger.calendars import NRF
from tests.metrics.calc.small import Small

YEAR = Months(1)
FIRST = YEAR.parse("2024-01").ordinal
CODES = ["revenue", "gross_profit", "gross_margin", "operating_income", "headcount", "revenue_per_head", "dso",
         "account:REV", "account:HEADS", "revenue_growth", "account:RECV"]  # fmt: skip


def small(months: int, amounts, calendar: Calendar = YEAR, first: int = FIRST, metrics=None) -> Small:  # noqa: ANN001 -- plain numbers by month
    codes = [calendar.at(first + place).code for place in range(months)]
    lines = [f"A | {account} | " + " | ".join(str(each) for each in amounts[account]) for account in amounts]
    figures = f"unit | account | {' | '.join(codes)}\n" + "\n".join(lines)
    return Small(units="code\nA", figures=figures, calendar=calendar, metrics=metrics)


def timeframe(of: Small, ordinal: int, weights=None) -> Timeframe:  # noqa: ANN001 -- plain numbers by month
    """Readings whose sheets are the engine's levels."""
    workbook, axis = of.book(), of.company.axis

    def stored(version: str, basis: str, at: int, code: str) -> Stored | None:
        row = axis.row(at)
        if version not in of.books or not 0 <= row < len(axis) or not of.books[version].opened <= row:
            return None
        if row > of.books[version].newest:
            return None
        level = workbook.level(Place(version, basis, np.array([row])), code)
        have, expected = int(level.coverage.have[0, 0]), int(level.coverage.of[0, 0])
        reason = of.reasons.texts[level.reason[0, 0]]
        if reason:
            return Stored(None, reason, have, expected)
        number = level.values[0, 0].item()
        metric = of.metrics.get(code)
        if metric and metric.kind in ("money", "count") and not level.exact:
            number = round(number * SCALE)
        return Stored(number, "", have, expected)

    book = Book(
        of.metrics,
        {node.code: node.rollup for node in of.chart.accounts},
        {role: {of.chart.accounts[at].code: factor for at, factor in terms} for role, terms in of.chart.terms.items()},
    )
    opened = {version: axis.periods[each.opened].ordinal for version, each in of.books.items()}
    return Timeframe(book, of.calendar, ordinal, stored, opened, weights or {})


AMOUNTS = st.lists(st.one_of(st.integers(1, 500), st.just("–")), min_size=18, max_size=18)


@settings(max_examples=25, deadline=None)
@given(AMOUNTS, AMOUNTS, AMOUNTS, st.integers(2, 12), st.integers(0, 5))
def test_the_last_periods_read_from_months_are_what_the_engine_computes(revenue, cost, heads, count, back):
    company = small(18, {"REV": revenue, "COST": cost, "HEADS": heads, "RECV": heads})
    book = company.books.get("actual")
    if book is None:
        return
    row = book.newest - back
    ordinal = company.company.axis.periods[row].ordinal
    read = timeframe(company, ordinal)
    for code in CODES:
        level = company.book().level(Place("actual", f"last:{count}", np.array([row])), code)
        found = read.value(code, Context("actual", f"last:{count}"))
        if level.present[0, 0]:
            assert found.plain == pytest.approx(float(level.plain[0, 0]), rel=1e-9), code
        else:
            assert found.number is None, (code, found, company.reasons.texts[level.reason[0, 0]])


def test_rolling_windows_add_flows_take_stocks_at_the_end_and_divide_sums():
    company = small(4, {"REV": [10, 20, 30, 40], "COST": [5, 5, 5, 20], "HEADS": [1, 2, 3, 4]})
    read = timeframe(company, FIRST + 3)

    assert read.level("revenue", Context("actual", "last:3")).number == 90 * SCALE
    assert read.level("gross_margin", Context("actual", "last:3")).number == pytest.approx(60 / 90)
    assert read.level("headcount", Context("actual", "last:3")).number == 4 * SCALE
    assert read.level("revenue", Context("actual", "last:5")).reason == "not_applicable: fewer than 5 periods"


def test_a_hole_in_a_window_is_named():
    company = small(4, {"REV": [10, "–", 30, 40]})
    read = timeframe(company, FIRST + 3)
    level = read.level("revenue", Context("actual", "last:3"))

    assert (level.number, level.have, level.of) == (70 * SCALE, 2, 3)
    assert read.holes("revenue", Context("actual", "last:3")) == [FIRST + 1]


def test_a_part_of_a_period_takes_its_part_of_flows_and_leaves_stocks_alone():
    company = small(3, {"REV": [10, 20, 31], "COST": [1, 2, 3], "HEADS": [5, 6, 7]})
    read = timeframe(company, FIRST + 2, {("actual", FIRST + 2): Fraction(1, 3)})

    assert read.level("revenue", Context("actual", "month")).number == 103333
    assert read.level("revenue", Context("actual", "ytd")).number == 300000 + 103333
    assert read.level("revenue", Context("actual", "month", 1)).number == 200000
    assert read.level("gross_margin", Context("actual", "month")).number == pytest.approx(28 / 31, rel=1e-4)
    assert read.level("headcount", Context("actual", "ytd")).number == 7 * SCALE


def test_a_formula_that_counts_days_is_not_read_over_a_part_of_a_period():
    company = small(2, {"REV": [10, 20], "RECV": [30, 40]})
    read = timeframe(company, FIRST + 1, {("actual", FIRST + 1): Fraction(1, 2)})
    level = read.level("dso", Context("actual", "month"))

    assert level.number is None and level.reason.endswith("is not read over a part of a period")


def test_parts_of_a_budget_leave_the_actuals_whole():
    figures = f"unit | account | version | {YEAR.at(FIRST).code}\nA | REV | actual | 10\nA | REV | budget | 40"
    read = timeframe(Small(units="code\nA", figures=figures), FIRST, {("budget", FIRST): Fraction(1, 4)})

    assert read.level("revenue", Context("actual", "month")).number == 10 * SCALE
    assert read.level("revenue", Context("budget", "month")).number == 10 * SCALE


# --- years with a 53rd week --------------------------------------------------------------------------------

RESTATING = calendar_from({**describe(NRF), "week_53": "restate"})
LONG = RESTATING.parse("FY2023-P12").ordinal  # five weeks, against four a year earlier and a year later
PRIORS = {
    code: replace(METRICS["revenue"], code=code, formula=formula)
    for code, formula in {
        "before": "prior(role:revenue)",
        "year_before": "prior(ytd(role:revenue))",
        "twice": "prior(prior(role:revenue))",
        "stock_before": "prior(role:receivables)",
        "mean_before": "prior(average(role:revenue, 3))",
        "yearly_before": "prior(ann(role:revenue))",
        "through_a_metric": "prior(revenue)",
    }.items()
}


def retail(amounts: list[int]) -> Small:
    found = {"REV": amounts, "RECV": amounts}
    return small(len(amounts), found, RESTATING, LONG - 23, {**METRICS, **PRIORS})


def test_a_year_before_is_read_in_the_weeks_it_is_compared_with():
    company = retail([100] * 23 + [500] + [100] * 12 + [100] * 12)

    assert company.read("before", "A", "FY2024-P12") == 400  # 500 in five weeks are 400 in four
    assert company.read("before", "A", "FY2023-P12") == 125  # and 100 in four weeks 125 in five
    assert company.read("before", "A", "FY2024-P11") == 100
    assert company.read("year_before", "A", "FY2024-P12") == 1100 + 400
    assert company.read("twice", "A", "FY2025-P12") == 400
    assert company.read("stock_before", "A", "FY2024-P12") == 500
    assert company.read("through_a_metric", "A", "FY2024-P12") == 400
    assert company.read("yearly_before", "A", "FY2024-P11") == 1200
    assert company.read("yearly_before", "A", "FY2024-P12") == (
        "not_applicable: ann(…) is not read over restated weeks"
    )


@settings(max_examples=20, deadline=None)
@example([100] * 48, 25, "month")  # two years earlier nothing had been delivered yet
@example([100] * 48, 36, "ytd")
@example([100] * 48, 24, "month")  # a 53rd week, two years before which nothing stood
@given(
    st.lists(st.integers(1, 500), min_size=48, max_size=48),
    st.integers(0, 40),
    st.sampled_from(["month", "qtd", "ytd"]),
)
def test_a_look_back_says_the_same_on_a_page_and_in_the_engine(amounts, back, basis):
    company = retail(amounts)
    row = company.books["actual"].newest - back
    read = timeframe(company, company.company.axis.periods[row].ordinal)
    for code, metric in PRIORS.items():
        level = company.book().level(Place("actual", basis, np.array([row])), code)
        found = read.computed(metric, Context("actual", basis))
        reason = company.reasons.texts[level.reason[0, 0]]
        assert (found.number, found.reason) == ((None, reason) if reason else (round(level.plain[0, 0] * SCALE), "")), (
            code
        )


@given(st.integers(1, 60), st.integers(1, 3))
def test_restating_there_and_back_is_the_same(back, years):
    ordinal = LONG + 12 - back
    earlier = ordinal
    for _ in range(years):
        earlier = prior_year(RESTATING, earlier)
    step = Fraction(1)
    for at in range(years):
        step *= restating(RESTATING, earlier + at * 12, years=1)

    assert restating(RESTATING, earlier, years=years) == step
    assert restating(NRF, earlier, years=years) == 1
