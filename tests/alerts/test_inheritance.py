"""Which threshold holds where, and whose money is counted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from alerts.inheritance import Edition, Spot, counted_once, holding, in_force, silent
from alerts.rules import RULE_EXPIRED, RULE_RETIRED
from alerts.terms import Terms

TERMS = Terms("revenue", "month", "budget", "percent", -1, warning="0.1")
GROUP, RETAIL, SHOPS, DEPOT = Spot(1, 1, 8), Spot(2, 2, 5), Spot(3, 3, 4), Spot(4, 6, 7)


def edition(version: int, unit: Spot, **more: object) -> Edition:
    return replace(Edition(version, version, unit, TERMS, from_mark=version), **more)  # type: ignore[arg-type]


def held(spot: Spot, *editions: Edition) -> list[int]:
    return [each.version for each in holding(spot, editions)]


def test_the_nearest_threshold_up_the_tree_holds():
    editions = [edition(1, GROUP), edition(2, RETAIL)]

    assert [held(spot, *editions) for spot in (GROUP, RETAIL, SHOPS, DEPOT)] == [[1], [2], [2], [1]]


def test_a_threshold_that_does_not_inherit_holds_on_its_unit_only():
    editions = [edition(1, GROUP), edition(2, RETAIL, inherits=False)]

    assert [held(spot, *editions) for spot in (RETAIL, SHOPS)] == [[2], [1]]


def test_thresholds_on_other_figures_or_bases_hold_beside_one_another():
    quarter = edition(2, RETAIL, terms=replace(TERMS, basis="qtd"))

    assert held(SHOPS, edition(1, GROUP), quarter) == [1, 2]


def test_the_newest_terms_that_have_begun_are_in_force():
    first = edition(1, GROUP)
    second = replace(first, version=2, from_mark=2, since=10)
    third = replace(first, version=3, from_mark=3, since=12)

    assert [in_force([third, first, second], at=at)[1].version for at in (9, 10, 11, 12)] == [1, 2, 2, 3]


def test_retired_and_expired_terms_judge_nothing_and_say_why():
    assert silent(edition(1, GROUP, retired=True), at=9) == RULE_RETIRED
    assert [silent(edition(1, GROUP, until=10), at=at) for at in (10, 11)] == ["", RULE_EXPIRED]


@dataclass
class Placed:
    name: str
    threshold_id: int
    unit: Spot


def test_a_group_and_its_units_beyond_the_same_limit_are_the_same_money():
    alerts = [
        Placed("group", 1, GROUP),
        Placed("shops", 1, SHOPS),
        Placed("shops, other rule", 2, SHOPS),
        Placed("depot", 3, DEPOT),
    ]

    assert [each.name for each in counted_once(alerts)] == ["group", "shops, other rule", "depot"]
