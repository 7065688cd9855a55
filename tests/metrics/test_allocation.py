"""Dividing a budget over requests: equally, in proportion, and best; whole, exact and within everybody's limits."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.allocation import Allocation, BudgetTooSmall, Request, RequestRefused, equal, proportional
from metrics.calc.programme import optimal
from tests.tables import assert_reads, table

Method = Callable[[list[Request], int], Allocation]
METHODS: list[Method] = [equal, proportional, optimal]


def requests(text: str) -> list[Request]:
    return [
        Request(
            str(row.request),
            row.minimum,
            row.asked,
            Fraction(str(row.get("return", 1))),
            Fraction(row.get("priority", 1)),
        )
        for row in table(text)
    ]


def assert_divides(asked: str, budget: int, expected: str) -> None:
    found = [method(requests(asked), budget) for method in METHODS]
    rows = [
        {"request": code, **{each.method: dict(each.granted)[code] for each in found}} for code, _ in found[0].granted
    ]
    if "left " in expected:
        rows.append({"request": "left", **{each.method: each.left for each in found}})
    if "returned " in expected:
        rows.append({"request": "returned", **{each.method: each.returned for each in found}})
    assert_reads(rows, expected)


THREE = """
    request | minimum | asked | return
    Hiring  |     100 |   400 |    1.5
    Cloud   |      50 |   300 |    0.8
    Brand   |       0 |   500 |    1.2
"""


def test_three_ways_to_divide_a_budget_side_by_side() -> None:
    assert_divides(
        THREE,
        600,
        """
        request  | equal | proportional | optimal
        Hiring   |   200 |          200 |     400
        Cloud    |   200 |          150 |      50
        Brand    |   200 |          250 |     150
        left     |     0 |            0 |       0
        returned |   700 |          720 |     820
        """,
    )


def test_whoever_asked_for_less_leaves_the_rest_to_the_others() -> None:
    assert_divides(
        """
        request | minimum | asked | return
        A       |       0 |    50 |      1
        B       |     300 |   900 |      1
        C       |       0 |   900 |      2
        """,
        600,
        """
        request | equal | proportional | optimal
        A       |    50 |           16 |       0
        B       |   300 |          300 |     300
        C       |   250 |          284 |     300
        """,
    )


def test_a_budget_that_covers_everything_grants_what_was_asked_and_tells_what_is_left() -> None:
    assert_divides(
        THREE,
        2000,
        """
        request | equal | proportional | optimal
        Hiring  |   400 |          400 |     400
        Cloud   |   300 |          300 |     300
        Brand   |   500 |          500 |     500
        left    |   800 |          800 |     800
        """,
    )


def test_the_best_division_spends_nothing_on_what_returns_nothing() -> None:
    found = optimal(requests("request | minimum | asked | return\nA | 10 | 100 | 0\nB | 0 | 100 | -1"), 150)

    assert (dict(found.granted), found.left) == ({"A": 10, "B": 0}, 140)


def test_a_priority_of_two_counts_a_return_twice() -> None:
    asked = "request | minimum | asked | return | priority\nA | 0 | 100 | 1.5 | 1\nB | 0 | 100 | 0.8 | 2"

    assert dict(optimal(requests(asked), 100).granted) == {"A": 0, "B": 100}
    assert optimal(requests(asked), 100).returned == 80


@pytest.mark.parametrize("method", METHODS)
def test_minimums_above_the_budget_are_told_in_a_sentence(method: Method) -> None:
    with pytest.raises(BudgetTooSmall) as refused:
        method(requests("request | minimum | asked\nA | 600000 | 900000\nB | 500000 | 500000"), 1_000_000)

    assert str(refused.value) == (
        "The minimums of 2 requests add to 110.0000, 10.0000 more than the budget of 100.0000."
        " Raise the budget or lower a minimum."
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("request | minimum | asked\nA | 20 | 10", "A asks 0.0010 with a minimum of 0.0020"),
        ("request | minimum | asked\nA | -1 | 10", "the minimum must be at least 0"),
        ("request | minimum | asked\nA | 1 | 10\nA | 1 | 10", "A stands there twice."),
        ("request | minimum | asked | priority\nA | 1 | 10 | -2", "A has a negative priority."),
    ],
)
def test_a_request_that_contradicts_itself_is_refused(asked: str, sentence: str) -> None:
    for method in METHODS:
        with pytest.raises(RequestRefused, match=sentence):
            method(requests(asked), 100)


@pytest.mark.parametrize("method", METHODS)
def test_no_request_leaves_the_whole_budget(method: Method) -> None:
    assert method([], 100) == Allocation(method([], 100).method, (), 100, 0)


LIMITS = st.tuples(st.integers(0, 10**13), st.integers(0, 10**13)).map(sorted)
REQUESTS = st.lists(
    st.tuples(LIMITS, st.fractions(-2, 5, max_denominator=100), st.integers(0, 5)), min_size=1, max_size=8
).map(lambda rows: [Request(f"R{i}", low, high, worth, Fraction(p)) for i, ((low, high), worth, p) in enumerate(rows)])
EXTRA = st.integers(0, 10**14)


@given(REQUESTS, EXTRA)
def test_every_division_is_whole_and_within_everybodys_limits(several: list[Request], extra: int) -> None:
    budget = sum(each.minimum for each in several) + extra
    for method in METHODS:
        found = method(several, budget)
        grants = dict(found.granted)
        assert all(each.minimum <= grants[each.code] <= each.asked for each in several)
        assert sum(grants.values()) + found.left == budget
        assert found.left >= 0


@given(REQUESTS, EXTRA)
def test_equal_and_proportional_spend_the_budget_or_grant_everything(several: list[Request], extra: int) -> None:
    budget = sum(each.minimum for each in several) + extra
    asked = sum(each.asked for each in several)
    assert equal(several, budget).left == proportional(several, budget).left == max(0, budget - asked)


@given(REQUESTS, EXTRA)
def test_equal_gives_nobody_less_who_is_not_at_his_limit(several: list[Request], extra: int) -> None:
    grants = dict(equal(several, sum(each.minimum for each in several) + extra).granted)
    free = [grants[each.code] for each in several if each.minimum < grants[each.code] < each.asked]
    capped = [grants[each.code] for each in several if grants[each.code] == each.asked > each.minimum]

    assert not free or max(free) - min(free) <= 1
    assert not free or not capped or max(capped) <= min(free) + 1


@given(REQUESTS, EXTRA)
@settings(deadline=None)
def test_no_division_returns_more_than_the_best(several: list[Request], extra: int) -> None:
    """Held against filling up by weight, which is the optimum of a programme with one limit on the sum."""
    budget = sum(each.minimum for each in several) + extra
    by_weight = {each.code: each.minimum for each in several}
    left = extra
    for each in sorted(several, key=lambda each: -each.weight):
        if each.weight > 0:
            more = min(left, each.asked - each.minimum)
            by_weight[each.code], left = by_weight[each.code] + more, left - more
    best = dict(optimal(several, budget).granted)

    def worth(grants: dict[str, int]) -> Fraction:
        return sum((grants[each.code] * each.weight for each in several), Fraction(0))

    assert worth(best) == worth(by_weight)


@given(REQUESTS, EXTRA, st.randoms(use_true_random=False))
def test_the_order_of_the_requests_decides_nothing_of_the_best(several: list[Request], extra: int, shuffled) -> None:
    budget = sum(each.minimum for each in several) + extra
    other = list(several)
    shuffled.shuffle(other)

    assert dict(optimal(several, budget).granted) == dict(optimal(other, budget).granted)
