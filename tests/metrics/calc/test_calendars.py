"""The engine in unusual calendars: short and long years, a 53rd week, units with another year-end, holes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import periods
from ledger.periods import Months, calendar_from
from metrics.calc.axis import Axis
from metrics.calc.evaluate import Place
from metrics.calc.sheets import own_sheets_of
from metrics.calc.workbook import Workbook
from tests.ledger.calendars import LONG_YEAR, NRF, SHORT_YEAR, places
from tests.metrics.calc.small import Small


def company(calendar, first: str, amounts: list[object], unit: str = "A") -> Small:  # noqa: ANN001 -- any calendar
    """One unit whose revenue, and whose heads, are these amounts period by period; `–` is a hole."""
    start = calendar.parse(first).ordinal
    codes = [calendar.at(start + place).code for place in range(len(amounts))]
    cells = " | ".join(str(amount) for amount in amounts)
    figures = f"unit | account | {' | '.join(codes)}\n{unit} | REV | {cells}\n{unit} | HEADS | {cells}"
    return Small(units=f"code\n{unit}", figures=figures, calendar=calendar)


def test_a_short_year_has_nine_months_to_date_and_the_next_one_starts_anew() -> None:
    small = company(SHORT_YEAR, "2025-01", [1] * 24)

    assert small.read("revenue", "A", "2026-09", basis="ytd") == 9
    assert small.read("revenue", "A", "2026-10", basis="ytd") == 1
    assert small.read("share_of_year_gone", "A", "2026-06") == 6 / 9


def test_twelve_months_are_twelve_months_across_a_change_of_year_end() -> None:
    small = company(SHORT_YEAR, "2025-01", list(range(1, 25)))

    assert small.read("revenue", "A", "2026-11", basis="ltm") == sum(range(12, 24))


def test_growth_of_a_year_to_date_without_a_counterpart_says_so() -> None:
    small = company(LONG_YEAR, "2025-01", [100] * 12 + [150] * 15)

    assert small.read("revenue_growth", "A", "2026-12", basis="ytd") == 0.5
    assert small.read("revenue_growth", "A", "2027-02") == 0
    assert (
        small.read("revenue_growth", "A", "2027-02", basis="ytd")
        == "not_applicable: 14 periods against 2 a year earlier"
    )
    assert small.read("revenue", "A", "2027-03", basis="ytd") == 15 * 150
    assert small.read("revenue", "A", "2027-03", basis="qtd") == 3 * 150


def test_a_53rd_week_is_in_the_last_period_and_in_every_twelve_periods_over_it() -> None:
    small = company(NRF, "FY2022-P01", [100] * 24 + [120])

    assert small.read("revenue", "A", "FY2023-P12", basis="ltm") == 1200
    assert small.read("revenue", "A", "FY2024-P01", basis="ltm") == 1220
    assert NRF.parse("FY2023-P12").weeks == 5


def test_periods_that_make_no_year_have_no_twelve_months() -> None:
    calendar = calendar_from(
        {  # fmt: skip
            "pattern": "4-4-5",
            "year_starts": {
                "2021": "2021-01-04",
                "2022": "2022-01-03",
                "2023": "2023-01-02",
                "2024": "2024-01-01",
                "2025": "2024-12-30",
                "2026": "2025-06-09",
                "2027": "2026-06-08",
            },
            "years": {"2025": {"weeks": [4, 4, 5, 5, 5]}},
        }
    )
    small = company(calendar, "FY2024-P01", [1] * 29)

    assert small.read("revenue", "A", "FY2025-P02", basis="ltm") == 12
    assert (
        small.read("revenue", "A", "FY2026-P03", basis="ltm")
        == "not_applicable: the last 12 periods have 54 weeks, not 52 or 53"
    )
    assert small.read("headcount", "A", "FY2026-P03", basis="ltm") == 1
    assert small.read("revenue", "A", "FY2026-P12", basis="ltm") == 12


def test_a_hole_in_a_year_to_date_is_counted_and_never_shortens_it_silently() -> None:
    small = company(Months(1), "2026-01", [10, "–", 30, 40])

    assert small.read("revenue", "A", "2026-04", basis="ytd") == 80
    assert small.coverage("revenue", "A", "2026-04", basis="ytd") == "3 of 4"
    assert small.read("revenue", "A", "2026-02") == "late"


def test_a_unit_with_another_year_end_has_its_own_year_to_date_over_the_same_months() -> None:
    small = company(Months(1), "2025-01", list(range(1, 19)))
    axis = small.company.axis
    own = Axis(tuple(Months(4).at(period.ordinal) for period in axis.periods), 12)
    row = np.array([axis.row(Months(1).parse("2026-06").ordinal)])
    theirs = small.company.seen_from(own)
    other = Workbook(small.books, small.metrics, company=theirs, columns=np.array([0]), reasons=small.reasons)

    assert small.read("revenue", "A", "2026-06", basis="ytd") == sum(range(13, 19))
    assert other.level(Place("actual", "ytd", row), "revenue").plain[0, 0] == sum(range(16, 19))
    assert other.level(Place("actual", "ltm", row), "revenue").plain[0, 0] == sum(range(7, 19))
    assert {sheet.basis for sheet in own_sheets_of("actual", other, rows=row)} == {"own_qtd", "own_ytd"}


@settings(max_examples=40, deadline=None)
@given(places(), st.integers(0, 20))
def test_windows_on_an_axis_are_those_of_the_calendar(place, back) -> None:  # noqa: ANN001 -- any calendar
    calendar, ordinal = place
    first = calendar.ordinal(calendar.at(ordinal - 40).year, 1)
    final = periods.ordinals(calendar, ordinal, basis="year")[-1]
    axis = Axis(tuple(calendar.at(each) for each in range(first, final + 1)), calendar.periods_in_year)
    at = ordinal - back
    for basis in periods.BASES:
        start, stop = axis.window(basis, np.array([axis.row(at)]))
        expected = periods.ordinals(calendar, at, basis=basis)
        assert (axis.periods[start[0]].ordinal, axis.periods[stop[0]].ordinal) == (expected[0], expected[-1])
