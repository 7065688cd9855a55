"""Months, quarters, years and twelve months in fiscal calendars; stocks, lags and other versions."""

from __future__ import annotations

from datetime import date

from ledger.periods import Months, Weeks
from tests.metrics.calc.small import Small


def months(first: int, last: int, year: int) -> list[str]:
    return [f"{year}-{month:02}" for month in range(first, last + 1)]


def line(account: str, amounts: list[int], version: str = "actual", unit: str = "A") -> str:
    return f"{unit} | {account} | {version} | " + " | ".join(str(amount) for amount in amounts)


def company(periods: list[str], *lines: str, **more) -> Small:  # noqa: ANN003 -- whatever a small company takes
    figures = "unit | account | version | " + " | ".join(periods) + "\n" + "\n".join(lines)
    return Small(units="code\nA", figures=figures, **more)


def test_flows_add_up_and_stocks_are_taken_at_the_end() -> None:
    small = company(months(1, 5, 2026), line("REV", [1, 2, 4, 8, 16]), line("RECV", [10, 20, 30, 40, 50]))

    assert small.read("revenue", "A", "2026-05") == 16
    assert small.read("revenue", "A", "2026-05", basis="qtd") == 8 + 16
    assert small.read("revenue", "A", "2026-05", basis="ytd") == 31
    assert small.read("receivables", "A", "2026-05", basis="ytd") == 50


def test_a_fiscal_year_from_july_has_its_own_quarters_and_its_last_month_reads_the_year() -> None:
    periods = months(7, 12, 2025) + months(1, 6, 2026)
    small = company(periods, line("REV", [1] * 12), calendar=Months(7))

    assert small.read("revenue", "A", "2025-09", basis="qtd") == 3
    assert small.read("revenue", "A", "2025-12", basis="ytd") == 6
    assert small.read("revenue", "A", "2026-01", basis="ytd") == 7
    assert small.read("revenue", "A", "2026-06", basis="ytd") == 12
    assert small.read("share_of_year_gone", "A", "2026-03") == 9 / 12


def test_prior_year_is_the_same_ordinal_one_year_earlier_in_the_same_basis() -> None:
    periods = months(1, 12, 2025) + months(1, 2, 2026)
    small = company(periods, line("REV", [100] * 12 + [150, 90]))

    assert small.read("revenue_growth", "A", "2026-01") == 0.5
    assert small.read("revenue_growth", "A", "2026-02", basis="ytd") == 0.2
    assert small.read("revenue_growth", "A", "2025-02") == "not_applicable: no figures"


def test_growth_from_a_loss_has_the_sign_of_the_change() -> None:
    small = company(months(1, 2, 2026), line("REV", [-100, 50]))

    assert small.read("revenue_growth_month", "A", "2026-02") == 1.5


def test_thirteen_periods_of_four_weeks_make_the_last_twelve_months_thirteen() -> None:
    calendar = Weeks("13", ((2025, date(2024, 12, 30)), (2026, date(2025, 12, 29)), (2027, date(2026, 12, 28))))
    periods = [f"FY2025-P{number:02}" for number in range(1, 14)] + ["FY2026-P01"]
    small = Small(
        units="code\nA",
        calendar=_WithYearsBefore(calendar),
        figures="unit | account | version | " + " | ".join(periods) + "\n" + line("REV", list(range(1, 15))),
    )

    assert small.read("revenue", "A", "FY2025-P13", basis="ltm") == sum(range(1, 14))
    assert small.read("revenue", "A", "FY2026-P01", basis="ltm") == sum(range(2, 15))
    assert small.read("revenue_growth", "A", "FY2026-P01") == (14 - 1) / 1


class _WithYearsBefore:
    """A calendar of weeks with as many years before its first as the axis of the tests asks for."""

    def __init__(self, calendar: Weeks) -> None:
        first_year, first_day = calendar.starts[0]
        before = tuple(
            (first_year - back, date.fromordinal(first_day.toordinal() - 364 * back)) for back in range(5, 0, -1)
        )
        self.calendar = Weeks(calendar.pattern, (*before, *calendar.starts))

    def __getattr__(self, name: str):  # noqa: ANN204 -- whatever the calendar has
        return getattr(self.calendar, name)


def test_the_budget_of_the_whole_year_is_read_from_any_of_its_months() -> None:
    small = company(
        months(1, 12, 2026),
        line("COST", [100] * 3 + ["–"] * 9),
        line("COST", [50] * 12, version="budget"),
        accounts="code | kind | role\nCOST | expense | cost_of_sales",
    )

    assert small.read("budget_utilisation", "A", "2026-03") == 300 / 600
    assert small.read("roi_on_budget", "A", "2026-03").startswith("not_applicable: no account")


def test_a_metric_of_another_version_without_figures_says_there_is_no_budget() -> None:
    small = company(months(1, 1, 2026), line("COST", [100]))

    assert small.read("budget_utilisation", "A", "2026-01") == "not_applicable: no budget"


def test_the_close_of_a_year_under_way_is_not_due() -> None:
    small = company(months(1, 3, 2026), line("RECV", [10, 20, 30]))
    small.metrics["year_end"] = small.metrics["cash"].__class__(
        "year_end", "Year end", "money", 0, "percent", "currency", "year(role:receivables)"
    )

    assert small.read("year_end", "A", "2026-03") == "not_due"


def test_a_flow_over_a_year_under_way_says_how_much_of_it_is_there() -> None:
    small = company(months(1, 3, 2026), line("COST", [10, 20, 30]))
    small.metrics["whole_year"] = small.metrics["cash"].__class__(
        "whole_year", "Whole year", "money", 0, "percent", "currency", "year(total_cost)"
    )

    assert small.read("whole_year", "A", "2026-02") == 60
    assert small.coverage("whole_year", "A", "2026-02") == "3 of 12"


def test_revenue_per_head_is_twelve_months_over_closing_heads() -> None:
    small = company(months(1, 12, 2026), line("REV", [10] * 12), line("HEADS", [4] * 11 + [5]))

    assert small.read("revenue_per_head", "A", "2026-12") == 24
    assert small.read("revenue_per_head_avg", "A", "2026-12") == 120 / (49 / 12)


def test_productivity_divides_by_the_mean_and_the_board_reads_the_close() -> None:
    small = company(months(1, 3, 2026), line("HEADS", [10, 20, 60]))
    small.metrics["mean_heads"] = small.metrics["cash"].__class__(
        "mean_heads", "Mean heads", "count", 0, "difference", "heads", "avg(headcount)"
    )

    assert small.read("mean_heads", "A", "2026-03", basis="ytd") == 30
    assert small.read("headcount", "A", "2026-03", basis="ytd") == 60
