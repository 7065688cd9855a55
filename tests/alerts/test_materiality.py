"""How large a difference must be to be worth attention, and what becomes of those that are not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.judging.suppressed import suppressed
from alerts.rules import is_worth_attention
from metrics.readings import Level, Materiality, is_material, variance
from tests.alerts.court import ONE, bench, cost, edition

# --- materiality -------------------------------------------------------------------------------------

LEVELS = """
    unit  | metric          | version | 2026-08
    SHOP1 | contractor_cost | actual  |     120
    SHOP1 | contractor_cost | budget  |     100
    SHOP1 | revenue         | actual  |   1,000
    NORTH | contractor_cost | actual  |     120
    NORTH | contractor_cost | budget  |     100
    NORTH | revenue         | actual  |   6,000
    GROUP | contractor_cost | actual  |   1,200
    GROUP | contractor_cost | budget  |   1,000
    GROUP | revenue         | actual  |  10,000
"""


def test_floors_grow_with_the_unit_and_never_fall_below_the_minimum():
    rule = edition(cost(floor_amount="15", floor_share="0.01"))
    found = bench(LEVELS, rule)

    floors = [found.court.floor(rule, unit, found.book, 24319) for unit in (3, 2, 1)]
    assert floors == [15, 60, 100]
    assert [found.judge(unit, "2026-08").severity for unit in ("SHOP1", "NORTH", "GROUP")] == ["warning", "", "warning"]


AMOUNT = st.integers(-(10**9), 10**9)


@given(
    st.tuples(AMOUNT, AMOUNT) | st.tuples(st.floats(-5, 5), st.floats(-5, 5)),
    st.sampled_from(["0", "0.5", "15", "99999.9999"]),
    st.sampled_from(["both", "either"]),
)
def test_a_floor_in_money_alone_decides_as_materiality_does(
    pair: tuple[int, int] | tuple[float, float], floor: str, test: str
):
    terms, (value, base) = cost(floor_amount=floor, materiality=test), pair
    is_amount = isinstance(value, int)
    limits = Materiality(Fraction(floor) * (ONE if is_amount else 1), "0")  # type: ignore[arg-type]  # exact, as there

    found = is_worth_attention(terms, 1, Level(value), Level(base), is_amount=is_amount)

    assert found == is_material(variance(Level(value), Level(base), sense=-1), limits)


def test_what_is_suppressed_says_which_level_it_had_reached():
    judged = bench(LEVELS, edition(cost(floor_amount="21"))).judge("SHOP1", "2026-08")

    assert (judged.severity, judged.suppressed, judged.beyond) == ("", "warning", 20)


def test_small_in_the_month_and_large_in_the_year_is_worth_attention_where_the_terms_say_so():
    ytd = """
        unit  | metric          | version | 2026-08
        SHOP1 | contractor_cost | actual  |     900
        SHOP1 | contractor_cost | budget  |     800
    """
    month_only, both = cost(floor_amount="50"), cost(floor_amount="50", also_ytd=True)

    assert bench(LEVELS, edition(month_only), more={"ytd": ytd}).judge("SHOP1", "2026-08").severity == ""
    assert bench(LEVELS, edition(both), more={"ytd": ytd}).judge("SHOP1", "2026-08").severity == "warning"
    better = ytd.replace("900", "700")
    assert bench(LEVELS, edition(both), more={"ytd": better}).judge("SHOP1", "2026-08").severity == ""


@pytest.mark.parametrize(("rate", "severity"), [("1", "warning"), ("1.25", ""), ("0.5", "warning")])
def test_a_floor_in_another_currency_is_held_at_the_budget_rate(rate: str, severity: str):
    rule = edition(cost(floor_amount="20", currency="EUR"))

    found = bench(LEVELS, rule, rates={("EUR", "2026-08"): Fraction(rate)})

    assert found.judge("SHOP1", "2026-08").severity == severity


def test_a_limit_in_a_currency_without_a_budget_rate_says_nothing_rather_than_something_wrong():
    judged = bench(LEVELS, edition(cost(floor_amount="20", currency="EUR"))).judge("SHOP1", "2026-08")

    assert (judged.severity, judged.reason) == (None, "error: no EUR budget rate")


# --- small items together ----------------------------------------------------------------------------

SMALL = """
    unit  | metric          | version | 2026-08
    NORTH | contractor_cost | actual  |     {north}
    NORTH | contractor_cost | budget  |     500
    SHOP1 | contractor_cost | actual  |     120
    SHOP1 | contractor_cost | budget  |     100
    SHOP2 | contractor_cost | actual  |     120
    SHOP2 | contractor_cost | budget  |     100
    SHOP3 | contractor_cost | actual  |     115
    SHOP3 | contractor_cost | budget  |     100
    SHOP4 | contractor_cost | actual  |      40
    SHOP4 | contractor_cost | budget  |     100
    SHOP5 | contractor_cost | actual  |     {large}
    SHOP5 | contractor_cost | budget  |     100
"""
POOLED = cost(floor_amount="50", pooled=True)


def test_small_items_of_one_sign_are_one_alert_of_the_parent_and_what_is_better_takes_nothing_off():
    found = bench(SMALL.format(north=495, large=100), edition(POOLED))

    assert [found.breaches(found.hear(unit)) for unit in ("NORTH", "SHOP1", "SHOP2", "SHOP3", "SHOP4")] == [[]] * 5
    said = found.says(found.pool("NORTH"))
    assert said.title == "Contractors: 3 small differences, together $55 above budget"
    assert (said.impact, said.evidence["together"], said.evidence["limit"]) == (-55 * 12 * ONE, "55.0000", "50.0000")


def test_what_fires_on_its_own_is_not_in_the_pool():
    found = bench(SMALL.format(north=540, large=180), edition(POOLED))

    assert found.says(found.pool("NORTH")).evidence["together"] == "55.0000"


def test_where_the_parent_itself_is_beyond_its_limit_its_own_alert_tells_of_the_small_items():
    found = bench(SMALL.format(north=600, large=180), edition(POOLED))

    assert (len(found.breaches(found.hear("NORTH"))), found.breaches(found.pool("NORTH"))) == (1, [])


def test_what_stays_suppressed_below_a_parent_is_less_than_its_floor():
    found = bench(SMALL.format(north=495, large=100), edition(cost(floor_amount="60", pooled=True)))

    case = found.pool("NORTH")
    assert case is not None
    assert [each.severity for each in case.readings] == [""]


def test_a_part_with_a_threshold_of_its_own_is_in_no_pool_of_another():
    own = edition(cost(floor_amount="50"), "SHOP3", number=2)
    found = bench(SMALL.format(north=495, large=100), edition(POOLED), own)

    case = found.pool("NORTH")
    assert case is not None
    assert [each.severity for each in case.readings] == [""]


# --- what is not told --------------------------------------------------------------------------------


def test_what_is_suppressed_is_kept_as_items_and_as_one_sum_and_no_money_is_in_it_twice():
    found = bench(SMALL.format(north=545, large=100), edition(cost(floor_amount="60", warning="0.05")))

    kept = suppressed(found.court, [spot.unit for spot in found.court.tree.spots.values()], found.book, 24319)

    assert [(item.spot.unit, item.level, item.beyond) for item in kept.items] == [
        (2, "warning", 45), (3, "warning", 20), (4, "warning", 20), (5, "warning", 15),
    ]  # fmt: skip
    assert (kept.impact, kept.cash, kept.unknown) == (-45 * 12 * ONE, 0, 0)


TWICE = """
    unit  | metric          | version | 2025-08 | 2026-08
    NORTH | contractor_cost | actual  |     510 |     545
    NORTH | contractor_cost | budget  |       – |     500
    SHOP1 | contractor_cost | actual  |     100 |     130
    SHOP1 | contractor_cost | budget  |       – |     100
"""
OVER_BUDGET = cost(floor_amount="60", warning="0.05")
OVER_LAST_YEAR = cost(floor_amount="60", warning="0.05", comparator="prior_year")


def test_of_two_small_items_of_one_unit_on_one_metric_the_larger_counts():
    found = bench(TWICE, edition(OVER_BUDGET, "NORTH"), edition(OVER_LAST_YEAR, "NORTH", number=2))

    kept = suppressed(found.court, [2], found.book, 24319)

    assert [int(item.impact.number or 0) for item in kept.items] == [-45 * 12 * ONE, -35 * 12 * ONE]
    assert (kept.impact, kept.unknown) == (-45 * 12 * ONE, 0)


def test_small_items_of_a_unit_and_of_one_above_are_the_same_money_whatever_they_are_compared_with():
    found = bench(TWICE, edition(OVER_BUDGET, "NORTH", inherits=False), edition(OVER_LAST_YEAR, "SHOP1", number=2))

    kept = suppressed(found.court, [2, 3], found.book, 24319)

    assert [item.spot.unit for item in kept.items] == [2, 3]
    assert kept.impact == -45 * 12 * ONE
