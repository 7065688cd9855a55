"""What moved an amount: splits that add exactly, what is new and lost beside them, and what cannot be split."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.drivers import (
    Effects,
    Item,
    Local,
    MeasuresDiffer,
    NoBase,
    RateMissing,
    RatioPart,
    exchange,
    mix_and_rate,
    price_volume_mix,
    rate_volume,
)
from tests.tables import assert_reads, table

EFFECTS = ("price", "volume", "mix", "new", "lost", "other")


def items(text: str) -> list[Item]:
    return [
        Item(
            str(row.item), row.now or 0, row.before or 0, quantity(row.q_now), quantity(row.q_before), row.get("in", "")
        )
        for row in table(text)
    ]


def quantity(cell: object) -> Fraction | None:
    return None if cell in (None, "") else Fraction(str(cell))


def assert_splits(text: str, expected: str) -> None:
    found = price_volume_mix(items(text))
    rows = [*found.items, ("all", found.total)]
    assert_reads([{"item": code, **{name: getattr(each, name) for name in EFFECTS}} for code, each in rows], expected)


def test_price_volume_and_mix_of_two_products() -> None:
    """Prices 10 and 20, mean 15; 200 sold before, 240 now, more of the dear one and both dearer by one."""
    assert_splits(
        """
        item  | before | q_before |  now | q_now
        plain |   1000 |      100 |  990 |    90
        fine  |   2000 |      100 | 3150 |   150
        """,
        """
        item  | price | volume | mix | new | lost | other
        plain |    90 |   -150 |  50 |   0 |    0 |     0
        fine  |   150 |    750 | 250 |   0 |    0 |     0
        all   |   240 |    600 | 300 |   0 |    0 |     0
        """,
    )


def test_new_and_lost_are_buckets_of_their_own_and_never_price() -> None:
    assert_splits(
        """
        item | before | q_before | now | q_now
        kept |   1000 |      100 | 1100 |  100
        new  |      0 |        0 |  500 |   10
        lost |    700 |       70 |    0 |    0
        """,
        """
        item | price | volume | mix | new | lost | other
        kept |   100 |      0 |   0 |   0 |    0 |     0
        new  |     0 |      0 |   0 | 500 |    0 |     0
        lost |     0 |      0 |   0 |   0 | -700 |     0
        all  |   100 |      0 |   0 | 500 | -700 |     0
        """,
    )


def test_what_has_no_quantity_is_told_apart_from_what_is_new() -> None:
    assert_splits(
        """
        item    | before | q_before | now | q_now
        kept    |   1000 |      100 | 1000 |  100
        unknown |    300 |          |  400 |   10
        unsold  |    300 |        0 |  400 |   10
        back    |   -100 |      -10 | -150 |  -15
        """,
        """
        item    | price | volume | mix | new | lost | other
        kept    |     0 |      0 |   0 |   0 |    0 |     0
        unknown |     0 |      0 |   0 |   0 |    0 |   100
        unsold  |     0 |      0 |   0 |   0 |    0 |   100
        back    |     0 |      0 |   0 |   0 |    0 |   -50
        all     |     0 |      0 |   0 |   0 |    0 |   150
        """,
    )


def test_quantities_in_different_measures_are_refused_with_the_reason() -> None:
    with pytest.raises(MeasuresDiffer) as refused:
        price_volume_mix(
            items("""
                item  | before | q_before | now | q_now | in
                power |   1000 |      100 | 990 |    90 | MWh
                water |   2000 |      100 | 990 |    90 | m³
            """)
        )

    assert str(refused.value) == ("Quantities in MWh and m³ cannot be added, so volume and mix cannot be told apart.")


def test_a_measure_without_a_quantity_on_both_sides_is_not_added_and_so_not_refused() -> None:
    found = price_volume_mix(
        items("""
            item  | before | q_before | now | q_now | in
            power |   1000 |      100 | 990 |    90 | MWh
            water |      0 |        0 | 990 |    90 | m³
        """)
    )

    assert found.total.new == 990


def test_headcount_and_rate_are_the_split_of_a_single_item() -> None:
    """Ten people at 100 became twelve at 110: two more at the old cost, all twelve at the dearer one."""
    found = rate_volume(1320, 1000, actual_quantity=Fraction(12), baseline_quantity=Fraction(10))

    assert found == Effects(price=120, volume=200)


def test_a_rate_without_heads_is_not_split() -> None:
    assert rate_volume(1320, 1000, actual_quantity=None, baseline_quantity=Fraction(10)) == Effects(other=320)


AMOUNTS = st.integers(-(10**14), 10**14)
QUANTITIES = st.one_of(st.none(), st.just(Fraction(0)), st.fractions(-50, 10**7, max_denominator=10_000))
ITEMS = st.lists(st.builds(Item, st.text("abc", max_size=2), AMOUNTS, AMOUNTS, QUANTITIES, QUANTITIES), max_size=8)


@given(ITEMS)
def test_price_volume_mix_new_and_lost_sum_to_the_difference(several: list[Item]) -> None:
    found = price_volume_mix(several)

    assert found.total.total == sum(item.actual - item.baseline for item in several)
    assert [each.total for _, each in found.items] == [item.actual - item.baseline for item in several]
    assert all(getattr(found.total, name) == sum(getattr(each, name) for _, each in found.items) for name in EFFECTS)


@given(ITEMS)
def test_the_sums_are_those_of_the_formula(several: list[Item]) -> None:
    both = [item for item in several if item.has_both]
    found = price_volume_mix(several).total
    now, before = sum(item.actual_quantity for item in both), sum(item.baseline_quantity for item in both)
    if not both:
        assert (found.price, found.volume, found.mix) == (0, 0, 0)
        return
    prices = [(item.actual / item.actual_quantity, item.baseline / item.baseline_quantity) for item in both]
    mean = sum(item.baseline for item in both) / before
    shares = [(item.actual_quantity / now, item.baseline_quantity / before) for item in both]
    price = sum((p1 - p0) * item.actual_quantity for (p1, p0), item in zip(prices, both, strict=True))
    mix = sum((s1 - s0) * now * (p0 - mean) for (s1, s0), (_, p0) in zip(shares, prices, strict=True))

    assert abs(found.price - price) < len(both)
    assert abs(found.volume - (now - before) * mean) < len(both)
    assert abs(found.mix - mix) < len(both)


@given(AMOUNTS, AMOUNTS, st.fractions(1, 10**6), st.fractions(1, 10**6))
def test_rate_and_volume_sum_exactly_without_a_mix(now: int, before: int, q1: Fraction, q0: Fraction) -> None:
    found = rate_volume(now, before, actual_quantity=q1, baseline_quantity=q0)

    assert (found.price + found.volume, found.mix) == (now - before, 0)


# --- exchange rates -------------------------------------------------------------------------------------
def test_what_the_unit_did_is_told_apart_from_what_the_rates_did() -> None:
    found = exchange([Local(1100, 1000, Fraction("1.2"), Fraction("1.1"), "EUR")])

    assert (found.operational, found.exchange, found.total) == (110, 110, 220)


def test_each_month_is_split_at_its_own_rates() -> None:
    months = [Local(100, 100, Fraction("1.2"), Fraction("1.0")), Local(300, 100, Fraction("0.9"), Fraction("1.0"))]

    assert (exchange(months).operational, exchange(months).exchange) == (200, -10)


def test_a_missing_rate_is_not_one() -> None:
    with pytest.raises(RateMissing, match="A EUR rate is missing"):
        exchange([Local(1100, 1000, None, Fraction("1.1"), "EUR")])


RATES = st.fractions(Fraction(1, 1000), 1000, max_denominator=100_000)


@given(st.lists(st.builds(Local, AMOUNTS, AMOUNTS, RATES, RATES), max_size=6))
def test_operational_and_exchange_sum_to_the_translated_difference(months: list[Local]) -> None:
    found = exchange(months)

    translated = sum(
        round(each.actual * each.actual_rate) - round(each.baseline * each.baseline_rate) for each in months
    )
    assert found.total == translated


@given(AMOUNTS, AMOUNTS, RATES)
def test_at_one_rate_exchange_is_nothing_but_rounding(actual: int, baseline: int, rate: Fraction) -> None:
    assert abs(exchange([Local(actual, baseline, rate, rate)]).exchange) <= 1


# --- ratios ---------------------------------------------------------------------------------------------
def ratio_parts(text: str) -> list[RatioPart]:
    return [RatioPart(str(row.part), row.now, row.base_now, row.before, row.base_before) for row in table(text)]


def assert_moves(text: str, expected: str) -> None:
    rows = [
        {"part": each.code, **{name: float(getattr(each, name)) for name in ("mix", "rate", "other")}}
        for each in mix_and_rate(ratio_parts(text))
    ]
    assert_reads(rows, expected)


def test_a_margin_that_falls_although_every_margin_holds_is_all_mix() -> None:
    """10 % of 100 and 30 % of 300 are 25 %; with the weights swapped they are 15 %."""
    assert_moves(
        """
        part | before | base_before | now | base_now
        thin |     10 |         100 |  30 |      300
        fat  |     90 |         300 |  30 |      100
        """,
        """
        part | mix   | rate | other
        thin | -7.5% | 0.0% | 0.0%
        fat  | -2.5% | 0.0% | 0.0%
        """,
    )


def test_a_part_without_a_ratio_of_its_own_is_a_bucket_of_its_own() -> None:
    """Corporate has cost and no revenue; a new unit had no margin that could have changed."""
    assert_moves(
        """
        part      | before | base_before | now | base_now
        unit      |     20 |         100 |  20 |      100
        new       |      0 |           0 |  10 |      100
        corporate |    -10 |           0 | -20 |        0
        """,
        """
        part      | mix   | rate | other
        unit      | -5.0% | 0.0% | 0.0%
        new       | 0.0%  | 0.0% | 0.0%
        corporate | 0.0%  | 0.0% | 0.0%
        """,
    )


def test_a_ratio_of_nothing_has_no_parts() -> None:
    with pytest.raises(NoBase, match="The denominator is zero"):
        mix_and_rate([RatioPart("A", 1, 5, 1, 5), RatioPart("B", 1, 5, 1, -5)])


BASES = st.integers(-(10**12), 10**12)


@given(st.lists(st.builds(RatioPart, st.text("ab", max_size=1), BASES, BASES, BASES, BASES), min_size=1, max_size=8))
def test_mix_and_rate_sum_to_the_change_of_the_ratio(parts: list[RatioPart]) -> None:
    now, before = sum(part.actual_base for part in parts), sum(part.baseline_base for part in parts)
    if not now or not before:
        with pytest.raises(NoBase):
            mix_and_rate(parts)
        return

    change = Fraction(sum(part.actual for part in parts), now) - Fraction(sum(part.baseline for part in parts), before)
    assert sum(each.total for each in mix_and_rate(parts)) == change
