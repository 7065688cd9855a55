"""A threshold tried on the past: what active terms and a draft would have told, and what the draft keeps and loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.backtest.comparing import Backtest, Labelled, backtest
from alerts.backtest.replaying import Alarm, History, Vintage, replayed
from alerts.judging.book import Book, Page, Place
from alerts.judging.hearing import cases_of
from alerts.judging.inheritance import Edition, Spot
from alerts.judging.units import BREACH
from alerts.rules import replay
from tests.alerts.court import CALENDAR, ONE, SPOTS, bench, cost, edition, ordinal

MONTHS = ("2026-04", "2026-05", "2026-06", "2026-07", "2026-08")
RITA = 7


@dataclass(frozen=True)
class Leaders:
    """Rita leads the north, nobody the south."""

    def of(self, spot: Spot, *, named: int | None) -> int | None:
        return named or (RITA if spot.left < 21 else None)


def month(code: str, **costs: int) -> tuple[str, dict[str, Any]]:
    """What became known with one judging: through which month, and costs by unit and month (`SHOP1_2026_07`)."""
    return code, costs


def past(*known: tuple[str, dict[str, Any]], standing: Sequence[Edition]) -> History:
    """Budgets of 100 in every month, and costs as they became known."""
    room = bench("unit | metric | version | 2026-04\nSHOP1 | contractor_cost | budget | 100", *standing)
    vintages = []
    for mark, (through, costs) in enumerate(known, start=1):
        today = CALENDAR.at(ordinal(through)).ends + timedelta(days=1)
        ended = frozenset(each for each in room.court.times.periods if CALENDAR.at(each).ends < today)
        changed: dict[Place, Page | None] = {}
        if mark == 1:
            for spot in SPOTS.values():
                changed |= {(spot.unit, "budget", "month", ordinal(each)): _page(mark, 100) for each in MONTHS}
        for name, amount in costs.items():
            unit, _, code = name.partition("_")
            place = SPOTS[unit].unit, "actual", "month", ordinal(code.replace("_", "-"))
            changed[place] = None if amount is None else _page(mark, amount)
        times = replace(room.court.times, ended=ended, today=today)
        in_force = {each.threshold: each for each in standing}
        vintages.append(Vintage(mark, mark, ordinal(through), times, in_force, changed))
    court = room.court
    return History(court.book, court.tree, court.names, court.currency, {"contractor_cost": 0}, vintages)


def _page(mark: int, amount: int) -> Page:
    return Page(mark, (amount * ONE,), {}, {"*": "1 of 1"})


ACTIVE = edition(cost(warning="0.10", critical="0.25"))
FIGURES = (
    month("2026-05", SHOP1_2026_04=100, SHOP1_2026_05=112, SHOP2_2026_04=107, SHOP2_2026_05=100),
    month("2026-06", SHOP1_2026_06=130, SHOP2_2026_06=100),
    month("2026-07", SHOP1_2026_07=100, SHOP2_2026_07=100, SOUTH_2026_07=108),
    month("2026-08", SHOP1_2026_08=100, SHOP2_2026_08=100, SOUTH_2026_08=100, SHOP1_2026_06=101),
)


def tried(draft: Edition, *labels: Labelled, figures: Sequence[tuple[str, dict[str, Any]]] = FIGURES) -> Backtest:
    return backtest(
        past(*figures, standing=[ACTIVE]),
        active=ACTIVE,
        draft=draft,
        first=ordinal("2026-04"),
        leaders=Leaders(),
        labelled=labels,
    )


def draft(**terms: Any) -> Edition:
    return replace(ACTIVE, terms=cost(**terms))


def lives(alarms: Sequence[Alarm]) -> list[tuple[str, list[tuple[str, str]]]]:
    names = {spot.unit: name for name, spot in SPOTS.items()}
    return [(names[each.unit_id], [(step.kind, f"{step.day:%Y-%m}") for step in each.steps]) for each in alarms]


def test_an_alert_fires_grows_and_clears_when_it_was_known_and_not_when_it_is_known_now():
    found = tried(ACTIVE)

    (alarm,) = found.active.alarms
    assert lives([alarm]) == [("SHOP1", [("opened", "2026-06"), ("escalated", "2026-07"), ("ended", "2026-08")])]
    assert alarm.fired_in == ordinal("2026-05")
    assert alarm.escalated is not None and alarm.escalated.severity == "critical"
    assert alarm.cleared is not None and alarm.cleared.because == "recovered"


def test_a_lower_limit_fires_more_often_in_more_units_and_says_which_the_active_one_tells_too():
    found = tried(draft(warning="0.06"))

    assert [alarm.unit_id for alarm in found.adds] == [SPOTS["SOUTH"].unit]
    assert (len(found.active.alarms), len(found.draft.alarms)) == (1, 2)
    assert found.draft.units == (SPOTS["SHOP1"].unit, SPOTS["SOUTH"].unit)
    assert [found.active.also(alarm) for alarm in found.draft.alarms] == [True, False]


def test_alerts_are_counted_by_owner_and_the_month_in_which_the_owner_hears():
    found = tried(draft(warning="0.06"))

    assert found.draft.by_owner == {(RITA, date(2026, 6, 1)): 1, (None, date(2026, 8, 1)): 1}


def test_money_is_by_the_impact_of_the_rule_and_cash_stays_apart():
    money = tried(ACTIVE).active.money

    assert (money.profit, money.cash, money.unknown) == (30 * 12 * ONE, 0, 0)


def test_useful_alerts_that_a_draft_loses_are_named_and_so_is_the_noise_it_spares():
    shop, south = SPOTS["SHOP1"].unit, SPOTS["SOUTH"].unit
    useful = Labelled(1, shop, BREACH, "useful", ordinal("2026-05"), ordinal("2026-06"))
    noise = Labelled(2, south, BREACH, "noise", ordinal("2026-07"), ordinal("2026-07"))

    kept, lost = tried(draft(warning="0.20"), useful, noise), tried(draft(warning="0.40", critical=""), useful, noise)

    assert (kept.keeps, kept.loses, kept.spares) == ((useful,), (), (noise,))
    assert (lost.keeps, lost.loses, lost.spares) == ((), (useful,), (noise,))


def test_a_threshold_nearer_to_a_unit_judges_there_and_not_the_draft():
    nearer = edition(cost(warning="0.50", critical=""), "SHOP1", number=2)
    found = past(*FIGURES, standing=[ACTIVE, nearer])

    assert replayed(found, edition=draft(warning="0.06")) != []
    assert {alarm.unit_id for alarm in replayed(found, edition=draft(warning="0.06"))} == {SPOTS["SOUTH"].unit}


def test_the_active_rule_tried_on_the_past_tells_what_it_told():
    standing = replayed(past(*FIGURES, standing=[ACTIVE]))

    assert lives(tried(ACTIVE).active.alarms) == lives([alarm for alarm in standing if alarm.fired_in is not None])


COSTS = st.sampled_from([None, 100, 106, 112, 130])
TERMS = st.sampled_from(
    [cost(), cost(periods=2), cost(periods=2, out_of=3), cost(exit="0.05", exit_periods=2), cost(pooled=True)]
)
JUDGINGS = st.lists(
    st.dictionaries(st.sampled_from([f"SHOP1_{code.replace('-', '_')}" for code in MONTHS]), COSTS, max_size=3),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(judgings=JUDGINGS, terms=TERMS)
def test_whatever_is_restated_in_whatever_order_what_stands_at_the_end_is_what_the_last_figures_say(judgings, terms):
    rule = edition(terms)
    found = past(*((MONTHS[min(place, 4)], costs) for place, costs in enumerate(judgings)), standing=[rule])
    standing = [
        (alarm.unit_id, alarm.kind, alarm.state.last, alarm.state.condition, alarm.state.severity)
        for alarm in replayed(found)
        if alarm.state.is_alive and not _is_held(alarm, found)
    ]

    assert sorted(standing) == sorted(_said_by_the_last_figures(found, rule))


def _is_held(alarm: Alarm, found: History) -> bool:
    """Whether a figure it is made of is gone, so that it keeps what it last said."""
    pages = _pages(found)
    return any((alarm.unit_id, "actual", "month", each) not in pages for each in alarm.state.said)


def _pages(found: History) -> dict[Place, Page]:
    pages: dict[Place, Page | None] = {}
    for vintage in found.vintages:
        pages |= vintage.changed
    return {place: page for place, page in pages.items() if page is not None}


def _said_by_the_last_figures(found: History, rule: Edition) -> list[tuple[Any, ...]]:
    last = found.vintages[-1]
    room = bench("unit | metric | version | 2026-04\nSHOP1 | contractor_cost | budget | 100", rule)
    court = replace(room.court, times=last.times, through=last.through)
    book = Book({"contractor_cost": 0}, _pages(found))
    said = []
    for spot in (SPOTS["SHOP1"], SPOTS["NORTH"]):
        for case in cases_of(court, rule, spot, book):
            said += [
                (spot.unit, case.kind, breach.last, breach.condition, breach.severity)
                for breach in replay(case.readings, case.counts)[-1:]
                if breach.is_alive
            ]
    return said
