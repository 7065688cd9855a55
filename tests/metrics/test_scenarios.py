"""What the months ahead come to if something is done otherwise: drivers, statement, cash, and what each adds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.readings import Level
from metrics.scenarios.acting import KINDS, idle
from metrics.scenarios.base import ALL_LINES, Facts, LinePart, fingerprint
from metrics.scenarios.case import PROFIT, STATEMENT, Case
from metrics.scenarios.drivers import DRIVERS, LAGS, Setting, SettingRefused, bounds, outside, read_value, written
from tests.metrics.scenarios import (
    CALENDAR,
    DECEMBER,
    FACTS,
    NO_ACCOUNT,
    NOVEMBER,
    OCTOBER,
    ONE,
    SEPTEMBER,
    base,
    case,
    setting,
    whole,
    without,
)
from tests.tables import assert_reads

AHEAD = (OCTOBER, NOVEMBER, DECEMBER)


def over(found: Case, code: str, months=AHEAD) -> float | None:
    return whole(found.figures(months)[code])


# --- what a driver does ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "moved", "profit"),
    [
        ("price", "2 %", {"revenue": 20}, 20),
        ("volume", "10", {"revenue": 100, "cost_of_sales": 40, "cloud_cost": 8}, 60),
        ("hires", "3", {"personnel_cost": 75}, -75),
        ("hires", "−1", {"personnel_cost": -25}, 25),
        ("pay", "4", {"personnel_cost": 10}, -10),
        # 80 of revenue is 8 % of it, which takes 8 % of cost of sales along.
        ("selling_hires", "1", {"revenue": 80, "cost_of_sales": 32, "cloud_cost": 6.4, "personnel_cost": 25}, 23),
        # Of 100 of cloud 80 lies in cost of sales and 20 below gross profit.
        ("cloud_price", "−10", {"cloud_cost": -10, "cost_of_sales": -8, "role:cloud_below": -2}, 10),
        ("purchase_price", "5", {"cost_of_sales": 16}, -16),
        ("marketing", "−50", {"marketing_cost": -25}, 25),
        ("other_cost", "10", {"other_operating_cost": 3}, -3),
        ("collection", "−10", {}, 0),
        ("payment", "10", {}, 0),
    ],
)
def test_a_driver_moves_its_lines_and_no_other(kind, value, moved, profit):
    found = case(setting(kind, value))

    changed = {code: whole(Level(more)) for code in ALL_LINES if (more := found.added[code].get(OCTOBER, 0))}
    assert changed == moved
    assert found.parts[0].profit[OCTOBER] == profit * ONE


def test_a_driver_may_act_on_one_account_of_its_line_alone():
    """Usage is 30 % of revenue: 10 % more for it are 3 % more revenue."""
    known = base(parts={"revenue": {"4200": LinePart("Usage", Fraction(3, 10))}})

    assert over(case(replace(setting("price", "10"), part="4200"), of=known), "revenue") == 3 * 1030
    assert over(case(setting("price", "10"), of=known), "revenue") == 3 * 1100


def test_a_driver_on_an_account_that_is_no_part_of_its_line_says_so_and_adds_nothing():
    gone = replace(setting("price", "10"), part="4900")

    assert idle(gone, base()) == "not_applicable: nothing was booked on 4900 in the newest months"
    assert over(case(gone), "revenue") == 3000


def test_new_customers_come_every_month_and_each_costs_to_win():
    found = case(setting("new_customers", "2"))

    assert_reads(
        [
            {
                "month": CALENDAR.at(month).code,
                "revenue": whole(found.line("revenue", month)),
                "cost": whole(found.line("cost_of_sales", month)),
                "marketing": whole(found.line("marketing_cost", month)),
            }
            for month in AHEAD
        ],
        """
        month   | revenue | cost | marketing
        2026-10 |    1010 |  404 |        60
        2026-11 |    1020 |  408 |        60
        2026-12 |    1030 |  412 |        60
        """,
    )


def test_contractors_become_staff():
    known = base(
        lines={**base().lines, "contractor_cost": dict.fromkeys((SEPTEMBER, *AHEAD), Level(120 * ONE))},
        facts=Facts(head=FACTS.head, contractors=Level(3 * ONE), contractor=Level(40 * ONE)),
    )
    found = case(setting("converted", "2"), of=known)

    assert (over(found, "contractor_cost"), over(found, "personnel_cost")) == (3 * (120 - 80), 3 * (250 + 50))


def test_a_driver_acts_from_its_month_on():
    found = case(setting("price", "10", first=DECEMBER))

    assert [whole(found.line("revenue", month)) for month in AHEAD] == [1000, 1000, 1100]


def test_a_first_month_that_is_closed_by_now_is_the_first_to_come():
    assert over(case(setting("price", "10", first=SEPTEMBER - 2)), "revenue") == 3300


def test_closed_months_never_change():
    found = case(setting("price", "10"), setting("collection", "−20"))

    assert [found.line("revenue", month) for month in base().closed] == [Level(1000 * ONE)] * 4
    assert found.cash(SEPTEMBER) == Level(2000 * ONE)


# --- the statement ---------------------------------------------------------------------------------------


def test_subtotals_and_ratios_follow_by_the_catalogue():
    found = case(setting("price", "10"))
    shown = ("revenue", "gross_profit", "operating_cost", "operating_income")
    before, after = found.figures(AHEAD, of_base=True), found.figures(AHEAD)

    assert_reads(
        [{"line": code, "base": whole(before[code]), "scenario": whole(after[code])} for code in shown],
        """
        line             | base | scenario
        revenue          | 3000 |     3300
        gross_profit     | 1800 |     2100
        operating_cost   | 1050 |     1050
        operating_income |  750 |     1050
        """,
    )
    assert before["operating_margin"].number == 0.25
    assert after["operating_margin"].number == pytest.approx(1050 / 3300)


def test_a_line_that_no_account_carries_counts_as_nothing():
    found = case(setting("price", "10"))

    assert found.figures(AHEAD)["contractor_cost"] == NO_ACCOUNT
    assert over(found, "operating_income") == 1050


def test_a_missing_month_stays_missing_with_its_reason():
    reason = "not_applicable: no forecast"
    found = case(setting("price", "10"), setting("pay", "10"), of=without(base(), "revenue", NOVEMBER, reason))

    assert found.line("revenue", NOVEMBER) == Level(None, reason)
    assert found.figures((NOVEMBER,))["operating_income"] == Level(None, reason)
    assert found.figures(AHEAD)["revenue"] == Level(None, reason)
    assert over(found, "revenue", (OCTOBER, DECEMBER)) == 2200
    assert over(found, "personnel_cost") == 825  # what is known still moves


def test_nothing_acts_on_what_nobody_knows():
    found = case(setting("converted", "0"), setting("price", "10"), of=base(lines={}))

    assert found.parts[1].reason == "not_applicable: no forecast"
    assert found.figures(AHEAD) == found.figures(AHEAD, of_base=True)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("converted", "not_applicable: no contractors"),
        ("new_customers", "not_applicable: no customers"),
        ("collection", "not_applicable: how long customers take to pay is not known"),
    ],
)
def test_a_driver_that_lacks_what_it_acts_by_says_why(kind, reason):
    lacking = base(
        facts=Facts(
            customers=Level(None, "not_applicable: no customers"),
            contractor=Level(None, "not_applicable: no contractors"),
        ),
        lags={"collection": Level(None, "not_applicable: how long customers take to pay is not known")},
    )

    assert idle(Setting("SHOPS", kind, ONE), lacking) == reason
    assert case(Setting("SHOPS", kind, ONE), of=lacking).parts[0].profit == {}


def test_of_a_unit_without_a_forecast_nothing_is_said():
    found = case(setting("price", "10"), of=base(months=(), closed=(), lines={}, cash={}))

    assert found.parts[0].reason == "not_applicable: nothing is forecast of this unit"
    assert found.base.months == ()


# --- cash ------------------------------------------------------------------------------------------------


def test_more_sales_are_collected_as_late_as_all_sales():
    """100 more a month, of which customers always owe the last month and a half."""
    found = case(setting("price", "10"))

    assert [whole(found.cash_added[month]) for month in AHEAD] == [0, 50, 150]
    assert [whole(found.cash(month)) for month in AHEAD] == [2100, 2250, 2450]


def test_more_purchases_are_paid_as_late_and_staff_at_once():
    found = case(setting("marketing", "100"), setting("hires", "1"))

    assert [whole(found.cash_added[month]) for month in AHEAD] == [-25, -25 - 75, -25 - 150]


def test_fewer_days_bring_cash_once():
    """A tenth of a month less of sales is owed: 100 at once, and nothing more after that."""
    third = Setting("SHOPS", "collection", -round(365 / 12 / 10 * ONE))
    found = case(third)

    assert [round(whole(found.cash_added[month]), 1) for month in AHEAD] == [100, 100, 100]
    assert found.parts[0].profit_over(AHEAD) == 0


def test_more_days_to_pay_reach_into_closed_months_and_say_so_where_those_are_not_known():
    found = case(setting("payment", "120"))

    assert whole(found.cash_added[OCTOBER]) == pytest.approx(500 * 120 * 12 / 365, abs=0.001)
    unknown = case(setting("payment", "120"), of=base(closed=(), lines=only_ahead()))
    assert unknown.cash(OCTOBER) == Level(None, "not_applicable: the days reach back to a month that is not known")
    assert whole(unknown.figures(AHEAD)["revenue"]) == 3000


def only_ahead():
    return {code: {month: months[month] for month in AHEAD} for code, months in base().lines.items()}


def test_without_a_lag_sales_are_collected_at_once():
    found = case(setting("price", "10"), of=base(lags={}))

    assert [whole(found.cash_added[month]) for month in AHEAD] == [100, 200, 300]


def test_cash_that_is_not_forecast_stays_missing():
    found = case(setting("price", "10"), of=base(cash={}))

    assert found.cash(OCTOBER) == Level(None, "not_applicable: no cash is forecast")


# --- units below -----------------------------------------------------------------------------------------


def test_what_is_done_in_a_member_is_added_to_the_group():
    group = base("GROUP")
    found = case(setting("price", "10", unit="SHOPS"), of=group, members={"SHOPS": base()})

    assert over(found, "revenue") == 3300
    assert whole(found.cash_added[DECEMBER]) == 150


def test_a_member_known_further_than_its_group_changes_only_what_is_open_there():
    later = base(months=(NOVEMBER, DECEMBER), closed=(SEPTEMBER, OCTOBER))
    found = case(setting("price", "10"), of=base("GROUP"), members={"SHOPS": later})

    assert [whole(found.line("revenue", month)) for month in AHEAD] == [1000, 1100, 1100]


def test_a_driver_of_a_unit_that_is_not_there_does_nothing():
    assert (
        case(setting("price", "10", unit="GONE")).parts[0].reason == "not_applicable: nothing is forecast of this unit"
    )


# --- laws ------------------------------------------------------------------------------------------------

KINDS_OF = sorted(DRIVERS)
settings = st.builds(
    lambda kind, share, first: Setting("SHOPS", kind, round(DRIVERS[kind].high * share), first),
    st.sampled_from(KINDS_OF),
    st.floats(-1, 1),
    st.sampled_from([None, OCTOBER, NOVEMBER, DECEMBER, DECEMBER + 1]),
)
bases = st.builds(
    lambda numbers: base(
        lines={
            code: {month: Level(number + month % 7) for month in (*base().closed, *AHEAD)}
            for code, number in zip(ALL_LINES, numbers, strict=True)
        }
    ),
    st.lists(st.integers(0, 10**12), min_size=len(ALL_LINES), max_size=len(ALL_LINES)),
)


@given(bases, st.lists(st.sampled_from(KINDS_OF), max_size=6))
def test_with_all_drivers_neutral_the_case_is_the_base_exactly(found, kinds):
    laid = case(*(Setting("SHOPS", kind, 0) for kind in kinds), of=found)

    for months in ((OCTOBER,), (NOVEMBER,), AHEAD):
        assert laid.figures(months) == laid.figures(months, of_base=True)
    assert [laid.cash(month) for month in AHEAD] == [found.cash_at(month) for month in AHEAD]


@given(bases, st.lists(settings, max_size=6))
def test_what_the_drivers_add_sums_to_the_whole_difference_exactly(found, laid):
    result = case(*laid, of=found)

    for month in AHEAD:
        before, after = (result.figures((month,), of_base=of_base)[PROFIT].number for of_base in (True, False))
        assert sum(part.profit.get(month, 0) for part in result.parts) == after - before
        more, cash = [part.cash_at(month).number for part in result.parts], result.cash(month).number
        assert (cash is None) == (None in more)  # days that reach back further than the months that are known
        assert cash is None or sum(more) == cash - found.cash_at(month).number


@given(bases, st.lists(settings, max_size=4))
def test_every_amount_stays_a_whole_number(found, laid):
    result = case(*laid, of=found)
    money = [each for code, each in result.figures(AHEAD).items() if not code.endswith("margin")]

    assert all(isinstance(level.number, int) for level in money)
    assert all(isinstance(result.cash(month).number, int | None) for month in AHEAD)


def test_every_driver_acts_or_moves_cash():
    assert set(DRIVERS) == {*KINDS, *LAGS}
    assert set(STATEMENT) >= {PROFIT}


# --- what is typed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("price", "2", 20_000),
        ("price", "+2.5 %", 25_000),
        ("price", "2,5", 25_000),
        ("price", "−14%", -140_000),
        ("price", "", 0),
        ("hires", "3", 30_000),
        ("collection", "-14 days", -140_000),
    ],
)
def test_a_value_is_read_as_people_write_it(kind, text, value):
    assert read_value(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("price", "two", "Prices takes a number; “two” is none."),
        ("price", "1e3", "Prices takes a number; “1e3” is none."),
        ("price", "nan", "Prices takes a number; “nan” is none."),
        ("price", "35", "Prices goes from −30 to +30 %; +35 lies outside."),
        ("hires", "1.5", "Hires takes a whole number."),
        ("hires", "99999999999999999999", "Hires takes a number; “99999999999999999999” is none."),
    ],
)
def test_what_is_no_value_is_refused_with_a_sentence(kind, text, sentence):
    with pytest.raises(SettingRefused) as refused:
        read_value(kind, text)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(("value", "text"), [(25_000, "+2.5"), (-140_000, "−14"), (0, "0"), (1, "+0.0001")])
def test_a_value_is_written_as_it_is_read(value, text):
    assert written("price", value) == text
    assert read_value("price", text) == value


def test_a_range_ends_at_what_there_is():
    few = base(facts=Facts(contractors=Level(25_000)))

    assert bounds("converted", few) == (0, 2 * ONE)
    assert bounds("collection", base())[0] == -45 * ONE  # a month and a half
    assert outside(setting("converted", "3"), few) == (
        "Contractors converted goes up to 2 here: there are no more contractors."
    )
    assert outside(setting("collection", "−60"), base()) == (
        "Days to collect goes down to −45 here: nobody pays before that."
    )
    assert outside(setting("price", "5"), base()) == ""


def test_a_fingerprint_tells_figures_apart():
    same, other = base(), without(base(), "revenue", NOVEMBER, "late")

    assert fingerprint([same]) == fingerprint([base()])
    assert len({fingerprint([same]), fingerprint([other]), fingerprint([base(lags={})])}) == 3
