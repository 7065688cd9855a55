"""The demonstration's figures, added up by hand: the group's quarter and the stories planted in it.

Plain arithmetic over the generator, without database or engine; that the engine finds the same from what was imported
is in `test_stories`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable

import pytest

from sample.balances import balances
from sample.company import ACTUAL_MONTHS, CODES, CORPORATE, MONTHS, NOW, PROFILES, QUARTER, place
from sample.customers import counts
from sample.figures import COSTS, LINES, Statement, books, corporate_books, cost, revenue
from sample.staff import contractors, heads, open_positions, planned_contractors, planned_heads
from sample.trade import actual_trade, planned_trade
from tests.tables import assert_reads

YEAR_TO_DATE = range(place(2026, 1), NOW + 1)
TWELVE_MONTHS = range(NOW - 11, NOW + 1)
A_DOLLAR = 100
THOUSAND = 1000 * A_DOLLAR


def sold(unit: str, months: Iterable[int], version: str = "actual") -> int:
    return sum(revenue(getattr(books()[unit], version), at) for at in months)


def earned(unit: str, months: Iterable[int], version: str = "actual") -> int:
    statement = getattr(books()[unit], version)
    return sum(revenue(statement, at) - cost(statement, at) for at in months)


def line(unit: str, name: str, months: Iterable[int], version: str = "actual") -> int:
    statement: Statement = getattr(books()[unit], version)
    return sum(statement[name][at] for at in months)


def group_sold(months: Iterable[int], version: str = "actual") -> int:
    trade = actual_trade if version == "actual" else planned_trade
    months = list(months)
    return sum(sold(unit, months, version) for unit in CODES) - sum(sum(trade(at).values()) for at in months)


def group_earned(months: Iterable[int], version: str = "actual") -> int:
    months = list(months)
    centre = sum(cost(getattr(corporate_books(), version), at) for at in months)
    return sum(earned(unit, months, version) for unit in CODES) - centre


def staff(at: int, unit: str | None = None) -> int:
    return sum(path[at] for (owner, _), path in heads().items() if unit in (None, owner))


def year_before(months: Iterable[int]) -> list[int]:
    return [at - 12 for at in months]


def test_the_group_s_third_quarter() -> None:
    found = [
        {"figure": "revenue", "actual": group_sold(QUARTER), "budget": group_sold(QUARTER, "budget")},
        {"figure": "operating income", "actual": group_earned(QUARTER), "budget": group_earned(QUARTER, "budget")},
    ]
    for row in found:
        row |= {name: row[name] / THOUSAND / 1000 for name in ("actual", "budget")}  # type: ignore[operator]  # numbers of a table

    assert_reads(
        found,
        """
        figure           | actual | budget
        revenue          |   49.5 |   49.0
        operating income |   7.96 |   8.29
    """,
    )


def test_headcount_of_the_last_twelve_months_actual_and_planned() -> None:
    planned = planned_heads()

    assert [staff(at) for at in TWELVE_MONTHS] == [147, 148, 148, 150, 151, 151, 153, 154, 155, 157, 157, 158]
    assert [sum(path[at] for path in planned.values()) for at in TWELVE_MONTHS] == [
        *(148, 149, 150, 151, 152, 154, 156, 157, 159, 161, 162, 163)
    ]
    assert (staff(NOW - 12), staff(NOW, CORPORATE)) == (146, 4)


def test_people_around_the_staff() -> None:
    assert sum(contractors(profile, NOW) for profile in PROFILES) == 19
    assert sum(open_positions(NOW).values()) == 5


def test_unit_4_spends_two_thirds_more_on_contractors_than_planned() -> None:
    spent, planned = line("U04", "contractors", QUARTER), line("U04", "contractors", QUARTER, "budget")
    people = planned + line("U04", "employees", QUARTER, "budget")

    assert spent / planned - 1 == pytest.approx(0.67, abs=0.005)
    assert spent / people == pytest.approx(0.60, abs=0.005)
    assert 4 * (spent - planned) / THOUSAND == pytest.approx(180, abs=0.5)


def test_unit_4_has_three_contractors_more_than_planned() -> None:
    profile = PROFILES[3]

    assert (contractors(profile, NOW), planned_contractors(profile, NOW)) == (4, 1)


def test_unit_6_grows_by_two_fifths_and_keeps_less_and_less() -> None:
    first_quarter = range(place(2026, 1), place(2026, 3) + 1)

    assert sold("U06", QUARTER) / sold("U06", year_before(QUARTER)) - 1 == pytest.approx(0.40, abs=0.0005)
    assert earned("U06", QUARTER) / sold("U06", QUARTER) == pytest.approx(0.15, abs=0.0005)
    assert earned("U06", first_quarter) / sold("U06", first_quarter) == pytest.approx(0.23, abs=0.002)


def test_unit_6_s_cloud_cost_grows_faster_than_its_revenue() -> None:
    cloud = line("U06", "cloud", QUARTER) / line("U06", "cloud", year_before(QUARTER)) - 1

    assert cloud == pytest.approx(0.97, abs=0.01)
    assert 0.05 * sold("U06", TWELVE_MONTHS) / THOUSAND == pytest.approx(850, abs=5)


def test_unit_7_sells_18_percent_with_12_percent_of_the_people() -> None:
    group = group_sold(TWELVE_MONTHS)

    assert staff(NOW, "U07") / staff(NOW) == pytest.approx(0.12, abs=0.005)
    assert sold("U07", TWELVE_MONTHS) / group == pytest.approx(0.18, abs=0.005)
    assert sold("U07", TWELVE_MONTHS) / staff(NOW, "U07") / THOUSAND / 1000 == pytest.approx(1.8, abs=0.05)
    assert group / staff(NOW) / THOUSAND / 1000 == pytest.approx(1.2, abs=0.05)


def test_unit_8_waits_72_days_for_its_money() -> None:
    days = sum(monthrange(*MONTHS[at])[1] for at in QUARTER)

    assert balances()["U08"].receivables[NOW] * days / sold("U08", QUARTER) == pytest.approx(72, abs=0.0001)


def test_the_other_units_collect_in_38_to_48_days() -> None:
    days = sum(monthrange(*MONTHS[at])[1] for at in QUARTER)
    waiting = [balances()[unit].receivables[NOW] * days / sold(unit, QUARTER) for unit in CODES if unit != "U08"]

    assert 38 <= min(waiting) <= max(waiting) <= 48


def test_unit_10_sells_18_percent_less_than_planned() -> None:
    assert sold("U10", QUARTER) / sold("U10", QUARTER, "budget") - 1 == pytest.approx(-0.18, abs=0.005)


def test_the_class_of_every_unit() -> None:
    def class_of(unit: str) -> str:
        income, planned_income = earned(unit, YEAR_TO_DATE), earned(unit, YEAR_TO_DATE, "budget")
        margin = income / sold(unit, YEAR_TO_DATE)
        if margin < 0.10 or sold(unit, YEAR_TO_DATE) <= 0.9 * sold(unit, YEAR_TO_DATE, "budget"):
            return "struggling"
        if sold(unit, TWELVE_MONTHS) >= 1.2 * sold(unit, year_before(TWELVE_MONTHS)):
            return "growing"
        return "high" if margin >= 0.20 and income >= 1.05 * planned_income else "stable"

    assert_reads(
        [{"unit": unit, "class": class_of(unit)} for unit in CODES],
        """
        unit | class
        U01  | high
        U02  | stable
        U03  | high
        U04  | struggling
        U05  | stable
        U06  | growing
        U07  | high
        U08  | stable
        U09  | stable
        U10  | struggling
        U11  | stable
        U12  | growing
    """,
    )


def test_classes_do_not_hang_on_a_hair() -> None:
    """High units beat their budget by clearly more than five percent, so that no rounding decides."""
    for unit in ("U01", "U03", "U07"):
        assert earned(unit, YEAR_TO_DATE) / earned(unit, YEAR_TO_DATE, "budget") - 1 > 0.055, unit


def test_what_units_sell_each_other_is_the_same_share_every_month() -> None:
    for at in range(ACTUAL_MONTHS):
        everything = sum(sold(unit, [at]) for unit in CODES)
        assert sum(actual_trade(at).values()) == round(everything * 0.0118)
    for at in range(len(MONTHS)):
        everything = sum(sold(unit, [at], "budget") for unit in CODES)
        assert sum(planned_trade(at).values()) == round(everything * 0.0120)


def test_every_line_of_every_unit_is_positive_and_complete() -> None:
    for unit, each in books().items():
        assert set(each.actual) == set(each.budget) == set(LINES), unit
        for name in LINES:
            assert len(each.actual[name]) == ACTUAL_MONTHS and min(each.actual[name]) > 0, (unit, name)
            assert len(each.budget[name]) == len(MONTHS) and min(each.budget[name]) > 0, (unit, name)


def test_the_corporate_centre_only_costs() -> None:
    centre = corporate_books()

    assert revenue(centre.actual, NOW) == 0
    assert sum(cost(centre.actual, at) for at in QUARTER) / THOUSAND == pytest.approx(1292, abs=0.01)
    assert [name for name in COSTS if centre.actual[name][NOW]] == ["employees", "marketing", "other"]


def test_customers_follow_from_those_won_and_lost() -> None:
    for unit, months in counts().items():
        for before, month in zip(months, months[1:], strict=False):
            assert month.customers == before.customers + month.won - month.lost, unit


def test_unit_6_pays_more_than_17_000_for_a_customer_since_two_months() -> None:
    prices = [month.spend / month.won / THOUSAND for month in counts()["U06"][-3:]]

    assert [price > 17 for price in prices] == [False, True, True]
    assert prices[-1] == pytest.approx(18.4, abs=0.001)
