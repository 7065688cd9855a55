"""Whose money is counted, and whose alert repeats another's."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from alerts.judging.inheritance import Spot
from alerts.judging.money import Claim, counted_once, once, repeated, within

GROUP, RETAIL, SHOPS, DEPOT = Spot(1, 1, 8), Spot(2, 2, 5), Spot(3, 3, 4), Spot(4, 6, 7)


@dataclass(frozen=True)
class Rule:
    metric: str


@dataclass
class Placed:
    name: str
    unit: Spot
    version: Rule
    impact: int | None = -100
    impact_is_cash: bool = False
    kind: str = "breach"

    @property
    def pk(self) -> int:
        return hash((self.name, self.version))


COSTS, MARGIN = Rule("contractor_cost"), Rule("operating_margin")


def test_alerts_of_a_group_and_its_units_on_one_metric_are_the_same_money():
    alerts = [
        Placed("group", GROUP, COSTS),
        Placed("shops", SHOPS, COSTS),
        Placed("shops, own rule on the same metric", SHOPS, Rule("contractor_cost")),
        Placed("shops, other metric", SHOPS, MARGIN),
        Placed("shops, cash", SHOPS, COSTS, impact_is_cash=True),
        Placed("depot", DEPOT, Rule("dso")),
    ]

    assert [each.name for each in counted_once(alerts)] == ["group", "shops, cash", "depot"]


def test_the_result_of_a_unit_and_its_lines_are_the_same_money_and_what_comes_to_more_counts():
    def counting(*alerts: Placed) -> tuple[list[str], dict[str, str]]:
        held = within(alerts)
        names = {each.name: held[each.pk].name for each in alerts if each.pk in held}
        return [each.name for each in counted_once(alerts)], names

    margin, revenue = Placed("margin", SHOPS, MARGIN, -155), Placed("revenue", SHOPS, Rule("revenue"), -120)
    cloud, won = Placed("cloud", SHOPS, Rule("cloud_cost"), -176), Placed("winning", SHOPS, Rule("cac"), -13)

    assert counting(cloud, margin, won) == (["cloud", "winning"], {"margin": "cloud"})
    assert counting(replace(cloud, impact=-100), margin, won, revenue) == (
        ["margin"],
        {"cloud": "margin", "winning": "margin", "revenue": "margin"},
    )
    assert counting(cloud, replace(margin, unit=DEPOT)) == (["cloud", "margin"], {})
    assert counting(margin, revenue) == (["margin"], {"revenue": "margin"})
    assert counting(replace(cloud, impact_is_cash=True), replace(margin, impact=None)) == (["cloud", "margin"], {})


def test_what_is_not_known_holds_nothing_that_is():
    alerts = [Placed("group", GROUP, COSTS, None), Placed("shops", SHOPS, COSTS, -80)]

    assert sum(each.impact or 0 for each in counted_once(alerts)) == -80


def test_small_items_of_a_unit_are_in_what_its_own_alert_tells_of():
    alerts = [Placed("small items", RETAIL, COSTS, -150, kind="pool"), Placed("retail", RETAIL, COSTS, -100)]

    assert [each.name for each in counted_once(alerts)] == ["retail"]


def test_two_thresholds_on_one_figure_tell_of_the_same_money_and_the_greater_counts():
    alerts = [
        Placed("against budget", SHOPS, COSTS, -80),
        Placed("against last year", SHOPS, COSTS, -100),
        Placed("not known", SHOPS, COSTS, None),
    ]

    for order in (alerts, alerts[::-1]):
        assert [each.name for each in counted_once(order)] == ["against last year"]


def test_small_items_on_a_unit_are_other_money_than_what_its_parts_are_alerted_for_and_what_is_ahead_is_none_yet():
    alerts = [
        Placed("small items of retail", RETAIL, COSTS, kind="pool"),
        Placed("shops", SHOPS, COSTS),
        Placed("depot, ahead", DEPOT, COSTS, kind="outlook"),
    ]

    assert [each.name for each in counted_once(alerts)] == ["small items of retail", "shops"]
    group = Placed("group", GROUP, COSTS)
    assert [each.name for each in counted_once([*alerts, group])] == ["group"]


def test_a_groups_alert_repeats_the_unit_that_makes_up_four_fifths_of_it():
    def of_which(*alerts: Placed) -> dict[str, str]:
        found = repeated(alerts)
        return {each.name: found[each.pk].name for each in alerts if each.pk in found}

    group, shops = Placed("group", GROUP, COSTS, -1000), Placed("shops", SHOPS, COSTS, -800)
    retail = Placed("retail", RETAIL, COSTS, -1000)

    assert of_which(group, shops) == {"group": "shops"}
    assert of_which(group, retail, shops) == {"group": "shops", "retail": "shops"}
    assert of_which(group, retail, Placed("shops", SHOPS, COSTS, -799)) == {"group": "retail"}
    assert of_which(group, Placed("shops", SHOPS, MARGIN, -1000)) == {}
    assert of_which(group, Placed("shops", SHOPS, COSTS, 900)) == {}
    assert of_which(group, Placed("shops", SHOPS, COSTS, None)) == {}
    assert of_which(Placed("group", GROUP, COSTS, 0), Placed("shops", SHOPS, COSTS, 0)) == {}


# --- laws ---------------------------------------------------------------------------------------------


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    spot = draw(st.sampled_from((GROUP, RETAIL, SHOPS, DEPOT)))
    return Claim(
        left=spot.left,
        right=spot.right,
        metric=draw(st.sampled_from(("contractor_cost", "dso"))),
        is_cash=draw(st.booleans()),
        impact=draw(st.none() | st.integers(-9, 9)),
        is_whole=draw(st.booleans()),
    )


def counted(found: list[Claim]) -> list[Claim]:
    return once(found, lambda claim: claim)


def same(one: Claim, other: Claim) -> bool:
    return (one.metric, one.is_cash) == (other.metric, other.is_cash)


@given(st.lists(claims(), max_size=12))
def test_no_figure_is_counted_twice_and_none_below_one_that_holds_it(found: list[Claim]):
    kept = counted(found)

    assert len({claim.figure for claim in kept}) == len(kept)
    for claim in kept:
        assert not [other for other in kept if other.impact is not None and claim.is_below(other)]


@given(st.lists(claims(), max_size=12))
def test_what_is_not_counted_stands_on_or_below_something_that_is(found: list[Claim]):
    kept = counted(found)

    for claim in found:
        assert [
            other
            for other in kept
            if same(claim, other) and other.left <= claim.left and claim.right <= other.right
        ]  # fmt: skip


@given(st.lists(claims(), max_size=12), st.randoms(use_true_random=False))
def test_the_sum_is_the_same_in_whatever_order(found: list[Claim], chance: object):
    def come_to(claims: list[Claim]) -> tuple[list[int], int]:
        kept = counted(claims)
        known = sorted(abs(claim.impact) for claim in kept if claim.impact is not None)
        return known, sum(claim.impact is None for claim in kept)

    mixed = list(found)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # a Random
    assert come_to(mixed) == come_to(found)


@given(st.lists(claims(), min_size=1, max_size=12), st.integers(0, 9))
def test_a_second_threshold_on_a_figure_adds_no_money(found: list[Claim], smaller: int):
    for claim in found:
        if claim.impact is not None:
            again = replace(claim, impact=max(abs(claim.impact) - smaller, 0) * (-1 if claim.impact < 0 else 1))
            before = sorted(each.impact or 0 for each in counted(found))
            assert sorted(each.impact or 0 for each in counted([*found, again])) == before


@given(st.lists(claims(), max_size=12))
def test_counting_what_was_counted_changes_nothing(found: list[Claim]):
    assert counted(counted(found)) == counted(found)
