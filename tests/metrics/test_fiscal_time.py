"""Fiscal time from the files to the values: holes, rolling windows, moved year-ends, fair comparisons."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from ledger.actions import import_structure
from ledger.models import Period
from ledger.querysets import company_calendars
from tests.fiscal import company, deliver, months
from tests.ledger.imports import AT
from tests.metrics.engine import SYSTEM, compute, standing
from tests.tables import assert_reads
from units.commands import WrongCall

pytestmark = pytest.mark.django_db


def values(*options: str, metric: str = "revenue", unit: str = "HOME") -> list[dict[str, Any]]:
    out = StringIO()
    call_command("values", "--json", "--metric", metric, "--unit", unit, *options, stdout=out)
    return json.loads(out.getvalue())


def test_a_year_to_date_with_a_hole_prints_its_number_its_coverage_and_a_flag():
    company({"start_month": 1})
    deliver("HOME", months("2026-01", [10, None, 30]))
    compute()

    assert_reads(
        [{"flag": None, **row} for row in values("--basis", "ytd")],
        """
        period  | value     | coverage | flag
        2026-01 | "10.0000" | 1 of 1   | –
        2026-02 | "10.0000" | 1 of 2   | partial: 1 of 2
        2026-03 | "40.0000" | 2 of 3   | partial: 2 of 3
        """,
    )


def test_rolling_windows_are_read_from_stored_months_and_say_which_are_missing():
    company({"start_month": 1})
    deliver("HOME", months("2026-01", [10, 20, None, 40, 50]))
    deliver("HOME", months("2026-01", [5, 5, None, 10, 25]), account="COST")
    compute()

    assert_reads(
        [{"flag": None, **row} for row in values("--basis", "rolling:3")],
        """
        period  | value     | reason                                 | coverage | flag
        2026-01 | –         | not_applicable: fewer than 3 periods   | 1 of 1   | –
        2026-02 | –         | not_applicable: fewer than 3 periods   | 2 of 2   | –
        2026-03 | "30.0000" | –                                      | 2 of 3   | partial: 2 of 3, 2026-03
        2026-04 | "60.0000" | –                                      | 2 of 3   | partial: 2 of 3, 2026-03
        2026-05 | "90.0000" | –                                      | 2 of 3   | partial: 2 of 3, 2026-03
        """,
    )
    [margin] = values("--basis", "rolling:2", "--period", "2026-05", metric="gross_margin")
    assert margin["value"] == pytest.approx(55 / 90)


def test_rolling_twelve_is_the_stored_last_twelve():
    company({"start_month": 4})
    deliver("HOME", months("2025-01", list(range(1, 19))))
    compute()
    rolling, stored = values("--basis", "rolling:12"), values("--basis", "ltm")

    assert [(row["value"], row["reason"]) for row in rolling] == [(row["value"], row["reason"]) for row in stored]


@pytest.mark.parametrize("basis", ["rolling:0", "rolling:121", "rolling:x", "week", "rolling"])
def test_a_basis_there_is_not_is_a_wrong_call(basis):
    company({"start_month": 1})
    deliver("HOME", months("2026-01", [10]))
    compute()

    with pytest.raises(WrongCall, match="is no basis"):
        values("--basis", basis)


def test_figures_come_in_by_fiscal_codes_and_a_moved_year_end_keeps_what_stood():
    company({"start_month": 1})
    deliver("HOME", months("2025-01", [1] * 18))
    company({"start_month": 1, "years": {"2026": {"from": "2026-01", "to": "2026-09"}}})
    deliver("UK", {"FY2026-P09": 7, "FY2027-P01": 8})
    compute()

    assert Period.objects.get(code="2026-10").year == 2027
    assert [row["value"] for row in values("--basis", "ytd", "--period", "2026-10", unit="UK")] == ["8.0000"]
    assert [row["value"] for row in values("--basis", "ytd", "--period", "2026-09", unit="UK")] == ["7.0000"]
    assert [row["value"] for row in values("--basis", "ytd", "--period", "2026-06")] == ["6.0000"]


def test_a_year_before_that_was_counted_otherwise_is_missing_with_the_reason():
    company({"start_month": 1, "years": {"2026": {"from": "2026-01", "to": "2026-09"}}})
    deliver("HOME", months("2025-01", [1] * 23))
    compute()

    assert_reads(
        values("--basis", "ytd", "--period", "2026-09", "--period", "2026-11", "--version", "prior-year"),
        """
        period  | value    | reason
        2026-09 | "9.0000" | –
        2026-11 | –        | not_applicable: 2 periods against 11 a year earlier
        """,
    )


def test_a_unit_with_another_year_end_has_both_years_and_the_group_adds_up_in_its_own():
    company({"start_month": 1, "units": {"UK": {"start_month": 4}}})
    deliver("HOME", months("2026-01", [1, 1, 1, 1, 1, 1]))
    deliver("UK", months("2025-10", [10] * 9))
    compute()

    [group] = values("--basis", "ytd", "--period", "2026-06", unit="ALL")
    [theirs] = values("--basis", "ytd", "--period", "2026-06", unit="UK")
    [own] = values("--basis", "own_ytd", "--period", "2026-06", unit="UK")
    assert (group["value"], theirs["value"], own["value"]) == ("66.0000", "60.0000", "30.0000")
    assert values("--basis", "own_ytd", unit="HOME") == []
    [half_a_year] = values("--basis", "own_ytd", "--period", "2026-03", unit="UK")
    assert (half_a_year["value"], half_a_year["coverage"], half_a_year["flag"]) == (
        "60.0000",
        "6 of 12",
        "partial: 6 of 12",
    )


def test_a_late_correction_moves_the_units_own_year_as_a_full_recompute_would():
    company({"start_month": 1, "units": {"UK": {"start_month": 4}}})
    deliver("UK", months("2025-10", [10] * 9))
    compute()
    deliver("UK", months("2026-02", [10, 10, 99, 10, 10]))
    compute()
    incremental = standing()
    compute(full=True)

    assert incremental == standing()
    assert [row["value"] for row in values("--basis", "own_ytd", "--period", "2026-06", unit="UK")] == ["119.0000"]


SUBGROUP = """
    code  | name   | parent | currency
    ALL   | Group  |        | EUR
    HOME  | Home   | ALL    |
    ASIA  | Asia   | ALL    |
    INDIA | India  | ASIA   |
    JAPAN | Japan  | ASIA   |
"""


def test_a_group_with_another_year_end_has_it_for_all_below_it_that_have_none_of_their_own():
    april, july = {"start_month": 4}, {"start_month": 7}
    company({"start_month": 1, "units": {"ASIA": april, "JAPAN": july}}, SUBGROUP)
    for unit, amount in {"HOME": 1, "INDIA": 10, "JAPAN": 100}.items():
        deliver(unit, months("2025-01", [amount] * 18))
    compute()

    def own(unit: str, basis: str = "own_ytd") -> list[str]:
        return [row["value"] for row in values("--basis", basis, "--period", "2026-06", unit=unit)]

    assert own("ASIA") == ["330.0000"]  # April to June of both, whatever their own years
    assert own("INDIA") == ["30.0000"]
    assert own("JAPAN") == ["1200.0000"]
    assert own("HOME") == own("ALL") == []
    assert own("ALL", "ytd") == ["666.0000"]  # the group adds up over the same months


def test_a_unit_below_such_a_group_may_keep_the_companys_year():
    january, april = {"start_month": 1}, {"start_month": 4}
    company({**january, "units": {"ASIA": april, "JAPAN": january}}, SUBGROUP)

    assert sorted(company_calendars().units) == ["ASIA", "INDIA"]


def test_an_open_month_is_compared_like_for_like_and_says_how():
    company({"start_month": 1})
    deliver("HOME", months("2025-01", [23] * 12) | months("2026-01", [22] * 9 + [10]))
    deliver("HOME", months("2026-01", [44] * 12), version="budget-2026")
    compute()

    def october(version: str, mode: str, basis: str = "month") -> tuple[str | None, str]:
        options = ["--period", "2026-10", "--basis", basis, "--version", version, "--like-for-like", mode]
        [row] = values(*options, "--on", "2026-10-09")
        return row["value"] or row["reason"], row.get("flag", "")

    said = "2026-10 so far against 7 of 22 working days of its budget and 7 of 23 a year earlier, pro rata"
    assert october("actual", "elapsed") == ("10.0000", said)
    assert october("budget", "elapsed") == ("14.0000", said)
    assert october("prior-year", "elapsed") == ("7.0000", said)
    assert october("prior-year", "elapsed", "ytd") == (f"{9 * 23 + 7}.0000", said)
    assert october("actual", "closed", "ytd") == ("198.0000", "without 2026-10, which is open")
    assert october("prior-year", "closed", "ytd") == ("207.0000", "without 2026-10, which is open")
    assert october("actual", "run-rate") == ("31.4286", "2026-10 at its run-rate, 7 of 22 working days")
    assert october("actual", "closed")[0] == "not_applicable: nothing but 2026-10, which is open"


RETAIL = {"pattern": "4-5-4", "start_month": 2, "week_ends_on": "saturday", "year_end": "nearest", "label": "start"}


@pytest.mark.parametrize(
    ("policy", "value", "said"),
    [
        ("disclose", "600.0000", "13 weeks against 14 a year earlier"),
        ("restate", "500.0000", "13 weeks against 14 a year earlier, restated"),
    ],
)
def test_the_quarter_after_a_53rd_week_is_disclosed_or_restated(policy, value, said):
    company({**RETAIL, "week_53": policy})
    deliver("HOME", {"FY2023-P10": 50, "FY2023-P11": 50, "FY2023-P12": 500, "FY2024-P12": 400})
    compute()

    [row] = values("--basis", "qtd", "--period", "FY2024-P12", "--version", "prior-year")
    assert (row["value"], row["flag"]) == (value, said)


@pytest.mark.parametrize(("policy", "growth"), [("disclose", 400 / 600 - 1), ("restate", 400 / 500 - 1)])
def test_growth_after_a_53rd_week_compares_the_weeks_that_the_prior_year_is_shown_with(policy, growth):
    company({**RETAIL, "week_53": policy})
    deliver("HOME", {"FY2023-P10": 50, "FY2023-P11": 50, "FY2023-P12": 500, "FY2024-P12": 400})
    compute()

    [row] = values("--basis", "qtd", "--period", "FY2024-P12", metric="revenue_growth")
    assert row["value"] == pytest.approx(growth)
    [prior] = values("--basis", "qtd", "--period", "FY2024-P12", "--version", "prior-year")
    assert float(prior["value"]) * (1 + row["value"]) == pytest.approx(400)


def test_a_calendar_under_figures_changes_only_where_no_figure_stands():
    company({"start_month": 1})
    deliver("HOME", months("2026-01", [1, 2, 3]))

    report = import_structure(actor=SYSTEM, at=AT, calendar={"start_month": 7})
    [problem] = report.errors
    assert problem.reason == "Periods with figures stand in another calendar; it can no longer be changed."
    assert problem.value == "2026-01 would become 2026-01 of fiscal year 2026"
    months_to_weeks = import_structure(actor=SYSTEM, at=AT, calendar=RETAIL)
    assert months_to_weeks.errors[0].value == "2026-01 would become FY2026-P01 of fiscal year 2026"


def test_a_calendar_of_a_unit_nobody_knows_is_refused_at_its_place():
    company({"start_month": 1})
    report = import_structure(actor=SYSTEM, at=AT, calendar={"start_month": 1, "units": {"NO": {"start_month": 4}}})

    assert [(each.column, each.reason) for each in report.errors] == [
        ("units.NO", "There is no unit with the code NO to give a calendar of its own.")
    ]
