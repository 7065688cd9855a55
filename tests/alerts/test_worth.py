"""What a rule's alerts were worth: precision, days to act, money caught once, and limits that say what they lose."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.terms import Terms
from alerts.working.worth import Caught, Past, caught, days_to_act, drafts, roundest, size_of, worth

GROUP, SHOPS, DEPOT = (1, 6), (3, 3), (5, 5)
COST = Terms("contractor_cost", "qtd", "budget", "percent", +1, warning="0.05", critical="0.25")


def past(key: int, verdict: str = "useful", **more: object) -> Past:
    return Past(key, **({"unit": SHOPS, "metric": "contractor_cost", "first": 8, "last": 9, "verdict": verdict} | more))  # type: ignore[arg-type]  # as a test names them


def percents(verdict: str, *sizes: float) -> list[Past]:
    return [past(round(size * 10), verdict, size=Fraction(str(size)) / 100) for size in sizes]


def written(level: Fraction) -> str:
    return f"{float(level * 100):g}%"


def test_precision_is_the_share_of_the_useful_among_those_with_a_verdict():
    found = worth([past(1), past(2), past(3, "known"), past(4, "noise"), past(5, "")])

    assert (found.alerts, found.labelled, found.precision) == (5, 4, Fraction(1, 2))
    assert worth([past(1, "")]).precision is None


def test_days_to_act_are_working_days_and_the_day_of_firing_never_counts():
    """Friday to Monday is one working day, or none where that Monday is free."""
    friday, monday, tuesday = date(2026, 10, 9), date(2026, 10, 12), date(2026, 10, 13)

    assert days_to_act(past(1, fired=friday, acted=friday)) == 0
    assert days_to_act(past(1, fired=friday, acted=monday)) == 1
    assert days_to_act(past(1, fired=friday, acted=tuesday, days_off={monday})) == 1
    assert days_to_act(past(1, fired=friday)) is None
    several = [past(1, fired=friday, acted=monday), past(2, fired=friday, acted=tuesday), past(3, fired=friday)]
    assert (worth(several).days_to_act, worth(several).waiting) == (1.5, 1)


def test_money_caught_is_of_the_useful_and_cash_is_never_added_to_profit():
    alerts = [
        past(1, impact=-100),
        past(2, impact=-40, is_cash=True, metric="dso"),
        past(3, "noise", impact=-7, unit=DEPOT),
        past(4, impact=None, unit=DEPOT),
    ]

    assert caught(alerts) == Caught(profit=100, cash=40, unknown=1)


def test_what_a_group_and_its_unit_tell_at_the_same_time_is_the_same_money():
    group, unit, later = past(1, impact=-100, unit=GROUP), past(2, impact=-90), past(3, impact=-50, first=12, last=12)

    assert caught([group, unit]).profit == 100
    assert caught([group, unit, later]).profit == 150
    assert caught([unit, past(4, impact=-90)]).profit == 90


def test_a_proposal_spares_noise_and_says_what_it_loses():
    noise = percents("noise", 5.1, 5.2, 5.5, 6.0, 6.1, 6.2, 6.6, 7.0, 7.4, 11.0, 13.0)

    (found,) = drafts(COST, [*noise, *percents("useful", 8.1, 15, 40)])
    assert found.sentence(written) == "Raise to 8%: removes 9 of 11 noise alerts, keeps all useful ones."
    assert (found.terms.warning, found.terms.critical, found.loses) == ("0.08", "0.25", ())
    keeps, loses = drafts(COST, [*noise, *percents("useful", 5.3, 15, 40)])
    assert keeps.sentence(written) == "Raise to 5.3%: removes 2 of 11 noise alerts, keeps all useful ones."
    assert loses.sentence(written) == "Raise to 20%: removes 11 of 11 noise alerts, loses 2 of 3 useful ones."


def test_a_floor_is_lowered_and_stays_above_the_next():
    margin = Terms("operating_margin", "qtd", "absolute", "level", -1, warning="0.15", critical="0.05")
    sizes = {"noise": "0.14", "useful": "0.09"}
    alerts = [
        past(key, verdict, size=size_of(margin, {"value": float(text)}))
        for key, (verdict, text) in enumerate(sizes.items())
    ]

    (found,) = drafts(margin, alerts)
    assert found.sentence(written) == "Lower to 10%: removes 1 of 1 noise alert, keeps all useful ones."
    beyond_the_next = [past(1, "noise", size=Fraction(-4, 100))]
    assert drafts(margin, beyond_the_next) == []


def test_what_is_no_plain_difference_has_no_size_and_no_proposal():
    deviations = Terms("revenue", "month", "season", "deviations", -1, warning="3")
    band = Terms("headcount", "month", "absolute", "level", 2, warning="10", low_warning="5")

    for terms in (deviations, band):
        assert size_of(terms, {"value": "100.0000", "baseline": "50.0000"}) is None
        assert drafts(terms, percents("noise", 6, 7)) == []
    assert size_of(COST, {"value": "112.0000", "baseline": None}) is None
    assert size_of(COST, {"value": "112.0000", "baseline": "0.0000"}) is None
    assert size_of(COST, {"value": "112.0000", "baseline": "100.0000"}) == Fraction(12, 100)


LABELS = st.lists(st.tuples(st.sampled_from(["useful", "known", "noise", ""]), st.integers(50, 400)), max_size=30)


@given(LABELS)
@settings(max_examples=150)
def test_no_proposal_loses_a_useful_alert_without_saying_so(labels: list[tuple[str, int]]):
    alerts = [past(key, verdict, size=Fraction(size, 1000)) for key, (verdict, size) in enumerate(labels)]

    for draft in drafts(COST, alerts):
        level = Fraction(draft.terms.warning)
        lost = {each.key for each in alerts if each.verdict == "useful" and each.size is not None and each.size < level}
        assert set(draft.loses) == lost
        assert ("loses" in draft.sentence(written)) == bool(lost)
        assert Fraction(COST.warning) < level < Fraction(COST.critical)
        assert draft.removes > len(lost)
    assert all(not each.loses for each in drafts(COST, alerts)[:1]) or len(drafts(COST, alerts)) == 1


@given(st.integers(-10_000, 10_000), st.integers(1, 5_000))
@settings(max_examples=200)
def test_a_round_number_lies_between_its_ends(above: int, room: int):
    low, top = Fraction(above, 1000), Fraction(above + room, 1000)
    found = roundest(low, top)

    assert found is not None and low < found <= top
