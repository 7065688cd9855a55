"""The bridge of a unit by driver: whatever is known, its steps add to the gap exactly and say what they are."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.catalogue import METRICS
from metrics.querysets import computed_mark
from metrics.readings import Level
from reports.asked import at_once
from reports.attribution import Question, gap
from reports.boards.bridge import moving
from reports.boards.driven import (
    LINES,
    NO_QUANTITIES,
    QUANTITIES,
    READ,
    Behind,
    Sides,
    Steps,
    amounts_of,
    quantities_of,
    steps_of,
)
from reports.boards.reading import Reader
from reports.charts import BridgeStep
from reports.explanation import Explanation
from reports.formatting import Scale
from reports.levels import ACTUAL, BUDGET, Levels
from reports.selection import select
from tests.reports.test_exchange import SYSTEM
from tests.reports.test_exchange import company as company  # two units, one of them in euro
from units.models import Unit

UNIT, FIRST, SECOND = 1, 2, 3
ONE = 10_000


def reader(actual: dict[str, int], budget: dict[str, int]) -> Reader:
    found = {(UNIT, ACTUAL, code): Level(number * ONE) for code, number in actual.items()}
    found |= {(UNIT, BUDGET, code): Level(number * ONE) for code, number in budget.items()}
    return Reader(Levels(found), UNIT, "USD", lambda code: "")


def behind(
    actual: dict[tuple[int, str], int],
    budget: dict[tuple[int, str], int],
    now: dict[tuple[int, str], int],
    before: dict[tuple[int, str], int],
    constant: dict[tuple[int, str], int] | None = None,
) -> Behind:
    money = [{place: number * ONE for place, number in each.items()} for each in (actual, budget, constant or {})]
    counts = [{place: Fraction(number * ONE) for place, number in each.items()} for each in (now, before)]
    return Behind(*money, (counts[0], counts[1]))


def told(found: Steps) -> dict[str, float]:
    return {step.label: step.size / ONE for step in found.steps}


def test_customers_and_what_each_pays_are_told_apart() -> None:
    own = reader({"revenue": 1_320, "operating_income": 1_320}, {"revenue": 1_000, "operating_income": 1_000})
    known = behind(
        {(UNIT, "revenue"): 1_320}, {(UNIT, "revenue"): 1_000}, {(UNIT, "customers"): 110}, {(UNIT, "customers"): 100}
    )

    assert told(steps_of(own, known, [], gap=320 * ONE)) == {"Customers": 100.0, "Revenue per customer": 220.0}


def test_more_heads_lower_profit_and_a_lower_rate_raises_it() -> None:
    own = reader({"personnel_cost": 540, "operating_income": -540}, {"personnel_cost": 500, "operating_income": -500})
    known = behind(
        {(UNIT, "personnel_cost"): 540},
        {(UNIT, "personnel_cost"): 500},
        {(UNIT, "headcount"): 12},
        {(UNIT, "headcount"): 10},
    )

    assert told(steps_of(own, known, [], gap=-40 * ONE)) == {"Headcount": -100.0, "Cost per head": 60.0}


def test_units_below_are_the_items_of_a_mix_where_they_are_all_there_is() -> None:
    own = reader({"revenue": 400, "operating_income": 400}, {"revenue": 300, "operating_income": 300})
    actual = {(UNIT, "revenue"): 400, (FIRST, "revenue"): 100, (SECOND, "revenue"): 300}
    budget = {(UNIT, "revenue"): 300, (FIRST, "revenue"): 100, (SECOND, "revenue"): 200}
    now = {(FIRST, "customers"): 10, (SECOND, "customers"): 15}
    before = {(FIRST, "customers"): 10, (SECOND, "customers"): 10}

    found = told(steps_of(own, behind(actual, budget, now, before), [FIRST, SECOND], gap=100 * ONE))
    alone = told(
        steps_of(own, behind({**actual, (FIRST, "revenue"): 90}, budget, now, before), [FIRST, SECOND], gap=100 * ONE)
    )

    assert found == {"Customers": 75.0, "Mix of customers": 25.0}
    assert alone == {"Revenue": 100.0}


def test_exchange_rates_are_one_step_whatever_lines_they_moved() -> None:
    own = reader(
        {"revenue": 120, "cost_of_sales": 60, "operating_income": 60},
        {"revenue": 100, "cost_of_sales": 50, "operating_income": 50},
    )
    known = behind(
        {(UNIT, "revenue"): 120, (UNIT, "cost_of_sales"): 60},
        {(UNIT, "revenue"): 100, (UNIT, "cost_of_sales"): 50},
        {(UNIT, "customers"): 10},
        {(UNIT, "customers"): 10},
        {(UNIT, "revenue"): 110, (UNIT, "cost_of_sales"): 55},
    )

    found = told(steps_of(own, known, [], gap=10 * ONE))

    assert found == {"Revenue per customer": 10.0, "Cost of sales": -5.0, "Exchange rates": 5.0}


@pytest.mark.parametrize(
    ("lies", "operating"),
    [("above gross profit", 0), ("below gross profit", 541)],
)
def test_cloud_is_told_apart_by_what_follows_revenue_and_what_each_unit_of_it_costs(lies: str, operating: int) -> None:
    """Revenue 5 % above budget should have taken 20 more of cloud; it took 180 more."""
    inside = 0 if operating else 1
    actual = {"revenue": 1_680, "cloud_cost": 540, "cost_of_sales": 528 + 540 * inside, "operating_income": 612}
    budget = {"revenue": 1_600, "cloud_cost": 360, "cost_of_sales": 509 + 360 * inside, "operating_income": 731}
    if operating:
        actual["operating_cost"], budget["operating_cost"] = 540, 360
    known = behind(*({(UNIT, code): number for code, number in each.items()} for each in (actual, budget)), {}, {})

    found = steps_of(reader(actual, budget), known, [], gap=-119 * ONE)

    assert told(found) == {"Revenue": 80.0, "Cost of sales": -19.0, "Cloud usage": -18.0, "Cloud price": -162.0}
    assert [step.name for step in found.steps] == ["", "without cloud", "follows revenue", "share of revenue"]


def test_cloud_known_on_one_side_only_stays_in_cost_of_sales() -> None:
    own = reader({"cost_of_sales": 60, "cloud_cost": 20}, {"cost_of_sales": 50})

    assert told(steps_of(own, Behind(), [], gap=-10 * ONE)) == {"Cost of sales": -10.0}


def test_units_that_take_more_cloud_are_a_mix_of_cloud() -> None:
    actual = {(UNIT, "revenue"): 300, (FIRST, "revenue"): 200, (SECOND, "revenue"): 100}
    budget = {(UNIT, "revenue"): 200, (FIRST, "revenue"): 100, (SECOND, "revenue"): 100}
    actual |= {(UNIT, "cloud_cost"): 50, (FIRST, "cloud_cost"): 40, (SECOND, "cloud_cost"): 10}
    budget |= {(UNIT, "cloud_cost"): 30, (FIRST, "cloud_cost"): 20, (SECOND, "cloud_cost"): 10}
    own = reader({"cloud_cost": 50}, {"cloud_cost": 30})

    found = told(steps_of(own, behind(actual, budget, {}, {}), [FIRST, SECOND], gap=-20 * ONE))

    assert found == {"Cloud usage": -15.0, "Mix of cloud": -5.0}


def test_what_prints_as_zero_is_no_bar_and_the_rest_still_adds_up() -> None:
    steps = [
        BridgeStep(label, "", size, "z") for label, size in (("Revenue", 192_000), ("Heads", 3_900), ("Other", -90_000))
    ]
    scale = Scale(1, 0)

    drawn, still = moving(steps, scale)

    assert [(step.label, step.size) for step in drawn] == [("Revenue", 192_000), ("Other", -86_100)]
    assert [step.label for step in still] == ["Heads"]


def test_without_quantities_it_is_told_by_line_and_says_so() -> None:
    own = reader({"revenue": 90, "operating_income": 90}, {"revenue": 100, "operating_income": 100})

    found = steps_of(own, Behind(), [], gap=-10 * ONE)

    assert told(found) == {"Revenue": -10.0}
    assert found.told == NO_QUANTITIES


def test_it_names_the_lines_that_no_quantity_stands_behind() -> None:
    own = reader(
        {"revenue": 90, "marketing_cost": 5, "operating_income": 85},
        {"revenue": 100, "marketing_cost": 4, "operating_income": 96},
    )
    known = behind(
        {(UNIT, "revenue"): 90}, {(UNIT, "revenue"): 100}, {(UNIT, "customers"): 9}, {(UNIT, "customers"): 10}
    )

    assert steps_of(own, known, [], gap=-11 * ONE).told == "No quantity stands behind marketing: told by line."


def test_of_a_crowded_bridge_lines_whose_drivers_are_immaterial_stand_whole() -> None:
    lines = dict.fromkeys(LINES, 100_000)
    own = reader({code: number + 2 for code, number in lines.items()}, lines)
    budget = {(UNIT, code): 100_000 for code in LINES} | {
        (at, code): 50_000 for at in (FIRST, SECOND) for code in LINES
    }
    actual = budget | {(at, code): budget[at, code] + 2 for at in (UNIT, FIRST) for code in LINES}
    before = {(at, code): at * 500_000 for at in (FIRST, SECOND) for code in QUANTITIES}
    now = {(at, code): number + (300 if at == FIRST else -100) for (at, code), number in before.items()}

    steps = steps_of(own, behind(actual, budget, now, before), [FIRST, SECOND], gap=-8 * ONE).steps

    assert [(step.label, step.size / ONE) for step in steps] == [
        (METRICS[code].label, 2.0 if code == "revenue" else -2.0) for code in LINES
    ]


NUMBERS = st.integers(0, 10**9)


@given(
    actual=st.fixed_dictionaries(dict.fromkeys(LINES, NUMBERS), optional=dict.fromkeys(READ[len(LINES) :], NUMBERS)),
    budget=st.fixed_dictionaries(dict.fromkeys(LINES, NUMBERS), optional=dict.fromkeys(READ[len(LINES) :], NUMBERS)),
    constant=st.dictionaries(st.sampled_from(READ), NUMBERS),
    heads=st.tuples(st.integers(0, 500), st.integers(0, 500)),
    gap=st.integers(-(10**10), 10**10),
)
def test_whatever_is_known_the_steps_add_to_the_gap_exactly(
    actual: dict[str, int], budget: dict[str, int], constant: dict[str, int], heads: tuple[int, int], gap: int
) -> None:
    found = {(UNIT, ACTUAL, code): Level(number) for code, number in actual.items()}
    found |= {(UNIT, BUDGET, code): Level(number) for code, number in budget.items()}
    money = [{(UNIT, code): number for code, number in each.items()} for each in (actual, budget, constant)]
    now, before = ({(UNIT, "headcount"): Fraction(number), (UNIT, "customers"): Fraction(number)} for number in heads)
    own = Reader(Levels(found), UNIT, "USD", lambda code: "")

    steps = steps_of(own, Behind(*money, (now, before)), [], gap=gap).steps

    assert sum(step.size for step in steps) == gap
    assert sum(step.size for step in moving(steps, Scale(1_000, 0))[0]) == gap


@pytest.mark.django_db
@pytest.mark.parametrize("unit", ["PARIS", "BOSTON"])
@pytest.mark.parametrize("against", ["budget", "prior-year"])
def test_it_says_of_revenue_what_the_gap_by_driver_says(company: None, unit: str, against: str) -> None:
    place = Unit.unscoped.get(code=unit)
    asked = {"period": "2026-07", "basis": "month", "against": against}
    selection = select(asked, scope=SYSTEM, unit=place, basis="month")
    sides = Sides.of(selection)
    assert sides is not None
    questions = (amounts_of(SYSTEM, selection, sides, [place.pk]), quantities_of(SYSTEM, selection, sides, [place.pk]))
    amounts, quantities = at_once(*questions)
    known = Behind(*amounts, quantities)
    number = [side[place.pk, "revenue"] for side in (known.actual, known.baseline)]
    found = {
        (place.pk, version, "revenue"): Level(each) for version, each in zip((ACTUAL, BUDGET), number, strict=True)
    }
    own = Reader(Levels(found), place.pk, "USD", lambda code: "")

    question = Question("revenue", place.pk, selection.period.ordinal, "month", baseline=against, by="driver")
    by_driver = gap(Explanation(SYSTEM, computed_mark()), question)

    steps = steps_of(own, known, [], gap=number[0] - number[1])
    moved = {line.label: line.moved.number for line in by_driver.lines.values()}
    assert {step.label: step.size for step in steps.steps} == moved
