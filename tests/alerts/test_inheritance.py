"""Which threshold holds where, and whose money is counted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from alerts.inheritance import Edition, Spot, counted_once, holding, in_force, repeated, silent
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

    assert [each.name for each in counted_once(alerts)] == ["group", "shops, other metric", "shops, cash", "depot"]


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
