"""Which threshold holds where."""

from __future__ import annotations

from dataclasses import replace

from alerts.judging.inheritance import Edition, Spot, Tree, effective, holding, in_force, silent
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


STORE = replace(SHOPS, kind="unit", vertical="retail")
OFFICE = replace(DEPOT, kind="corporate")


def test_a_threshold_for_a_type_goes_before_the_default_and_after_one_on_the_unit():
    default, for_retail = edition(1, GROUP), edition(2, GROUP, unit_type="retail")
    own = edition(3, STORE)

    assert [held(spot, default, for_retail) for spot in (STORE, OFFICE)] == [[2], [1]]
    assert held(STORE, default, for_retail, own) == [3]
    assert held(STORE, default, for_retail, edition(4, RETAIL)) == [4]


def test_a_type_is_the_kind_of_a_unit_or_its_vertical():
    assert held(OFFICE, edition(1, GROUP, unit_type="corporate")) == [1]
    assert held(STORE, edition(1, GROUP, unit_type="corporate")) == []


def test_what_judges_a_unit_is_told_with_where_it_comes_from_and_what_would_judge_it_otherwise():
    editions = [
        edition(1, GROUP),
        edition(2, GROUP, unit_type="retail"),
        edition(3, STORE),
        edition(4, GROUP, terms=replace(TERMS, comparator="prior_year")),
        edition(5, GROUP, terms=replace(TERMS, metric="dso")),
    ]

    def told(spot: Spot) -> list[tuple[int, str, list[int]]]:
        found = effective(spot, editions, "revenue")
        return [(each.edition.version, each.origin, [one.version for one in each.chain]) for each in found]

    assert told(STORE) == [(3, "unit", [3, 2, 1]), (4, "default", [4])]
    assert told(replace(STORE, unit=4, left=6, right=7)) == [(2, "type", [2, 1]), (4, "default", [4])]
    assert told(GROUP) == [(1, "unit", [1]), (4, "unit", [4])]


def test_the_tree_knows_what_is_right_below_and_who_is_of_a_type():
    tree = Tree({spot.unit: spot for spot in (GROUP, RETAIL, STORE, OFFICE)})

    assert {unit: [spot.unit for spot in below] for unit, below in tree.children.items()} == {1: [2, 4], 2: [3]}
    assert (tree.peers(STORE, "retail"), tree.peers(OFFICE, "")) == ({3}, {4})


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
